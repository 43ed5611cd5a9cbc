"""The register's closed lists, in words."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STATUS_WORDS: Final[dict[str, str | Promise]] = {
    "in_treatment": _("đang điều trị"),
    "suspended": _("tạm ngừng điều trị"),
    "dropped_out": _("bỏ điều trị"),
    "ended": _("chấm dứt điều trị"),
    "died": _("đã mất"),
}

SEX_WORDS: Final[dict[str, str | Promise]] = {"m": _("nam"), "f": _("nữ")}

PLACEMENT_WORDS: Final[dict[str, str | Promise]] = {
    "home": _("uống tại cơ sở của mình"),
    "guest": _("uống nhờ cơ sở khác"),
    "hospital": _("nằm viện"),
    "detention": _("bị tạm giữ"),
    "clinic": _("điều trị tại cơ sở điều trị"),
}

WHY_WORDS: Final[dict[str, str | Promise]] = {
    "register": _("xem ở sổ đăng ký"),
    "dose": _("mở để cấp liều"),
    "prescription": _("mở để kê đơn"),
    "contact": _("xem số điện thoại để liên hệ"),
    "change": _("mở để sửa họ tên hoặc số điện thoại"),
    "known": _("mở để trả lời người bệnh"),
    "photo": _("mở để chụp, xem hoặc xóa ảnh"),
}
