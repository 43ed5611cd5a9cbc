"""What is typed about orders in a physician's name: taken down, signed, disowned, delegated."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from dispensing.forms.prescriptions import DayField
from dispensing.queries.phone_page import LIFT, Option, Physician
from dispensing.rules.named_orders import OrderKind
from dispensing.services.delegations import InTheName, NewDelegation
from dispensing.services.named_orders import OrderRefused
from dispensing.services.phone_orders import TakeDown, Told

NO_NAME: Final = _("Không ghi tên người bệnh.")


def pin_field() -> forms.CharField:
    """The signer's PIN; never written back into the page."""
    return forms.CharField(
        max_length=12,
        label=_("PIN của bạn"),
        widget=forms.PasswordInput({"class": "pin", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Nhập PIN để ký.")},
    )


class WhatForm(forms.Form):
    """What is ordered: the dose that goes on and for how long, or a stop that is lifted."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    what = forms.ChoiceField(
        widget=forms.RadioSelect,
        label=_("Y lệnh gì?"),
        error_messages={"required": _("Chọn y lệnh."), "invalid_choice": _("Chọn lại y lệnh: thẻ đã thay đổi.")},
    )
    days = forms.ChoiceField(required=False, widget=forms.RadioSelect, label=_("Trong mấy ngày?"))

    def __init__(self, *args: Any, options: Sequence[Option], days: Sequence[Option], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("what", [(option.value, option.label) for option in options])
        self._choose("days", [(option.value, option.label) for option in days])
        if len(options) == 1:
            self.initial.setdefault("what", options[0].value)
        self.may_continue = any(option.value == OrderKind.BRIDGING for option in options)

    def _choose(self, name: str, choices: list[tuple[Any, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared so above
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("what") == OrderKind.BRIDGING and not said.get("days") and "days" not in self.errors:
            self.add_error("days", _("Chọn số ngày."))
        return said

    @property
    def kind(self) -> OrderKind:
        what: str = self.cleaned_data["what"]
        return OrderKind.LIFT if what.startswith(LIFT) else OrderKind(what)

    @property
    def hold_id(self) -> UUID | None:
        what: str = self.cleaned_data["what"]
        return UUID(what.removeprefix(LIFT)) if what.startswith(LIFT) else None

    @property
    def day_count(self) -> int:
        return int(self.cleaned_data["days"] or 1)

    def refuse(self, refused: OrderRefused) -> None:
        """Put the refusal beside what caused it."""
        names = {"kind": "what", "words": "words", "days": "days"} | {name: name for name in self.fields}
        self.add_error(names.get(refused.field or ""), refused.sentence)


class PhoneOrderForm(WhatForm):
    """A physician's words over the phone, in the order in which they are said: who, what, words, read back."""

    ordered_by = forms.ChoiceField(
        widget=forms.RadioSelect,
        label=_("Bác sĩ nào?"),
        error_messages={"required": _("Chọn bác sĩ đã nói."), "invalid_choice": _("Chọn bác sĩ trong danh sách.")},
    )
    told = forms.TimeField(
        input_formats=["%H:%M", "%H.%M", "%Hh%M", "%Hg%M", "%H%M"],
        label=_("Nói lúc"),
        widget=forms.TimeInput(attrs={"class": "short", "autocomplete": "off"}, format="%H:%M"),
        error_messages={
            "required": _("Ghi giờ bác sĩ nói."),
            "invalid": _("Ghi giờ và phút, ví dụ 05:45."),
        },
    )
    words = forms.CharField(
        max_length=500,
        label=_("Bác sĩ dặn gì?"),
        widget=forms.Textarea({"rows": 2}),
        help_text=NO_NAME,
        error_messages={"required": _("Ghi lời bác sĩ dặn.")},
    )
    read_back = forms.BooleanField(
        error_messages={"required": _("Đọc lại y lệnh cho bác sĩ nghe, rồi đánh dấu.")},
    )

    def __init__(self, *args: Any, physicians: Sequence[Physician], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("ordered_by", [(str(one.id), one.label) for one in physicians])
        if len(physicians) == 1:
            self.initial.setdefault("ordered_by", str(physicians[0].id))

    def command(self, patient_id: UUID, *, now: datetime, zone: str) -> TakeDown:
        said = self.cleaned_data
        at = said["told"]
        told = Told(
            id=said["id"],
            patient_id=patient_id,
            ordered_by_id=int(said["ordered_by"]),
            told_at=now.astimezone(ZoneInfo(zone)).replace(hour=at.hour, minute=at.minute, second=0, microsecond=0),
            words=said["words"],
            read_back=said["read_back"],
        )
        return TakeDown(told=told, kind=self.kind, days=self.day_count, hold_id=self.hold_id)

    def refuse(self, refused: OrderRefused) -> None:
        if refused.field == "told_at":
            self.add_error("told", refused.sentence)
        else:
            super().refuse(refused)


class InTheNameForm(WhatForm):
    """What an assistant physician signs under a delegation."""

    delegation = forms.ChoiceField(
        widget=forms.RadioSelect,
        label=_("Ký thay bác sĩ nào?"),
        error_messages={"required": _("Chọn bác sĩ đã ủy quyền.")},
    )
    reason = forms.CharField(max_length=300, required=False, label=_("Vì sao cho uống lại"), help_text=NO_NAME)
    pin = pin_field()

    def __init__(self, *args: Any, under: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("delegation", list(under))
        if len(under) == 1:
            self.initial.setdefault("delegation", under[0][0])

    def command(self, patient_id: UUID) -> InTheName:
        said = self.cleaned_data
        return InTheName(
            id=said["id"],
            patient_id=patient_id,
            delegation_id=UUID(said["delegation"]),
            kind=self.kind,
            days=self.day_count,
            hold_id=self.hold_id,
            reason=said["reason"],
        )


class CountersignForm(forms.Form):
    """The physician's own signature under what was carried out in their name."""

    shown_digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    pin = pin_field()


class DisownForm(forms.Form):
    """The physician says that the order was never given, or was another one."""

    words = forms.CharField(
        max_length=300,
        label=_("Bạn đã nói thế nào?"),
        help_text=NO_NAME,
        error_messages={"required": _("Ghi rõ: bạn không ra y lệnh này, hay đã nói khác thế nào.")},
    )
    pin = pin_field()


class DelegationForm(forms.Form):
    """Whom a physician lets act in their name, and for which days."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    assistant = forms.ChoiceField(
        widget=forms.RadioSelect,
        label=_("Ủy quyền cho y sĩ nào?"),
        error_messages={"required": _("Chọn y sĩ."), "invalid_choice": _("Chọn y sĩ trong danh sách.")},
    )
    starts_on = DayField(label=_("Từ ngày"), error_messages={"required": _("Nhập ngày đầu.")})
    ends_on = DayField(label=_("Đến hết ngày"), error_messages={"required": _("Nhập ngày cuối.")})
    pin = pin_field()

    def __init__(self, *args: Any, assistants: Sequence[Physician], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["assistant"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared so above
        field.choices = [(str(one.id), one.label) for one in assistants]

    def command(self, facility_id: int) -> NewDelegation:
        said = self.cleaned_data
        return NewDelegation(
            id=said["id"],
            facility_id=facility_id,
            assistant_id=int(said["assistant"]),
            starts_on=said["starts_on"],
            ends_on=said["ends_on"],
        )
