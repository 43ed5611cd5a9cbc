"""What is asked before the single incidents behind a number are shown."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from core.ids import new_id
from oversight.rules.looks import LOOK_WHY_WORDS, LookWhy, What
from oversight.services.looks import Looking


class LookForm(forms.Form):
    """Why somebody looks; its id is made when it is shown, so a second send is the same look."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    why = forms.ChoiceField(
        label=gettext_lazy("Xem để làm gì"),
        choices=[(str(why), words) for why, words in LOOK_WHY_WORDS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Chọn một mục đích.")},
    )
    words = forms.CharField(
        label=gettext_lazy("Lý do, bằng lời của bạn"),
        help_text=gettext_lazy("Không ghi tên người bệnh."),
        min_length=5,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": gettext_lazy("Chưa có lý do. Viết vài chữ: việc gì, ai hỏi."),
            "min_length": gettext_lazy("Viết rõ hơn một chút: việc gì, ai hỏi."),
        },
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"id": new_id()})

    def command(self, *, facility_id: int, what: What, first: date, last: date) -> Looking:
        """What the service takes. Only of a valid form."""
        said = self.cleaned_data
        return Looking(said["id"], facility_id, what, first, last, LookWhy(said["why"]), said["words"])
