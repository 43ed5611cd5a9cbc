"""What the first administrator types."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staff.forms import PersonForm, pin_field, secret_field
from staff.services.first import NewFirst


class FirstForm(PersonForm):
    """Who they are, their own password and PIN, and the code from the server."""

    phone = None  # type: ignore[assignment]  # not asked
    province = forms.CharField(
        label=gettext_lazy("Tỉnh"), max_length=80, help_text=gettext_lazy("Tên tỉnh dùng Trạm, ví dụ Điện Biên.")
    )
    password = secret_field(
        gettext_lazy("Mật khẩu"),
        autocomplete="new-password",
        help_text=gettext_lazy("Ít nhất 10 ký tự, không chỉ toàn chữ số, không phải từ dễ đoán."),
    )
    password_again = secret_field(gettext_lazy("Nhập lại mật khẩu"), autocomplete="new-password")
    pin = pin_field(gettext_lazy("PIN"), help_text=gettext_lazy("Chỉ mình bạn biết. Dùng để ký và mở khóa màn hình."))
    pin_again = pin_field(gettext_lazy("Nhập lại PIN"))
    code = forms.CharField(
        label=gettext_lazy("Mã dùng một lần"),
        max_length=40,
        help_text=gettext_lazy("Mã mà lệnh first_administrator vừa in ra trên máy chủ."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    field_order = ("code", "full_name", "username", "province", "password", "password_again", "pin", "pin_again")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "password" in data and "password_again" in data and data["password"] != data["password_again"]:
            self.add_error("password_again", _("Hai lần nhập mật khẩu không giống nhau."))
        if "pin" in data and "pin_again" in data and data["pin"] != data["pin_again"]:
            self.add_error("pin_again", _("Hai lần nhập PIN không giống nhau."))
        return data

    def new(self) -> NewFirst:
        """What the service takes. Only of a valid form."""
        data = self.cleaned_data
        return NewFirst(
            full_name=data["full_name"],
            username=data["username"],
            password=data["password"],
            pin=data["pin"],
            province=data["province"],
        )
