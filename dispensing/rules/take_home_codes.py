"""What becomes of a vial that was taken home, and why none may be."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class VialFate(StrEnum):
    """The value is stored and never renamed."""

    RETURNED_EMPTY = "returned_empty"
    RETURNED_FULL = "returned_full"
    LOST = "lost"
    BROKEN = "broken"
    SPILT = "spilt"
    NOT_DRUNK = "not_drunk"


FATE_WORDS: Final[Mapping[VialFate, Promise]] = {
    VialFate.RETURNED_EMPTY: _("trả lại vỏ lọ rỗng"),
    VialFate.RETURNED_FULL: _("trả lại lọ còn thuốc"),
    VialFate.LOST: _("mất"),
    VialFate.BROKEN: _("lọ vỡ"),
    VialFate.SPILT: _("thuốc đổ"),
    VialFate.NOT_DRUNK: _("chưa uống, lọ còn ở nhà"),
}
# After these the vial's day is not covered: nobody drank it on that day.
UNCOVERS: Final = frozenset(VialFate) - {VialFate.RETURNED_EMPTY}


class VialVoidKind(StrEnum):
    """Where the vial of a wrong hand-out really is. The value is stored and never renamed."""

    NEVER_FILLED = "never_filled"
    GIVEN_BACK = "given_back"
    WITH_ANOTHER = "with_another"


VOID_WORDS: Final[Mapping[VialVoidKind, Promise]] = {
    VialVoidKind.NEVER_FILLED: _("chưa rót: thuốc vẫn trong chai"),
    VialVoidKind.GIVEN_BACK: _("đã rót, trả lại ngay: đổ bỏ, không đổ lại vào chai"),
    VialVoidKind.WITH_ANOTHER: _("người khác đã cầm về"),
}


class WhyNot(StrEnum):
    """Why no vials may be handed out."""

    DISABLED = "disabled"
    NOT_ALLOWED = "not_allowed"
    NO_ORDER = "no_order"
    NOT_MAINTENANCE = "not_maintenance"
    DIVIDED = "divided"
    TOO_SOON = "too_soon"
    MISSED = "missed"
    UNKNOWN_DAYS = "unknown_days"
    URINE_MISSING = "urine_missing"
    URINE_BAD = "urine_bad"
    NOT_STABLE = "not_stable"
    NOT_RETURNED = "not_returned"
    SUSPENDED = "suspended"
    STILL_OUT = "still_out"
    NOT_DOSED = "not_dosed"
    STOPPED = "stopped"
    DAYS = "days"
    BEYOND_ORDER = "beyond_order"
    BEYOND_ALLOWANCE = "beyond_allowance"
    NO_BOX = "no_box"
