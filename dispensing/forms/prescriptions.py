"""What a physician types: an order, its signature, a stop on dosing and its lifting."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.quantities import Ambiguous, NotANumber, parse_mg
from dispensing.rules.choices import HOLD_WORDS, PHASE_WORDS, HoldReason
from dispensing.rules.facts import IfMissedStep
from dispensing.rules.prescribing import longest_days
from dispensing.rules.settings import DosingSettings
from dispensing.rules.violations import Code, Level, Unlocker, Violation
from dispensing.services.holds import LEVEL_WORDS, NewHold
from dispensing.services.prescriptions import NewPrescription

STEPS: Final = (1, 2)
FARTHEST_START: Final = timedelta(days=60)  # a start later than this is a slip of the year
DAY_FORMATS: Final = ["%Y-%m-%d", "%d/%m/%Y"]


class MgField(forms.Field):
    """Milligrams as people write them: 4,5 and 4.5 alike; 1.234 is asked back, never guessed."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "size": "8", "maxlength": "12"}
        super().__init__(widget=forms.TextInput(attrs), **kwargs)

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return parse_mg(text)
        except Ambiguous as error:
            raise forms.ValidationError(
                _("“%(text)s” đọc được thành hai số khác nhau. Viết lại, ví dụ 4,5 hoặc 45.") % {"text": text},
                code="ambiguous",
            ) from error
        except NotANumber as error:
            raise forms.ValidationError(_("Nhập số mg, ví dụ 65 hoặc 4,5."), code="number") from error

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned is not None and cleaned <= 0:
            raise forms.ValidationError(_("Liều phải lớn hơn 0 mg."), code="positive")
        return cleaned


class DayField(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
        messages = {"invalid": gettext_lazy("Nhập ngày, ví dụ 24/11/2026."), **kwargs.pop("error_messages", {})}
        super().__init__(widget=widget, input_formats=DAY_FORMATS, error_messages=messages, **kwargs)


class PrescriptionForm(forms.Form):
    """One order. `second_mg` is the part of the day's dose that is drunk later; empty where all is drunk at
    once.
    """

    id = forms.UUIDField(widget=forms.HiddenInput)
    phase = forms.ChoiceField(
        choices=list(PHASE_WORDS.items()),
        widget=forms.RadioSelect,
        label=gettext_lazy("Giai đoạn điều trị"),
        error_messages={"required": gettext_lazy("Chọn giai đoạn điều trị.")},
    )
    dose_mg = MgField(
        label=gettext_lazy("Liều mỗi ngày (mg)"),
        error_messages={"required": gettext_lazy("Nhập liều mỗi ngày.")},
    )
    second_mg = MgField(
        required=False,
        label=gettext_lazy("Trong đó uống lần thứ hai (mg)"),
        help_text=gettext_lazy("Chỉ khi chia hai lần trong ngày. Phần còn lại uống lần thứ nhất."),
    )
    starts_on = DayField(label=gettext_lazy("Từ ngày"), error_messages={"required": gettext_lazy("Nhập ngày bắt đầu.")})
    ends_on = DayField(required=False, label=gettext_lazy("Đến hết ngày"))
    note = forms.CharField(
        max_length=300,
        required=False,
        label=gettext_lazy("Ghi chú cho người cấp phát"),
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("Không ghi tên người bệnh."),
    )

    def __init__(self, *args: Any, settings: DosingSettings, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.settings = settings
        self.today = today
        for number in STEPS:
            self._add_step(number)
        lengths = {f"{phase}_days": longest_days(phase, settings) for phase in PHASE_WORDS}
        self.fields["ends_on"].help_text = (
            _(
                "Để trống thì lấy dài nhất của giai đoạn: khởi liều %(induction_days)s ngày, điều chỉnh "
                "%(adjustment_days)s, duy trì %(maintenance_days)s, giảm liều %(taper_days)s."
            )
            % lengths
        )

    def _add_step(self, number: int) -> None:
        """The four figures of one if-missed step: from how many missed days, to how many, which dose, for
        how long.
        """
        for name, label in {"from": _("Bỏ từ"), "to": _("đến"), "days": _("trong")}.items():
            self.fields[f"step{number}_{name}"] = forms.IntegerField(
                required=False,
                min_value=1,
                max_value=99,
                label=label,
                widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "size": "3"}),
                error_messages={"invalid": _("Nhập số ngày.")},
            )
        self.fields[f"step{number}_mg"] = MgField(required=False, label=_("uống mỗi ngày (mg)"))

    @property
    def step_rows(self) -> list[dict[str, forms.BoundField]]:
        """The bound fields of each step, for the template."""
        return [{name: self[f"step{number}_{name}"] for name in ("from", "to", "mg", "days")} for number in STEPS]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        dose, second = said.get("dose_mg"), said.get("second_mg")
        if dose is not None and second is not None and second >= dose:
            self.add_error("second_mg", _("Lần thứ hai phải nhỏ hơn liều cả ngày."))
        starts_on = said.get("starts_on")
        if starts_on is not None and starts_on > self.today + FARTHEST_START:
            self.add_error("starts_on", _("Ngày bắt đầu còn quá xa. Xem lại ngày và năm."))
        elif starts_on is not None and not said.get("ends_on") and "ends_on" not in self.errors and said.get("phase"):
            said["ends_on"] = starts_on + timedelta(days=longest_days(said["phase"], self.settings) - 1)
        for number in STEPS:
            self._clean_step(number, said)
        return said

    def _clean_step(self, number: int, said: dict[str, Any]) -> None:
        names = [f"step{number}_{name}" for name in ("from", "to", "mg", "days")]
        if any(name in self.errors for name in names):
            return
        given = [said.get(name) is not None for name in names]
        if any(given) and not all(given):
            missing = names[given.index(False)]
            self.add_error(missing, _("Điền đủ cả dòng, hoặc xóa cả dòng."))

    def command(self, patient_id: UUID) -> NewPrescription:
        """The order as typed, before anybody has confirmed or signed anything."""
        said = self.cleaned_data
        dose: Decimal = said["dose_mg"]
        second: Decimal | None = said["second_mg"]
        return NewPrescription(
            id=said["id"],
            patient_id=patient_id,
            phase=said["phase"],
            slot_mg=(dose,) if second is None else (dose - second, second),
            starts_on=said["starts_on"],
            ends_on=said["ends_on"],
            if_missed=tuple(
                IfMissedStep(*(said[f"step{number}_{name}"] for name in ("from", "to", "mg", "days")))
                for number in STEPS
                if said[f"step{number}_from"] is not None
            ),
            note=said["note"],
        )


