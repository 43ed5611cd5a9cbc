"""What is typed in requests. Dictionaries in, clean values out; the rules judge elsewhere."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.quantities import format_decimal
from core.templatetags.tram import separator
from inventory.forms import ActForm
from inventory.forms_custody import pin_field
from inventory.models import RequestLine
from inventory.queries.demand import Need
from inventory.rules.requests import Figures
from inventory.rules.settings_requests import RequestSettings
from inventory.rules.wording_requests import FIGURE_WORDS
from inventory.services.approvals import Granted, field_name
from inventory.services.requests import Asked

_NUMBER: Final = {"inputmode": "numeric", "class": "number", "autocomplete": "off"}
_AMOUNT: Final = {"inputmode": "decimal", "class": "number", "autocomplete": "off"}
_THOUSANDS: Final = re.compile(r"^\d{1,3}([.,]\d{3})+$")
_WHOLE: Final = ("patients", "days", "new_patients")
_VOLUMES: Final = ("stock_ul", "road_ul")
_MOST: Final = Decimal(9_999_999)
KINDS: Final = [("monthly", gettext_lazy("Dự trù của tháng")), ("more", gettext_lazy("Dự trù bổ sung"))]


class FigureField(forms.CharField):
    """An amount with comma or point; a thousand's point is asked back, never guessed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=12, widget=forms.TextInput(attrs=_AMOUNT), **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value).replace("\u00a0", "").replace(" ", "")
        if _THOUSANDS.match(text):
            raise forms.ValidationError(_("Viết liền các chữ số, ví dụ 1250 hoặc 1250,5."))
        try:
            number = Decimal(text.replace(",", "."))
        except InvalidOperation as error:
            raise forms.ValidationError(_("Viết một số, ví dụ 1250 hoặc 1250,5.")) from error
        if not number.is_finite() or not 0 <= number <= _MOST:
            raise forms.ValidationError(_("Số này không hợp lý. Xem lại."))
        return number


