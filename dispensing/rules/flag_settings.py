"""When somebody who stays away is followed up, and by when: one typed, bounded, sourced group."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from facilities.rules import setting


@dataclass(frozen=True)
class FlagSettings:
    """Days and hours; each moves from a future moment on. How many missed days ask what stands in DosingSettings."""

    flag_contact_from: int = setting(2, source="domain 2.3, proposal", low=1, high=3, unit="days")
    flag_reason_due_hours: int = setting(24, source="domain 2.3, proposal", low=4, high=72, unit="hours")
    flag_check_due_hours: int = setting(12, source="domain 2.3, proposal", low=2, high=48, unit="hours")
    flag_order_due_hours: int = setting(8, source="domain 2.3, proposal", low=2, high=48, unit="hours")
    flag_main_clinic_due_hours: int = setting(8, source="domain 2.3, proposal", low=2, high=48, unit="hours")
    flag_dropped_out_due_hours: int = setting(72, source="domain 2.3, proposal", low=24, high=240, unit="hours")
    flag_pattern_due_hours: int = setting(168, source="domain 2.3 (S23), proposal", low=24, high=720, unit="hours")
    flag_weekday_count: int = setting(3, source="domain 2.3 (S23), proposal", low=2, high=12, unit="days")
    flag_again_reached_days: int = setting(2, source="domain 2.3, proposal", low=1, high=7, unit="days")
    flag_again_away_days: int = setting(7, source="domain 2.3, proposal", low=1, high=30, unit="days")
    flag_status_due_hours: int = setting(72, source="domain 2.5, proposal", low=4, high=240, unit="hours")

    absence_ahead_days_max: int = setting(60, source="domain 3, proposal", low=7, high=180, unit="days")
    absence_days_max: int = setting(30, source="domain 3, proposal", low=1, high=90, unit="days")
    cut_off_days_max: int = setting(14, source="domain 12.4, proposal", low=1, high=60, unit="days")
    cut_off_back_days: int = setting(3, source="domain 12.4, proposal", low=0, high=14, unit="days")

    nobody_due_hours: int = setting(3, source="domain 3 (one site a day), proposal", low=1, high=12, unit="hours")

    watch_after_start_days: int = setting(14, source="domain 2.2 (S17), 12.2", low=7, high=30, unit="days")
    watch_after_raise_days: int = setting(7, source="domain 2.2 (S17), proposal", low=1, high=30, unit="days")


TITLE: Final = _("Người bệnh vắng mặt")

SETTING_WORDS: Final[dict[str, Promise]] = {
    "flag_contact_from": _("Giao việc liên hệ người bệnh khi bỏ liều liên tiếp từ"),
    "flag_reason_due_hours": _("Bỏ liều chưa phải đánh giá: liên hệ trong"),
    "flag_check_due_hours": _("Bỏ liều phải đánh giá tại chỗ: liên hệ trong"),
    "flag_order_due_hours": _("Bỏ liều phải có y lệnh: liên hệ trong"),
    "flag_main_clinic_due_hours": _("Bỏ liều phải chuyển cơ sở điều trị: liên hệ trong"),
    "flag_dropped_out_due_hours": _("Bỏ liều đến mức coi là bỏ điều trị: xác nhận trong"),
    "flag_pattern_due_hours": _("Bỏ liều lặp lại: trao đổi với người bệnh trong"),
    "flag_weekday_count": _("Cảnh báo vắng cùng một thứ trong tuần khi số lần từ"),
    "flag_again_reached_days": _("Đã hẹn đến uống mà chưa đến: liên hệ lại sau"),
    "flag_again_away_days": _("Nằm viện, bị tạm giữ, đã chuyển đi: hỏi lại sau"),
    "flag_status_due_hours": _("Có tin người bệnh mất hoặc chuyển đi: ghi vào sổ đăng ký trong"),
    "absence_ahead_days_max": _("Báo vắng trước tối đa"),
    "absence_days_max": _("Một lần báo vắng dài tối đa"),
    "cut_off_days_max": _("Một lần báo đường bị cắt dài tối đa"),
    "cut_off_back_days": _("Báo đường bị cắt: lùi ngày tối đa"),
    "nobody_due_hours": _("Người bệnh ngày mai chưa có nơi uống hoặc đơn: sắp xếp trong"),
    "watch_after_start_days": _("Theo dõi sát sau khi khởi liều trong"),
    "watch_after_raise_days": _("Theo dõi sát sau mỗi lần tăng liều trong"),
}
