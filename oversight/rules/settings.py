"""The dated thresholds of the managers' morning: from when a figure asks for help."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from facilities.rules import setting
from facilities.words import SettingWords


@dataclass(frozen=True)
class MorningSettings:
    """None of them stops anything at a window: they sort a manager's list and colour it."""

    cover_stop_days: int = setting(7, source="domain 12.4, proposal", low=1, high=31, unit="days")
    cover_look_days: int = setting(14, source="domain 12.4, proposal", low=2, high=62, unit="days")
    expiring_days: int = setting(90, source="domain 4.6", low=7, high=365, unit="days")
    silent_hours: int = setting(2, source="domain 12.4, proposal", low=1, high=24, unit="hours after opening")
    staffing_threshold_patients: int = setting(30, source="SEED, domain 1", low=1, high=500, unit="patients")


TITLE: Final = _("Trang của người quản lý")

SETTING_WORDS: Final[dict[str, SettingWords | str | Promise]] = {
    "cover_stop_days": _("Báo đỏ khi thuốc chỉ còn đủ"),
    "cover_look_days": _("Nhắc khi thuốc chỉ còn đủ"),
    "expiring_days": _("Nêu thuốc hết hạn trong"),
    "silent_hours": _("Coi là im lặng khi sau giờ mở cửa chưa có tin trong"),
    "staffing_threshold_patients": _("Số người bệnh dưới đó một vị trí chuyên trách có thể bị cắt"),
}
