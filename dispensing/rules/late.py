"""What is typed in later than it happened: why it comes late, and which times can be true at all."""

from collections.abc import Mapping
from datetime import datetime, timedelta
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


LATE_REASON_WORDS: Final[Mapping[LateReason, Promise]] = {
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


class Fault(StrEnum):
    """Why a row cannot be recorded as it was typed: it goes back to who typed it, with everything else kept."""

    IN_FUTURE = "in_future"
    OTHER_DAY = "other_day"
    TOO_OLD = "too_old"
    AMOUNT_NEEDED = "amount_needed"
    NOT_EXACT = "not_exact"
    NO_BOTTLE = "no_bottle"
    OUTCOME_UNKNOWN = "outcome_unknown"
    NOTE_NEEDED = "note_needed"
    HAND_NEEDED = "hand_needed"
    SHEET_ELSEWHERE = "sheet_elsewhere"
    NOT_OURS = "not_ours"


FAULT_WORDS: Final[Mapping[Fault, Promise]] = {
    Fault.IN_FUTURE: _("Giờ này chưa đến. Xem lại ngày và giờ."),
    Fault.OTHER_DAY: _("Giờ này không thuộc ngày của tờ giấy. Xem lại giờ."),
    Fault.TOO_OLD: _("Ngày này đã quá lâu để ghi bù. Xem lại ngày; nếu đúng, báo phụ trách cơ sở."),
    Fault.AMOUNT_NEEDED: _("Ghi số mg, lớn hơn 0 và nhiều nhất 1000."),
    Fault.NOT_EXACT: _("Từ chai này không rót được đúng số mg đó. Xem lại số mg hoặc chọn chai khác."),
    Fault.NO_BOTTLE: _("Sổ kho chưa có chai nào của cơ sở. Ghi nhận chai vào kho trước, rồi ghi bù."),
    Fault.OUTCOME_UNKNOWN: _("Chọn chuyện đã xảy ra."),
    Fault.NOTE_NEEDED: _("Ghi rõ lý do khác là gì."),
    Fault.HAND_NEEDED: _("Ghi ai đã rót, ai đã nhìn uống."),
    Fault.SHEET_ELSEWHERE: _("Tờ giấy này không phải của cơ sở này hoặc không phải của ngày này."),
    Fault.NOT_OURS: _("Người bệnh này chưa từng uống thuốc tại cơ sở này."),
}


def time_fault(*, occurred_at: datetime, now: datetime, oldest_days: int) -> Fault | None:
    """Whether this cannot be the time of anything that is typed in now.

    Everything else, however odd, is recorded with a finding (design, sentence 1).
    """
    if occurred_at > now:
        return Fault.IN_FUTURE
    if now - occurred_at > timedelta(days=oldest_days):
        return Fault.TOO_OLD
    return None
