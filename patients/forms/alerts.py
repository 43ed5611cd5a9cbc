"""What is typed about a patient's alerts and language."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.rules.alert_words import (
    CHANGE_WORDS,
    EFFECT_WORDS,
    ENDED_WORDS,
    INTERPRETER_WORDS,
    KIND_WORDS,
    MEDICINE_WORDS,
    SOURCE_WORDS,
)
from patients.rules.alerts import (
    OTHER,
    AlertKind,
    AlertSource,
    EndedWhy,
    Interpreter,
    MedicineChange,
    MedicineEffect,
)
from patients.services.alerts import NewAlert
from patients.services.speech import NewExplained


def _choices(words: Any) -> list[tuple[str, Any]]:
    return [(str(value), label) for value, label in words.items()]


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Chọn ngày."), "invalid": _("Ngày chưa đúng. Viết như 24/11/2026.")},
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )


class AlertForm(forms.Form):
    """One thing that is to be heeded from a day on."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    back = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("Điều gì?"),
        choices=_choices(KIND_WORDS),
        error_messages={"required": _("Chọn một điều."), "invalid_choice": _("Chọn trong danh sách.")},
    )
    change = forms.ChoiceField(
        label=_("Người bệnh"), choices=_choices(CHANGE_WORDS), required=False, initial=MedicineChange.STARTED
    )
    medicine = forms.ChoiceField(
        label=_("Thuốc"),
        choices=_choices(MEDICINE_WORDS),
        required=False,
        help_text=_("Tên được cất riêng: sau khi ghi, thẻ chỉ hiện tác dụng của thuốc."),
    )
    name = forms.CharField(
        label=_("Tên thuốc khác"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    effect = forms.ChoiceField(
        label=_("Tác dụng của thuốc khác"),
        choices=_choices(EFFECT_WORDS),
        required=False,
        help_text=_("Không chắc thì chọn chưa rõ; bác sĩ sẽ xem."),
    )
    since = _day(_("Từ ngày"))
    source = forms.ChoiceField(
        label=_("Ai cho biết?"),
        choices=_choices(SOURCE_WORDS),
        error_messages={"required": _("Chọn ai cho biết.")},
    )

    def new_alert(self, patient_id: UUID) -> NewAlert:
        """What the service takes. Only of a valid form."""
        said = self.cleaned_data
        return NewAlert(
            id=said["id"],
            patient_id=patient_id,
            kind=AlertKind(said["kind"]),
            since=said["since"],
            source=AlertSource(said["source"]),
            medicine=said["medicine"] or OTHER,
            name=said["name"] if (said["medicine"] or OTHER) == OTHER else "",
            effect=MedicineEffect(said["effect"] or MedicineEffect.UNKNOWN),
            change=MedicineChange(said["change"] or MedicineChange.STARTED),
        )


class StopForm(forms.Form):
    """The medicine is no longer taken."""

    stopped_id = forms.UUIDField(widget=forms.HiddenInput)
    on = _day(_("Ngừng uống từ ngày"))

    def day(self) -> date:
        """Only of a valid form."""
        day: date = self.cleaned_data["on"]
        return day


class EndForm(forms.Form):
    """Why an alert no longer stands."""

    why = forms.ChoiceField(
        choices=_choices(ENDED_WORDS), error_messages={"required": _("Chọn vì sao kết thúc cảnh báo.")}
    )

    def reason(self) -> EndedWhy:
        """Only of a valid form."""
        return EndedWhy(self.cleaned_data["why"])


class SpeechForm(forms.Form):
    """In which language, and whether somebody interprets."""

    back = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    language = forms.CharField(
        label=_("Tiếng người bệnh hiểu rõ nhất"),
        max_length=40,
        error_messages={"required": _("Viết tiếng người bệnh hiểu rõ nhất.")},
    )
    needs_interpreter = forms.BooleanField(label=_("Cần phiên dịch"), required=False)


class ExplainedForm(forms.Form):
    """The phrases were explained."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    back = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    phrases = forms.CharField(max_length=20, widget=forms.HiddenInput)
    version = forms.CharField(max_length=64, widget=forms.HiddenInput)
    interpreter = forms.ChoiceField(
        label=_("Ai phiên dịch?"),
        choices=_choices(INTERPRETER_WORDS),
        error_messages={"required": _("Chọn ai phiên dịch.")},
    )
    understood = forms.ChoiceField(
        choices=[("yes", _("Đã hiểu")), ("no", _("Chưa hiểu hết"))],
        error_messages={"required": _("Bấm đã hiểu hoặc chưa hiểu hết.")},
    )

    def new_explained(self, patient_id: UUID, language: str) -> NewExplained:
        """What the service takes. Only of a valid form."""
        said = self.cleaned_data
        return NewExplained(
            id=said["id"],
            patient_id=patient_id,
            phrases=said["phrases"],
            version=said["version"],
            language=language,
            interpreter=Interpreter(said["interpreter"]),
            understood=said["understood"] == "yes",
        )
