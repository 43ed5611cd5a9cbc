"""When an order must be renewed at the latest: while a physician is there (domain 12.2). Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

ONE_DAY: Final = timedelta(days=1)
BREAK_DAYS: Final = 3  # so many holidays in a row are a break that people prepare for: Tet
FARTHEST: Final = 31  # no physician within a month before the end: then the last day itself


class RenewalKind(StrEnum):
    """Why an order is due when it is; the worst first."""

    BEFORE_BREAK = "before_break"
    NO_PHYSICIAN = "no_physician"
    ENDS = "ends"


@dataclass(frozen=True, slots=True)
class PhysicianDays:
    """The days on which a physician is at the site: weekdays (1 is Monday) without the holidays."""

    weekdays: frozenset[int]
    holidays: frozenset[date]
    on_holidays: bool = False

    def present(self, day: date) -> bool:
        """Whether a physician is there on the day."""
        return day.isoweekday() in self.weekdays and (self.on_holidays or day not in self.holidays)


@dataclass(frozen=True, slots=True)
class Renewal:
    """An order is renewed by `due_on` at the latest, the last day with a physician up to its end."""

    kind: RenewalKind
    last_day: date
    due_on: date

    def days_left(self, today: date) -> int:
        """Days until it is due; below zero when that day has passed."""
        return (self.due_on - today).days


def renewal(*, last_day: date, days: PhysicianDays) -> Renewal:
    """When an order that ends on `last_day` is renewed at the latest, and why then."""
    due = _last_with_physician(last_day, days)
    begins = break_begins(last_day + ONE_DAY, days.holidays) or break_begins(last_day, days.holidays)
    if begins is not None and not days.on_holidays:
        due = _last_with_physician(min(begins - ONE_DAY, last_day), days)
        return Renewal(RenewalKind.BEFORE_BREAK, last_day, due)
    return Renewal(RenewalKind.ENDS if days.present(last_day) else RenewalKind.NO_PHYSICIAN, last_day, due)


def break_begins(day: date, holidays: Collection[date]) -> date | None:
    """The first day of the long break that the day lies in; None on any other day. Weekends within count as well."""
    if day not in holidays and day.isoweekday() < 6:
        return None
    first = last = day
    while (before := first - ONE_DAY) in holidays or before.isoweekday() > 5:
        first = before
    while (after := last + ONE_DAY) in holidays or after.isoweekday() > 5:
        last = after
    inside = sum(first + n * ONE_DAY in holidays for n in range((last - first).days + 1))
    return first if inside >= BREAK_DAYS else None


def _last_with_physician(day: date, days: PhysicianDays) -> date:
    for ago in range(FARTHEST):
        if days.present(day - ago * ONE_DAY):
            return day - ago * ONE_DAY
    return day
