"""What is typed when a device is enrolled."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from core.ids import new_id


class EnrolForm(forms.Form):
    """A device's name, and the place that it speaks for."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Tên thiết bị"),
        max_length=60,
        help_text=_("Để nhận ra khi thu hồi, ví dụ: máy tính bảng ở cửa sổ cấp phát."),
        error_messages={"required": _("Đặt tên để nhận ra thiết bị.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    facility = forms.TypedChoiceField(
        label=_("Cơ sở"), coerce=int, error_messages={"required": _("Chọn cơ sở của thiết bị.")}
    )

    def __init__(self, data: Any = None, *, places: Sequence[tuple[int, str]]) -> None:
        super().__init__(data, initial={"id": new_id()})
        field = self.fields["facility"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = list(places) if len(places) == 1 else [("", _("Chọn cơ sở…")), *places]

    def said(self) -> dict[str, Any]:
        """What the service takes. Only of a valid form."""
        data = self.cleaned_data
        device_id: UUID = data["id"]
        return {"device_id": device_id, "name": data["name"], "facility_id": data["facility"]}
