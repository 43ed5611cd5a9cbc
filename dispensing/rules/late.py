"""What is typed in later than it happened: why it comes late, and which times can be true at all."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class SheetReason(StrEnum):
    """Why a sheet was printed."""

    CLOSE = "close"
    ON_DEMAND = "on_demand"


class SheetVoid(StrEnum):
    """Why a sheet for a day that has not passed is no longer to be used."""

    STRENGTH_CHANGED = "strength_changed"
    REPLACED = "replaced"


class LateReason(StrEnum):
    """Why a fact is typed in after it happened. The value is stored and never renamed."""

    NO_POWER = "no_power"
    NO_NETWORK = "no_network"
    NO_DEVICE = "no_device"
    SERVER_AWAY = "server_away"
    TOO_BUSY = "too_busy"
    OTHER = "other"


LATE_REASON_WORDS: Final[Mapping[LateReason, str | Promise]] = {
    LateReason.NO_POWER: _("Mất điện"),
    LateReason.NO_NETWORK: _("Mất mạng"),
    LateReason.SERVER_AWAY: _("Phần mềm không mở được"),
    LateReason.NO_DEVICE: _("Máy tính, điện thoại hỏng"),
    LateReason.TOO_BUSY: _("Đông người, ghi giấy trước"),
    LateReason.OTHER: _("Lý do khác"),
}

SHEET_REASON_WORDS: Final[Mapping[SheetReason, str | Promise]] = {
    SheetReason.CLOSE: _("in khi đóng ngày"),
    SheetReason.ON_DEMAND: _("in theo yêu cầu"),
}

SHEET_VOID_WORDS: Final[Mapping[SheetVoid, str | Promise]] = {
    SheetVoid.STRENGTH_CHANGED: _("Chai đang dùng đã đổi nồng độ: số mL trên tờ này không còn đúng."),
    SheetVoid.REPLACED: _("Đã có tờ in sau thay tờ này."),
}


class TimeFault(StrEnum):
    """What makes a true time no time at all; it goes back to who typed it."""

    IN_FUTURE = "in_future"
    OTHER_DAY = "other_day"
    TOO_OLD = "too_old"


def time_fault(*, occurred_at: datetime, day: date, now: datetime, oldest: timedelta) -> TimeFault | None:
    """Whether this cannot be a time at which something of `day` happened. Both instants carry the facility's zone.

    Everything else, however odd, is recorded with a finding (design, sentence 1).
    """
    if occurred_at > now:
        return TimeFault.IN_FUTURE
    if occurred_at.date() != day:
        return TimeFault.OTHER_DAY
    if now - occurred_at > oldest:
        return TimeFault.TOO_OLD
    return None
