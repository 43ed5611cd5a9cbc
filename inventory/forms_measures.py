"""What is typed when a site looks at its stock: measures, seals, labels, checks, keys, a hand-over of duty."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import uuid5

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.scanning import NotACode, decode
from inventory.forms import NUMBER_ATTRS, ActForm, DayField, VolumeField
from inventory.queries.opening_day import OpenBottle
from inventory.rules.checks import KEY_WORDS
from inventory.rules.kinds import DeviceKind, Key, Method, Why
from inventory.rules.scancodes import BOTTLE
from inventory.rules.violations import Violation
from inventory.rules.wording_checks import DEVICE_WORDS
from inventory.services.closed_counts import ClosedFound
from inventory.services.measures import Measure
from inventory.services.observing import Second

SPLIT = ";+\n"


def _text(label: Any, **kwargs: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", **kwargs.pop("attrs", {})})
    return forms.CharField(label=label, widget=widget, **kwargs)


ASK_AGAIN = gettext_lazy("Số đo này khác nhiều so với mong đợi. Đo lại và gõ lại số vừa đọc.")


class ReadTwiceForm(forms.Form):
    """Opened bottles, each with its field `reading_N`. A reading that is asked back is carried along unseen, and
    `again_N` takes the second one, which counts.
    """

    bottles: Sequence[OpenBottle]

    def add_again(self, bottle: OpenBottle, attrs: dict[str, str]) -> None:
        """The field for a second reading, shown in the first one's place once it was asked for."""
        name, first = f"again_{bottle.number}", self.fields[f"reading_{bottle.number}"]
        self.fields[name] = _again(attrs, label=first.label, help_text=first.help_text)
        if name in self.data:
            self._carry_first(bottle.number)

    def ask_again(self, numbers: Iterable[int]) -> None:
        """Ask for a second reading of these bottles; the form is not valid until it is there."""
        for number in numbers:
            self._carry_first(number)
            self.add_error(f"again_{number}", str(ASK_AGAIN))

    def asked_again(self, number: int) -> bool:
        return self.fields[f"reading_{number}"].widget.is_hidden

    def readings(self, number: int) -> tuple[str, str]:
        """What counts, and what was read before where that was asked back. Only of a valid form."""
        first, again = self.cleaned_data[f"reading_{number}"], self.cleaned_data[f"again_{number}"]
        return (again, first) if again else (first, "")

    def _carry_first(self, number: int) -> None:
        self.fields[f"reading_{number}"].widget = forms.HiddenInput()
        self.fields[f"again_{number}"].required = True


def _again(attrs: dict[str, str], **kwargs: Any) -> forms.CharField:
    """Required only once it was asked for, and then in the same words."""
    widget, errors = forms.TextInput(attrs=attrs), {"required": ASK_AGAIN}
    return forms.CharField(max_length=200, required=False, widget=widget, error_messages=errors, **kwargs)


