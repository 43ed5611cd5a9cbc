"""What a dispenser types at the window. Forms read dictionaries; the services judge."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from core.access import Access
from dispensing.rules.choices import (
    IDENTIFICATION_WORDS,
    LAST_DOSE_PROOF_WORDS,
    MISSED_REASON_WORDS,
    OUTCOME_WORDS,
    SIGN_WORDS,
    OutcomeCode,
)
from dispensing.rules.facts import Answers
from dispensing.rules.voids import BY_HAND, VOID_WORDS, VoidKind
from dispensing.services.authorisations import Authorisation

# What may be said at the window, in the order of the morning. Vomiting is told of a dose that stands, a closed site of
# a whole day.
NOT_POURED: Final = (
    OutcomeCode.WITHHELD,
    OutcomeCode.INTOXICATED,
    OutcomeCode.REFUSED,
    OutcomeCode.SENT_AWAY,
    OutcomeCode.MISSED_RULE_BLOCK,
    OutcomeCode.NO_PRESCRIPTION,
    OutcomeCode.STOCK_OUT,
)
POURED: Final = (OutcomeCode.SPAT_OUT, OutcomeCode.HELD_IN_MOUTH, OutcomeCode.LEFT_WITH_CUP)
NOT_HERE: Final = (
    OutcomeCode.ABSENT,
    OutcomeCode.HOSPITALISED,
    OutcomeCode.DETAINED,
    OutcomeCode.TRANSFERRED,
    OutcomeCode.DECEASED,
)


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
    """What is asked before pouring. Only the questions that the rules put are shown; the rest stays unanswered.

    `asked_before` names the questions that were on the screen.
    """

    asked_before = forms.CharField(max_length=400, required=False)
    missed_reason = forms.ChoiceField(choices=list(MISSED_REASON_WORDS.items()), required=False)
    onsite_check_done = forms.BooleanField(required=False)
    clinic_told_who = forms.CharField(max_length=120, required=False)
    second_look = forms.BooleanField(required=False)
    last_dose_proof = forms.ChoiceField(choices=list(LAST_DOSE_PROOF_WORDS.items()), required=False)
    alert = forms.BooleanField(required=False)
    signs = forms.MultipleChoiceField(choices=list(SIGN_WORDS.items()), required=False)

    def asked(self) -> set[str]:
        """The codes of the questions that this person has just seen."""
        return set(str(self.cleaned_data.get("asked_before", "")).split())

    def carried(self) -> dict[str, str]:
        """What is answered travels on with the questions that are still open."""
        said = self.cleaned_data
        ticked = {name: "1" for name in ("onsite_check_done", "second_look", "alert") if said.get(name)}
        return ticked | {name: said[name] for name in ("missed_reason", "last_dose_proof") if said.get(name)}

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


class AskedForm(forms.Form):
    """Asked about new medicines, and there are none. The slip carries what was answered before."""

    asked_id = forms.UUIDField()
    slip = SlipField(required=False)


class ConfirmForm(forms.Form):
    """Right person, alert, drank it. A missing way of recognising is no reason to refuse: it is stored as missing."""

    slip = SlipField()
    identified_by = forms.CharField(required=False)  # a ChoiceField copies its words for every dose
    poured_by = forms.IntegerField(required=False)

    def clean_identified_by(self) -> str:
        said: str = self.cleaned_data["identified_by"]
        if said and said not in IDENTIFICATION_WORDS:
            raise forms.ValidationError(SlipField.default_error_messages["unreadable"], code="invalid_choice")
        return said


class OutcomeForm(forms.Form):
    """Why there was no dose. What was poured and not swallowed is offered with the open card's slip only: it says how
    much.
    """

    id = forms.UUIDField(widget=forms.HiddenInput)
    slip = SlipField(required=False)
    code = forms.ChoiceField(
        choices=[(code, OUTCOME_WORDS[code]) for code in (*NOT_POURED, *POURED, *NOT_HERE)],
        label=_("Chuyện gì đã xảy ra?"),
        error_messages={"required": _("Chọn chuyện đã xảy ra.")},
    )
    signs = forms.MultipleChoiceField(choices=list(SIGN_WORDS.items()), required=False, label=_("Thấy gì?"))
    recheck = forms.TimeField(
        required=False,
        input_formats=["%H:%M", "%H.%M", "%Hh%M", "%Hg%M", "%H%M"],
        label=_("Xem lại lúc"),
        widget=forms.TimeInput(attrs={"class": "short", "autocomplete": "off"}, format="%H:%M"),
        error_messages={"invalid": _("Ghi giờ và phút, ví dụ 07:30.")},
    )
    note = forms.CharField(max_length=300, required=False, label=_("Ghi thêm"))

    def __init__(self, data: Any = None, *, patient_id: UUID, by: Access, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._patient_id, self._by = patient_id, by

    def clean(self) -> dict[str, Any]:
        """A slip of another patient or person says nothing about this cup."""
        data = super().clean() or {}
        slip = data.get("slip")
        own = slip is None or (slip.patient_id, slip.facility_id, slip.person_id) == (
            self._patient_id,
            self._by.facility_id,
            self._by.person_id,
        )
        if "slip" in self.errors or not own:
            self.add_error(None, SlipField.default_error_messages["unreadable"])
        return data

    @property
    def poured(self) -> Authorisation | None:
        """What the open card offered to pour, None where it came without a slip."""
        text = self["slip"].value()
        try:
            return Authorisation.from_slip(text) if text else None
        except signing.BadSignature:
            return None

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
        choices=[(kind, VOID_WORDS[kind]) for kind in BY_HAND],
        widget=forms.RadioSelect,
        label=_("Thuốc đã đi đâu?"),
        error_messages={"required": _("Chọn thuốc đã đi đâu.")},
    )
    drinker = forms.RegexField(
        r"^[0-9]{4,10}$",
        required=False,
        label=_("Mã số người đã uống"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("Mã số người bệnh chỉ gồm chữ số.")},
    )
    drinker_unknown = forms.BooleanField(required=False, label=_("Chưa biết là ai"))
    reason = forms.CharField(
        max_length=300,
        label=_("Vì sao hủy bản ghi"),
        error_messages={"required": _("Ghi vì sao hủy bản ghi này.")},
    )

    @property
    def drinker_code(self) -> str:
        """The code of who drank it instead; empty where nobody knows, or nobody did."""
        said = self.cleaned_data
        return str(said["drinker"]) if said["kind"] == VoidKind.DRUNK_BY_OTHER else ""
