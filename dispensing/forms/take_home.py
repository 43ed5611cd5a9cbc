"""What is typed of doses taken home: a physician's answer, how many vials, what became of one."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from dispensing.forms.checkups import day_field
from dispensing.forms.named_orders import pin_field
from dispensing.models import TakeHomeVial
from dispensing.rules.checkups import Wrong
from dispensing.rules.take_home_codes import FATE_WORDS, VOID_WORDS, VialFate, VialVoidKind
from dispensing.services.take_home import NewAllowance, NewHandOut
from dispensing.services.vials import NewReport, NewVialVoid
from inventory.forms import VolumeField
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
    agreed = forms.BooleanField(
        label=_("Người bệnh tự nguyện, có chỗ khóa ở nhà, đã ký cam kết không bán, không cho, để xa trẻ em"),
        required=False,
    )
    pin = pin_field()

    def command(self, patient_id: UUID) -> NewAllowance:
        said = self.cleaned_data
        return NewAllowance(
            said["id"], patient_id, said["allowed"] == "1", said["from_day"], said["until_day"], said["max_days"],
            said["words"], said["agreed"],
        )  # fmt: skip


class HandOutForm(TakeHomeForm):
    days = forms.IntegerField(label=_("Giao lọ cho mấy ngày?"), min_value=1, max_value=7, error_messages=_NUMBER)
    box = forms.BooleanField(label=_("Người bệnh tự đến nhận, có hộp hoặc túi khóa được"), required=False)

    def command(self, patient_id: UUID, second: SecondPerson) -> NewHandOut:
        said = self.cleaned_data
        return NewHandOut(said["id"], patient_id, said["days"], second, said["words"], said["box"])


class ReportForm(TakeHomeForm):
    what = forms.ChoiceField(
        label=_("Lọ này thế nào?"),
        choices=[(str(fate), words) for fate, words in FATE_WORDS.items()],
        error_messages={"required": _("Chọn một điều."), "invalid_choice": _("Chọn một điều.")},
    )

    ul = VolumeField(label=_("Đo được trong lọ (mL)"), required=False, help_text=_("Rót vào ống đong, đọc, rồi đổ bỏ."))

    def __init__(self, *args: Any, replaces: UUID | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.replaces = replaces

    @property
    def poured_out(self) -> bool:
        """Whether something was left in it, which a second person sees poured out."""
        return self.data.get("what") == VialFate.RETURNED_FULL

    def command(self, vial_id: UUID, second: SecondPerson | None) -> NewReport:
        said = self.cleaned_data
        what = VialFate(said["what"])
        return NewReport(said["id"], vial_id, what, said["words"], self.replaces, said["ul"], second)


class EmptiesForm(forms.Form):
    """One tap; the id is made when the page is shown, so that a second tap is the same."""

    id = forms.UUIDField()


class VialVoidForm(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput)
    days = forms.TypedMultipleChoiceField(
        label=_("Lọ nào không đúng?"), coerce=date.fromisoformat, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Chọn lọ nào không đúng.")},
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("Lọ này thật ra ở đâu?"),
        choices=[(str(kind), words) for kind, words in VOID_WORDS.items()],
        error_messages={"required": _("Chọn một điều."), "invalid_choice": _("Chọn một điều.")},
    )
    reason = forms.CharField(
        label=_("Chuyện gì đã xảy ra"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Ghi chuyện gì đã xảy ra.")},
    )  # fmt: skip

    def __init__(self, *args: Any, vials: Iterable[TakeHomeVial], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["days"]
        if isinstance(field, forms.TypedMultipleChoiceField):
            field.choices = [(vial.day.isoformat(), f"{vial.day:%d/%m/%Y}") for vial in vials]

    @property
    def poured_out(self) -> bool:
        """Whether a second person sees it poured out."""
        return self.data.get("kind") == VialVoidKind.GIVEN_BACK

    def refuse(self, wrongs: Iterable[Wrong]) -> None:
        """Put each refusal beside what caused it."""
        for wrong in wrongs:
            self.add_error(wrong.field if wrong.field in self.fields else None, wrong.sentence)

    def command(self, take_home_id: UUID, second: SecondPerson | None) -> NewVialVoid:
        said = self.cleaned_data
        days = tuple(said["days"])
        return NewVialVoid(said["id"], take_home_id, days, VialVoidKind(said["kind"]), said["reason"], second)
