"""What a delivery must state before it is received. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from inventory.rules.violations import Code, Level, Violation


@dataclass(frozen=True, slots=True)
class DeliveredLine:
    """Bottles of one lot and size, closed and counted, never opened to measure (domain 12.3).

    `size_ul` as on the label; `seals` are the numbers on the bottles, one for each or none at all. What does not come
    in bottles (`in_bottles` false: ampoules) has neither strength nor size nor seals; `bottles` is how many.
    """

    item_id: int
    lot_number: str
    manufacturer: str
    registration: str
    expires_on: date
    concentration: Decimal | None
    size_ul: int
    bottles: int
    seals: tuple[str, ...] = ()
    in_bottles: bool = True


@dataclass(frozen=True, slots=True)
class KnownLot:
    """A lot of the same item, maker and number that is in the books already."""

    expires_on: date
    concentration: Decimal | None


MOST_BOTTLES = 500  # one delivery is one act and one sheet of labels


def check_line(line: DeliveredLine, *, known: KnownLot | None, today: date) -> tuple[Violation, ...]:
    """Why this line cannot be received as typed."""
    found: list[Violation] = []
    if not 1 <= line.bottles <= MOST_BOTTLES or (line.size_ul <= 0) is line.in_bottles:
        words = _("Mỗi dòng có từ 1 đến %(most)d chai hoặc ống.") % {"most": MOST_BOTTLES}
        found.append(Violation(Code.NOTHING_DELIVERED, Level.STOP, words, field="bottles"))
    if line.expires_on < today:
        words = _("Lô %(lot)s đã hết hạn ngày %(date)s.")
        figures = {"lot": line.lot_number, "date": f"{line.expires_on:%d/%m/%Y}"}
        todo = _("Không nhận. Giao lại cho người giao và báo cơ sở điều trị.")
        found.append(Violation(Code.LOT_EXPIRED, Level.STOP, words % figures, todo, field="expires_on"))
    if not line.in_bottles and (line.seals or line.concentration is not None):
        words = _("Ống không có niêm phong và hàm lượng riêng.")
        todo = _("Để trống hai ô này.")
        found.append(Violation(Code.SEALS_DIFFER, Level.STOP, words, todo, field="seals"))
    elif line.seals and (len(line.seals) != line.bottles or len(set(line.seals)) != line.bottles):
        words = _("%(bottles)d chai nhưng có %(seals)d số niêm phong khác nhau.")
        counts = {"bottles": line.bottles, "seals": len(set(line.seals))}
        todo = _("Ghi đủ mỗi chai một số, hoặc để trống.")
        found.append(Violation(Code.SEALS_DIFFER, Level.STOP, words % counts, todo, field="seals"))
    if known is not None and (known.expires_on, known.concentration) != (line.expires_on, line.concentration):
        words = _("Lô %(lot)s của nhà sản xuất này đã có trong sổ với hạn dùng hoặc hàm lượng khác.")
        todo = _("Đọc lại nhãn chai.")
        found.append(
            Violation(Code.LOT_DIFFERS, Level.STOP, words % {"lot": line.lot_number}, todo, field="lot_number")
        )
    return tuple(found)
