"""Forms and books on paper: one description of a paper, printed as PDF or written as an Excel file.

A room that has figures to put on a form makes a `Paper` of them; nothing here knows what the figures mean.
"""

from core.papers.as_pdf import pdf
from core.papers.as_xlsx import xlsx
from core.papers.paper import Cell, Column, Fact, Paper, Signer, Table

__all__ = ["Cell", "Column", "Fact", "Paper", "Signer", "Table", "pdf", "xlsx"]
