"""What Django says of a field that cannot be read, in the house's own words: short, and with what to do.

Django's own Vietnamese is not the field's ("Nhập một số tổng thể."), and of some faults it speaks English.
"""

from typing import Any, Final

from django import forms
from django.core import validators
from django.utils.translation import gettext_lazy as _

WORDS: Final[dict[type[forms.Field], dict[str, Any]]] = {
    forms.Field: {"required": _("Điền vào ô này.")},
    forms.IntegerField: {"invalid": _("Ghi bằng số nguyên, ví dụ 12.")},
    forms.FloatField: {"invalid": _("Ghi bằng số, ví dụ 4,5.")},
    forms.DecimalField: {"invalid": _("Ghi bằng số, ví dụ 4,5.")},
    forms.DateField: {"invalid": _("Ghi đủ ngày, tháng, năm.")},
    forms.TimeField: {"invalid": _("Ghi giờ và phút, ví dụ 05:20.")},
    forms.DateTimeField: {"invalid": _("Ghi đủ ngày và giờ.")},
    forms.ChoiceField: {"invalid_choice": _("Chọn một mục trong danh sách.")},
    forms.MultipleChoiceField: {"invalid_choice": _("Chọn trong danh sách.")},
    forms.UUIDField: {"invalid": _("Màn hình này đã cũ. Tải lại trang.")},
}  # fmt: skip
LIMITS: Final[dict[type[validators.BaseValidator], Any]] = {
    validators.MinValueValidator: _("Ít nhất là %(limit_value)s."),
    validators.MaxValueValidator: _("Nhiều nhất là %(limit_value)s."),
    validators.MinLengthValidator: _("Ngắn quá: ít nhất %(limit_value)d chữ."),
    validators.MaxLengthValidator: _("Dài quá: nhiều nhất %(limit_value)d chữ, đang có %(show_value)d."),
}


def speak() -> None:
    """From now on every form says so; a field's own words stay. Called once, before any form is made."""
    for kind, words in WORDS.items():
        kind.default_error_messages = {**kind.default_error_messages, **words}
    for validator, sentence in LIMITS.items():
        validator.message = sentence
