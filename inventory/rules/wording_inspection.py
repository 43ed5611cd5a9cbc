"""An inspection in the words of the field."""

from typing import Final

from django.utils.translation import gettext_lazy

TITLE: Final = gettext_lazy("Thanh tra, kiểm tra")
SETTING_WORDS: Final = {
    "inspection_days": gettext_lazy("Thanh tra xem lại xuất nhập trong"),
    "inspection_identity_hours": gettext_lazy("Sau khi ghi văn bản pháp lý, danh tính mở được trong"),
}
SIGNED: Final = gettext_lazy("Biên bản thanh tra")
