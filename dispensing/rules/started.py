"""Missed days that the book before this one declared, without saying which days they were (domain 12.5).

As long as a window reaches back before the first day here, the declared days count in it, as many of them as can lie in
what it still sees: nobody looks better for having come from paper. Days of which we know count by themselves.
"""

from datetime import date, timedelta
from typing import Final

from dispensing.rules.days import stayed_in
from dispensing.rules.facts import PatientFacts, StartFact

WEEK: Final = 7
MONTH: Final = 30


def still_missed(facts: PatientFacts, *, since: date) -> int:
    """Declared missed days from `since` on that are not known by their date: beside those that the facts count."""
    start = facts.start
    if start is None or since >= start.first_day:
        return 0
    before = [day for day in facts.days if since <= day.day < start.first_day and day.known]
    drunk = sum(stayed_in(day.ingested_mg, day.outcome) for day in before)
    return left_over(start, since=since, missed=len(before) - drunk, drunk=drunk)


def left_over(start: StartFact | None, *, since: date, missed: int, drunk: int) -> int:
    """Of the days that were declared missed, those from `since` on that nobody knows by their date. `missed` and
    `drunk`: of the days from then to the start, those known to be without a dose, and with one.
    """
    if start is None or since >= start.first_day:
        return 0
    return max(0, min(_declared(start, since), _days(start, since) - drunk) - missed)


def declared_gap(*, last_on: date | None, first_day: date) -> int | None:
    """Days without a dose between the last one and the first day here; None where the last one is unknown."""
    return None if last_on is None else (first_day - last_on - timedelta(days=1)).days


def _declared(start: StartFact, since: date) -> int:
    """Of the last 7 days where the window sees no more, else of the last 30; nothing where nobody knows."""
    said = start.missed_7 if _days(start, since) <= WEEK else start.missed_30
    return said or 0


def _days(start: StartFact, since: date) -> int:
    return (start.first_day - since).days
