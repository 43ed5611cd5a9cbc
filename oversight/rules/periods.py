"""The periods of reports. Pure.

The quarter of Circular 05/2023 runs from the 15th of the month before it to the 14th of its last month, the year from
15/12 to 14/12 (domain 8, S06): not the calendar's, and mixing the two breaks the figures (S27). The local set is by
calendar month, as the supply cycle and payroll are.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _

from oversight.rules.report_codes import ReportKind

FIRST_DAY: Final = 15
_SHAPE: Final = re.compile(r"^(20[0-9]{2})(?:-Q([1-4])|-(0[1-9]|1[0-2]))?$")


class UnknownPeriod(ValueError):
    """The text names no period of that kind of report."""


@dataclass(frozen=True, order=True)
class Period:
    """From a day to a day, both included. `code`: 2026-Q4, 2026 or 2026-11."""

    first: date
    last: date
    kind: ReportKind
    code: str

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def words(self) -> str:
        """As a form says it."""
        if self.kind is ReportKind.QUARTER:
            return _("Quý %(quarter)s năm %(year)s") % {"quarter": self.code[-1], "year": self.code[:4]}
        if self.kind is ReportKind.YEAR:
            return _("Năm %(year)s") % {"year": self.code}
        return _("Tháng %(month)s năm %(year)s") % {"month": self.code[5:], "year": self.code[:4]}

    @property
    def days_words(self) -> str:
        return _("từ %(first)s đến %(last)s") % {"first": f"{self.first:%d/%m/%Y}", "last": f"{self.last:%d/%m/%Y}"}

    def over(self, today: date) -> bool:
        """Whether its last day is past."""
        return today > self.last


def quarter(year: int, number: int) -> Period:
    """One quarter: 15th of the month before it to 14th of its last month."""
    last_month = number * 3
    before = (year - 1, 12) if number == 1 else (year, last_month - 3)
    first = date(*before, FIRST_DAY)
    return Period(first, date(year, last_month, FIRST_DAY - 1), ReportKind.QUARTER, f"{year}-Q{number}")


def year(number: int) -> Period:
    """15/12 of the year before to 14/12."""
    last = date(number, 12, FIRST_DAY - 1)
    return Period(date(number - 1, 12, FIRST_DAY), last, ReportKind.YEAR, str(number))


def month(day: date) -> Period:
    """The calendar month of the day."""
    first = day.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return Period(first, last, ReportKind.MONTH, f"{day:%Y-%m}")


def quarters_of(one: Period) -> tuple[Period, ...]:
    """The quarters of a year's report; a quarter is its own."""
    if one.kind is not ReportKind.YEAR:
        return (one,)
    return tuple(quarter(int(one.code), number) for number in (1, 2, 3, 4))


def of(kind: ReportKind, day: date) -> Period:
    """The period of that kind that the day lies in."""
    if kind is ReportKind.MONTH:
        return month(day)
    whole = year(day.year + (day > year(day.year).last))
    if kind is ReportKind.YEAR:
        return whole
    return next(one for one in quarters_of(whole) if one.first <= day <= one.last)


def before(one: Period) -> Period:
    """The period of the same kind just before."""
    return of(one.kind, one.first - timedelta(days=1))


def latest(kind: ReportKind, today: date, *, count: int) -> Sequence[Period]:
    """The one that runs and the ones before it, newest first."""
    found = [of(kind, today)]
    while len(found) < count:
        found.append(before(found[-1]))
    return found


def read(kind: ReportKind, text: str) -> Period:
    """The period that a code names; raises UnknownPeriod."""
    shape = _SHAPE.match(text)
    if shape is None:
        raise UnknownPeriod(text)
    number, of_year, of_month = int(shape[1]), shape[2], shape[3]
    if kind is ReportKind.QUARTER and of_year:
        return quarter(number, int(of_year))
    if kind is ReportKind.MONTH and of_month:
        return month(date(number, int(of_month), 1))
    if kind is ReportKind.YEAR and not of_year and not of_month:
        return year(number)
    raise UnknownPeriod(text)
