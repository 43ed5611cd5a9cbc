"""The settings about people in the words of the field."""

from typing import Final

from django.utils.translation import gettext_lazy as _

PIN: Final = {
    "length": _("PIN gồm đúng"),
    "tries": _("Khóa PIN sau"),
    "locked_minutes": _("PIN bị khóa trong"),
}
ACCOUNT: Final = {"one_time_hours": _("Mật khẩu dùng một lần còn hiệu lực trong")}
APPOINTMENT: Final = {
    "grace_days": _("Phân công hết hạn vẫn làm tiếp được"),
    "first_warning_days": _("Nhắc lần đầu"),
    "last_warning_days": _("Nhắc lần cuối"),
}
WITNESS: Final = {
    "review_hours": _("Việc làm một mình phải được xem lại trong"),
    "remote_code_minutes": _("Mã chứng kiến từ xa dùng được trong"),
    "remote_code_tries": _("Khóa mã chứng kiến từ xa sau"),
    "figure_days": _("Số liệu về người ký cùng tính trong"),
    "same_pair_pct": _("Báo “luôn cùng một cặp” khi một cặp ký từ"),
    "same_pair_least": _("Chỉ báo cặp khi có ít nhất"),
    "quick_seconds": _("Báo chữ ký quá nhanh khi ký trong"),
}
