"""The change of one setting as typed. Values are read as the kind of the setting's default; nothing is stored here."""

import json
import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import quantities
from facilities.queries.settings import Line
from facilities.rules import SettingRefused, parse_value
from facilities.words import DAY_WORDS, words_for

_WHOLE: Final = re.compile(r"^\d{1,5}$")
_PHONE: Final = re.compile(r"^[0-9 .+()-]{3,30}$")
_DAYS_MOST: Final = 3650


class CardForm(forms.Form):
    """What a site's overdose card says beside the steps."""

    emergency_phone = forms.CharField(
        label=gettext_lazy("Điện thoại cấp cứu"),
        max_length=30,
        error_messages={"required": gettext_lazy("Ghi số cấp cứu, ví dụ 115.")},
    )
    clinic_phone = forms.CharField(label=gettext_lazy("Điện thoại cơ sở điều trị"), max_length=30, required=False)
    physician = forms.CharField(label=gettext_lazy("Bác sĩ trực: họ tên"), max_length=60, required=False)
    physician_phone = forms.CharField(label=gettext_lazy("Bác sĩ trực: điện thoại"), max_length=30, required=False)
    naloxone_place = forms.CharField(
        label=gettext_lazy("Naloxone để ở đâu"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Người mới đến cũng phải tìm thấy: “ngăn trên tủ thuốc cấp cứu, chìa treo sau cửa”."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("emergency_phone", "clinic_phone", "physician_phone"):
            if data.get(name) and not _PHONE.match(data[name]):
                self.add_error(name, _("Chỉ viết chữ số, dấu cách, dấu chấm hoặc dấu cộng, ví dụ 0215 382 5115."))
        return data


class CalendarForm(forms.Form):
    """A day that differs from the calendar of the law."""

    day = forms.DateField(
        label=gettext_lazy("Ngày"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Ngày chưa đúng. Viết như 24/11/2026.")},
    )
    kind = forms.ChoiceField(label=gettext_lazy("Tính là"), choices=list(DAY_WORDS.items()))
    name = forms.CharField(
        label=gettext_lazy("Căn cứ, lý do"),
        max_length=80,
        help_text=gettext_lazy("Ví dụ: nghỉ bù Tết, công văn số 12."),
    )


class SettingForm(forms.Form):
    """One setting's new value, from when, where, and by which decision."""

    value = forms.CharField(label=gettext_lazy("Giá trị mới"), max_length=100)
    scope = forms.ChoiceField(label=gettext_lazy("Áp dụng cho"))
    from_day = forms.DateField(
        label=gettext_lazy("Áp dụng từ ngày"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Ngày chưa đúng. Viết như 24/11/2026.")},
    )
    from_time = forms.TimeField(
        label=gettext_lazy("Từ giờ"),
        widget=forms.TimeInput(attrs={"autocomplete": "off"}, format="%H:%M"),
        help_text=gettext_lazy("Viết 24 giờ, ví dụ 00:00. Sớm nhất là 5 phút nữa."),
        error_messages={"invalid": gettext_lazy("Giờ chưa đúng. Viết như 00:00.")},
    )
    source = forms.CharField(
        label=gettext_lazy("Căn cứ: số quyết định, ngày, người ký"),
        max_length=200,
        error_messages={"required": gettext_lazy("Ghi số quyết định hoặc văn bản làm căn cứ.")},
    )

    def __init__(
        self,
        data: Any = None,
        *,
        group: type,
        line: Line,
        scopes: Sequence[tuple[str, str]],
        zone: str,
        now: datetime,
    ) -> None:
        tomorrow = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
        super().__init__(data, initial={"from_day": tomorrow, "from_time": time(0, 0), "scope": scopes[0][0]})
        self.group, self.line, self.zone = group, line, ZoneInfo(zone)
        scope = self.fields["scope"]
        assert isinstance(scope, forms.ChoiceField)  # noqa: S101
        scope.choices = scopes
        self.fields["value"] = self._value_field()
        if isinstance(self.fields["value"], forms.MultipleChoiceField):
            self.initial["value"] = [str(each) for each in line.raw]

    def _value_field(self) -> forms.Field:
        line, label = self.line, self.fields["value"].label
        required = {"required": _("Ghi giá trị mới.")}
        if line.kind == "bool":
            choices = [("", _("Chọn…")), ("true", _("có")), ("false", _("không"))]
            return forms.ChoiceField(label=label, choices=choices, error_messages=required)
        if line.kind == "str":
            words = words_for(line.key).choices
            return forms.ChoiceField(label=label, choices=[("", _("Chọn…")), *words.items()], error_messages=required)
        if line.kind == "tuple" and words_for(line.key).choices:
            several = forms.CheckboxSelectMultiple
            choices = [(value, str(said)) for value, said in words_for(line.key).choices.items()]
            return forms.MultipleChoiceField(label=label, choices=choices, widget=several, error_messages=required)
        mode = {"int": "numeric", "Decimal": "decimal"}.get(line.kind, "text")
        widget = forms.TextInput(attrs={"inputmode": mode, "autocomplete": "off"})
        return forms.CharField(
            label=label, max_length=60, widget=widget, help_text=self._hint(), error_messages=required
        )

    def _hint(self) -> str:
        line = self.line
        if line.kind == "tuple":
            return _("Các số ngày, lớn trước nhỏ sau, cách nhau bằng dấu phẩy. Đang dùng: %(value)s.") % {
                "value": line.value
            }
        return _("Từ %(low)s đến %(high)s %(unit)s. Đang dùng: %(value)s.") % self._figures()

    def _figures(self) -> dict[str, str]:
        line = self.line
        return {"low": line.low, "high": line.high, "unit": line.unit, "value": line.value}

    def clean_value(self) -> object:
        """The value as it is stored: a bool, a whole number, a text, a list."""
        given = self.cleaned_data["value"]
        value = self._chosen(given) if isinstance(given, list) else self._read(str(given).strip())
        try:
            parse_value(self.group, self.line.key.partition(".")[2], json.dumps(value))
        except SettingRefused as refused:
            words = _("Ngoài giới hạn cho phép: từ %(low)s đến %(high)s %(unit)s.") % self._figures()
            raise forms.ValidationError(words) from refused
        return value

    def _chosen(self, given: list[str]) -> list[object]:
        """What was ticked, in the order of the list: whole numbers where the setting holds such."""
        return [int(each) if each.isdecimal() else each for each in given]

    def _read(self, typed: str) -> object:
        kind = self.line.kind
        if kind == "bool":
            return typed == "true"
        if kind == "int":
            return _whole(typed)
        if kind == "Decimal":
            return str(_amount(typed))
        return _days(typed) if kind == "tuple" else typed

    def clean_source(self) -> str:
        return " ".join(str(self.cleaned_data["source"]).split())

    @property
    def begins_at(self) -> datetime:
        """The moment in the facility's zone; for a valid form."""
        return datetime.combine(self.cleaned_data["from_day"], self.cleaned_data["from_time"], tzinfo=self.zone)


def _whole(typed: str) -> int:
    if not _WHOLE.match(typed):
        raise forms.ValidationError(_("Cần một số nguyên, chỉ viết chữ số."))
    return int(typed)


def _amount(typed: str) -> Decimal:
    try:
        return quantities.parse_amount(typed)
    except quantities.Ambiguous as ambiguous:
        words = _("“%(typed)s” có thể hiểu hai cách. Viết lại, nhiều nhất hai chữ số sau dấu phẩy.")
        raise forms.ValidationError(words % {"typed": typed}) from ambiguous
    except quantities.NotANumber as wrong:
        raise forms.ValidationError(_("Cần một số, ví dụ 40 hoặc 37,5.")) from wrong


def _days(typed: str) -> list[int]:
    days = [_whole(each) for each in re.split(r"[\s,;]+", typed) if each]
    if not days or days[-1] < 1 or days[0] > _DAYS_MOST or days != sorted(set(days), reverse=True):
        raise forms.ValidationError(_("Viết các số ngày khác nhau, lớn trước nhỏ sau, ví dụ 30, 7, 1."))
    return days
