"""What is typed of doses taken home: a physician's answer, how many vials, what became of one."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from dispensing.forms.checkups import day_field
from dispensing.forms.named_orders import pin_field
from dispensing.rules.checkups import Wrong
from dispensing.rules.take_home_codes import FATE_WORDS, VialFate
from dispensing.services.take_home import NewAllowance, NewHandOut, NewReport
from staff.services.attestations import SecondPerson

_NUMBER = {"required": _("Ghi số ngày."), "invalid": _("Ghi số ngày bằng chữ số.")}


class TakeHomeForm(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("Ghi thêm"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def refuse(self, wrongs: Iterable[Wrong]) -> None:
        """Put each refusal beside what caused it."""
        for wrong in wrongs:
            self.add_error(wrong.field if wrong.field in self.fields else None, wrong.sentence)


class AllowForm(TakeHomeForm):
    allowed = forms.ChoiceField(
        label=_("Cho mang thuốc về?"),
        choices=[("1", _("cho mang về")), ("0", _("chưa cho, hoặc thôi không cho nữa"))],
        error_messages={"required": _("Chọn một điều."), "invalid_choice": _("Chọn một điều.")},
    )
    from_day = day_field(_("Từ ngày"))
    until_day = day_field(_("Đến hết ngày"))
    max_days = forms.IntegerField(
        label=_("Mỗi lần nhiều nhất (ngày)"), min_value=0, max_value=7, error_messages=_NUMBER
    )
    pin = pin_field()

    def command(self, patient_id: UUID) -> NewAllowance:
        said = self.cleaned_data
        return NewAllowance(
            said["id"], patient_id, said["allowed"] == "1", said["from_day"], said["until_day"], said["max_days"],
            said["words"],
        )  # fmt: skip


class HandOutForm(TakeHomeForm):
    days = forms.IntegerField(label=_("Giao lọ cho mấy ngày?"), min_value=1, max_value=7, error_messages=_NUMBER)

    def command(self, patient_id: UUID, second: SecondPerson) -> NewHandOut:
        said = self.cleaned_data
        return NewHandOut(said["id"], patient_id, said["days"], second, said["words"])


class ReportForm(TakeHomeForm):
    what = forms.ChoiceField(
        label=_("Lọ này thế nào?"),
        choices=[(str(fate), words) for fate, words in FATE_WORDS.items()],
        error_messages={"required": _("Chọn một điều."), "invalid_choice": _("Chọn một điều.")},
    )

    def __init__(self, *args: Any, corrects: UUID | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.corrects = corrects

    def command(self, vial_id: UUID) -> NewReport:
        said = self.cleaned_data
        return NewReport(said["id"], vial_id, VialFate(said["what"]), said["words"], self.corrects)
