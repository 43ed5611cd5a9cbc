"""The settings of dosing in the words of the field."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from facilities.words import WEEKDAYS, SettingWords

TITLE: Final = _("Cấp liều và đơn thuốc")

SETTING_WORDS: Final[dict[str, SettingWords | str | Promise]] = {
    "alert_watch_days": _("Theo dõi sau khi bắt đầu hoặc ngừng một thuốc trong"),
    "new_medicine_ask_days": _("Hỏi về thuốc mới mỗi"),
    "missed_same_dose_max": _("Bỏ liều liên tiếp tối đa mà vẫn uống đủ liều cũ"),
    "missed_half_dose_max": _("Bỏ liều liên tiếp tối đa mà bác sĩ tại chỗ được cho uống nửa liều"),
    "missed_half_dose_cap_mg": _("Nửa liều sau bỏ liều không vượt quá"),
    "missed_dropout_days": _("Coi là bỏ điều trị khi bỏ liều liên tiếp từ"),
    "missed_notify_clinic_from": _("Báo cơ sở điều trị khi bỏ liều liên tiếp từ"),
    "missed_onsite_check_from": _("Phải đánh giá tại chỗ trước khi uống khi bỏ liều liên tiếp từ"),
    "missed_induction_block_from": _("Giai đoạn khởi liều: không cho uống khi bỏ liều từ"),
    "missed_adjustment_block_from": _("Giai đoạn điều chỉnh liều: không cho uống khi bỏ liều từ"),
    "raised_within_days": _("Sau khi tăng liều, vẫn coi là mới tăng trong"),
    "raised_block_from": _("Mới tăng liều: không cho uống khi bỏ liều từ"),
    "missed_3_needs_contact": _("Bỏ liều đến mức phải đánh giá tại chỗ thì phải báo cơ sở điều trị trước khi uống"),
    "missed_3_contact_above_mg": _("Chỉ phải báo trước khi uống nếu liều trên"),
    "missed_window_days": _("Đếm ngày bỏ liều, liên tiếp hay không, trong"),
    "missed_window_block": _("Không cho uống khi số ngày bỏ liều đếm được từ"),
    "missed_pattern_window_days": _("Đếm bỏ liều lặp lại trong"),
    "missed_pattern_count": _("Cảnh báo bỏ liều lặp lại khi số ngày đếm được từ"),
    "if_missed_days_max": _("Liều ký sẵn cho ngày quay lại dùng tối đa"),
    "withheld_recheck_minutes": _("Tạm ngừng cấp liều thì xem lại người bệnh sau"),
    "withheld_pattern_days": _("Đếm ngày tạm ngừng cấp liều trong"),
    "withheld_pattern_count": _("Cảnh báo tạm ngừng cấp liều lặp lại khi số ngày đếm được từ"),
    "water_and_speak_days": _("Sau khi nhổ, ngậm hoặc mang thuốc đi: uống nước và nói vài câu trong"),
    "hold_seconds": _("Một màn hình giữ người bệnh trong"),
    "pour_second_look_ml": _("Phải nhìn lại lần hai khi rót trên"),
    "elsewhere_without_proof": SettingWords(
        _("Nói đã uống nơi khác mà không có giấy thì tính là"), choices={"missed": _("bỏ liều")}, in_use=False
    ),
    "prescription_days_induction": _("Đơn khởi liều dài tối đa"),
    "prescription_days_adjustment": _("Đơn điều chỉnh liều dài tối đa"),
    "prescription_days_maintenance": _("Đơn duy trì dài tối đa"),
    "prescription_days_taper": _("Đơn giảm liều dài tối đa"),
    "prescription_warn_days": _("Nhắc đơn sắp hết khi còn"),
    "prescription_slots_max": _("Số lần uống trong ngày tối đa"),
    "bridging_max_days": _("Y lệnh qua điện thoại dài tối đa"),
    "phone_order_told_hours": _("Ghi y lệnh qua điện thoại muộn nhất sau khi bác sĩ nói"),
    "phone_order_after_missed": _("Bác sĩ được ra y lệnh uống lại liều giảm qua điện thoại sau khi bỏ liều nhiều ngày"),
    "delegation_days_max": _("Ủy quyền cho y sĩ dài tối đa"),
    "delegation_continues": _("Y sĩ được ủy quyền được cho tiếp đúng liều cũ"),
    "delegation_lifts": _("Y sĩ được ủy quyền được cho uống lại khi lệnh dừng chờ bác sĩ"),
    "physician_weekdays": SettingWords(_("Các ngày trong tuần có bác sĩ"), WEEKDAYS),
    "physician_on_holidays": _("Ngày lễ vẫn có bác sĩ"),
    "exam_interval_days": _("Khám lại mỗi"),
    "exam_overdue_grace_days": _("Quá hạn khám được châm chước"),
    "exam_overdue_block_days": _("Không gia hạn đơn khi quá hạn khám"),
    "exam_overdue_blocks_renewal": _("Quá hạn khám thì không gia hạn đơn"),
    "dose_review_soft_mg": _("Hỏi lại người kê khi liều trên"),
    "dose_review_hard_mg": _("Cơ sở điều trị phải xem lại khi liều trên"),
    "dose_ceiling_mg": _("Không kê được liều trên"),
    "dose_change_confirm_mg": _("Phải xác nhận lần nữa khi liều đổi quá (mg)"),
    "dose_change_confirm_pct": _("Phải xác nhận lần nữa khi liều đổi quá (phần trăm)"),
    "may_induct": _("Cơ sở cấp phát được khởi liều"),
    "induction_phase_days": SettingWords(_("Giai đoạn khởi liều dài"), in_use=False),
    "induction_first_max_mg": _("Liều đầu tiên tối đa"),
    "induction_caution_mg": _("Nhắc thận trọng khi liều đầu tiên từ"),
    "satellite_induction_max_mg": _("Liều đầu tiên tối đa do cơ sở cấp phát kê"),
    "induction_step_max_mg": _("Khởi liều: mỗi lần tăng tối đa"),
    "induction_week_raise_max_mg": _("Khởi liều: tăng trong một tuần tối đa"),
    "adjustment_step_max_mg": _("Điều chỉnh liều: mỗi lần tăng tối đa"),
    "adjustment_week_raise_max_mg": _("Điều chỉnh liều: tăng trong một tuần tối đa"),
    "raise_min_days_same_dose": _("Giữ nguyên liều trước khi tăng tiếp ít nhất"),
    "opened_bottle_warn_days": _("Rót từ chai đã mở: nhắc khi mở từ"),
    "opened_bottle_stop_days": _("Rót từ chai đã mở: không rót khi mở từ"),
    "typed_later_days_max": _("Ghi bù từ giấy: lùi nhiều nhất"),
}

INCIDENT_TITLE: Final = _("Khi có chuyện ngoài ý muốn")

INCIDENT_WORDS: Final[dict[str, SettingWords | str | Promise]] = {
    "vomit_band_minutes": _("Nôn sau uống: các mốc phút được xét uống bù"),
    "vomit_band_percent": _("Nôn sau uống: phần liều được bù ở từng mốc"),
    "vomit_requires_witness": _("Chỉ xét uống bù khi nhân viên thấy nôn"),
    "watch_hours": _("Uống quá liều của mình: theo dõi ít nhất"),
    "watch_first_days": _("Coi là mới điều trị trong"),
    "watch_stable_above_mg": _("Coi là ổn định khi liều mỗi ngày trên"),
    "watch_stable_days": _("Coi là ổn định khi giữ mức đó ít nhất"),
    "watch_stable_times": _("Người ổn định: theo dõi khi uống quá số lần liều thường dùng"),
    "watch_uncertain_percent": _("Người chưa chắc dung nạp: theo dõi khi uống quá liều thường dùng hơn"),
    "watch_irregular_days": _("Xét uống không đều trong"),
    "watch_irregular_missed": _("Coi là uống không đều khi bỏ liều từ"),
    "watch_first_dose_hours": _("Sau liều đầu tiên: theo dõi"),
    "watch_naloxone_hours": _("Sau khi tiêm naloxone: theo dõi"),
    "watch_check_minutes": _("Khi theo dõi, xem lại người bệnh mỗi"),
    "strength_marked_days": _("Sau khi đổi nồng độ: đánh dấu số mL trên thẻ trong"),
}
