"""What a dispenser types at the window. Forms read dictionaries; the services judge."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from dispensing.rules.choices import (
    IDENTIFICATION_WORDS,
    LAST_DOSE_PROOF_WORDS,
    MISSED_REASON_WORDS,
    OUTCOME_WORDS,
    SIGN_WORDS,
    OutcomeCode,
)
from dispensing.rules.facts import Answers
from dispensing.rules.voids import VOID_WORDS
from dispensing.services.authorisations import Authorisation

# Vomiting is told of a dose that stands; closing and death are not said at the window with patients in the queue.
AT_THE_WINDOW = [code for code in OutcomeCode if code not in {OutcomeCode.VOMITED, OutcomeCode.SITE_CLOSED}]


class SlipField(forms.CharField):
    """The signed slip of an authorisation."""

    default_error_messages = {"unreadable": _("Màn hình này đã cũ. Mở lại người bệnh.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.HiddenInput, **kwargs)

    def clean(self, value: Any) -> Authorisation | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return Authorisation.from_slip(text)
        except signing.BadSignature as error:
            raise forms.ValidationError(self.error_messages["unreadable"], code="unreadable") from error


class AnswersForm(forms.Form):
    """What is asked before pouring. Only the questions that the rules put are shown; the rest stays unanswered."""

    missed_reason = forms.ChoiceField(choices=list(MISSED_REASON_WORDS.items()), required=False)
    onsite_check_done = forms.BooleanField(required=False)
    clinic_told_who = forms.CharField(max_length=120, required=False)
    second_look = forms.BooleanField(required=False)
    last_dose_proof = forms.ChoiceField(choices=list(LAST_DOSE_PROOF_WORDS.items()), required=False)
    alert = forms.BooleanField(required=False)
    signs = forms.MultipleChoiceField(choices=list(SIGN_WORDS.items()), required=False)

    def answers(self) -> Answers:
        said = self.cleaned_data
        return Answers(
            sober=tuple(said["signs"]),
            alert_confirmed=True if said["alert"] else None,
            missed_reason=said["missed_reason"] or None,
            onsite_check_done=said["onsite_check_done"],
            clinic_told=bool(said["clinic_told_who"].strip()),
            second_look=said["second_look"],
            last_dose_proof=said["last_dose_proof"] or None,
        )


class ConfirmForm(forms.Form):
    """Right person, alert, drank it. A missing way of recognising is no reason to refuse: it is stored as missing."""

    slip = SlipField()
    identified_by = forms.ChoiceField(choices=list(IDENTIFICATION_WORDS.items()), required=False)
    poured_by = forms.IntegerField(required=False)


class OutcomeForm(forms.Form):
    """Why there was no dose."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    slip = SlipField(required=False)
    code = forms.ChoiceField(
        choices=[(code, OUTCOME_WORDS[code]) for code in AT_THE_WINDOW],
        widget=forms.RadioSelect,
        label=_("Chuyện gì đã xảy ra?"),
        error_messages={"required": _("Chọn chuyện đã xảy ra.")},
    )
    signs = forms.MultipleChoiceField(choices=list(SIGN_WORDS.items()), required=False, label=_("Thấy gì?"))
    recheck = forms.TimeField(required=False, input_formats=["%H:%M"], label=_("Xem lại lúc"))
    note = forms.CharField(max_length=300, required=False, label=_("Ghi thêm"))

    def recheck_at(self, now: datetime, zone: str) -> datetime | None:
        """The time of the next look, today in the facility's zone."""
        at = self.cleaned_data["recheck"]
        if at is None:
            return None
        return now.astimezone(ZoneInfo(zone)).replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)


class VoidForm(forms.Form):
    """Which of three things really happened to a recorded dose."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        choices=list(VOID_WORDS.items()),
        widget=forms.RadioSelect,
        label=_("Thuốc đã đi đâu?"),
        error_messages={"required": _("Chọn thuốc đã đi đâu.")},
    )
    drinker = forms.CharField(
        max_length=12,
        required=False,
        label=_("Mã số người đã uống"),
        help_text=_("Không biết ai uống thì ghi: không rõ."),
    )
    reason = forms.CharField(
        max_length=300,
        label=_("Vì sao hủy bản ghi"),
        error_messages={"required": _("Ghi vì sao hủy bản ghi này.")},
    )
