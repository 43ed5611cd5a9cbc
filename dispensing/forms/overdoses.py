"""What is typed during and after an overdose, on a phone, one-handed: everything is a tap where it can be."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from core.ids import new_id
from dispensing.forms.incidents import MishapForm, hour
from dispensing.forms.named_orders import pin_field
from dispensing.forms.prescriptions import MgField
from dispensing.rules.overdose import Signs
from dispensing.rules.overdose_codes import (
    AVPU_WORDS,
    END_WORDS,
    PLACE_WORDS,
    PUPIL_WORDS,
    RESPONSE_WORDS,
    ROUTE_WORDS,
    SUBSTANCE_WORDS,
    TAKE_HOME_WORDS,
    OverdoseEnd,
    OverdoseStep,
    Place,
    Response,
    Route,
    Substance,
    TakeHome,
)
from dispensing.services.overdose_reports import NewReport
from dispensing.services.overdoses import Naloxone, NewOverdose, NewStep
from inventory.rules.shelf import Held

_NUMBER: Final = {"inputmode": "numeric", "autocomplete": "off", "class": "short"}
NOT_OURS: Final = "0"  # naloxone that somebody else brought


def _choices(words: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    return [(str(code), text) for code, text in words.items()]


def code_field(**kwargs: Any) -> forms.RegexField:
    return forms.RegexField(
        r"^[0-9]{4,10}$",
        label=_("Mã số người bệnh"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("Mã số người bệnh chỉ gồm chữ số.")},
        **kwargs,
    )


class StartForm(MishapForm):
    """Everything has an answer already: one tap starts it."""

    place = forms.ChoiceField(choices=_choices(PLACE_WORDS), initial=str(Place.SITE), label=_("Ở đâu?"))
    place_words = forms.CharField(max_length=120, required=False, label=_("Chỗ nào"))
    found = hour(_("Phát hiện lúc"))
    found_on = forms.DateField(
        label=_("Ngày"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), required=False
    )
    code = code_field(required=False, help_text=_("Chưa biết là ai, hoặc không phải người bệnh: để trống."))

    def command(self, *, now: datetime, zone: str) -> NewOverdose:
        """What the service takes. Only of a valid form."""
        said = self.cleaned_data
        return NewOverdose(
            id=said["id"],
            found_at=moment(said["found_on"], said["found"], now=now, zone=zone),
            place=Place(said["place"]),
            place_words=said["place_words"],
            code=said["code"],
        )


def moment(day: date | None, at: time, *, now: datetime, zone: str) -> datetime:
    """The typed time, of today where no day is said; the second of this very minute."""
    here = now.astimezone(ZoneInfo(zone))
    found = datetime.combine(day or here.date(), at, tzinfo=ZoneInfo(zone))
    return now if here.replace(second=0, microsecond=0) == found else found


class IdentifyForm(forms.Form):
    code = code_field()


class StepForm(forms.Form):
    """What each kind of line shares: its id, made when the page is shown, when it was, and a few words."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    at = hour(_("Lúc"))
    words = forms.CharField(max_length=300, required=False, label=_("Ghi thêm"))

    def new_step(self, incident_id: UUID, step: OverdoseStep, *, now: datetime, zone: str, **more: Any) -> NewStep:
        said = self.cleaned_data
        at = moment(None, said["at"], now=now, zone=zone)
        return NewStep(said["id"], incident_id, step, at, said["words"], **more)


