"""What is typed when stock changes hands. Dictionaries in, clean values out; the rules judge elsewhere."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.scanning import NotACode, decode
from inventory.forms import ActForm, DayField
from inventory.forms_photos import WithPhotos
from inventory.rules.consignments import Arrived, ArrivedLoose, Incident
from inventory.rules.scancodes import BOTTLE
from inventory.rules.wording_custody import FATE_WORDS, INCIDENT_WORDS

_PIN_ATTRS: Final = {"class": "pin", "inputmode": "numeric", "autocomplete": "off"}
YES_NO: Final = [("yes", gettext_lazy("Còn nguyên")), ("no", gettext_lazy("Không còn nguyên"))]


def pin_field(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=12, widget=forms.PasswordInput(attrs=_PIN_ATTRS))


def read_label(text: str) -> int | None:
    """The bottle number of a label as scanned (ten digits with their check digit) or as typed (up to eight)."""
    if not text.isascii() or not text.isdigit():
        return None
    if len(text) <= 8:
        return int(text)
    try:
        scanned = decode(text)
    except NotACode:
        return None
    return scanned.number if scanned.kind == BOTTLE else None


class LinesField(forms.CharField):
    """Text of several lines, each a few words; gives the words of each line."""

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        attrs = {"rows": rows, "autocomplete": "off", "autocapitalize": "off", "spellcheck": "false", "class": "number"}
        super().__init__(max_length=20_000, widget=forms.Textarea(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        lines = [line.replace(",", " ").replace(";", " ").split() for line in text.splitlines()]
        return [words for words in lines if words]


class LabelsField(LinesField):
    """Bottles by their labels, one a line, and behind each the seal read on it; gives (number, seal)."""

    def clean(self, value: Any) -> Any:
        found: list[tuple[int, str]] = []
        unread: list[str] = []
        for words in super().clean(value):
            number = read_label(words[0])
            if number is None:
                unread.append(words[0])
            else:
                found.append((number, " ".join(words[1:])[:40]))
        if unread:
            sentence = _("Không phải số nhãn chai: %(labels)s. Quét lại hoặc gõ lại.")
            raise forms.ValidationError(sentence % {"labels": ", ".join(unread)})
        return found


class SealsField(forms.CharField):
    """Seal numbers between spaces, commas or lines."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=800, widget=forms.Textarea(attrs={"rows": 2, "class": "number"}), **kwargs)

    def clean(self, value: Any) -> Any:
        return [seal[:40] for seal in super().clean(value).replace(",", " ").replace(";", " ").split()]


