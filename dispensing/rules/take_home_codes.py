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
    NOT_DRUNK = "not_drunk"


FATE_WORDS: Final[Mapping[VialFate, Promise]] = {
    VialFate.RETURNED_EMPTY: _("trả lại vỏ lọ rỗng"),
    VialFate.RETURNED_FULL: _("trả lại lọ còn thuốc"),
    VialFate.LOST: _("mất, vỡ hoặc đổ"),
    VialFate.NOT_DRUNK: _("chưa uống, lọ còn ở nhà"),
}
# After these the vial's day is not covered: nobody drank it on that day.
UNCOVERS: Final = frozenset({VialFate.RETURNED_FULL, VialFate.LOST, VialFate.NOT_DRUNK})


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
    STILL_OUT = "still_out"
    NOT_DOSED = "not_dosed"
    STOPPED = "stopped"
    DAYS = "days"
    BEYOND_ORDER = "beyond_order"
    BEYOND_ALLOWANCE = "beyond_allowance"
    NO_LIQUID = "no_liquid"
