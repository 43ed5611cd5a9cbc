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
    `held_ul`: one bottle that was open already when the books of the place began, measured by two, since `opened_on`.
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
    held_ul: int | None = None
    opened_on: date | None = None


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
    found.extend(_taken_over(line, today))
    if known is not None and (known.expires_on, known.concentration) != (line.expires_on, line.concentration):
        words = _("Lô %(lot)s của nhà sản xuất này đã có trong sổ với hạn dùng hoặc hàm lượng khác.")
        todo = _("Đọc lại nhãn chai.")
        found.append(
            Violation(Code.LOT_DIFFERS, Level.STOP, words % {"lot": line.lot_number}, todo, field="lot_number")
        )
    return tuple(found)


def _taken_over(line: DeliveredLine, today: date) -> list[Violation]:
    """A bottle that was open already is a line of its own, holds no more than its label, and was opened by today."""
    if line.held_ul is None and line.opened_on is None:
        return []
    if line.held_ul is None or line.opened_on is None or not line.in_bottles or line.bottles != 1:
        words = _("Chai đã mở: mỗi chai một dòng, ghi cả số mL đo được và ngày mở.")
        return [
            Violation(Code.TAKEN_OVER, Level.STOP, words, _("Chai còn nguyên thì để trống hai ô này."), field="held_ml")
        ]
    if not 0 < line.held_ul <= line.size_ul:
        words = _("Chai đã mở không thể có nhiều hơn dung tích ghi trên chai, và chai rỗng thì không nhận.")
        return [Violation(Code.TAKEN_OVER, Level.STOP, words, _("Đo lại cùng người thứ hai."), field="held_ml")]
    if line.opened_on > today:
        return [
            Violation(Code.TAKEN_OVER, Level.STOP, _("Ngày mở chai chưa tới."), _("Xem lại ngày."), field="opened_on")
        ]
    return []


def check_beginning(*, begins: bool) -> tuple[Violation, ...]:
    """An opened bottle comes in only while the place has used nothing yet: later each was opened under the books."""
    if begins:
        return ()
    words = _("Cơ sở đã dùng thuốc ghi trong Trạm: không nhận thêm chai đã mở.")
    todo = _("Chai tìm thấy thêm thì ghi khi kiểm kê.")
    return (Violation(Code.TAKEN_OVER, Level.STOP, words, todo, field="held_ml"),)
