"""What is typed when something goes wrong. Everything is a tap where it can be."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from core.ids import new_id
from dispensing.forms.morning import SlipField
from dispensing.forms.named_orders import pin_field
from dispensing.forms.prescriptions import MgField
from dispensing.queries.phone_page import Physician
from dispensing.rules.incident_codes import (
    ADVICE_WORDS,
    ENDED_WORDS,
    FOUND_WORDS,
    NEAR_MISS_WORDS,
    OBSERVATION_STATE_WORDS,
    OBSERVATION_WORDS,
    VOMIT_SEEN_WORDS,
    EndedHow,
    FoundHow,
    WrongDoseKind,
)
from dispensing.services.incidents import IncidentRefused
from dispensing.services.voids import UNKNOWN
from inventory.forms import VolumeField

KIND_CHOICES: Final = [
    (str(WrongDoseKind.OTHER_PERSON), _("Người khác đã uống")),
    (str(WrongDoseKind.OTHER_AMOUNT), _("Đúng người, khác số mL")),
]
_HOURS: Final = ["%H:%M", "%H.%M", "%Hh%M", "%Hg%M", "%H%M"]


def _choices(words: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    return [(str(code), text) for code, text in words.items()]


def hour(label: Any, **kwargs: Any) -> forms.TimeField:
    """A time of today."""
    return forms.TimeField(
        input_formats=_HOURS,
        label=label,
        widget=forms.TimeInput(attrs={"class": "short", "autocomplete": "off"}, format="%H:%M"),
        error_messages={"invalid": _("Ghi giờ và phút, ví dụ 05:45."), "required": _("Ghi giờ.")},
        **kwargs,
    )


class MishapForm(forms.Form):
    """`id`: of the fact, made when the page is shown."""

    id = forms.UUIDField(widget=forms.HiddenInput)

    def refuse(self, refused: IncidentRefused) -> None:
        """Put the refusal beside what caused it."""
        self.add_error(refused.field if refused.field in self.fields else None, refused.sentence)

    def at(self, name: str, on: datetime, zone: str) -> datetime:
        """The typed time on the day of `on`, in the facility's zone; to the second where it is that very minute."""
        said = self.cleaned_data[name]
        day = on.astimezone(ZoneInfo(zone))
        if (said.hour, said.minute) == (day.hour, day.minute):
            return on
        return day.replace(hour=said.hour, minute=said.minute, second=0, microsecond=0)


