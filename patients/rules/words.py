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

WHY_WORDS: Final[dict[str, str | Promise]] = {
    "register": _("xem ở sổ đăng ký"),
    "dose": _("mở để cấp liều"),
}
