"""What people type about themselves and each other. Dictionaries in, clean values out; nothing is stored here."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import shown
from staff.queries.people import Second
from staff.services.attestations import (
    Alone,
    AttestationRefused,
    CodeRefused,
    NoReason,
    Present,
    Remote,
    SecondPerson,
)
from staff.services.pins import PinRefused


def secret_field(label: Any, *, autocomplete: str, **kwargs: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, max_length=128, widget=widget, **kwargs)


def pin_field(label: Any, **kwargs: Any) -> forms.CharField:
    attrs = {"class": "pin", "inputmode": "numeric", "autocomplete": "off", "maxlength": "12"}
    return forms.CharField(label=label, max_length=12, widget=forms.PasswordInput(attrs=attrs), **kwargs)


class SignInForm(forms.Form):
    username = forms.CharField(
        label=gettext_lazy("Tên đăng nhập"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
    )
    password = secret_field(gettext_lazy("Mật khẩu"), autocomplete="current-password")

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).strip().lower()


class CodeForm(forms.Form):
    """The six digits that the authenticator shows."""

    code = forms.RegexField(
        r"^\s*\d{3}\s*\d{3}\s*$",
        label=gettext_lazy("Mã 6 chữ số"),
        error_messages={"invalid": gettext_lazy("Mã gồm 6 chữ số đang hiện trên ứng dụng xác thực.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def clean_code(self) -> str:
        return "".join(str(self.cleaned_data["code"]).split())


class PasswordForm(forms.Form):
    current = secret_field(gettext_lazy("Mật khẩu hiện tại"), autocomplete="current-password")
    new = secret_field(
        gettext_lazy("Mật khẩu mới"),
        autocomplete="new-password",
        help_text=gettext_lazy("Ít nhất 10 ký tự, không chỉ toàn chữ số, không phải từ dễ đoán."),
    )
    again = secret_field(gettext_lazy("Nhập lại mật khẩu mới"), autocomplete="new-password")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "new" in data and "again" in data and data["new"] != data["again"]:
            self.add_error("again", _("Hai lần nhập mật khẩu mới không giống nhau."))
        return data


class PinForm(forms.Form):
    password = secret_field(gettext_lazy("Mật khẩu của bạn"), autocomplete="current-password")
    pin = pin_field(
        gettext_lazy("PIN mới"), help_text=gettext_lazy("Chỉ mình bạn biết. Dùng để ký và mở khóa màn hình.")
    )
    again = pin_field(gettext_lazy("Nhập lại PIN mới"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "pin" in data and "again" in data and data["pin"] != data["again"]:
            self.add_error("again", _("Hai lần nhập PIN không giống nhau."))
        return data


class ReviewForm(forms.Form):
    """Looking at an act that somebody did alone, and signing for it."""

    words = forms.CharField(
        label=gettext_lazy("Đã xem lại bằng cách nào"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Ví dụ: xem ảnh, gọi điện, đối chiếu sổ."),
    )
    pin = pin_field(gettext_lazy("PIN của bạn"))
    shown = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)


class PersonForm(forms.Form):
    """A new member of staff."""

    full_name = forms.CharField(label=gettext_lazy("Họ và tên"), max_length=120)
    username = forms.RegexField(
        r"^[a-z0-9][a-z0-9._-]{2,59}$",
        label=gettext_lazy("Tên đăng nhập"),
        help_text=gettext_lazy("Chữ thường không dấu, chữ số, dấu chấm: vi.thi.lan"),
        error_messages={"invalid": gettext_lazy("Chỉ dùng chữ thường không dấu, chữ số, dấu chấm; ít nhất 3 ký tự.")},
    )
    phone = forms.CharField(label=gettext_lazy("Điện thoại"), max_length=30, required=False)


class AppointmentForm(forms.Form):
    """One person, one role, one place, from a day."""

    role = forms.ChoiceField(label=gettext_lazy("Vai trò"))
    place = forms.ChoiceField(label=gettext_lazy("Nơi làm việc"))
    starts_on = forms.DateField(
        label=gettext_lazy("Từ ngày"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Đến hết ngày"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Để trống nếu không có thời hạn."),
    )

    def __init__(
        self, data: Any = None, *, roles: Sequence[tuple[str, str]], places: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        for name, choices in (("role", roles), ("place", places)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101
            field.choices = [("", _("Chọn…")), *choices]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, expires = data.get("starts_on"), data.get("expires_on")
        if isinstance(starts, date) and isinstance(expires, date) and expires < starts:
            self.add_error("expires_on", _("Ngày kết thúc không thể trước ngày bắt đầu."))
        return data


class EndForm(forms.Form):
    """The last day of an appointment."""

    ended_on = forms.DateField(
        label=gettext_lazy("Ngày làm việc cuối cùng"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class CallerForm(forms.Form):
    """Whom a code is for."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    actor = forms.ChoiceField(label=gettext_lazy("Đồng nghiệp đang gọi"))
    pin = pin_field(gettext_lazy("PIN của bạn"))

    def __init__(self, data: Any = None, *, callers: Sequence[Second], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field = self.fields["actor"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [("", _("Chọn người…")), *((each.username, each.label) for each in callers)]


class ObjectionForm(forms.Form):
    """That what was signed is not what one was told."""

    words = forms.CharField(
        label=gettext_lazy("Bạn đã được nghe nói là việc gì"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Ghi bạn đã được nghe nói là việc gì.")},
    )


class SecondPersonForm(forms.Form):
    """The second signature of an act: present, elsewhere by a code, or "I am alone". Goes inside the act's own form,
    drawn by the panel `_components/second_signature.html` from `panel`. `alone=False` where two real people are needed
    at the place: then nobody signs from elsewhere either.
    """

    second_mode = forms.ChoiceField(choices=[("present", ""), ("remote", ""), ("alone", "")], required=False)
    second_username = forms.CharField(max_length=60, required=False)
    second_pin = forms.CharField(max_length=12, required=False)
    second_remote = forms.CharField(max_length=60, required=False)
    second_code = forms.CharField(max_length=12, required=False)
    second_reason = forms.CharField(max_length=200, required=False)
    second_shown = forms.CharField(max_length=200, required=False)

    def __init__(self, data: Any = None, *, people: Sequence[Second], alone: bool = True, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.people = people
        self.may_be_alone = alone

    def _mode(self) -> str:
        """As posted, where the act allows it."""
        said = self.data.get("second_mode", "")
        return said if self.may_be_alone and said in {"remote", "alone"} else "present"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        {"alone": self._clean_alone, "remote": self._clean_remote, "present": self._clean_present}[self._mode()](data)
        return data

    def _clean_alone(self, data: dict[str, Any]) -> None:
        if not data.get("second_reason", "").strip():
            self.add_error("second_reason", NoReason().sentence)

    def _clean_remote(self, data: dict[str, Any]) -> None:
        if data.get("second_remote") not in {person.username for person in self.people if person.remote}:
            self.add_error("second_remote", _("Chọn người đọc mã trong danh sách."))
        data["second_code"] = "".join(data.get("second_code", "").split())
        if not data["second_code"]:
            self.add_error("second_code", _("Gõ mã 6 chữ số mà người đó đọc qua điện thoại."))

    def _clean_present(self, data: dict[str, Any]) -> None:
        if data.get("second_username") not in {person.username for person in self.people if person.present}:
            self.add_error("second_username", _("Chọn người ký cùng trong danh sách."))
        if not data.get("second_pin"):
            self.add_error("second_pin", _("Người đó nhập PIN của mình."))

    def second_person(self) -> SecondPerson:
        """What the services take. Only of a valid form."""
        data, mode = self.cleaned_data, self._mode()
        if mode == "alone":
            return Alone(data["second_reason"].strip())
        shown_at = shown.read(data["second_shown"])
        if mode == "remote":
            return Remote(data["second_remote"], data["second_code"], shown_at)
        return Present(data["second_username"], data["second_pin"], shown_at)

    def refuse(self, refused: AttestationRefused | PinRefused) -> None:
        """Show a service's refusal at the field that it is about."""
        if isinstance(refused, NoReason):
            self.add_error("second_reason", refused.sentence)
        elif isinstance(refused, CodeRefused):
            self.add_error("second_code", refused.sentence)
        elif self._mode() == "remote":
            self.add_error("second_remote", refused.sentence)
        else:
            self.add_error("second_pin" if isinstance(refused, PinRefused) else "second_username", refused.sentence)

    @property
    def panel(self) -> dict[str, Any]:
        """The panel's parameters: people, alone, mode, second, reason, errors (with `shown`: since when the page is
        seen). PIN and code are never given back."""
        mode = self._mode() if self.is_bound else "present"
        errors = {
            name: " ".join(str(error) for error in self.errors[f"second_{field}"])
            for name, field in _PANEL_ERRORS
            if self.is_bound and f"second_{field}" in self.errors
        }
        carried = self.data.get("second_shown", "")
        if shown.read(carried):
            errors["shown"] = carried
        return {
            "people": [
                {"username": each.username, "label": each.label, "present": each.present, "remote": each.remote}
                for each in self.people
            ],
            "alone": self.may_be_alone,
            "mode": mode,
            "second": self.data.get("second_remote" if mode == "remote" else "second_username", ""),
            "reason": self.data.get("second_reason", ""),
            "errors": errors,
        }


_PANEL_ERRORS = (
    ("mode", "mode"), ("second", "username"), ("pin", "pin"), ("remote", "remote"), ("code", "code"),
    ("reason", "reason"),
)  # fmt: skip
