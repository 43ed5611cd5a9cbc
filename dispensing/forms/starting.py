"""The form of a site that begins, sent through the browser: which site, which file."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dispensing.forms import start_book
from dispensing.rules.start_book import StartBook


class StartForm(forms.Form):
    """`checked`: the digest of the file that was checked before; only that very file is saved."""

    facility = forms.TypedChoiceField(
        label=gettext_lazy("Nơi uống"),
        coerce=int,
        error_messages={
            "required": gettext_lazy("Chọn cơ sở."),
            "invalid_choice": gettext_lazy("Chọn cơ sở trong danh sách."),
        },
    )
    file = forms.FileField(
        label=gettext_lazy("Tệp Excel đã điền"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": gettext_lazy("Chọn tệp .xlsx đã điền theo mẫu.")},
    )
    checked = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, facilities: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        facility = self.fields["facility"]
        if isinstance(facility, forms.TypedChoiceField):
            facility.choices = list(facilities)

    def clean_file(self) -> StartBook:
        try:
            return start_book.read(self.cleaned_data["file"].read(start_book.MOST_BYTES + 1))
        except start_book.BookRefused as refused:
            raise forms.ValidationError(refused.sentence) from refused

    @property
    def saves(self) -> bool:
        """Whether this is the file that was checked, sent again to be saved. Only of a valid form."""
        return bool(self.cleaned_data["checked"]) and self.cleaned_data["checked"] == self.cleaned_data["file"].digest

    def other_file(self) -> None:
        """Another file came than the one that was checked: it is checked now, and not saved."""
        if self.cleaned_data["checked"]:
            self.add_error(None, _("Đây không phải tệp vừa kiểm tra. Xem kết quả mới rồi chọn lại đúng tệp này."))
