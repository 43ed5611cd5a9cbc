"""A paper as PDF: typst sets it, with the fonts that its wheel carries."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import segno
import typst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.papers.paper import Cell, Paper, Table
from core.quantities import format_decimal

_TEMPLATE: Final = (Path(__file__).parent / "paper.typ").read_bytes()


def pdf(paper: Paper) -> bytes:
    """The paper, page numbers and signature blocks included. What stands in its words is text, never typst's markup."""
    return bytes(typst.compile(_TEMPLATE, sys_inputs={"paper": json.dumps(_as_data(paper))}))


def written(cell: Cell) -> str:
    """A cell in the field's writing: decimal comma, day before month."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return format_decimal(cell, separator="." if (get_language() or "").startswith("en") else ",")
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return str(cell)


def _as_data(paper: Paper) -> dict[str, Any]:
    return {
        "lang": (get_language() or "vi")[:2],
        "title": paper.title,
        "unit": paper.unit,
        "authority": paper.authority,
        "code": paper.code,
        "number": paper.number,
        "period": paper.period,
        "facts": [[str(fact.name), str(fact.words)] for fact in paper.facts],
        "tables": [_table(table) for table in paper.tables],
        "notes": [str(note) for note in paper.notes],
        "signers": [[str(signer.role), signer.name] for signer in paper.signers],
        "chain": paper.chain,
        "qr": segno.make(paper.chain, error="m", micro=False).svg_inline(border=2) if paper.chain else "",
        "printed": paper.printed,
        "landscape": paper.landscape,
        "words": {
            "state": _("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
            "motto": _("Độc lập - Tự do - Hạnh phúc"),
            "number": _("Số"),
            "sign": _("(ký, ghi rõ họ tên)"),
            "chain": _("Dấu chuỗi ghi"),
            "page": _("Trang"),
        },
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "caption": str(table.caption),
        "heads": [str(column.words) for column in table.columns],
        "shares": [column.share for column in table.columns],
        "numbers": [column.number for column in table.columns],
        "rows": [[written(cell) for cell in row] for row in table.rows],
        "total": None if table.total is None else [written(cell) for cell in table.total],
        "empty": str(table.empty),
    }
