"""What is typed when a day is opened or closed. Dictionaries in, clean values out; services judge."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.ids import new_id
from core.scanning import NotACode, decode
from dispensing.queries.days import Undecided
from dispensing.queries.people import Pourer
from dispensing.rules.closing import FAULT_WORDS, Choices, Fault, choices_for
from dispensing.services.openings import BottleSeen
from inventory.forms_measures import ReadTwiceForm
from inventory.queries.opening_day import OpenBottle
from inventory.rules.scancodes import BOTTLE

YES, NO = "yes", "no"
CABINET: Final = ((YES, gettext_lazy("đã khóa, nguyên vẹn")), (NO, gettext_lazy("không như vậy")))
_CLOCK: Final = ["%H:%M", "%H.%M", "%Hh%M", "%Hg%M", "%H%M"]
_TYPED: Final = {"autocomplete": "off"}
_NUMBER: Final = {"autocomplete": "off", "inputmode": "decimal", "class": "short"}


class DayForm(ReadTwiceForm):
    """What an opening and a close share: an id made when the form is shown, the day, the true time, the bottles."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    day = forms.DateField(widget=forms.HiddenInput)
    at = forms.TimeField(
        label=gettext_lazy("Lúc"),
        input_formats=_CLOCK,
        widget=forms.TimeInput(attrs={"class": "short", "autocomplete": "off"}, format="%H:%M"),
        error_messages={
            "invalid": gettext_lazy("Ghi giờ và phút, ví dụ 05:20."),
            "required": gettext_lazy("Ghi giờ đã làm."),
        },
    )
    note = forms.CharField(label=gettext_lazy("Ghi thêm"), max_length=300, required=False)

    def __init__(
        self, data: Any = None, *, bottles: Sequence[OpenBottle], zone: str, initial: dict[str, Any], **kwargs: Any
    ) -> None:
        super().__init__(data, initial={"id": new_id(), **initial}, **kwargs)
        self.bottles, self.zone = bottles, zone
        for bottle in bottles:
            self.fields[f"seal_{bottle.number}"] = self.seal_field(bottle)
            self.fields[f"reading_{bottle.number}"] = forms.CharField(
                label=_("Số đo"), max_length=60, required=False, widget=forms.TextInput(attrs=_NUMBER)
            )
            self.add_again(bottle, _NUMBER)
            if bottle.asks_tare:
                self.fields[f"tare_{bottle.number}"] = forms.CharField(
                    label=_("Vỏ chai rỗng, gam"), max_length=20, required=False, widget=forms.TextInput(attrs=_NUMBER)
                )

    def seal_field(self, bottle: OpenBottle) -> forms.Field:
        """The number on a bottle's seal; the opening and the close each say what it is of."""
        return forms.CharField(max_length=40, required=False, widget=forms.TextInput(attrs=_TYPED))

    def moment(self) -> datetime:
        """When it happened, on the day of the form."""
        day, at = self.cleaned_data["day"], self.cleaned_data["at"]
        return datetime.combine(day, at, tzinfo=ZoneInfo(self.zone))

    def bottles_seen(self) -> tuple[BottleSeen, ...]:
        """What was read on each bottle: several fillings of a cylinder are parted by blanks or a plus."""
        return tuple(self._seen(bottle) for bottle in self.bottles)

    def _seen(self, bottle: OpenBottle) -> BottleSeen:
        counts, before = (tuple(text.replace("+", " ").split()) for text in self.readings(bottle.number))
        tare = self.cleaned_data.get(f"tare_{bottle.number}", "")
        return BottleSeen(bottle.number, self.seal_of(bottle), counts, tare, before)

    def seal_of(self, bottle: OpenBottle) -> str | None:
        return str(self.cleaned_data[f"seal_{bottle.number}"]).strip()

    def field_of(self, asked: str) -> str | None:
        """Where the refusal of a measure belongs: "readings" or "tare", and of one bottle it is known which."""
        name = {"readings": "reading", "tare": "tare"}.get(asked, "")
        names = [
            f"again_{bottle.number}"
            if name == "reading" and self.asked_again(bottle.number)
            else f"{name}_{bottle.number}"
            for bottle in self.bottles
        ]
        return names[0] if len(names) == 1 and names[0] in self.fields else None

    @property
    def bottle_rows(self) -> list[dict[str, Any]]:
        """The fields of each bottle beside it, for the page."""
        return [
            {
                "bottle": bottle,
                "seal": self[f"seal_{bottle.number}"],
                "reading": self[f"reading_{bottle.number}"],
                "again": self[f"again_{bottle.number}"] if self.asked_again(bottle.number) else None,
                "tare": self[f"tare_{bottle.number}"] if bottle.asks_tare else None,
            }
            for bottle in self.bottles
        ]

    def refuse(self, faults: Iterable[Fault]) -> None:
        """Say what is wrong at the field that it is about."""
        for fault in faults:
            self.add_error(
                _FIELD_OF.get(fault) if _FIELD_OF.get(fault) in self.fields else None, str(FAULT_WORDS[fault])
            )


_FIELD_OF: Final = {
    Fault.TIME_AHEAD: "at",
    Fault.BEFORE_THE_DAY: "at",
    Fault.NOBODY_ON_DUTY: "on_duty",
    Fault.STILL_OPEN: "early",
}


