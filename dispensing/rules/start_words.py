"""What is told of a form, row by row: numbers of rows and codes, never a name. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from core.quantities import format_decimal
from dispensing.rules.start_form import COLUMNS, Field
from dispensing.rules.start_rows import Fault, StartRow
from dispensing.rules.violations import Violation

HEADINGS: Final[Mapping[Field, str]] = {column.field: column.heading for column in COLUMNS}


def where(fault: Fault, letters: Mapping[Field, str]) -> str:
    """Row and column of a fault, as the sheet counts them."""
    if fault.field is None:
        return _("Dòng %(row)d") % {"row": fault.row}
    figures = {"row": fault.row, "column": letters.get(fault.field, "?"), "heading": HEADINGS[fault.field]}
    return _("Dòng %(row)d, cột %(column)s “%(heading)s”") % figures


def whose(row: StartRow) -> str:
    return _("mã số %(code)s") % {"code": row.code} if row.code else _("mã số mới")


def order_words(row: StartRow) -> str:
    """The order in a few words."""
    if row.order is None:
        return _("chưa có đơn")
    parts = " + ".join(format_decimal(mg) for mg in row.order.parts)
    return _("%(mg)s mg đến hết %(until)s") % {"mg": parts, "until": f"{row.order.ends_on:%d/%m/%Y}"}


def last_words(row: StartRow) -> str:
    """The last dose in a few words, and the days since."""
    if row.new:
        return _("chưa uống lần nào")
    if row.last is None:
        return _("không rõ")
    day, mg = row.last
    said = _("%(mg)s mg ngày %(day)s") % {"mg": format_decimal(mg), "day": f"{day:%d/%m/%Y}"}
    return said if not row.gap else _("%(said)s, vắng %(days)d ngày") % {"said": said, "days": row.gap}


def morning_words(found: tuple[Violation, ...]) -> str:
    """What the board will stop or ask on the first morning."""
    return " ".join(each.words for each in found) or _("cấp như thường")


def copied_words(data: Mapping[str, Any]) -> str:
    """What a physician is told whose orders on paper were copied."""
    words = _("%(facility)s bắt đầu với Trạm: %(orders)d đơn giấy do bạn ký đã được chép vào. Xem lại danh sách đơn.")
    return words % {"facility": data.get("facility", "–"), "orders": int(data.get("orders", 0))}
