"""The settings of stock in the words of the field."""

from typing import Final

from django.utils.translation import gettext_lazy as _

TITLE: Final = _("Kho thuốc")

SETTING_WORDS: Final = {
    "bottle_tolerance_pct": _("Chai hết thừa hoặc thiếu được chấp nhận đến"),
    "bottle_tolerance_max_ml": _("Chai hết thừa hoặc thiếu được chấp nhận, nhưng không quá"),
    "measure_twice_beyond_ml": _("Số đo khác sổ quá mức chấp nhận: đo lại rồi mới ghi khi khác hơn"),
    "opened_bottle_warn_days": _("Trang kho: nhắc chai đã mở từ"),
    "opened_bottle_stop_days": _("Trang kho: báo không dùng chai đã mở từ"),
    "expiry_warn_days": _("Nhắc thuốc sắp hết hạn khi còn"),
    "level_low_ml": _("Chai đang rót được coi là sắp hết khi còn dưới"),
    "measure_method": _("Đo chai đang dùng bằng: weigh (cân), cylinder (ống đong), mark (vạch trên chai)"),
    "measure_every_days": _("Đo chai đang dùng ít nhất mỗi"),
    "weigh_uncertainty_ml": _("Cân chai: sai số của cách đo"),
    "cylinder_uncertainty_ml": _("Ống đong: sai số mỗi lần đọc"),
    "mark_uncertainty_ml": _("Vạch trên chai: sai số của cách đo"),
    "density_g_per_ml": _("Khối lượng riêng của thuốc khi lô chưa có số riêng"),
    "tare_litre_g": _("Vỏ chai 1 lít nặng"),
    "tare_100_ml_g": _("Vỏ chai 100 mL nặng"),
    "equal_measure_flag_days": _("Xem lại khi số đo đúng bằng sổ liền nhau"),
    "same_sign_measures": _("Xem lại khi số đo lệch cùng một phía liền nhau (lần)"),
    "same_sign_days": _("Lệch cùng một phía được tính trong"),
    "pump_check_days": _("Kiểm tra bơm định liều mỗi"),
    "device_check_days": _("Kiểm tra bơm tiêm, cốc đong, cân mỗi"),
    "device_tolerance_pct": _("Dụng cụ đong được lệch đến"),
    "pump_strokes": _("Số nhát bơm khi kiểm tra bơm định liều"),
    "naloxone_min_ampoules": _("Naloxone còn hạn trong tầm tay ít nhất (ống)"),
}
