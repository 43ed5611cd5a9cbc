"""The closed lists of what is followed up when somebody stays away. Values are stored and never renamed."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class FlagKind(StrEnum):
    """What is seen in a patient's days: a run of missed days, many in a quarter, the same weekday again and again."""

    MISSED = "missed"
    PATTERN = "pattern"
    WEEKDAY = "weekday"


class FlagLevel(StrEnum):
    """The rows of the table (domain 2.3), mildest first; a pattern is an alert beside it."""

    ALERT = "alert"
    REASON = "reason"
    CHECK = "check"
    ORDER = "order"
    MAIN_CLINIC = "main_clinic"
    DROPPED_OUT = "dropped_out"


class FlagEnd(StrEnum):
    """Why a flag no longer stands. `OTHER_LEVEL`: another row about the same days says more, or less."""

    CAME_BACK = "came_back"
    OTHER_LEVEL = "other_level"
    CORRECTED = "corrected"
    ANSWERED = "answered"
    FADED = "faded"
    MOVED = "moved"
    LEFT = "left"


class ContactHow(StrEnum):
    """How the site tried to reach somebody."""

    PHONE = "phone"
    VISIT = "visit"
    FAMILY = "family"
    HEALTH_WORKER = "health_worker"
    OTHER = "other"


class ContactResult(StrEnum):
    """What came of it."""

    WILL_COME = "will_come"
    NOT_REACHED = "not_reached"
    IN_HOSPITAL = "in_hospital"
    MOVED = "moved"
    DETAINED = "detained"
    DIED = "died"
    OTHER = "other"


class AbsenceReason(StrEnum):
    """Why somebody says that they will be away."""

    WORK = "work"
    FAMILY = "family"
    TRAVEL = "travel"
    HOSPITAL = "hospital"
    OTHER = "other"


class ToldBy(StrEnum):
    """Who announced an absence."""

    PATIENT = "patient"
    FAMILY = "family"
    HEALTH_WORKER = "health_worker"


class CutOffKind(StrEnum):
    """Whether the site still doses whoever gets there."""

    ROAD = "road"
    CLOSED = "closed"


class CutOffCause(StrEnum):
    """What stands between the patients and the site."""

    STORM = "storm"
    FLOOD = "flood"
    LANDSLIDE = "landslide"
    COLD = "cold"
    POWER = "power"
    OTHER = "other"


LEVELS: Final = tuple(FlagLevel)

LEVEL_WORDS: Final[Mapping[FlagLevel, Promise]] = {
    FlagLevel.ALERT: _("Bỏ liều lặp lại"),
    FlagLevel.REASON: _("Hỏi lý do"),
    FlagLevel.CHECK: _("Đánh giá tại chỗ, báo cơ sở điều trị"),
    FlagLevel.ORDER: _("Dừng cấp, chờ y lệnh bác sĩ"),
    FlagLevel.MAIN_CLINIC: _("Dừng cấp, chuyển cơ sở điều trị"),
    FlagLevel.DROPPED_OUT: _("Chờ xác nhận bỏ điều trị"),
}
END_WORDS: Final[Mapping[FlagEnd, Promise]] = {
    FlagEnd.CAME_BACK: _("đã quay lại uống"),
    FlagEnd.OTHER_LEVEL: _("đổi mức"),
    FlagEnd.CORRECTED: _("số liệu được ghi bổ sung"),
    FlagEnd.ANSWERED: _("bác sĩ đã có y lệnh"),
    FlagEnd.FADED: _("không còn lặp lại"),
    FlagEnd.MOVED: _("chuyển nơi uống"),
    FlagEnd.LEFT: _("không còn điều trị ở đây"),
}
HOW_WORDS: Final[Mapping[ContactHow, Promise]] = {
    ContactHow.PHONE: _("Gọi điện"),
    ContactHow.VISIT: _("Đến nhà"),
    ContactHow.FAMILY: _("Qua gia đình"),
    ContactHow.HEALTH_WORKER: _("Qua y tế thôn bản"),
    ContactHow.OTHER: _("Cách khác"),
}
RESULT_WORDS: Final[Mapping[ContactResult, Promise]] = {
    ContactResult.WILL_COME: _("Gặp được, sẽ đến uống"),
    ContactResult.NOT_REACHED: _("Chưa gặp được"),
    ContactResult.IN_HOSPITAL: _("Đang nằm viện"),
    ContactResult.MOVED: _("Đã chuyển đi nơi khác"),
    ContactResult.DETAINED: _("Bị tạm giữ"),
    ContactResult.DIED: _("Đã mất"),
    ContactResult.OTHER: _("Việc khác (ghi rõ)"),
}
ABSENCE_WORDS: Final[Mapping[AbsenceReason, Promise]] = {
    AbsenceReason.WORK: _("Đi làm xa"),
    AbsenceReason.FAMILY: _("Việc gia đình"),
    AbsenceReason.TRAVEL: _("Đi lại, về quê"),
    AbsenceReason.HOSPITAL: _("Đi khám, nằm viện"),
    AbsenceReason.OTHER: _("Việc khác"),
}
TOLD_WORDS: Final[Mapping[ToldBy, Promise]] = {
    ToldBy.PATIENT: _("Người bệnh"),
    ToldBy.FAMILY: _("Gia đình"),
    ToldBy.HEALTH_WORKER: _("Y tế thôn bản"),
}
CUT_OFF_WORDS: Final[Mapping[CutOffKind, Promise]] = {
    CutOffKind.ROAD: _("Đường bị cắt, ai đến được vẫn uống"),
    CutOffKind.CLOSED: _("Trạm không mở được"),
}
CAUSE_WORDS: Final[Mapping[CutOffCause, Promise]] = {
    CutOffCause.STORM: _("Bão, mưa lớn"),
    CutOffCause.FLOOD: _("Lũ, ngập"),
    CutOffCause.LANDSLIDE: _("Sạt lở"),
    CutOffCause.COLD: _("Rét đậm, băng giá"),
    CutOffCause.POWER: _("Mất điện, mất nước"),
    CutOffCause.OTHER: _("Việc khác"),
}
