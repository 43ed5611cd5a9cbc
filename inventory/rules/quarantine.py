"""Why a bottle is set apart, and what must be said with it. Pure."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.rules.bottles import BottleState, Standing, refuse, standing
from inventory.rules.violations import Code, Level, Violation


class QuarantineReason(StrEnum):
    EXPIRED = "expired"
    OPEN_TOO_LONG = "open_too_long"
    SEAL_BROKEN = "seal_broken"
    DAMAGED = "damaged"
    DIRTY = "dirty"
    RECALLED = "recalled"
    OTHER = "other"


REASON_WORDS: dict[QuarantineReason, Promise] = {
    QuarantineReason.EXPIRED: gettext_lazy("Hết hạn dùng"),
    QuarantineReason.OPEN_TOO_LONG: gettext_lazy("Mở nắp quá lâu"),
    QuarantineReason.SEAL_BROKEN: gettext_lazy("Niêm phong rách hoặc vỡ"),
    QuarantineReason.DAMAGED: gettext_lazy("Chai nứt, rò rỉ"),
    QuarantineReason.DIRTY: gettext_lazy("Thuốc đục, có vật lạ"),
    QuarantineReason.RECALLED: gettext_lazy("Có thông báo thu hồi"),
    QuarantineReason.OTHER: gettext_lazy("Lý do khác"),
}


def check_quarantine(
    bottle: BottleState, *, reason: QuarantineReason, words: str, measured_ul: int | None
) -> tuple[Violation, ...]:
    """A bottle whose book has run out is measured first: what it still holds came beyond its label."""
    match standing(bottle):
        case Standing.EMPTIED:
            return refuse(Code.EMPTIED, bottle)
        case Standing.QUARANTINED:
            return refuse(Code.QUARANTINED, bottle)
        case _ if bottle.place is None:
            return refuse(Code.NOT_HERE, bottle)
    found: list[Violation] = []
    if reason is QuarantineReason.OTHER and not words.strip():
        sentence = _("Ghi rõ lý do.")
        found.append(Violation(Code.WORDS_NEEDED, Level.ASK, sentence, field="words"))
    if bottle.book_ul == 0 and not measured_ul:
        sentence = _("Sổ ghi chai này đã hết. Đo phần còn lại trong chai, hoặc ghi kết thúc chai.")
        found.append(Violation(Code.MEASURE_NEEDED, Level.ASK, sentence, field="measured"))
    return tuple(found)
