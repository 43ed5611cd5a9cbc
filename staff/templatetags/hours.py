"""Working time in templates."""

from decimal import Decimal

from django import template

from core.templatetags.tram import separator
from staff.rules.hours_codes import Taken
from staff.rules.wording_hours import TAKEN_WORDS, hours_words

register = template.Library()

register.filter("hours", hours_words)


@register.filter
def taken_words(rule: Taken) -> str:
    """The rule that keeps minutes from being paid."""
    return str(TAKEN_WORDS[rule])


@register.filter
def dong(value: Decimal) -> str:
    """Whole đồng with a sign between thousands: 1.250.000; in English 1,250,000."""
    return f"{value:,.0f}".replace(",", "," if separator() == "." else ".")
