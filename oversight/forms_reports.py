"""What is typed when a report is chosen, signed and approved."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from core.ids import new_id
from oversight.reports.places import Place
from oversight.rules.periods import Period
from oversight.services.reports import NewReport


class ChooseForm(forms.Form):
    """Which report of which place: a plain GET."""

    which = forms.ChoiceField(label=gettext_lazy("Báo cáo và kỳ"))
    place = forms.ChoiceField(label=gettext_lazy("Của nơi nào"))

    def __init__(
        self,
        data: Any = None,
        *,
        groups: Sequence[tuple[str, Sequence[tuple[str, str]]]],
        places: Sequence[Place],
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        which, place = self.fields["which"], self.fields["place"]
        if isinstance(which, forms.ChoiceField) and isinstance(place, forms.ChoiceField):
            which.choices = groups
            place.choices = [(one.key, one.words) for one in places]


def _pin() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("PIN của bạn"),
        max_length=12,
        widget=forms.PasswordInput(attrs={"class": "pin", "inputmode": "numeric", "autocomplete": "off"}),
    )


def _words(label: Any, hint: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class FreezeForm(forms.Form):
    """The signature of who made it; words where a check or a version wants them."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    explained = _words(
        gettext_lazy("Giải thích chênh lệch"), gettext_lazy("Ví dụ: 2 người đang nằm viện, uống thuốc ở đó.")
    )
    why = _words(gettext_lazy("Vì sao cần phiên bản mới"), gettext_lazy("Ví dụ: ghi bù một người chuyển đi."))
    own_pin = _pin()

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, initial={"id": new_id()}, **kwargs)

    def command(self, place: Place, period: Period) -> NewReport:
        """What the service takes. Only of a valid form."""
        said = self.cleaned_data
        return NewReport(said["id"], place.key, period, said["explained"], said["why"], said["own_pin"])


class ApproveForm(forms.Form):
    """The second signature."""

    own_pin = _pin()