class DraftForm(ActForm):
    """The figures of each item in bottles, and how many of each line is asked."""

    period = forms.TypedChoiceField(label=gettext_lazy("Tháng cần thuốc"), coerce=date.fromisoformat)
    kind = forms.ChoiceField(label=gettext_lazy("Loại"), choices=KINDS, initial="monthly")
    note = forms.CharField(
        label=gettext_lazy("Ghi chú cho cơ sở điều trị"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        needs: Sequence[Need],
        periods: Sequence[date],
        rules: RequestSettings,
        figures: Mapping[int, Figures] | None = None,
        asked: Mapping[tuple[int, int | None], int] | None = None,
        fixed: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.needs, self.rules = needs, rules
        field = self.fields["period"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [(f"{day:%Y-%m-%d}", f"{day:%m/%Y}") for day in periods]
            field.initial = f"{periods[0]:%Y-%m-%d}"
        if fixed:
            del self.fields["kind"], self.fields["period"]
        for need in needs:
            offered = (figures or {}).get(need.item_id, need.figures)
            if offered is not None:
                self._figures(need, offered)
            self._quantities(need, offered, asked)

    def _figures(self, need: Need, offered: Figures) -> None:
        for name in Figures.__slots__:
            value = getattr(offered, name)
            key, label = f"f{need.item_id}_{name}", str(FIGURE_WORDS[name])
            if name in _WHOLE:
                attrs = forms.NumberInput(attrs=_NUMBER)
                self.fields[key] = forms.IntegerField(
                    label=label, min_value=0, max_value=100_000, initial=value, widget=attrs
                )
            else:
                shown = Decimal(value) / 1000 if name in _VOLUMES else Decimal(value)
                self.fields[key] = FigureField(label=label, initial=format_decimal(shown, separator=separator()))

    def _quantities(
        self, need: Need, offered: Figures | None, asked: Mapping[tuple[int, int | None], int] | None
    ) -> None:
        found = need.proposal(offered, self.rules) if offered else None
        for size in need.sizes_ul or (None,):
            proposed = need.proposed if found is None else found.bottles if found.size_ul == size else 0
            start = proposed if asked is None else asked.get((need.item_id, size), 0)
            self.fields[f"take_{field_name(need.item_id, size)}"] = forms.IntegerField(
                label=_("Dự trù"), min_value=0, max_value=9999, required=False, initial=start,
                widget=forms.NumberInput(attrs=_NUMBER),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for need in self.needs:
            if need.figures and data.get(f"f{need.item_id}_concentration") == 0:
                self.add_error(f"f{need.item_id}_concentration", _("Nồng độ phải lớn hơn 0."))
        return data

    def figures(self) -> dict[int, Figures]:
        """The figures as typed. Only of a valid form."""
        return {need.item_id: self._typed(need.item_id) for need in self.needs if need.figures}

    def _typed(self, item_id: int) -> Figures:
        said = {name: self.cleaned_data[f"f{item_id}_{name}"] for name in Figures.__slots__}
        return Figures(**said | {name: int(said[name] * 1000) for name in _VOLUMES})

    def asked(self) -> tuple[Asked, ...]:
        """Every line with its number. Only of a valid form."""
        return tuple(
            Asked(
                need.item_id,
                size,
                self.cleaned_data.get(f"take_{field_name(need.item_id, size)}") or 0,
                0 if need.figures else need.proposed,
            )
            for need in self.needs
            for size in need.sizes_ul or (None,)
        )

    def shown(self) -> list[dict[str, Any]]:
        """What the page shows of each item: its figures, the sum, its lines."""
        valid = self.is_bound and not self.errors
        typed = self.figures() if valid else {}
        return [self._shown(need, typed.get(need.item_id)) for need in self.needs]

    def _shown(self, need: Need, typed: Figures | None) -> dict[str, Any]:
        figures = typed or self._initial(need)
        return {
            "need": need,
            "figures": [self[f"f{need.item_id}_{name}"] for name in Figures.__slots__] if need.figures else [],
            "sum": need.proposal(figures, self.rules) if figures else None,
            "lines": [(size, self[f"take_{field_name(need.item_id, size)}"]) for size in need.sizes_ul or (None,)],
        }

    def _initial(self, need: Need) -> Figures | None:
        """The figures that the fields start with."""
        if need.figures is None:
            return None
        start: dict[str, Any] = {}
        for name in Figures.__slots__:
            value = self.fields[f"f{need.item_id}_{name}"].initial
            number = Decimal(str(value).replace(",", "."))
            start[name] = int(number) if name in _WHOLE else int(number * 1000) if name in _VOLUMES else number
        return Figures(**start)


class PinForm(ActForm):
    """A step that is signed; `version` is what was looked at."""

    version = forms.UUIDField(widget=forms.HiddenInput, required=False)
    own_pin = pin_field(gettext_lazy("PIN của bạn"))


class WordsForm(ActForm):
    """A step that says why."""

    words = forms.CharField(
        label=gettext_lazy("Lý do"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ApproveForm(ActForm):
    """How many of each line, and why where it differs."""

    version = forms.UUIDField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=gettext_lazy("Lời nhắn cho cơ sở"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    own_pin = pin_field(gettext_lazy("PIN của bạn"))

    def __init__(self, data: Any = None, *, lines: Iterable[RequestLine], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.lines = list(lines)
        for line in self.lines:
            name = field_name(line.item_id, line.size_ul)
            self.fields[f"take_{name}"] = forms.IntegerField(
                label=_("Duyệt"), min_value=0, max_value=9999, initial=line.asked,
                widget=forms.NumberInput(attrs=_NUMBER),
            )  # fmt: skip
            self.fields[f"why_{name}"] = forms.CharField(label=_("Vì sao khác"), max_length=300, required=False)

    def granted(self) -> dict[tuple[int, int | None], Granted]:
        """Line by line. Only of a valid form."""
        return {
            (line.item_id, line.size_ul): Granted(
                self.cleaned_data[f"take_{field_name(line.item_id, line.size_ul)}"],
                self.cleaned_data[f"why_{field_name(line.item_id, line.size_ul)}"],
            )
            for line in self.lines
        }

    def rows(self) -> list[tuple[RequestLine, Any, Any]]:
        names = [(line, field_name(line.item_id, line.size_ul)) for line in self.lines]
        return [(line, self[f"take_{name}"], self[f"why_{name}"]) for line, name in names]
