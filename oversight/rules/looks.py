"""Behind a number of incidents to the single ones: what may be looked at, why somebody says they look, and how long."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from facilities.rules import setting
from facilities.words import SettingWords


class What(StrEnum):
    """The incidents behind one number."""

    TURNED_AWAY = "turned_away"
    NEAR_MISS = "near_miss"
    WRONG_DOSE = "wrong_dose"
    OVERDOSE = "overdose"
    DISCREPANCY = "discrepancy"


WHAT_WORDS: Final[dict[What, Promise]] = {
    What.TURNED_AWAY: _("Đến mà không được uống"),
    What.NEAR_MISS: _("Suýt nhầm"),
    What.WRONG_DOSE: _("Uống nhầm"),
    What.OVERDOSE: _("Quá liều"),
    What.DISCREPANCY: _("Chênh lệch thuốc"),
}


class LookWhy(StrEnum):
    """Why somebody looks behind a number."""

    SUPPORT = "support"
    FIGURE = "figure"
    CASE = "case"
    COMPLAINT = "complaint"
    REPORT = "report"


LOOK_WHY_WORDS: Final[dict[LookWhy, Promise]] = {
    LookWhy.SUPPORT: _("giúp cơ sở xử lý"),
    LookWhy.FIGURE: _("kiểm tra lại số liệu"),
    LookWhy.CASE: _("theo một việc đang mở"),
    LookWhy.COMPLAINT: _("có người phản ánh"),
    LookWhy.REPORT: _("cấp trên yêu cầu báo cáo"),
}


@dataclass(frozen=True)
class LookSettings:
    """How long a stated reason opens the single incidents."""

    open_minutes: int = setting(60, source="domain 7, proposal", low=5, high=480, unit="minutes")


TITLE: Final = _("Xem từng sự việc sau một con số")
SETTING_WORDS: Final[dict[str, SettingWords | str | Promise]] = {
    "open_minutes": _("Lý do đã ghi cho xem trong"),
}