class OpeningForm(DayForm):
    """The morning as it was found. What nobody looked at stays unsaid and is kept as not looked at."""

    on_duty = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Ai trực hôm nay"),
        coerce=int,
        error_messages={"required": gettext_lazy("Chọn ít nhất một người trực.")},
    )
    cabinet = forms.ChoiceField(
        label=gettext_lazy("Tủ thuốc lúc đến"),
        choices=CABINET,
        error_messages={"required": gettext_lazy("Chọn tủ thuốc lúc đến thế nào.")},
    )
    closed = forms.CharField(
        label=gettext_lazy("Chai còn nguyên trong tủ"),
        help_text=gettext_lazy("Quét hoặc gõ nhãn từng chai; để trống nếu hôm nay không đếm."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "inputmode": "numeric"}),
    )
    none_closed = forms.BooleanField(label=gettext_lazy("Đã xem: không còn chai nguyên nào"), required=False)
    naloxone_same = forms.BooleanField(required=False)
    naloxone_count = forms.IntegerField(
        label=gettext_lazy("Số ống còn hạn"), min_value=0, max_value=500, required=False,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )  # fmt: skip
    naloxone_expiry = forms.DateField(
        label=gettext_lazy("Hạn dùng gần nhất"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    notes_read = forms.BooleanField(label=gettext_lazy("Đã đọc ghi chú của hôm qua"), required=False)

    def __init__(self, data: Any = None, *, people: Sequence[Pourer], last_naloxone: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.last_naloxone = last_naloxone
        field = self.fields["on_duty"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101
        field.choices = [(one.id, one.initials) for one in people]

    def seal_field(self, bottle: OpenBottle) -> forms.Field:
        return forms.CharField(
            label=_("Số niêm phong đọc được"),
            max_length=40,
            required=False,
            widget=forms.TextInput(attrs=_TYPED),
            help_text=_("Gõ đúng số trên niêm phong; để trống nếu không thấy niêm phong.") if bottle.sealed else "",
        )

    def seal_of(self, bottle: OpenBottle) -> str | None:
        """A bottle that the last close did not seal and on which nothing was read says nothing."""
        read = super().seal_of(bottle)
        return read if read or bottle.sealed else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("naloxone_count") and data.get("naloxone_expiry") is None:
            self.add_error("naloxone_expiry", _("Ghi hạn dùng gần nhất trên ống."))
        return data

    def clean_closed(self) -> tuple[int, ...]:
        """The bottles' numbers; a label that cannot be read is asked back."""
        found = []
        for text in str(self.cleaned_data["closed"]).replace(",", " ").replace(";", " ").split():
            try:
                scanned = decode(text)
            except NotACode as unreadable:
                words = _("“%(text)s” không phải nhãn chai. Quét lại nhãn đó.") % {"text": text}
                raise forms.ValidationError(words) from unreadable
            if scanned.kind != BOTTLE:
                raise forms.ValidationError(_("“%(text)s” không phải nhãn chai. Quét lại nhãn đó.") % {"text": text})
            found.append(scanned.number)
        return tuple(found)

    def closed_found(self) -> tuple[int, ...] | None:
        """What was counted; None where nobody counted."""
        found: tuple[int, ...] = self.cleaned_data["closed"]
        return found if found or self.cleaned_data["none_closed"] else None

    def naloxone_found(self) -> tuple[int | None, date | None]:
        """How many ampoules, and the nearest expiry; None where nobody looked."""
        said = self.cleaned_data
        if said["naloxone_count"] is not None:
            return said["naloxone_count"], said["naloxone_expiry"]
        if said["naloxone_same"] and self.last_naloxone is not None:
            return self.last_naloxone.usable, self.last_naloxone.nearest_expiry
        return None, None


@dataclass(frozen=True)
class EndRow:
    """One patient without a dose, and what may be said of the day."""

    patient_id: UUID
    code: str
    initials: str
    withheld: bool
    name: str
    choices: Choices
    chosen: str


class ClosingForm(DayForm):
    """The end of the day: an answer for everybody without a dose, the bottles, and the night seal."""

    early = forms.BooleanField(label=gettext_lazy("Vẫn đóng ngày bây giờ"), required=False)

    def __init__(self, data: Any = None, *, without_dose: Sequence[Undecided], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.without_dose = without_dose

    def seal_field(self, bottle: OpenBottle) -> forms.Field:
        return forms.CharField(
            label=_("Số niêm phong đêm nay"), max_length=40, required=False, widget=forms.TextInput(attrs=_TYPED)
        )

    @property
    def rows(self) -> list[EndRow]:
        """The usual answer stands chosen; what was chosen before an error stays."""
        return [self._row(one) for one in self.without_dose]

    def _row(self, one: Undecided) -> EndRow:
        name = f"end_{one.patient_id.hex}"
        choices = choices_for(one.known.outcome if one.open else None)
        chosen = str(self.data.get(name, "")) or choices[0][0]
        return EndRow(one.patient_id, one.code, one.initials, one.open, name, choices, chosen)

    def ends(self) -> dict[UUID, str]:
        return {row.patient_id: row.chosen for row in self.rows}


def time_of(moment: datetime, zone: str) -> time:
    """The local time to offer."""
    return moment.astimezone(ZoneInfo(zone)).time().replace(second=0, microsecond=0)
