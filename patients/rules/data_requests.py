"""What somebody may ask about their own data, and by when it is answered and done (domain 7: S70, S72). Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from facilities.rules import setting
from facilities.words import SettingWords


class AskedFor(StrEnum):
    ACCESS = "access"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    OBJECTION = "objection"


class Outcome(StrEnum):
    DONE = "done"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


ASKED_FOR_WORDS: Final[dict[AskedFor, Promise]] = {
    AskedFor.ACCESS: _("xem, nhận bản in thông tin về mình"),
    AskedFor.CORRECTION: _("sửa thông tin sai"),
    AskedFor.WITHDRAWAL: _("rút lại đồng ý, hạn chế sử dụng"),
    AskedFor.OBJECTION: _("phản đối việc sử dụng"),
}
OUTCOME_WORDS: Final[dict[Outcome, Promise]] = {
    Outcome.DONE: _("đã làm xong"),
    Outcome.REFUSED: _("không làm được, đã giải thích"),
    Outcome.TAKEN_BACK: _("người bệnh thôi yêu cầu"),
}


@dataclass(frozen=True)
class DataSettings:
    """How long whoever asks about their own data waits, and how long records say who a patient was."""

    answer_working_days: int = setting(2, source="domain 7 (S70, S72)", low=1, high=5, unit="working days")
    restrict_days: int = setting(15, source="domain 7 (S70, S72): withdrawal, objection", low=1, high=20, unit="days")
    other_days: int = setting(10, source="domain 7 (S72): 10 to 20 days", low=1, high=20, unit="days")
    extension_days: int = setting(15, source="domain 7 (S72): once", low=1, high=15, unit="days")
    retain_medical_years: int = setting(
        20, source="domain 7 (S74: law of 2009, the longest; superseded, to be checked)", low=10, high=50, unit="years"
    )
    audit_retention_years: int = setting(10, source="domain 7, proposal", low=5, high=50, unit="years")


TITLE: Final = _("Dữ liệu cá nhân")
TASK_ENDS: Final[dict[str, Promise]] = {
    "answered": _("Đã trả lời người bệnh"),
    "put_off": _("Đã lùi hạn, có lý do"),
    "ended": _("Yêu cầu đã kết thúc"),
}
SETTING_WORDS: Final[dict[str, SettingWords | str | Promise]] = {
    "answer_working_days": _("Trả lời yêu cầu về dữ liệu cá nhân trong"),
    "restrict_days": _("Rút lại đồng ý, phản đối: làm xong trong"),
    "other_days": _("Xem, sửa thông tin: làm xong trong"),
    "extension_days": _("Được lùi hạn một lần, thêm"),
    "retain_medical_years": _("Giữ danh tính trong hồ sơ, kể từ khi kết thúc điều trị"),
    "audit_retention_years": _("Cho người bệnh biết ai đã xem, ngược về"),
}


def answer_sentence(_data: Mapping[str, Any]) -> str:
    """What its task asks."""
    return gettext("Người bệnh hỏi về dữ liệu của mình. Báo người bệnh: đã nhận, sẽ làm gì, khi nào.")


def do_sentence(_data: Mapping[str, Any]) -> str:
    """What its task asks."""
    return gettext("Làm điều đã trả lời người bệnh về dữ liệu của họ, rồi ghi kết quả.")


def answer_due(
    received_on: date, *, days_off: Collection[date], worked: Collection[date] = (), rules: DataSettings
) -> date:
    """The last of the working days after the day on which it was asked; Saturdays, Sundays and `days_off` are none, but
    for those on which everybody works instead (`worked`)."""
    day, left = received_on, rules.answer_working_days
    while left:
        day += timedelta(days=1)
        left -= day in worked or (day.isoweekday() <= 5 and day not in days_off)
    return day


def done_due(kind: AskedFor, received_on: date, *, rules: DataSettings) -> date:
    """By when it is done: calendar days after the day on which it was asked."""
    restricts = kind in (AskedFor.WITHDRAWAL, AskedFor.OBJECTION)
    return received_on + timedelta(days=rules.restrict_days if restricts else rules.other_days)


def last_day(due: date, *, rules: DataSettings) -> date:
    """As far as it may be put off, once."""
    return due + timedelta(days=rules.extension_days)


def kept_until(ended_on: date, years: int) -> date:
    """The day on which records have been kept long enough: so many years later, 29 February becoming 1 March."""
    try:
        return ended_on.replace(year=ended_on.year + years)
    except ValueError:
        return date(ended_on.year + years, 3, 1)