class NaloxoneForm(StepForm):
    """One dose: from which lot of the shelf, how many ampoules, by which route, and what came of it."""

    lot = forms.ChoiceField(label=_("Ống lấy ở đâu?"))
    ampoules = forms.IntegerField(
        min_value=1, max_value=20, initial=1, label=_("Số ống"), widget=forms.TextInput(attrs=_NUMBER), required=False
    )
    mg = MgField(required=False, label=_("Hoặc số mg"))
    route = forms.ChoiceField(choices=_choices(ROUTE_WORDS), initial=str(Route.IM), label=_("Đường dùng"))
    response = forms.ChoiceField(choices=_choices(RESPONSE_WORDS), initial=str(Response.NOT_YET), label=_("Đáp ứng"))

    def __init__(self, data: Any = None, *, lots: Sequence[Held], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field = self.fields["lot"]
        if isinstance(field, forms.ChoiceField):
            ours = [(str(lot.lot_id), _lot_words(lot)) for lot in lots]
            field.choices = [*ours, (NOT_OURS, _("không phải ống của trạm"))]
            field.initial = field.choices[0][0]

    def step(self, incident_id: UUID, *, now: datetime, zone: str) -> NewStep:
        """What the service takes. Only of a valid form."""
        said = self.cleaned_data
        lot_id = None if said["lot"] == NOT_OURS else int(said["lot"])
        given = Naloxone(Route(said["route"]), Response(said["response"]), lot_id, said["ampoules"], said["mg"])
        return self.new_step(incident_id, OverdoseStep.NALOXONE, now=now, zone=zone, naloxone=given)


def _lot_words(lot: Held) -> Any:
    return _("trạm, lô %(lot)s, HD %(day)s") % {"lot": lot.lot_number, "day": f"{lot.expires_on:%d/%m/%Y}"}


class SignsForm(StepForm):
    """What is counted: any of it."""

    avpu = forms.ChoiceField(choices=_choices(AVPU_WORDS), required=False, label=_("Tri giác"))
    breaths = forms.IntegerField(required=False, label=_("Nhịp thở mỗi phút"), widget=forms.TextInput(attrs=_NUMBER))
    spo2 = forms.IntegerField(required=False, label=_("SpO₂ (%)"), widget=forms.TextInput(attrs=_NUMBER))
    pulse = forms.IntegerField(required=False, label=_("Mạch mỗi phút"), widget=forms.TextInput(attrs=_NUMBER))
    systolic = forms.IntegerField(required=False, label=_("Huyết áp tâm thu"), widget=forms.TextInput(attrs=_NUMBER))
    diastolic = forms.IntegerField(
        required=False, label=_("Huyết áp tâm trương"), widget=forms.TextInput(attrs=_NUMBER)
    )
    gcs = forms.IntegerField(required=False, label=_("Glasgow"), widget=forms.TextInput(attrs=_NUMBER))
    pupils = forms.ChoiceField(choices=_choices(PUPIL_WORDS), required=False, label=_("Đồng tử"))
    cyanosis = forms.ChoiceField(
        choices=[("yes", _("có")), ("no", _("không"))], required=False, label=_("Môi, móng tay tím")
    )

    def step(self, incident_id: UUID, *, now: datetime, zone: str) -> NewStep:
        """What the service takes. Only of a valid form."""
        said = self.cleaned_data
        blue = {"yes": True, "no": False}.get(said["cyanosis"])
        seen = Signs(
            avpu=said["avpu"], gcs=said["gcs"], breaths=said["breaths"], spo2=said["spo2"], pulse=said["pulse"],
            systolic=said["systolic"], diastolic=said["diastolic"], pupils=said["pupils"], cyanosis=blue,
        )  # fmt: skip
        return self.new_step(incident_id, OverdoseStep.SIGNS, now=now, zone=zone, signs=seen)


class NoteForm(StepForm):
    """Anything else, or a step of another time than now."""

    step = forms.ChoiceField(label=_("Việc gì"))

    def __init__(self, data: Any = None, *, steps: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field = self.fields["step"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(steps)


class DayTimeField(forms.DateTimeField):
    """A day and a time, in the facility's zone."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(required=False, widget=widget, input_formats=["%Y-%m-%dT%H:%M"], **kwargs)


class ReportForm(MishapForm):
    """The written report: what the record cannot know."""

    outcome = forms.ChoiceField(choices=_choices(END_WORDS), label=_("Kết quả"))
    substances = forms.MultipleChoiceField(
        choices=_choices(SUBSTANCE_WORDS), required=False, label=_("Nghi đã dùng thêm")
    )
    take_home = forms.ChoiceField(
        choices=_choices(TAKE_HOME_WORDS), initial=str(TakeHome.UNKNOWN), label=_("Có thuốc mang về liên quan?")
    )
    present = forms.CharField(max_length=300, label=_("Ai đã có mặt, làm gì"))
    physician = forms.CharField(max_length=120, required=False, label=_("Bác sĩ đã báo"))
    physician_at = DayTimeField(label=_("Báo bác sĩ lúc"))
    hospital = forms.CharField(max_length=120, required=False, label=_("Chuyển đến bệnh viện"))
    transport = forms.CharField(max_length=120, required=False, label=_("Phương tiện"))
    transferred_at = DayTimeField(label=_("Chuyển lúc"))
    observed_until = DayTimeField(label=_("Theo dõi đến"))
    family_told_at = DayTimeField(label=_("Báo gia đình lúc"))
    wrong_dose = forms.ChoiceField(required=False, label=_("Sau một lần uống nhầm"))
    root_cause = forms.CharField(
        max_length=1000,
        label=_("Vì sao xảy ra"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Điều gì trong cách làm cần đổi; chưa rõ thì ghi: chưa rõ."),
    )
    pin = pin_field()

    def __init__(self, data: Any = None, *, wrong: Sequence[tuple[str, str]], zone: str, **kwargs: Any) -> None:
        super().__init__(data, initial={"id": new_id()}, **kwargs)
        self.zone = ZoneInfo(zone)
        field = self.fields["wrong_dose"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("không")), *wrong]

    def command(self, incident_id: UUID) -> NewReport:
        """What the service takes. Only of a valid form."""
        said = self.cleaned_data
        times = {
            name: said[name].replace(tzinfo=self.zone) if said[name] else None
            for name in ("physician_at", "transferred_at", "observed_until", "family_told_at")
        }
        return NewReport(
            id=said["id"],
            incident_id=incident_id,
            outcome=OverdoseEnd(said["outcome"]),
            present=said["present"],
            root_cause=said["root_cause"],
            pin=said["pin"],
            take_home=TakeHome(said["take_home"]),
            substances=tuple(Substance(one) for one in said["substances"]),
            physician=said["physician"],
            hospital=said["hospital"],
            transport=said["transport"],
            wrong_dose_id=UUID(said["wrong_dose"]) if said["wrong_dose"] else None,
            **times,
        )
