"""What people type about working time. Dictionaries in, clean values out."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.quantities import format_decimal
from staff.forms import pin_field
from staff.services.duty import TypedIn


def _day(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


def _time(label: Any, **kwargs: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **kwargs)


class TypedInForm(forms.Form):
    """Hours that were worked: the day, from and to, and why they are typed. An earlier end is the next day's."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    day = _day(gettext_lazy("Ngày bắt đầu"))
    starts = _time(gettext_lazy("Từ lúc"))
    ends = _time(gettext_lazy("Đến lúc"), help_text=gettext_lazy("Sớm hơn giờ bắt đầu nghĩa là sang ngày hôm sau."))
    reason = forms.CharField(
        label=gettext_lazy("Vì sao nhập sau"),
        max_length=200,
        help_text=gettext_lazy("Ví dụ: quên bấm, đi đưa thuốc, trực đêm."),
    )

    def command(self, *, zone: str, corrects: UUID | None = None) -> TypedIn:
        """The clean values as instants in the zone."""
        said = self.cleaned_data
        starts_at = _instant(said["day"], said["starts"], zone)
        last_day = said["day"] if said["ends"] > said["starts"] else date.fromordinal(said["day"].toordinal() + 1)
        ends_at = _instant(last_day, said["ends"], zone)
        return TypedIn(said["id"], starts_at, ends_at, said["reason"], corrects)


class ApprovalForm(forms.Form):
    """Which entries, and one's own PIN."""

    chosen = forms.TypedMultipleChoiceField(
        coerce=UUID, error_messages={"required": gettext_lazy("Chọn ít nhất một lần ghi.")}
    )
    pin = pin_field(gettext_lazy("PIN của bạn"))

    def __init__(self, *args: Any, choices: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["chosen"]
        if isinstance(chosen, forms.TypedMultipleChoiceField):
            chosen.choices = [(each, each) for each in choices]


class BatchForm(forms.Form):
    """A month was paid by this reference."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    reference = forms.CharField(label=gettext_lazy("Số chứng từ"), max_length=60)
    paid_on = _day(gettext_lazy("Ngày chi"))


class TermForm(forms.Form):
    """What an hour of somebody is worth."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    hourly = forms.CharField(
        label=gettext_lazy("Tiền lương một giờ (đồng)"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("Để trống nếu chưa biết: khi đó chỉ tính giờ, không tính tiền."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    spared = forms.BooleanField(
        label=gettext_lazy("Không được làm quá 200 giờ mỗi năm"),
        required=False,
        help_text=gettext_lazy(
            "Có thai từ tháng thứ 7 (vùng cao: tháng thứ 6), nuôi con dưới 12 tháng, khuyết tật nặng."
        ),
    )
    from_day = _day(gettext_lazy("Áp dụng từ ngày"))

    def clean_hourly(self) -> Decimal | None:
        """Whole đồng; dots, commas and spaces between thousands are read over."""
        typed = "".join(sign for sign in str(self.cleaned_data["hourly"]) if sign not in " .,\u00a0")
        if not typed:
            return None
        if not typed.isdecimal() or not 0 < int(typed) < 10**9:
            raise forms.ValidationError(_("Ghi số đồng, ví dụ 45000."))
        return Decimal(typed)

    @staticmethod
    def written(hourly: Decimal | None) -> str:
        """A rate as it is typed."""
        return "" if hourly is None else format_decimal(hourly.quantize(Decimal(1)))


def _instant(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, tzinfo=ZoneInfo(zone)).astimezone(UTC)
