"""What makes a patient stable, and how often they are examined, counselled and tested: typed, bounded, sourced."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from facilities.rules import setting


@dataclass(frozen=True)
class StabilitySettings:
    """Windows in days and counts. SEED: patients of satellites are stable; the rest is a proposal to be confirmed.

    The interval of examinations, and the pattern of missed days, stand in DosingSettings: one truth for each.
    """

    # The dose and the days.
    stability_min_days_no_dose_change: int = setting(30, source="domain 1 (SEED)", low=7, high=90, unit="days")
    stability_missed_days: int = setting(30, source="domain 1 (SEED), proposal", low=7, high=90, unit="days")
    stability_watch_missed: int = setting(2, source="domain 1 (SEED), proposal", low=1, high=10, unit="days")
    stability_unstable_missed: int = setting(5, source="domain 1, 3, proposal", low=2, high=20, unit="days")
    stability_unstable_run: int = setting(4, source="domain 2.3 (an order is needed)", low=2, high=10, unit="days")

    # What was seen at the window.
    stability_withheld_days: int = setting(30, source="domain 12.2, proposal", low=7, high=90, unit="days")
    stability_unstable_withheld: int = setting(3, source="domain 12.2, proposal", low=1, high=10, unit="days")
    stability_vomited_days: int = setting(30, source="domain 2.4, proposal", low=7, high=90, unit="days")
    stability_watch_vomited: int = setting(2, source="domain 2.4, proposal", low=1, high=10, unit="days")
    stability_safety_days: int = setting(90, source="domain 12.2, proposal", low=30, high=180, unit="days")
    stability_unstable_not_swallowed: int = setting(2, source="domain 12.2, proposal", low=1, high=5, unit="days")
    stability_unstable_take_home: int = setting(2, source="domain 2.6, proposal", low=1, high=5)
    stability_overdose_days: int = setting(90, source="domain 3, 5, proposal", low=30, high=365, unit="days")

    # Urine.
    urine_first_year_per_month: int = setting(1, source="domain 3, proposal", low=1, high=4)
    urine_later_every_days: int = setting(90, source="domain 3, proposal", low=14, high=180, unit="days")
    urine_overdue_grace_days: int = setting(7, source="domain 3, proposal", low=0, high=30, unit="days")
    urine_looked_back_days: int = setting(90, source="domain 1 (SEED), proposal", low=30, high=180, unit="days")
    urine_unstable_in_a_row: int = setting(2, source="domain 2.5 (S37)", low=1, high=4)
    urine_in_a_row_days: int = setting(365, source="domain 2.5 (S37)", low=90, high=365, unit="days")
    urine_surprise_percent: int = setting(1, source="domain 3 (random), proposal", low=0, high=5, unit="%")

    # Examination and counselling.
    counselling_interval_days: int = setting(30, source="domain 3 (SEED)", low=14, high=90, unit="days")
    counselling_later_every_days: int = setting(60, source="domain 3 (SEED)", low=14, high=180, unit="days")
    counselling_overdue_grace_days: int = setting(7, source="domain 3, proposal", low=0, high=30, unit="days")
    exam_next_at_most_days: int = setting(90, source="domain 3, proposal", low=30, high=180, unit="days")
    exam_overdue_task_days: int = setting(7, source="domain 3, 12.2, proposal", low=1, high=30, unit="days")
    first_year_days: int = setting(365, source="domain 3", low=180, high=730, unit="days")

    # What the law names as grounds: shown, never acted upon.
    termination_breaches: int = setting(2, source="domain 2.5 (S37)", low=1, high=5)
    termination_breach_days: int = setting(183, source="domain 2.5 (S37)", low=90, high=365, unit="days")


TITLE: Final = _("Ổn định, khám lại, tư vấn và xét nghiệm")

SETTING_WORDS: Final[dict[str, Promise]] = {
    "stability_min_days_no_dose_change": _("Ổn định: liều không đổi ít nhất"),
    "stability_missed_days": _("Ổn định: đếm ngày bỏ liều trong"),
    "stability_watch_missed": _("Cần theo dõi khi số ngày bỏ liều đếm được từ"),
    "stability_unstable_missed": _("Chưa ổn định khi số ngày bỏ liều đếm được từ"),
    "stability_unstable_run": _("Chưa ổn định khi bỏ liều liên tiếp từ"),
    "stability_withheld_days": _("Đếm ngày có dấu hiệu say, phê trong"),
    "stability_unstable_withheld": _("Chưa ổn định khi số ngày say, phê đếm được từ"),
    "stability_vomited_days": _("Đếm ngày nôn sau uống trong"),
    "stability_watch_vomited": _("Cần theo dõi khi số ngày nôn đếm được từ"),
    "stability_safety_days": _("Nhớ việc nhổ, ngậm, mang thuốc đi trong"),
    "stability_unstable_not_swallowed": _("Chưa ổn định khi số ngày nhổ hoặc ngậm thuốc đếm được từ"),
    "stability_unstable_take_home": _("Chưa ổn định khi số lần vi phạm thuốc mang về đếm được từ"),
    "stability_overdose_days": _("Chưa ổn định sau quá liều trong"),
    "urine_first_year_per_month": _("Năm đầu: số lần xét nghiệm nước tiểu mỗi tháng"),
    "urine_later_every_days": _("Từ năm thứ hai: xét nghiệm nước tiểu mỗi"),
    "urine_overdue_grace_days": _("Quá hạn xét nghiệm được châm chước"),
    "urine_looked_back_days": _("Kết quả dương tính được nhớ trong"),
    "urine_unstable_in_a_row": _("Chưa ổn định khi số lần dương tính liên tiếp từ"),
    "urine_in_a_row_days": _("Xét các lần dương tính liên tiếp trong"),
    "urine_surprise_percent": _("Mỗi ngày rút thăm thêm ngoài lịch với xác suất"),
    "counselling_interval_days": _("Năm đầu: tư vấn mỗi"),
    "counselling_later_every_days": _("Từ năm thứ hai: tư vấn mỗi"),
    "counselling_overdue_grace_days": _("Quá hạn tư vấn được châm chước"),
    "exam_next_at_most_days": _("Bác sĩ hẹn khám lại xa nhất sau"),
    "exam_overdue_task_days": _("Quá hạn khám: phải xếp được lịch trong"),
    "first_year_days": _("Coi là năm đầu điều trị trong"),
    "termination_breaches": _("Nhắc căn cứ chấm dứt khi số lần không theo quy trình từ"),
    "termination_breach_days": _("Đếm lần không theo quy trình trong"),
}