class WrongDoseForm(MishapForm):
    """Who drank it, or how much; found how; what was said to them; who was told."""

    slip = SlipField(required=False)
    kind = forms.ChoiceField(
        choices=KIND_CHOICES,
        label=_("Chuyện gì đã xảy ra?"),
        error_messages={"required": _("Chọn chuyện đã xảy ra.")},
    )
    drinker = forms.RegexField(
        r"^[0-9]{4,10}$",
        required=False,
        label=_("Mã số người đã uống"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("Mã số người bệnh chỉ gồm chữ số.")},
    )
    drinker_unknown = forms.BooleanField(required=False, label=_("Chưa biết là ai"))
    actual = VolumeField(required=False, label=_("Thật sự đã rót bao nhiêu mL?"))
    found_how = forms.ChoiceField(
        choices=_choices(FOUND_WORDS), initial=str(FoundHow.SEEN), required=False, label=_("Biết nhờ đâu?")
    )
    advice = forms.MultipleChoiceField(
        choices=_choices(ADVICE_WORDS), required=False, label=_("Đã dặn người uống điều gì?")
    )
    told = forms.CharField(
        max_length=120, required=False, label=_("Đã báo bác sĩ nào?"), widget=forms.TextInput({"autocomplete": "off"})
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        other = said.get("kind") == WrongDoseKind.OTHER_PERSON
        if other and not (said.get("drinker") or said.get("drinker_unknown") or "drinker" in self.errors):
            self.add_error("drinker", _("Ghi mã số người đã uống, hoặc chọn: chưa biết là ai."))
        if said.get("kind") == WrongDoseKind.OTHER_AMOUNT and not said.get("actual") and "actual" not in self.errors:
            self.add_error("actual", _("Ghi số mL thật sự đã rót."))
        return said

    @property
    def drinker_code(self) -> str:
        """A code, UNKNOWN, or nothing where the right person drank another amount."""
        said = self.cleaned_data
        if said["kind"] == WrongDoseKind.OTHER_AMOUNT:
            return ""
        return said["drinker"] or UNKNOWN


class ToldForm(MishapForm):
    """A physician was told, and what they said."""

    told = forms.CharField(
        max_length=120,
        label=_("Đã báo bác sĩ nào?"),
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Ghi tên bác sĩ đã được báo.")},
    )
    told_at = hour(_("Báo lúc"))
    words = forms.CharField(max_length=300, required=False, label=_("Bác sĩ dặn gì?"))


class NearMissForm(forms.Form):
    """One tap."""

    id = forms.UUIDField(required=False)
    kind = forms.ChoiceField(choices=_choices(NEAR_MISS_WORDS))
    patient = forms.UUIDField(required=False)

    def clean_id(self) -> Any:
        return self.cleaned_data["id"] or new_id()


class NoteForm(forms.Form):
    note = forms.CharField(
        max_length=300,
        label=_("Ghi thêm: điều gì giúp lần sau?"),
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Không ghi tên người bệnh."),
        error_messages={"required": _("Viết vài chữ.")},
    )


class VomitForm(MishapForm):
    """When, seen by staff or only told, what was seen."""

    at_time = hour(_("Nôn lúc"))
    witnessed = forms.ChoiceField(
        choices=[("1", _("nhân viên thấy")), ("0", _("chỉ nghe kể"))],
        label=_("Ai thấy?"),
        error_messages={"required": _("Chọn: nhân viên thấy, hay chỉ nghe kể.")},
    )
    seen = forms.ChoiceField(
        choices=_choices(VOMIT_SEEN_WORDS),
        label=_("Thấy gì?"),
        error_messages={"required": _("Chọn điều đã thấy.")},
    )

    def refuse(self, refused: IncidentRefused) -> None:
        self.add_error("at_time" if refused.field == "at" else None, refused.sentence)


class OrderForm(MishapForm):
    """One dose, signed with the PIN."""

    mg = MgField(label=_("Liều (mg)"), error_messages={"required": _("Nhập số mg.")})
    note = forms.CharField(max_length=300, required=False, label=_("Ghi thêm"))
    pin = pin_field()


class PhonedOrderForm(MishapForm):
    """One dose, as a physician said on the phone."""

    mg = MgField(label=_("Bác sĩ cho uống bù bao nhiêu mg?"), error_messages={"required": _("Nhập số mg.")})
    ordered_by = forms.ChoiceField(
        widget=forms.RadioSelect, label=_("Bác sĩ nào?"), error_messages={"required": _("Chọn bác sĩ đã nói.")}
    )
    told_at = hour(_("Nói lúc"))
    words = forms.CharField(
        max_length=500,
        label=_("Bác sĩ dặn gì?"),
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Không ghi tên người bệnh."),
        error_messages={"required": _("Ghi lời bác sĩ dặn.")},
    )
    read_back = forms.BooleanField(
        error_messages={"required": _("Đọc lại y lệnh cho bác sĩ nghe, rồi đánh dấu.")},
    )

    def __init__(self, *args: Any, physicians: Sequence[Physician], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["ordered_by"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared so above
        field.choices = [(str(one.id), one.label) for one in physicians]
        if len(physicians) == 1:
            self.initial.setdefault("ordered_by", str(physicians[0].id))


class WatchForm(MishapForm):
    """Why somebody is watched from now on."""

    why = forms.ChoiceField(
        choices=_choices(OBSERVATION_WORDS),
        label=_("Vì sao theo dõi?"),
        error_messages={"required": _("Chọn vì sao theo dõi.")},
    )
    note = forms.CharField(max_length=300, required=False, label=_("Ghi thêm"))


class CheckForm(MishapForm):
    """What one look found."""

    state = forms.ChoiceField(
        choices=_choices(OBSERVATION_STATE_WORDS),
        label=_("Thấy thế nào?"),
        error_messages={"required": _("Chọn điều đã thấy.")},
    )
    breaths = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=60,
        label=_("Nhịp thở mỗi phút"),
        widget=forms.TextInput({"class": "short", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "invalid": _("Ghi số nhịp thở đếm trong một phút."),
            "max_value": _("Ghi số nhịp thở đếm trong một phút."),
        },
    )


class EndForm(forms.Form):
    how = forms.ChoiceField(
        choices=[(str(how), ENDED_WORDS[how]) for how in EndedHow if how is not EndedHow.LONGER],
        label=_("Kết thúc thế nào?"),
        error_messages={"required": _("Chọn kết thúc thế nào.")},
    )
