"""What is typed at the cupboards and the window. Dictionaries in, clean values out; the rules judge elsewhere."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.ids import new_id
from core.quantities import Ambiguous, NotANumber, NotExact, ml_to_ul, parse_amount
from inventory.rules.deliveries import MOST_BOTTLES, DeliveredLine
from inventory.rules.quarantine import REASON_WORDS
from inventory.rules.violations import Violation

NUMBER_ATTRS = {"inputmode": "decimal", "autocomplete": "off"}


class AmountField(forms.CharField):
    """An amount as people write it, 4,5 or 4.5; a dot before three digits is asked back. Gives a Decimal."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=12, widget=forms.TextInput(attrs=NUMBER_ATTRS), **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_amount(text)
        except Ambiguous as ambiguous:
            words = _("“%(text)s” có thể là số lẻ hoặc số nghìn. Viết lại, không dùng dấu ngăn nghìn.")
            raise forms.ValidationError(words % {"text": text}) from ambiguous
        except NotANumber as unreadable:
            raise forms.ValidationError(_("Ghi bằng số, ví dụ 4,5.")) from unreadable


class VolumeField(AmountField):
    """Millilitres as typed; gives whole microlitres."""

    def clean(self, value: Any) -> Any:
        amount = super().clean(value)
        if amount is None:
            return None
        try:
            return ml_to_ul(amount)
        except NotExact as inexact:
            raise forms.ValidationError(_("Chỉ ghi đến hai số lẻ sau dấu phẩy.")) from inexact


class DayField(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class ActForm(forms.Form):
    """A form that states one act: its id is made when the form is shown, so a second send is the same act."""

    id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, initial={"id": new_id(), **kwargs.pop("initial", {})}, **kwargs)

    def refuse(self, violations: Iterable[Violation]) -> None:
        """Show each rule's words at the field it is about, where this form has that field."""
        for violation in violations:
            words = f"{violation.words} {violation.todo}".strip()
            self.add_error(violation.field if violation.field in self.fields else None, words)


class OpenForm(ActForm):
    """`reason` is asked where another bottle expires first, `own_pin` where the strength changes."""

    reason = forms.CharField(label=gettext_lazy("Vì sao mở chai này trước"), max_length=200, required=False)
    own_pin = forms.CharField(
        label=gettext_lazy("PIN của bạn"),
        max_length=12,
        required=False,
        widget=forms.PasswordInput(attrs={"class": "pin", "inputmode": "numeric", "autocomplete": "off"}),
    )


