"""An inspection in the words of the field."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

TITLE: Final = gettext_lazy("Thanh tra, kiểm tra")
SETTING_WORDS: Final = {
    "inspection_days": gettext_lazy("Thanh tra xem lại xuất nhập trong"),
    "inspection_identity_hours": gettext_lazy("Sau khi ghi văn bản pháp lý, danh tính mở được trong"),
}
SIGNED: Final = gettext_lazy("Biên bản thanh tra")


def told(data: Mapping[str, Any]) -> str:
    """What the managers of a place are told of an inspection there."""
    if data.get("identities"):
        return _("Thanh tra ở %(place)s đã có văn bản xem danh tính người bệnh.") % {"place": data.get("place", "")}
    return _("Một cuộc thanh tra đã bắt đầu ở %(place)s.") % {"place": data.get("place", "")}
