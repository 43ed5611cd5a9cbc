"""How the product writes amounts, days and times: one formatter, in every template."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django import template
from django.template.defaultfilters import time as django_time
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from core import clock, names, shown
from core.quantities import format_decimal, format_ml, format_size

register = template.Library()

_WEEKDAYS: Final = (
    pgettext_lazy("weekday, short", "T2"),
    pgettext_lazy("weekday, short", "T3"),
    pgettext_lazy("weekday, short", "T4"),
    pgettext_lazy("weekday, short", "T5"),
    pgettext_lazy("weekday, short", "T6"),
    pgettext_lazy("weekday, short", "T7"),
    pgettext_lazy("weekday, short", "CN"),
)
_WEEKDAYS_LONG: Final = (
    gettext_lazy("Thứ hai"),
    gettext_lazy("Thứ ba"),
    gettext_lazy("Thứ tư"),
    gettext_lazy("Thứ năm"),
    gettext_lazy("Thứ sáu"),
    gettext_lazy("Thứ bảy"),
    gettext_lazy("Chủ nhật"),
)


def separator() -> str:
    """The decimal sign of the language in use: a comma, in English a dot."""
    return "." if (get_language() or "").startswith("en") else ","


@register.filter
def mg(value: Decimal | None) -> str:
    """A dose, without its unit: 65 or 4,5."""
    return "" if value is None else format_decimal(value, separator=separator())


@register.filter
def ml(value: int | None) -> str:
    """Microlitres as millilitres, without the unit: 6500 is 6,5."""
    return "" if value is None else format_ml(value, separator=separator())


@register.filter
def thousands(value: int) -> str:
    """A whole number with a sign between its thousands: 10.102; in English 10,102."""
    return f"{value:,}".replace(",", "," if separator() == "." else ".")


@register.filter
def size(value: int) -> str:
    """A bottle's size in millilitres as its label writes it: 1000000 is 1000."""
    return format_size(value, separator=separator())


@register.filter
def day(value: date | None) -> str:
    """24/11/2026. An instant is written as the day it falls on at the facility."""
    return "" if value is None else f"{_day_of(value):%d/%m/%Y}"


@register.filter
def day_short(value: date | None) -> str:
    """24/11"""
    return "" if value is None else f"{_day_of(value):%d/%m}"


@register.filter
def time(value: datetime | None, form: str | None = None) -> str:
    """06:10 in the facility's zone; with a form, Django's own filter."""
    if form is not None:
        return django_time(value, form)
    if value is None:
        return ""
    return f"{timezone.localtime(value) if isinstance(value, datetime) else value:%H:%M}"


@register.filter
def day_time(value: datetime | None) -> str:
    """06:10 24/11/2026"""
    return "" if value is None else f"{time(value)} {day(value)}"


@register.filter
def weekday_short(value: date) -> str:
    """T3 or CN; in English Tue or Sun."""
    return str(_WEEKDAYS[_day_of(value).weekday()])


@register.filter
def weekday(value: date) -> str:
    """Thứ ba; in English Tuesday."""
    return str(_WEEKDAYS_LONG[_day_of(value).weekday()])


register.filter("initials", names.initials)


@register.simple_tag
def shown_at() -> str:
    """For a form that somebody signs: when it was shown (core.shown)."""
    return shown.token(clock.now())


def _day_of(value: date) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value