class NoteForm(ActForm):
    """A step that asks only why."""

    note = forms.CharField(
        label=gettext_lazy("Lý do"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class PrepareForm(ActForm):
    """To whom, by whom, how and when; how many of each group stands in fields of their own."""

    to_facility = forms.TypedChoiceField(label=gettext_lazy("Nơi nhận"), coerce=int)
    carrier = forms.TypedChoiceField(
        label=gettext_lazy("Người vận chuyển"),
        coerce=int,
        help_text=gettext_lazy("Người được phân công vận chuyển hôm nay, không phải người giao."),
    )
    companion = forms.CharField(label=gettext_lazy("Người đi cùng"), max_length=80, required=False)
    transport = forms.CharField(label=gettext_lazy("Phương tiện"), max_length=80)
    route = forms.CharField(label=gettext_lazy("Đường đi"), max_length=160)
    expected_on = DayField(label=gettext_lazy("Dự kiến đến ngày"))
    expected_time = forms.TimeField(
        label=gettext_lazy("Lúc"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    labels = LabelsField(
        label=gettext_lazy("Chai khác, theo nhãn"),
        required=False,
        rows=3,
        help_text=gettext_lazy("Mỗi dòng một chai. Chai rỗng trả về cũng ghi ở đây."),
    )
    note = forms.CharField(label=gettext_lazy("Ghi chú"), max_length=300, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        zone: str,
        places: Sequence[tuple[int, str]],
        carriers: Sequence[tuple[int, str]],
        groups: Sequence[tuple[str, int, int]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.zone = zone
        for name, choices in (("to_facility", places), ("carrier", carriers)):
            field = self.fields[name]
            if isinstance(field, forms.TypedChoiceField):
                field.choices = list(choices) if len(choices) == 1 else [("", _("Chọn…")), *choices]
        for key, most, proposed in groups:
            attrs = {"inputmode": "numeric", "class": "number"}
            self.fields[f"take_{key}"] = forms.IntegerField(
                label=_("Lấy"), min_value=0, max_value=most, required=False, initial=proposed or None,
                widget=forms.NumberInput(attrs=attrs),
            )  # fmt: skip

    def taken(self, key: str) -> int:
        """How many of a group. Only of a valid form."""
        return self.cleaned_data.get(f"take_{key}") or 0

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        day, hour = data.get("expected_on"), data.get("expected_time")
        if isinstance(day, date) and isinstance(hour, time):
            data["expected_at"] = datetime.combine(day, hour, tzinfo=ZoneInfo(self.zone))
        return data


class PackForm(WithPhotos, ActForm):
    """What went into the boxes, ticked, and the boxes' seals."""

    bottles = forms.TypedMultipleChoiceField(label=gettext_lazy("Chai trong thùng"), coerce=int, required=False)
    labels = LabelsField(
        label=gettext_lazy("Chai khác, theo nhãn"),
        required=False,
        rows=2,
        help_text=gettext_lazy("Chỉ khi lấy chai khác với dự kiến."),
    )
    seals = SealsField(
        label=gettext_lazy("Số niêm phong của thùng"),
        required=False,
        help_text=gettext_lazy("Mỗi thùng một số, cách nhau bằng dấu cách hoặc xuống dòng."),
    )
    note = forms.CharField(label=gettext_lazy("Ghi chú"), max_length=300, required=False)

    def __init__(self, data: Any = None, *, numbers: Sequence[int], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field = self.fields["bottles"]
        if isinstance(field, forms.TypedMultipleChoiceField):
            field.choices = [(number, str(number)) for number in numbers]


class HandOverForm(ActForm):
    """Both sign: the sender and the carrier."""

    own_pin = pin_field(gettext_lazy("PIN của bạn (người giao)"))
    carrier_pin = pin_field(gettext_lazy("PIN của người vận chuyển"))
    note = forms.CharField(label=gettext_lazy("Ghi chú"), max_length=300, required=False)


class InspectForm(WithPhotos, ActForm):
    """The boxes as they arrived, before they are opened."""

    seals = SealsField(
        label=gettext_lazy("Số đọc được trên niêm phong"),
        required=False,
        help_text=gettext_lazy("Đọc trên thùng. Cách nhau bằng dấu cách hoặc xuống dòng."),
    )
    intact = forms.ChoiceField(label=gettext_lazy("Thùng và niêm phong"), choices=YES_NO)
    note = forms.CharField(label=gettext_lazy("Ghi chú"), max_length=300, required=False)


class CountForm(WithPhotos, ActForm):
    """Everything that was in the boxes, scanned or typed without the manifest."""

    bottles = LabelsField(
        label=gettext_lazy("Từng chai còn nguyên"),
        required=False,
        rows=8,
        help_text=gettext_lazy("Quét nhãn, mỗi dòng một chai. Đọc niêm phong của chai thì gõ sau số nhãn."),
    )
    damaged = LabelsField(
        label=gettext_lazy("Chai vỡ, rò hoặc rách niêm phong"),
        required=False,
        rows=2,
        help_text=gettext_lazy("Mỗi dòng một chai. Không có thì để trống."),
    )
    loose = LinesField(
        label=gettext_lazy("Thuốc không có nhãn chai"),
        required=False,
        rows=2,
        help_text=gettext_lazy("Mỗi dòng: số lô rồi số ống, ví dụ NX0526 20."),
    )
    note = forms.CharField(label=gettext_lazy("Ghi chú"), max_length=300, required=False)
    own_pin = pin_field(gettext_lazy("PIN của bạn"))

    def clean_loose(self) -> tuple[ArrivedLoose, ...]:
        found: list[ArrivedLoose] = []
        for words in self.cleaned_data["loose"]:
            if len(words) < 2 or not words[-1].isdigit():
                raise forms.ValidationError(_("Mỗi dòng: số lô, dấu cách, rồi số ống."))
            found.append(ArrivedLoose(" ".join(words[:-1]), int(words[-1])))
        return tuple(found)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        said = any(data.get(name) for name in ("bottles", "damaged", "loose", "note"))
        if not said and not self.errors:
            self.add_error("bottles", _("Chưa ghi gì. Nếu thùng rỗng, ghi rõ ở Ghi chú."))
        return data

    def arrived(self) -> tuple[Arrived, ...]:
        """The bottles as the service takes them. Only of a valid form."""
        data = self.cleaned_data
        whole = [Arrived(number, seal) for number, seal in data["bottles"]]
        return (*whole, *(Arrived(number, seal, damaged=True) for number, seal in data["damaged"]))


class NotArrivedForm(NoteForm):
    own_pin = pin_field(gettext_lazy("PIN của bạn"))


class SettleForm(ActForm):
    """What became of parts in dispute."""

    parts = forms.TypedMultipleChoiceField(label=gettext_lazy("Phần đã rõ"), coerce=int, required=False)
    fate = forms.ChoiceField(label=gettext_lazy("Đã rõ là"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=gettext_lazy("Biết bằng cách nào"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    own_pin = pin_field(gettext_lazy("PIN của bạn"))

    def __init__(self, data: Any = None, *, parts: Sequence[int], fates: Sequence[str], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field, fate = self.fields["parts"], self.fields["fate"]
        if isinstance(field, forms.TypedMultipleChoiceField) and isinstance(fate, forms.ChoiceField):
            field.choices = [(part, str(part)) for part in parts]
            fate.choices = [(each, FATE_WORDS[each]) for each in fates]


class AdmitForm(ActForm):
    """Bottles that went along without being listed."""

    bottles = forms.TypedMultipleChoiceField(label=gettext_lazy("Chai đã gửi mà không kê"), coerce=int)
    words = forms.CharField(
        label=gettext_lazy("Đã xảy ra thế nào"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    own_pin = pin_field(gettext_lazy("PIN của bạn"))

    def __init__(self, data: Any = None, *, numbers: Sequence[int], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field = self.fields["bottles"]
        if isinstance(field, forms.TypedMultipleChoiceField):
            field.choices = [(number, str(number)) for number in numbers]


class CheckPointForm(ActForm):
    """One thumb: are the seals whole, and where."""

    intact = forms.ChoiceField(label=gettext_lazy("Niêm phong"), choices=YES_NO)
    place = forms.CharField(label=gettext_lazy("Đang ở đâu"), max_length=120, required=False)
    latitude = forms.DecimalField(required=False, widget=forms.HiddenInput, min_value=-90, max_value=90)
    longitude = forms.DecimalField(required=False, widget=forms.HiddenInput, min_value=-180, max_value=180)


class NewLegForm(ActForm):
    """How it goes on: who carries, in what, which way, until when; the seals as both see them; why."""

    carrier = forms.TypedChoiceField(label=gettext_lazy("Ai chở tiếp"), coerce=int)
    companion = forms.CharField(label=gettext_lazy("Người đi cùng"), max_length=80, required=False)
    transport = forms.CharField(label=gettext_lazy("Phương tiện"), max_length=80)
    route = forms.CharField(label=gettext_lazy("Đường đi tiếp"), max_length=160)
    expected_on = DayField(label=gettext_lazy("Dự kiến đến ngày"))
    expected_time = forms.TimeField(
        label=gettext_lazy("Lúc"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    intact = forms.ChoiceField(label=gettext_lazy("Niêm phong"), choices=YES_NO)
    note = forms.CharField(label=gettext_lazy("Vì sao đổi"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    own_pin = pin_field(gettext_lazy("PIN của bạn"))
    carrier_pin = pin_field(gettext_lazy("PIN của người chở tiếp, nếu là người khác"))

    def __init__(
        self, data: Any = None, *, zone: str, by: int, carriers: Sequence[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.zone, self.by = zone, by
        self.fields["carrier_pin"].required = False
        field = self.fields["carrier"]
        if isinstance(field, forms.TypedChoiceField):
            own = [(person, _("Tôi vẫn chở")) for person, _name in carriers if person == by]
            field.choices = [*own, *(each for each in carriers if each[0] != by)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        day, hour = data.get("expected_on"), data.get("expected_time")
        if isinstance(day, date) and isinstance(hour, time):
            data["expected_at"] = datetime.combine(day, hour, tzinfo=ZoneInfo(self.zone))
        if data.get("carrier") not in (None, self.by) and not data.get("carrier_pin"):
            self.add_error("carrier_pin", _("Người chở tiếp nhập PIN ở đây, trên máy này."))
        return data


class IncidentForm(WithPhotos, ActForm):
    """What went wrong, and whether the carrier is safe."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Chuyện gì"), choices=[(str(kind), INCIDENT_WORDS[kind]) for kind in Incident]
    )
    safe = forms.ChoiceField(
        label=gettext_lazy("Bạn có an toàn không"),
        choices=[("yes", gettext_lazy("Tôi an toàn")), ("no", gettext_lazy("Tôi không an toàn"))],
    )
    note = forms.CharField(
        label=gettext_lazy("Vài chữ: chuyện gì, ở đâu"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
