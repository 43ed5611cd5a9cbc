"""The public holidays of Vietnam as they really fall: the calendar of the law, corrected by the days kept by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

import holidays as public

from facilities.models import DayKind, Holiday
from facilities.words import DAY_WORDS

COUNTRY: Final = "VN"


def holidays_between(first: date, last: date) -> dict[date, str]:
    """The holidays from the first to the last day, both included, with their names. One statement.

    A rest day that was swapped into a working day is none; a holiday that was fixed late is one.
    """
    found = {day: name for year in range(first.year, last.year + 1) for day, name in _of_the_law(year).items()}
    for row in Holiday.objects.filter(day__gte=first, day__lte=last):
        found.pop(row.day, None)
        if row.kind == DayKind.HOLIDAY:
            found[row.day] = row.name
    return {day: found[day] for day in sorted(found) if first <= day <= last}


@lru_cache(maxsize=20)
def _of_the_law(year: int) -> Mapping[date, str]:
    return dict(public.country_holidays(COUNTRY, years=[year], language="vi"))


@dataclass(frozen=True)
class Calendar:
    """What the calendar says of some days, beside the weekly rest days: the holidays, the days off that stand for a
    holiday or a working day elsewhere in the year, and the rest days on which everybody works instead.
    """

    holidays: frozenset[date]
    swapped_rest: frozenset[date]
    swapped_work: frozenset[date]


def calendar_between(first: date, last: date) -> Calendar:
    """The days from the first to the last, both included, that differ from their week. One statement.

    A day off for a holiday that fell on a rest day, or for a rest day that was worked, is a rest day and no holiday. A
    day kept by hand is what was said of it.
    """
    rest = {day for year in range(first.year, last.year + 1) for day in _instead(year)}
    work = {day for year in range(first.year, last.year + 1) for day in _worked(year)}
    holidays = {day for year in range(first.year, last.year + 1) for day in _of_the_law(year)} - rest
    for row in Holiday.objects.filter(day__gte=first, day__lte=last):
        for days in (rest, work, holidays):
            days.discard(row.day)
        {DayKind.HOLIDAY: holidays, DayKind.REST_DAY: rest, DayKind.WORKING_DAY: work}[DayKind(row.kind)].add(row.day)
    return Calendar(frozenset(holidays), frozenset(rest), frozenset(work))


def days_off_between(first: date, last: date) -> frozenset[date]:
    """The days on which whoever works on weekdays stays away all the same: holidays, and rest days that stand for
    another day. One statement.
    """
    found = calendar_between(first, last)
    return frozenset(day for day in found.holidays | found.swapped_rest if first <= day <= last)


@dataclass(frozen=True)
class CalendarDay:
    """One day of a year that differs from its week. `by_hand`: kept by hand, and may be dropped again."""

    day: date
    kind: DayKind
    name: str
    by_hand: bool

    @property
    def kind_words(self) -> str:
        return str(DAY_WORDS[self.kind])


def days_of_year(year: int) -> tuple[CalendarDay, ...]:
    """The holidays and swapped days of a year in order, as they count. Two statements."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    found = calendar_between(first, last)
    names = _of_the_law(year)
    by_hand = {row.day: row.name for row in Holiday.objects.filter(day__gte=first, day__lte=last)}
    kinds = (
        (DayKind.HOLIDAY, found.holidays), (DayKind.REST_DAY, found.swapped_rest),
        (DayKind.WORKING_DAY, found.swapped_work),
    )  # fmt: skip
    return tuple(
        sorted(
            (
                CalendarDay(day, kind, by_hand.get(day) or names.get(day, ""), day in by_hand)
                for kind, days in kinds
                for day in days
                if first <= day <= last
            ),
            key=lambda each: each.day,
        )
    )


@lru_cache(maxsize=20)
def _instead(year: int) -> frozenset[date]:
    """Days off of the law's calendar that stand for another day: it names them so."""
    names = _of_the_law(year)
    return frozenset(day for day, name in names.items() if "(nghỉ bù)" in name or name.startswith("Ngày nghỉ (thay"))


@lru_cache(maxsize=20)
def _worked(year: int) -> frozenset[date]:
    """Rest days on which the law's calendar has everybody work."""
    found = public.country_holidays(COUNTRY, years=[year])
    return frozenset(day for day in found.weekend_workdays if day.year == year)