class MeasureForm(ActForm):
    """One opened bottle. What was read stays as it was typed; the service reads it. `again`: see `ReadTwiceForm`."""

    readings = _text(gettext_lazy("Đã đọc"), max_length=200, attrs={"inputmode": "decimal", "class": "reading"})
    tare = _text(
        gettext_lazy("Vỏ chai rỗng cỡ này nặng (gam)"), max_length=12, required=False, attrs={"inputmode": "decimal"}
    )
    again = _again({"autocomplete": "off", "inputmode": "decimal", "class": "reading"})

    def __init__(self, data: Any = None, *, method: Method, asks_tare: bool = False, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        label, hint = READING_WORDS[method]
        for name in ("readings", "again"):
            self.fields[name].label, self.fields[name].help_text = label, hint
        if method is not Method.WEIGH or not asks_tare:
            del self.fields["tare"]
        if "again" in self.data:
            self._carry_first()

    def _carry_first(self) -> None:
        self.fields["readings"].widget = forms.HiddenInput()
        self.fields["again"].required = True

    @property
    def asked_again(self) -> bool:
        return self.fields["readings"].widget.is_hidden

    def ask_again(self) -> None:
        """Ask for a second reading; the form is not valid until it is there."""
        self._carry_first()
        self.add_error("again", str(ASK_AGAIN))

    def refuse(self, violations: Iterable[Violation]) -> None:
        """What is wrong with the reading is said where it can be typed."""
        typed = "again" if self.asked_again else "readings"
        super().refuse(replace(each, field=typed) if each.field == "readings" else each for each in violations)

    def command(self, *, number: int, why: Why, second: Second | None) -> Measure:
        """What the service takes. Only of a valid form."""
        said = self.cleaned_data
        first, again = readings_of(said["readings"]), readings_of(said["again"])
        counts, before = (again, first) if again else (first, ())
        return Measure(said["id"], number, why, counts, second, tare=said.get("tare", ""), first=before)


READING_WORDS = {
    Method.WEIGH: (
        gettext_lazy("Số cân cả chai (gam)"),
        gettext_lazy("Đặt cả chai lên cân, không tháo nắp. Phần mềm tự trừ vỏ chai."),
    ),
    Method.CYLINDER: (
        gettext_lazy("Số đọc trên ống đong (mL)"),
        gettext_lazy("Rót qua ống đong rồi rót lại vào chính chai đó. Nhiều lần thì ghi cách nhau bằng dấu cộng."),
    ),
    Method.MARK: (
        gettext_lazy("Số đọc trên vạch chai (mL)"),
        gettext_lazy("Đặt chai trên mặt phẳng, mắt ngang mặt thuốc."),
    ),
}


def readings_of(text: str) -> tuple[str, ...]:
    """The readings one by one, each as it was typed."""
    for sign in SPLIT:
        text = text.replace(sign, "\n")
    return tuple(part.strip() for part in text.split("\n") if part.strip())


class LabelsField(forms.CharField):
    """Labels of closed bottles, scanned or typed, one after the other; nothing is an answer. Gives label numbers."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 5, "inputmode": "numeric", "autocomplete": "off", "data-labels": True})
        super().__init__(widget=widget, max_length=4000, required=False, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return tuple(number_of(part) for part in text.replace(",", " ").replace(";", " ").split())


def number_of(text: str) -> int:
    """A label's number, from the digits that a scanner reads or from the number typed by hand."""
    try:
        scanned = decode(text)
    except NotACode:
        if text.isascii() and text.isdigit() and len(text) <= 8:
            return int(text)
    else:
        if scanned.kind == BOTTLE:
            return scanned.number
    raise forms.ValidationError(
        _("“%(text)s” không phải số nhãn chai. Quét lại, hoặc gõ đúng số trên nhãn.") % {"text": text}
    )


class ClosedForm(ActForm):
    """Which closed bottles are there. The form never shows which the book has."""

    labels = LabelsField(
        label=gettext_lazy("Nhãn từng chai còn nguyên"),
        help_text=gettext_lazy("Quét hoặc gõ từng nhãn thấy trong hai tủ. Không thấy chai nào thì để trống."),
    )

    def command(self, *, why: Why) -> ClosedFound:
        return ClosedFound(self.cleaned_data["id"], why, self.cleaned_data["labels"])


class NaloxoneForm(ActForm):
    usable = forms.IntegerField(
        label=gettext_lazy("Số ống naloxone còn hạn trong tầm tay"),
        min_value=0,
        max_value=500,
        widget=forms.TextInput(attrs=NUMBER_ATTRS),
    )
    nearest_expiry = DayField(label=gettext_lazy("Hạn dùng gần nhất"), required=False)


class SealForm(ActForm):
    seal_number = _text(gettext_lazy("Số niêm phong"), max_length=40, required=False)


class DeviceCheckForm(ActForm):
    """What a device should give and what it gave; for a pump also what was poured out, and of which bottle."""

    nominal = VolumeField(label=gettext_lazy("Đặt tổng cộng (mL)"))
    measured = VolumeField(label=gettext_lazy("Đo được tổng cộng (mL)"))
    poured_out = VolumeField(
        label=gettext_lazy("Đã đổ bỏ, kể cả phần mồi bơm (mL)"),
        required=False,
        help_text=gettext_lazy("Thuốc chạy qua bơm khi kiểm tra không rót lại vào chai."),
    )
    number = forms.TypedChoiceField(label=gettext_lazy("Lấy từ chai"), coerce=int, required=False, empty_value=None)

    def __init__(self, data: Any = None, *, kind: str, bottles: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field = self.fields["number"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [("", _("Chọn…")), *bottles]
        if kind == DeviceKind.SCALE:
            self.fields["nominal"].label = _("Quả cân chuẩn (gam)")
            self.fields["measured"].label = _("Cân chỉ (gam)")
        if kind != DeviceKind.PUMP:
            del self.fields["poured_out"], self.fields["number"]

    def clean_nominal(self) -> int:
        nominal = self.cleaned_data["nominal"]
        if not nominal:
            raise forms.ValidationError(_("Phải lớn hơn 0."))
        return int(nominal)


class DeviceForm(ActForm):
    """A device that the site begins to use."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Loại"), choices=[(str(kind), DEVICE_WORDS[kind]) for kind in DeviceKind]
    )
    name = _text(gettext_lazy("Tên, số máy"), max_length=60)
    step = VolumeField(label=gettext_lazy("Vạch chia nhỏ nhất (mL)"))
    least = VolumeField(label=gettext_lazy("Đong ít nhất (mL)"))
    most = VolumeField(label=gettext_lazy("Đong nhiều nhất (mL)"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        least, most = data.get("least"), data.get("most")
        if least is not None and most is not None and least > most:
            self.add_error("most", _("Phải từ mức đong ít nhất trở lên."))
        if data.get("step") == 0:
            self.add_error("step", _("Phải lớn hơn 0."))
        return data


class DensityForm(ActForm):
    """What a millilitre of a lot weighs, and where that stands."""

    g_per_ml = forms.DecimalField(
        label=gettext_lazy("Một mL nặng (gam)"),
        min_value=Decimal("0.5"),
        max_value=2,
        max_digits=6,
        decimal_places=4,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "reading"}),
    )
    source = _text(
        gettext_lazy("Lấy ở đâu"),
        max_length=120,
        help_text=gettext_lazy("Ví dụ: phiếu kiểm nghiệm số 214 của nhà sản xuất."),
    )


class KeysForm(ActForm):
    """Which keys, and what is said of them."""

    keys = forms.MultipleChoiceField(
        label=gettext_lazy("Chìa khóa"), widget=forms.CheckboxSelectMultiple, required=False
    )
    envelope_number = _text(gettext_lazy("Số phong bì niêm phong, nếu cất đi"), max_length=40, required=False)
    words = _text(gettext_lazy("Ghi chú"), max_length=300, required=False)

    def __init__(self, data: Any = None, *, keys: Iterable[Key] = tuple(Key), **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field = self.fields["keys"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(str(key), str(KEY_WORDS[key])) for key in keys]

    @property
    def chosen(self) -> tuple[Key, ...]:
        return tuple(Key(key) for key in self.cleaned_data["keys"])


class HandOverForm(ReadTwiceForm, KeysForm):
    """The hand-over of duty: keys, every opened bottle measured, the closed ones counted, a note."""

    labels = LabelsField(
        label=gettext_lazy("Nhãn từng chai còn nguyên"),
        help_text=gettext_lazy("Hai người cùng quét hoặc gõ từng nhãn thấy trong hai tủ. Chưa đếm thì để trống."),
    )

    def __init__(self, data: Any = None, *, method: Method, bottles: Sequence[OpenBottle], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.bottles = bottles
        label, hint = READING_WORDS[method]
        for bottle in bottles:
            words = f"{bottle.label}: {label}"
            self.fields[f"reading_{bottle.number}"] = _text(words, max_length=200, required=False, help_text=hint)
            self.add_again(bottle, {"autocomplete": "off"})
            if bottle.asks_tare and method is Method.WEIGH:
                tare = _text(_("Vỏ chai rỗng cỡ này nặng (gam)"), max_length=12, required=False)
                self.fields[f"tare_{bottle.number}"] = tare

    @property
    def measured_fields(self) -> list[forms.BoundField]:
        """What is read, bottle by bottle."""
        asked = tuple(f"again_{bottle.number}" for bottle in self.bottles if self.asked_again(bottle.number))
        return [field for field in self if field.name.startswith(("reading_", "tare_")) or field.name in asked]

    def measures(self) -> tuple[Measure, ...]:
        """The bottles that were measured. Their ids follow from the form's own, so that a second send is the same."""
        found = [self._measure(bottle.number) for bottle in self.bottles]
        return tuple(measure for measure in found if measure.readings)

    def _measure(self, number: int) -> Measure:
        said = self.cleaned_data
        counts, before = (readings_of(text) for text in self.readings(number))
        id_ = uuid5(said["id"], f"measure {number}")
        return Measure(id_, number, Why.HAND_OVER, counts, tare=said.get(f"tare_{number}", ""), first=before)

    def closed(self) -> ClosedFound | None:
        """What was counted; None where nobody counted."""
        said = self.cleaned_data
        return ClosedFound(uuid5(said["id"], "closed"), Why.HAND_OVER, said["labels"]) if said["labels"] else None
