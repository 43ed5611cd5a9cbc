"""What is typed when a main clinic plans a destruction, when its committee signs, and when it is called off."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.forms import ActForm, DayField
from inventory.forms_measures import LabelsField
from inventory.forms_photos import WithPhotos
from inventory.rules.countkinds import Duty
from inventory.rules.violations import Violation
from inventory.rules.wording_counts import DUTY_WORDS
from inventory.services.destructions import Member, Plan

MORE_ROWS: Final = 2  # beyond the fewest who must sign
MOST_ROWS: Final = 9
_PIN_ATTRS: Final = {"class": "pin", "inputmode": "numeric", "autocomplete": "off"}


def _words(label: Any, *, most: int, hint: Any = "") -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, max_length=most, widget=widget, help_text=hint)


class TickedField(forms.TypedMultipleChoiceField):
    """Numbers that were ticked; the service says what may be listed, so that a form sent twice is one list."""

    def valid_value(self, value: object) -> bool:
        text = str(value)
        return text.isascii() and text.isdigit() and len(text) <= 10


class PlanForm(ActForm):
    """What of the quarantine is to be destroyed; the notice that was sent; when, where and how."""

    bottles = TickedField(label=gettext_lazy("Chai ở biệt trữ"), coerce=int, required=False)
    lots = TickedField(label=gettext_lazy("Thuốc khác ở biệt trữ"), coerce=int, required=False)
    labels = LabelsField(
        label=gettext_lazy("Hoặc quét nhãn chai ở biệt trữ"), help_text=gettext_lazy("Chai đã đánh dấu thì thôi.")
    )
    notice_number = _words(gettext_lazy("Số thông báo"), most=60)
    notice_to = _words(gettext_lazy("Thông báo gửi đến"), most=160)
    notice_on = DayField(label=gettext_lazy("Ngày gửi thông báo"))
    planned_on = DayField(label=gettext_lazy("Ngày hủy"))
    place = _words(gettext_lazy("Nơi hủy"), most=160)
    method = _words(gettext_lazy("Cách hủy"), most=160, hint=gettext_lazy("Không để ai lấy lại dùng được."))

    def __init__(self, data: Any = None, *, today: date, earliest: date) -> None:
        super().__init__(data, initial={"notice_on": today, "planned_on": earliest})
        self.today = today
        self.fields["planned_on"].help_text = _("Thông báo gửi hôm nay thì sớm nhất là %(day)s.") % {
            "day": f"{earliest:%d/%m/%Y}"
        }

    def clean_notice_on(self) -> date:
        day: date = self.cleaned_data["notice_on"]
        if day > self.today:
            raise forms.ValidationError(_("Ghi ngày đã gửi; thông báo chưa gửi thì chưa tính ngày."))
        return day

    def command(self) -> Plan:
        """What the service takes. Only of a valid form."""
        said = self.cleaned_data
        return Plan(
            said["id"],
            tuple(dict.fromkeys([*said["bottles"], *said["labels"]])),
            tuple(said["lots"]),
            said["planned_on"],
            said["place"],
            said["method"],
            said["notice_number"],
            said["notice_to"],
            said["notice_on"],
        )


class _Refusable(forms.Form):
    def refuse(self, violations: Iterable[Violation]) -> None:
        """Show each rule's words at the field it is about."""
        for violation in violations:
            words = f"{violation.words} {violation.todo}".strip()
            self.add_error(violation.field if violation.field in self.fields else None, words)


class CommitteeForm(WithPhotos, _Refusable):
    """The minutes, and each of the committee with duty and PIN; rows beyond the fewest may stay empty."""

    shown_to = gettext_lazy(
        "Thuốc trước và sau khi hủy. Không chụp người bệnh. Ai được xem kho của cơ sở thì xem được."
    )
    minutes = forms.CharField(
        label=gettext_lazy("Biên bản: đã làm gì, theo thứ tự nào, kết quả"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, data: Any = None, *, people: Sequence[tuple[str, str]], fewest: int, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fewest, self.rows = fewest, min(fewest + MORE_ROWS, MOST_ROWS)
        usual = [Duty.CHAIR, Duty.SECRETARY, *([Duty.MEMBER] * MOST_ROWS)]
        for row in range(self.rows):
            needed = row < fewest
            self.fields[f"person_{row}"] = forms.ChoiceField(
                label=_("Người thứ %(n)d") % {"n": row + 1}, choices=[("", _("Chọn người…")), *people], required=needed
            )
            self.fields[f"duty_{row}"] = forms.ChoiceField(
                label=_("Nhiệm vụ"), choices=[(str(duty), DUTY_WORDS[duty]) for duty in Duty], initial=str(usual[row]),
                required=needed,
            )  # fmt: skip
            self.fields[f"pin_{row}"] = forms.CharField(
                label=_("PIN của người đó"), max_length=12, required=needed, widget=forms.PasswordInput(_PIN_ATTRS)
            )

    @property
    def needed_rows(self) -> list[list[forms.BoundField]]:
        """Name, duty and PIN of those without whom it cannot be signed."""
        return self._fields_of(range(self.fewest))

    @property
    def more_rows(self) -> list[list[forms.BoundField]]:
        return self._fields_of(range(self.fewest, self.rows))

    @property
    def more_signed(self) -> bool:
        """Whether somebody beyond the fewest was named."""
        return any(self[f"person_{row}"].value() for row in range(self.fewest, self.rows))

    def _fields_of(self, rows: Iterable[int]) -> list[list[forms.BoundField]]:
        return [[self[f"{part}_{row}"] for part in ("person", "duty", "pin")] for row in rows]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for row in range(self.fewest, self.rows):
            if data.get(f"person_{row}") and not data.get(f"pin_{row}"):
                self.add_error(f"pin_{row}", _("Người này nhập PIN của mình."))
        return data

    def _signing(self) -> list[int]:
        return [row for row in range(self.rows) if self.cleaned_data.get(f"person_{row}")]

    def members(self) -> tuple[Member, ...]:
        """Who signs, in the order of the page. Only of a valid form."""
        said = self.cleaned_data
        return tuple(
            Member(said[f"person_{row}"], Duty(said[f"duty_{row}"] or Duty.MEMBER), said[f"pin_{row}"])
            for row in self._signing()
        )

    def refuse_member(self, place: int, sentence: str) -> None:
        """Show why one of them did not sign, at their own row. Only after `members`."""
        self.add_error(f"pin_{self._signing()[place]}", sentence)


class CancelForm(_Refusable):
    """Why it is called off."""

    why = forms.CharField(label=gettext_lazy("Vì sao bỏ"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
