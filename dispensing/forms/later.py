"""What is typed in from paper: one row for each line of the sheet, filled in or left empty; everything typed stays."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from core.ids import new_id
from core.quantities import Ambiguous, NotANumber, parse_amount
from core.templatetags import tram
from dispensing.rules.choices import OUTCOME_WORDS, OutcomeCode
from dispensing.rules.late import FAULT_WORDS, LATE_REASON_WORDS, Fault, LateReason
from dispensing.services.past import Hand, PastFact

DRANK: Final = "drank"
ELSE: Final = "else"  # somebody who has no account here
_ON_PAPER: Final = tuple(code for code in OutcomeCode if code not in (OutcomeCode.VOMITED, OutcomeCode.SITE_CLOSED))
_TIMES: Final = ["%H:%M", "%H.%M", "%Hh%M", "%Hg%M", "%H%M", "%H"]


class LaterForm(forms.Form):
    """What all rows of the paper share: why they come late; who poured and looked on, unless a row says otherwise."""

    reason = forms.ChoiceField(
        choices=[("", _("Chọn…")), *LATE_REASON_WORDS.items()],
        label=_("Vì sao ghi muộn"),
        error_messages={"required": _("Chọn vì sao ghi muộn.")},
    )
    note = forms.CharField(max_length=300, required=False, label=_("Ghi thêm"))
    poured_by = forms.ChoiceField(label=_("Người rót"), error_messages={"required": _("Chọn người đã rót.")})
    poured_name = forms.CharField(max_length=80, required=False, label=_("Người rót (tên)"))
    observed_by = forms.ChoiceField(label=_("Người nhìn uống"), error_messages={"required": _("Chọn ai nhìn uống.")})
    observed_name = forms.CharField(max_length=80, required=False, label=_("Người nhìn uống (tên)"))
    bottle = forms.ChoiceField(label=_("Chai đã rót"), required=False)

    def __init__(
        self, data: Any = None, *, people: Sequence[tuple[str, str]], bottles: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        hands = [("", _("Chọn…")), *people, (ELSE, _("Người khác: ghi tên"))]
        _choices(self, "poured_by", hands)
        _choices(self, "observed_by", hands)
        _choices(self, "bottle", [("", _("Chai dùng lúc đó, theo sổ")), *bottles])
        self.several_bottles = len(bottles) > 1

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("reason") == LateReason.OTHER and not said.get("note", "").strip():
            self.add_error("note", str(FAULT_WORDS[Fault.NOTE_NEEDED]))
        for who in ("poured", "observed"):
            if said.get(f"{who}_by") == ELSE and not said.get(f"{who}_name", "").strip():
                self.add_error(f"{who}_name", _("Ghi tên người đó."))
        return said

    def hand(self, who: str) -> Hand:
        """The one who poured, or looked on."""
        return _hand(self.cleaned_data, who)


class RowForm(forms.Form):
    """One line of paper. Empty: nothing to record. A time alone says: drank what was planned."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    at = forms.TimeField(
        required=False,
        input_formats=_TIMES,
        label=_("Giờ"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric", "class": "later-time"}),
        error_messages={"invalid": _("Ghi giờ và phút, ví dụ 06:40 hoặc 0640.")},
    )
    what = forms.ChoiceField(
        required=False,
        label=_("Chuyện đã xảy ra"),
        choices=[("", "–"), (DRANK, _("đã uống")), *((code, OUTCOME_WORDS[code]) for code in _ON_PAPER)],
    )
    mg = forms.CharField(
        required=False,
        label=_("mg"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "decimal", "class": "later-mg"}),
    )
    poured_by = forms.ChoiceField(required=False, label=_("Người rót"))
    poured_name = forms.CharField(max_length=80, required=False, label=_("Tên người rót"))
    again = forms.BooleanField(required=False, label=_("Đúng là một lần khác: vẫn ghi thêm"))

    def __init__(self, data: Any = None, *, people: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        _choices(self, "poured_by", [("", _("như trên")), *people, (ELSE, _("Người khác"))])

    @property
    def filled(self) -> bool:
        """Whether this row says anything; what stands in mg is what was planned, until the row is used."""
        return bool(self["at"].value() or self["what"].value())

    def clean_mg(self) -> Decimal | None:
        text = self.cleaned_data["mg"]
        if not text.strip():
            return None
        try:
            return parse_amount(text)
        except Ambiguous as error:
            raise forms.ValidationError(_("Số này đọc được hai cách. Ghi 4,5 hoặc 4500.")) from error
        except NotANumber as error:
            raise forms.ValidationError(_("Ghi số mg, ví dụ 65 hoặc 62,5.")) from error

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        drank = said.get("what", "") in ("", DRANK)
        if self.filled and drank and said.get("at") is None and "at" not in self.errors:
            self.add_error("at", _("Ghi giờ uống."))
        if self.filled and said.get("poured_by") == ELSE and not said.get("poured_name", "").strip():
            self.add_error("poured_name", _("Ghi tên người đó."))
        return said


@dataclass(frozen=True)
class PaperRow:
    """A line of the sheet with its form; `stands` says what is recorded of it already, in words."""

    line: Mapping[str, Any]
    form: RowForm
    stands: str = ""
    stands_path: str = ""
    twice: str = ""


def row_forms(
    lines: Sequence[Mapping[str, Any]], data: Any, *, people: Sequence[tuple[str, str]]
) -> list[tuple[Mapping[str, Any], RowForm]]:
    """A form for each line, named by patient and part, so that what was typed finds its row again."""
    made = []
    for line in lines:
        prefix = f"{line['patient']}-{line['slot']}"
        initial = {"id": new_id(), "mg": _shown(line["mg"])}
        made.append((line, RowForm(data, people=people, prefix=prefix, initial=initial)))
    return made


def facts_of(
    header: LaterForm,
    rows: Sequence[tuple[Mapping[str, Any], RowForm]],
    *,
    day: date,
    zone: str,
    absent_at: datetime,
    sheet_id: UUID | None,
) -> list[PastFact]:
    """What the filled rows state. Only of valid forms. `absent_at`: the time of a row without one."""
    return list(_facts(header, rows, day, ZoneInfo(zone), absent_at, sheet_id))


def _facts(
    header: LaterForm,
    rows: Sequence[tuple[Mapping[str, Any], RowForm]],
    day: date,
    here: ZoneInfo,
    absent_at: datetime,
    sheet_id: UUID | None,
) -> Iterator[PastFact]:
    said = header.cleaned_data
    for line, form in rows:
        if not form.filled:
            continue
        typed = form.cleaned_data
        at: time | None = typed["at"]
        yield PastFact(
            id=typed["id"],
            patient_id=UUID(line["patient"]),
            occurred_at=datetime.combine(day, at, tzinfo=here) if at else absent_at,
            reason=LateReason(said["reason"]),
            mg=typed["mg"],
            outcome="" if typed["what"] in ("", DRANK) else typed["what"],
            slot=line["slot"],
            poured_by=_hand(typed, "poured") or header.hand("poured"),
            observed_by=header.hand("observed"),
            note=said["note"],
            sheet_id=sheet_id,
            bottle_id=int(said["bottle"]) if said["bottle"] else None,
            again=typed["again"],
        )


def _hand(said: Mapping[str, Any], who: str) -> Hand:
    chosen = said.get(f"{who}_by", "")
    if chosen == ELSE:
        return Hand(name=said[f"{who}_name"].strip())
    return Hand(int(chosen)) if chosen else Hand()


def _choices(form: forms.Form, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = list(choices)


def _shown(mg: Decimal | None) -> str:
    return tram.mg(mg)
