"""The settings of stock in the words of the field."""

from typing import Final

from django.utils.translation import gettext_lazy as _

TITLE: Final = _("Kho thuốc")

SETTING_WORDS: Final = {
    "bottle_tolerance_pct": _("Chai hết thừa hoặc thiếu được chấp nhận đến"),
    "bottle_tolerance_max_ml": _("Chai hết thừa hoặc thiếu được chấp nhận, nhưng không quá"),
    "opened_bottle_warn_days": _("Trang kho: nhắc chai đã mở từ"),
    "opened_bottle_stop_days": _("Trang kho: báo không dùng chai đã mở từ"),
    "expiry_warn_days": _("Nhắc thuốc sắp hết hạn khi còn"),
    "level_low_ml": _("Chai đang rót được coi là sắp hết khi còn dưới"),
}