class SignForm(forms.Form):
    """What turns a reviewed order into a signed one. The PIN is never written back into the page."""

    shown_digest = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    large_change_confirmed = forms.BooleanField(required=False)
    answers_missed = forms.BooleanField(required=False)
    pin = forms.CharField(
        max_length=12,
        label=gettext_lazy("PIN của bạn"),
        widget=forms.PasswordInput({"class": "pin", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Nhập PIN để ký.")},
    )

    def ask_again(self, unanswered: tuple[Violation, ...]) -> None:
        """Mark the statements that are still missing."""
        codes = {v.code for v in unanswered if v.level is Level.ASK}
        if Code.MISSED_UNANSWERED in codes:
            self.add_error("answers_missed", _("Đánh dấu nếu đơn này là y lệnh cho lần uống lại."))
        if codes - {Code.MISSED_UNANSWERED}:
            self.add_error("large_change_confirmed", _("Xem lại rồi đánh dấu trước khi ký."))


class StopForm(forms.Form):
    pin = forms.CharField(
        max_length=12,
        label=gettext_lazy("PIN của bạn"),
        widget=forms.PasswordInput({"class": "pin", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Nhập PIN để ký.")},
    )


class HoldForm(forms.Form):
    """A stop on the next doses."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(
        choices=[("", gettext_lazy("Chọn lý do…")), *HOLD_WORDS.items()],
        label=gettext_lazy("Vì sao dừng"),
        error_messages={"required": gettext_lazy("Chọn lý do dừng cấp liều.")},
    )
    unlocker = forms.ChoiceField(
        choices=list(LEVEL_WORDS.items()),
        initial=Unlocker.PHYSICIAN,
        label=gettext_lazy("Ai được cho uống lại"),
    )
    note = forms.CharField(
        max_length=300,
        required=False,
        label=gettext_lazy("Ghi thêm"),
        help_text=gettext_lazy("Không ghi tên người bệnh."),
    )

    def command(self, patient_id: UUID) -> NewHold:
        said = self.cleaned_data
        return NewHold(
            id=said["id"],
            patient_id=patient_id,
            reason=HoldReason(said["reason"]),
            unlocker=Unlocker(said["unlocker"]),
            note=said["note"],
        )


class LiftForm(forms.Form):
    reason = forms.CharField(
        max_length=300,
        label=gettext_lazy("Vì sao cho uống lại"),
        error_messages={"required": gettext_lazy("Ghi vì sao cho uống lại.")},
    )
