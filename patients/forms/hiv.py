"""The result of an HIV test."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.forms.register import day_field


class HivForm(forms.Form):
    """Result and day, as on the paper."""

    result = forms.ChoiceField(
        choices=[("negative", gettext_lazy("Âm tính")), ("positive", gettext_lazy("Dương tính"))],
        error_messages={"required": gettext_lazy("Chọn kết quả như trên giấy.")},
    )
    recorded_on = day_field(gettext_lazy("Ngày xét nghiệm"))

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data)
        self.today = today

    def clean_recorded_on(self) -> date:
        day: date = self.cleaned_data["recorded_on"]
        if day > self.today:
            raise forms.ValidationError(_("Ngày xét nghiệm không thể sau hôm nay."))
        return day
