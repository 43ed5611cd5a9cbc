"""A paper as a file to download: PDF to print and sign, Excel to reckon with."""

from typing import Final

from django.http import HttpResponse

from core.papers import Paper, pdf, xlsx

_EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_file(paper: Paper, name: str, *, excel: bool = False) -> HttpResponse:
    """A paper as a download that no cache keeps."""
    made = HttpResponse(xlsx(paper), content_type=_EXCEL) if excel else HttpResponse(pdf(paper), "application/pdf")
    kept, ending = ("attachment", "xlsx") if excel else ("inline", "pdf")
    made["Content-Disposition"] = f'{kept}; filename="{name}.{ending}"'
    made["Cache-Control"] = "no-store"
    return made
