"""The settings of cases in the words of the field."""

from typing import Final

from django.utils.translation import gettext_lazy as _

TITLE: Final = _("Thời hạn xử lý vụ việc")

SETTING_WORDS: Final = {
    "conflicting_dose_due_hours": _("Hai lần uống trong một ngày: xử lý trong"),
    "wrong_dose_due_hours": _("Uống sai liều hoặc nhầm người: xử lý trong"),
    "dose_finding_due_hours": _("Liều đã ghi có điều cần xem: xử lý trong"),
    "loss_report_hours": _("Mất, thiếu thuốc: báo cáo trong"),
    "small_differences_due_hours": _("Chênh lệch nhỏ lặp lại: xem lại trong"),
    "unusable_bottle_due_hours": _("Chai không dùng được: xử lý trong"),
    "bottle_yield_due_hours": _("Chai hết thừa hoặc thiếu quá mức: xử lý trong"),
    "night_seal_due_hours": _("Niêm phong đêm không khớp: xử lý trong"),
    "key_lost_due_hours": _("Mất chìa khóa tủ thuốc: xử lý trong"),
    "no_naloxone_due_hours": _("Không có naloxone còn hạn: xử lý trong"),
    "device_off_due_hours": _("Dụng cụ đong lệch: xử lý trong"),
    "alert_physician_hours": _("Cảnh báo mới: bác sĩ xem trong"),
    "pregnant_physician_hours": _("Người mang thai không uống đủ liều: bác sĩ xem trong"),
    "typed_later_due_hours": _("Ghi bù từ giấy: đối chiếu trong"),
    "order_disowned_due_hours": _("Bác sĩ báo không ra y lệnh đã ghi: xử lý trong"),
    "overdose_due_hours": _("Quá liều: bác sĩ xem lại trong"),
    "watched_in_danger_due_hours": _("Người đang theo dõi có dấu hiệu nguy hiểm: xử lý trong"),
    "vomited_due_hours": _("Nôn sau uống: bác sĩ xem trong"),
    "withheld_pattern_due_hours": _("Tạm ngừng cấp liều nhiều lần: bác sĩ xem trong"),
    "cup_not_swallowed_due_hours": _("Thuốc đã rót mà không nuốt: xử lý trong"),
    "witness_objects_due_hours": _("Người chứng kiến từ xa báo không đúng việc: xử lý trong"),
    "escalate_after_hours": _("Việc quá hạn: báo lên cấp trên sau mỗi"),
}

CHANNELS_TITLE: Final = _("Tin nhắn ra ngoài phần mềm")

CHANNEL_SETTING_WORDS: Final = {
    "unread_hours": _("Việc không gấp chưa xem: nhắn sau"),
    "digest_minutes": _("Mỗi người nhận nhiều nhất một tin trong"),
    "urgent_gap_minutes": _("Hai tin gấp cho cùng một người cách nhau ít nhất"),
    "quiet_from_hour": _("Giờ yên lặng bắt đầu lúc"),
    "quiet_until_hour": _("Giờ yên lặng kết thúc lúc"),
    "urgent_at_night": _("Việc gấp vẫn nhắn trong giờ yên lặng"),
}
