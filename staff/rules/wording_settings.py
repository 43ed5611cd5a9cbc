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
WITNESS: Final = {"review_hours": _("Việc làm một mình phải được xem lại trong")}