class OpenedForm(ActForm):
    """A bottle that was opened already: when."""

    opened_on = DayField(label=gettext_lazy("Ngày mở"))
    opened_time = forms.TimeField(
        label=gettext_lazy("Giờ mở"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    reason = forms.CharField(label=gettext_lazy("Đã xảy ra thế nào"), max_length=200, required=False)

    def __init__(self, data: Any = None, *, zone: str, now: datetime, **kwargs: Any) -> None:
        local = now.astimezone(ZoneInfo(zone))
        initial = {"opened_on": local.date(), "opened_time": local.time()}
        super().__init__(data, initial=initial, **kwargs)
        self.zone, self.now = zone, now

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        day, hour = data.get("opened_on"), data.get("opened_time")
        if isinstance(day, date) and isinstance(hour, time):
            data["opened_at"] = datetime.combine(day, hour, tzinfo=ZoneInfo(self.zone))
            if data["opened_at"] > self.now:
                self.add_error("opened_time", _("Giờ mở không thể ở tương lai."))
        return data


class EmptyForm(ActForm):
    residue_ml = VolumeField(
        label=gettext_lazy("Đo được còn lại trong chai (mL)"),
        help_text=gettext_lazy("Rót vào ống đong, đọc, rồi đổ bỏ. Không còn gì thì ghi 0."),
    )
    note = forms.CharField(label=gettext_lazy("Ghi chú"), max_length=200, required=False)


class QuarantineForm(ActForm):
    reason = forms.ChoiceField(
        label=gettext_lazy("Lý do"), choices=lambda: [("", _("Chọn…")), *((str(k), v) for k, v in REASON_WORDS.items())]
    )
    words = forms.CharField(label=gettext_lazy("Ghi rõ"), max_length=200, required=False)
    measured = VolumeField(
        label=gettext_lazy("Đo được trong chai (mL)"),
        required=False,
        help_text=gettext_lazy("Chỉ khi sổ ghi chai đã hết mà trong chai vẫn còn."),
    )


class MoveForm(ActForm):
    """Closed bottles to take out of the storage cabinet, by label number."""

    bottles = forms.TypedMultipleChoiceField(label=gettext_lazy("Chai chuyển đi"), coerce=int)

    def __init__(self, data: Any = None, *, numbers: Sequence[int], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field = self.fields["bottles"]
        if isinstance(field, forms.TypedMultipleChoiceField):
            field.choices = [(number, str(number)) for number in numbers]
        field.error_messages["required"] = _("Chọn ít nhất một chai.")


class DeliveryForm(ActForm):
    """The delivery's own part: who delivered, with whose paper."""

    supplier = forms.CharField(label=gettext_lazy("Nơi giao"), max_length=120)
    document_number = forms.CharField(label=gettext_lazy("Số phiếu xuất kho"), max_length=60)
    note = forms.CharField(label=gettext_lazy("Ghi chú"), max_length=200, required=False)


class LineForm(forms.Form):
    """Bottles of one lot and size, or ampoules of one lot, as their labels say.

    `items`: (id, name, whether it comes in bottles). What is no bottle has neither strength nor size nor seals.
    `begins`: the place has given no dose yet, and may bring bottles along that are open.
    """

    item = forms.TypedChoiceField(label=gettext_lazy("Thuốc"), coerce=int)
    lot_number = forms.CharField(label=gettext_lazy("Số lô"), max_length=40)
    manufacturer = forms.CharField(label=gettext_lazy("Nhà sản xuất"), max_length=80)
    registration = forms.CharField(label=gettext_lazy("Số đăng ký"), max_length=40, required=False)
    expires_on = DayField(label=gettext_lazy("Hạn dùng"))
    concentration = AmountField(label=gettext_lazy("Hàm lượng (mg/mL), chỉ với chai"), required=False)
    size_ml = VolumeField(label=gettext_lazy("Dung tích ghi trên chai (mL), chỉ với chai"), required=False)
    bottles = forms.IntegerField(label=gettext_lazy("Số chai hoặc số ống"), min_value=1, max_value=MOST_BOTTLES)
    seals = forms.CharField(
        label=gettext_lazy("Số niêm phong"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Mỗi chai một số, cách nhau bằng dấu cách hoặc xuống dòng."),
    )

    held_ml = VolumeField(
        label=gettext_lazy("Chai đã mở: đo được (mL)"),
        required=False,
        help_text=gettext_lazy("Chỉ khi cơ sở bắt đầu dùng Trạm: mỗi chai đang mở một dòng, hai người cùng đo."),
    )
    opened_on = DayField(label=gettext_lazy("Chai đã mở: mở từ ngày"), required=False)

    def __init__(
        self, data: Any = None, *, items: Sequence[tuple[int, str, bool]], begins: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        if not begins:
            del self.fields["held_ml"], self.fields["opened_on"]
        self.in_bottles = {pk for pk, _name, in_bottles in items if in_bottles}
        field = self.fields["item"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [(pk, name) for pk, name, _in_bottles in items]

    def clean_concentration(self) -> Decimal | None:
        amount = self.cleaned_data["concentration"]
        if amount is not None and not 0 < amount < 1000:
            raise forms.ValidationError(_("Hàm lượng phải lớn hơn 0."))
        return None if amount is None else Decimal(amount)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("item") in self.in_bottles:
            for name in ("concentration", "size_ml"):
                if data.get(name) is None and name not in self.errors:
                    self.add_error(name, _("Ghi như trên nhãn chai."))
        return data

    def line(self) -> DeliveredLine:
        """The line as the service takes it. Only of a valid form."""
        said = self.cleaned_data
        return DeliveredLine(
            item_id=said["item"],
            lot_number=said["lot_number"],
            manufacturer=said["manufacturer"],
            registration=said["registration"],
            expires_on=said["expires_on"],
            concentration=said["concentration"],
            size_ul=said["size_ml"] or 0,
            bottles=said["bottles"],
            seals=tuple(said["seals"].replace(",", " ").split()),
            in_bottles=said["item"] in self.in_bottles,
            held_ul=said.get("held_ml"),
            opened_on=said.get("opened_on"),
        )
