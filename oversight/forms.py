"""Filters of the audit trail."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class AuditFilter(forms.Form):
    """Which part of the trail to show."""

    facility = forms.TypedChoiceField(label=gettext_lazy("Cơ sở"), coerce=int, empty_value=None, required=False)
    day = forms.DateField(
        label=gettext_lazy("Ngày"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Ngày chưa đúng. Viết như 24/11/2026.")},
    )
    before = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, facilities: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        facility = self.fields["facility"]
        if isinstance(facility, forms.TypedChoiceField):
            facility.choices = [("", _("Mọi cơ sở")), *facilities]
