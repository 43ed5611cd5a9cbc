"""What is typed on the page of everything that is known of a patient, and under the list of ended records."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy

from core.ids import new_id
from patients.forms.register import day_field
from patients.rules.data_requests import ASKED_FOR_WORDS, OUTCOME_WORDS, AskedFor
from patients.rules.known import OPENED_WHY_WORDS, OpenedWhy

ANSWERED, PUT_OFF = "answered", "put_off"


class OpenForm(forms.Form):
    """Why it is opened; without a reason nothing is."""

    why = forms.ChoiceField(
        label=gettext_lazy("Mở vì"),
        choices=[(str(why), words) for why, words in OPENED_WHY_WORDS.items()],
        error_messages={"required": gettext_lazy("Chọn lý do mở.")},
    )

    @property
    def reason(self) -> OpenedWhy:
        """Only of a valid form."""
        return OpenedWhy(self.cleaned_data["why"])


class RequestForm(forms.Form):
    """What the patient asks, and since when."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=gettext_lazy("Người bệnh muốn"),
        choices=[(str(kind), words) for kind, words in ASKED_FOR_WORDS.items()],
        error_messages={"required": gettext_lazy("Chọn điều người bệnh muốn.")},
    )
    received_on = day_field(gettext_lazy("Ngày nhận yêu cầu"))
    words = forms.CharField(
        label=gettext_lazy("Cụ thể"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Không ghi họ tên, số điện thoại."),
    )

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data, initial={"id": new_id(), "received_on": today}, auto_id="ask_%s")

    @property
    def kind_said(self) -> AskedFor:
        """Only of a valid form."""
        return AskedFor(self.cleaned_data["kind"])


class StepForm(forms.Form):
    """What was done about a request."""

    step = forms.ChoiceField(
        choices=[
            (ANSWERED, gettext_lazy("đã trả lời người bệnh")),
            (PUT_OFF, gettext_lazy("lùi hạn, đã nói lý do với người bệnh")),
            *((str(outcome), words) for outcome, words in OUTCOME_WORDS.items()),
        ],
        error_messages={"required": gettext_lazy("Chọn điều đã làm.")},
    )
    words = forms.CharField(label=gettext_lazy("Lý do lùi hạn"), max_length=300, required=False)

    def __init__(self, data: Any = None, *, of: UUID) -> None:
        super().__init__(data, auto_id=f"step_{of}_%s")  # one form for each open request of the page

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("step") == PUT_OFF and not data.get("words", "").strip():
            self.add_error("words", gettext_lazy("Viết lý do đã nói với người bệnh."))
        return data


class SignListForm(forms.Form):
    """The list as it was shown, and the PIN of who signs it."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    own_pin = forms.CharField(
        label=gettext_lazy("PIN của bạn"),
        max_length=12,
        widget=forms.PasswordInput(attrs={"class": "pin", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Nhập PIN của bạn.")},
    )

    @classmethod
    def of(cls, list_id: UUID, seen: str) -> "SignListForm":
        """An empty one for this list."""
        return cls(initial={"id": list_id, "seen": seen})
