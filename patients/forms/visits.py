"""What is typed when a patient is elsewhere for some days."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.forms.register import day_field
from patients.models import VISITS, PlacementKind
from patients.rules.words import PLACEMENT_WORDS
from patients.services.placements import Visit


class VisitForm(forms.Form):
    """Where to, from when, until when. The service judges the days."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Người bệnh ở đâu"),
        choices=[(str(kind), PLACEMENT_WORDS[kind]) for kind in VISITS],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Chọn người bệnh ở đâu.")},
    )
    facility = forms.TypedChoiceField(
        label=gettext_lazy("Uống nhờ tại"), coerce=int, required=False, empty_value=None,
        help_text=gettext_lazy("Chỉ chọn khi uống nhờ ở cơ sở khác."),
    )  # fmt: skip
    place = forms.CharField(
        label=gettext_lazy("Tên bệnh viện hoặc nơi đó"), max_length=120, required=False,
        help_text=gettext_lazy("Chỉ ghi khi nằm viện hoặc bị tạm giữ."),
    )  # fmt: skip
    from_day = day_field(gettext_lazy("Từ ngày"))
    until = day_field(gettext_lazy("Đến hết ngày"))
    words = forms.CharField(label=gettext_lazy("Ghi chú"), max_length=200, required=False)

    def __init__(self, data: Any = None, *, facilities: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        facility = self.fields["facility"]
        if isinstance(facility, forms.TypedChoiceField):
            facility.choices = [("", _("Chọn cơ sở…")), *facilities]

    def visit(self) -> Visit:
        """What the service takes. Only of a valid form; what does not belong to the kind is left out."""
        said = self.cleaned_data
        guest = said["kind"] == PlacementKind.GUEST
        return Visit(
            kind=PlacementKind(said["kind"]),
            from_day=said["from_day"],
            until=said["until"],
            facility_id=said["facility"] if guest else None,
            place="" if guest else said["place"],
            words=said["words"],
        )


class VisitEndForm(forms.Form):
    """The last day there."""

    last_day = day_field(gettext_lazy("Ngày cuối ở nơi kia"))
