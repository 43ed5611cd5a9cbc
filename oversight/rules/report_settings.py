"""What the circular leaves open about its figures, and by when they are handed in: typed, bounded, sourced."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from facilities.rules import setting


@dataclass(frozen=True)
class ReportSettings:
    """Counting rules that Circular 05/2023 does not spell out, thresholds of the local set, and deadlines."""

    count_suspended: bool = setting(True, source="domain 8, proposal")
    restart_counts_anew: bool = setting(True, source="domain 8, proposal")
    take_home_within_days: int = setting(30, source="domain 8, proposal", low=7, high=92, unit="days")
    attended_percent: int = setting(95, source="domain 8, proposal", low=50, high=100, unit="%")
    high_dose_mg: int = setting(120, source="domain 8, proposal", low=60, high=300, unit="mg")
    small_number: int = setting(5, source="domain 7, proposal", low=2, high=20)
    report_due_day_clinic: int = setting(16, source="domain 8 (S06)", low=15, high=28)
    report_due_day_area: int = setting(18, source="domain 8, GK", low=15, high=28)
    report_due_day_province: int = setting(20, source="domain 8, GK", low=15, high=28)


TITLE: Final = _("Báo cáo quý và tháng")

SETTING_WORDS: Final[dict[str, Promise]] = {
    "count_suspended": _("Người đang tạm dừng cấp liều vẫn tính là đang điều trị"),
    "restart_counts_anew": _("Người điều trị lại: tính thời gian điều trị từ ngày điều trị lại"),
    "take_home_within_days": _("Cấp thuốc nhiều ngày: có lần cấp trong"),
    "attended_percent": _("Uống thuốc đều khi có mặt từ"),
    "high_dose_mg": _("Liều cao khi trên"),
    "small_number": _("Số người nhiễm HIV dưới mức này chỉ hiện với người được phép"),
    "report_due_day_clinic": _("Cơ sở điều trị nộp báo cáo quý vào ngày"),
    "report_due_day_area": _("Khu vực nộp báo cáo quý vào ngày"),
    "report_due_day_province": _("Tỉnh nộp báo cáo quý vào ngày"),
}
