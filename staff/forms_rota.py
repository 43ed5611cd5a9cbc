"""What people tap and type about the rota, days off, leave and certificates. Dictionaries in, clean values out."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staff.forms_hours import _day
from staff.rules.rota import Entry
from staff.rules.rota_codes import CertificateEnd, CertificateKind, OffKind, RotaRole
from staff.rules.wording_rota import CERTIFICATE_END_WORDS, CERTIFICATE_WORDS, OFF_WORDS
from staff.services.certificates import NewCertificate
from staff.services.days_off import NewDaysOff
from staff.services.leave import NewChoice
from staff.services.swaps import Offer


class TapForm(forms.Form):
    """Put somebody into a role of a day, or take them out."""

    person = forms.IntegerField()
    what = forms.ChoiceField(choices=[("on", "on"), ("off", "off")])


class TakeForm(forms.Form):
    """Which of the proposed duties are taken; each is a day, a role and a person."""

    chosen = forms.MultipleChoiceField(error_messages={"required": gettext_lazy("Chọn ít nhất một ca.")})

    def __init__(self, *args: Any, choices: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["chosen"]
        if isinstance(chosen, forms.MultipleChoiceField):
            chosen.choices = [(each, each) for each in choices]

    def entries(self) -> list[Entry]:
        """The clean values as entries of the rota."""
        parts = [each.split(" ") for each in self.cleaned_data["chosen"]]
        return [Entry(date.fromisoformat(day), RotaRole(role), int(person)) for day, role, person in parts]


class OfferForm(forms.Form):
    """To whom a duty is offered, for which of theirs, and a word with it."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    to = forms.TypedChoiceField(
        label=gettext_lazy("Nhờ ai"), coerce=int, widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Chọn một người.")},
    )  # fmt: skip
    in_return = forms.TypedChoiceField(
        label=gettext_lazy("Bạn trực thay ca nào của người đó"), coerce=UUID, empty_value=None, required=False,
        widget=forms.RadioSelect,
    )  # fmt: skip
    words = forms.CharField(label=gettext_lazy("Lời nhắn"), max_length=200, required=False)

    def __init__(
        self, *args: Any, people: Sequence[tuple[str, str]], duties: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("to", people), ("in_return", [("", _("Không cần trực thay")), *duties])):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices

    def command(self, duty_id: UUID) -> Offer:
        said = self.cleaned_data
        return Offer(said["id"], duty_id, said["to"], said["in_return"], said["words"])


class OffForm(forms.Form):
    """Days on which somebody is not there."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    person = forms.TypedChoiceField(label=gettext_lazy("Ai nghỉ"), coerce=int)
    kind = forms.ChoiceField(label=gettext_lazy("Nghỉ vì"))
    first_day = _day(gettext_lazy("Từ ngày"))
    last_day = _day(gettext_lazy("Đến hết ngày"))
    words = forms.CharField(label=gettext_lazy("Ghi chú"), max_length=200, required=False)

    def __init__(self, *args: Any, people: Sequence[tuple[int, str]], leave: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(str(kind), OFF_WORDS[kind]) for kind in OffKind if leave or kind is not OffKind.COMPENSATORY]
        for name, choices in (("person", people), ("kind", kinds)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices
        if len(people) == 1:
            self.fields["person"].widget = forms.HiddenInput()

    def command(self) -> NewDaysOff:
        said = self.cleaned_data
        return NewDaysOff(
            said["id"], said["person"], OffKind(said["kind"]), said["first_day"], said["last_day"], said["words"]
        )


class LeaveForm(forms.Form):
    """How much of an approved interval is to be leave, in hours and minutes."""

    id = forms.UUIDField()
    interval = forms.UUIDField()
    hours = forms.IntegerField(min_value=0, max_value=24, required=False)
    minutes = forms.IntegerField(min_value=0, max_value=59, required=False)

    def command(self) -> NewChoice:
        said = self.cleaned_data
        return NewChoice(said["id"], said["interval"], 60 * (said["hours"] or 0) + (said["minutes"] or 0))


class CertificateForm(forms.Form):
    """A certificate as it stands on paper."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=gettext_lazy("Chứng chỉ"), choices=[(str(kind), CERTIFICATE_WORDS[kind]) for kind in CertificateKind]
    )
    number = forms.CharField(label=gettext_lazy("Số chứng chỉ"), max_length=60)
    issuer = forms.CharField(label=gettext_lazy("Nơi cấp"), max_length=120)
    issued_on = _day(gettext_lazy("Ngày cấp"))
    expires_on = _day(
        gettext_lazy("Hết hạn ngày"), required=False, help_text=gettext_lazy("Để trống nếu không có ngày hết hạn.")
    )

    def command(self, person_id: int) -> NewCertificate:
        said = self.cleaned_data
        return NewCertificate(
            said["id"], person_id, CertificateKind(said["kind"]), said["number"], said["issuer"], said["issued_on"],
            said["expires_on"],
        )  # fmt: skip


class EndForm(forms.Form):
    """Why a certificate stands no longer."""

    why = forms.ChoiceField(choices=[(str(why), CERTIFICATE_END_WORDS[why]) for why in CertificateEnd])
