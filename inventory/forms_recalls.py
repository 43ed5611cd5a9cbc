"""What is typed when a lot is called back."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.forms import ActForm
from inventory.services.recalls import Recalling


class RecallForm(ActForm):
    """Which lot, on whose paper, why; signed with one's own PIN."""

    lot = forms.TypedChoiceField(label=gettext_lazy("Lô bị thu hồi"), coerce=int)
    authority = forms.CharField(label=gettext_lazy("Cơ quan ra quyết định"), max_length=160)
    paper_number = forms.CharField(label=gettext_lazy("Số văn bản"), max_length=60)
    reason = forms.CharField(label=gettext_lazy("Lý do"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    own_pin = forms.CharField(
        label=gettext_lazy("PIN của bạn"),
        max_length=12,
        widget=forms.PasswordInput(attrs={"class": "pin", "inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, data: Any = None, *, lots: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        field = self.fields["lot"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [("", _("Chọn…")), *lots]

    def command(self) -> Recalling:
        """What the service takes. Only of a valid form."""
        said = self.cleaned_data
        return Recalling(
            said["id"], said["lot"], said["authority"], said["paper_number"], said["reason"], said["own_pin"]
        )
