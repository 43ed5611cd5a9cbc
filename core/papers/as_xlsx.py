"""A paper as an Excel file: one sheet a table, figures as figures, words never as formulas."""

import re
from collections.abc import Sequence
from io import BytesIO
from typing import Final

from openpyxl import Workbook
from openpyxl.cell.cell import TYPE_STRING
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from core.papers.paper import Cell, Paper, Table

_BOLD: Final = Font(bold=True)
_WIDTH_OF_A_SHARE: Final = 9
_LONGEST_NAME: Final = 31  # Excel's limit for the name of a sheet
_NOT_IN_A_NAME: Final = str.maketrans("", "", "[]:*?/\\")
_NOT_IN_A_FILE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
)  # typed once, they stay in a fact for ever


def xlsx(paper: Paper) -> bytes:
    """The paper's head and one sheet for each of its tables."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)  # noqa: S101  a new workbook has one
    for place, table in enumerate(paper.tables or [Table(columns=(), rows=())]):
        sheet = first if place == 0 else book.create_sheet()
        sheet.title = _name(table.caption or paper.title, place)
        _fill(sheet, paper, table)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _name(words: str, place: int) -> str:
    name = f"{place + 1} {words}" if place else words
    return _NOT_IN_A_FILE.sub("", str(name).translate(_NOT_IN_A_NAME))[:_LONGEST_NAME].strip() or str(place + 1)


def _fill(sheet: Worksheet, paper: Paper, table: Table) -> None:
    for line in [paper.authority, paper.unit, paper.title, paper.number, paper.period]:
        if line:
            _write(sheet, sheet.max_row + 1 if sheet["A1"].value else 1, [str(line)], bold=True)
    for fact in paper.facts:
        _write(sheet, sheet.max_row + 1, [str(fact.name), str(fact.words)])
    head = sheet.max_row + 2
    _write(sheet, head, [str(column.words) for column in table.columns], bold=True)
    for number, row in enumerate(table.rows, start=head + 1):
        _write(sheet, number, row)
    if table.total is not None:
        _write(sheet, head + 1 + len(table.rows), table.total, bold=True)
    for index, column in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = column.share * _WIDTH_OF_A_SHARE + 4
    sheet.freeze_panes = f"A{head + 1}"
    foot = [line for line in (paper.chain, paper.printed) if line]
    for line in foot:
        _write(sheet, sheet.max_row + 1, [line])


def _write(sheet: Worksheet, row: int, cells: Sequence[Cell], *, bold: bool = False) -> None:
    for index, value in enumerate(cells, start=1):
        fits = _NOT_IN_A_FILE.sub("", value) if isinstance(value, str) else value
        at = sheet.cell(row=row, column=index, value=fits)
        if isinstance(value, str):
            at.data_type = TYPE_STRING  # a word that begins with = stays a word
            at.alignment = Alignment(wrap_text=True, vertical="top")
        if bold:
            at.font = _BOLD
