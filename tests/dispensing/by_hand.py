"""What a patient's days come to, worked out by hand: slowly, day by day, straight from domain 2.3 and its rules a to e.

A second writing for the tests. It reads plain lists of what was written down and knows nothing of the product's rules,
queries or tables.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

ONE_DAY: Final = timedelta(days=1)
BY_THE_PATIENT: Final = {"absent", "refused", "intoxicated", "spat_out", "held_in_mouth", "left_with_cup"}


@dataclass
class Life:
    """What is written down about one patient. Days are inclusive; lists are in the order of writing.

    `said`: day, minute of the day, code, words. `places`: facility, kind, first and last day. `roads`: facility, first
    and last day on which it was cut off. `announced`: first and last day.
    """

    started: date
    known_from: date
    drank: dict[date, int] = field(default_factory=dict)  # standing doses that count for the day
    said: list[tuple[date, int, str, str]] = field(default_factory=list)
    places: list[tuple[int, str, date, date | None]] = field(default_factory=list)
    statuses: list[tuple[date, str]] = field(default_factory=list)
    roads: list[tuple[int, date, date]] = field(default_factory=list)
    announced: list[tuple[date, date]] = field(default_factory=list)


@dataclass(frozen=True)
class Verdict:
    """`what`: covered, missed, unknown, or nobody's day. `whose`: the facility that answers for it."""

    what: str
    whose: int | None = None
    by_patient: bool = False
    why_known: bool = True


@dataclass(frozen=True)
class Count:
    """Before a morning: both gaps, whether nothing is known before them, and the missed days of 7 and of 90 days."""

    tolerance: int
    adherence: int
    unknown: bool
    in_week: int
    in_quarter: int


def verdict(life: Life, day: date) -> Verdict:
    whose, away = None, False
    for facility, kind, first, last in life.places:
        if first <= day and (last is None or day <= last):
            whose, away = facility, kind in ("hospital", "detention")
    status = "in_treatment"
    for since, newer in sorted(life.statuses, key=lambda change: change[0]):
        if since <= day:
            status = newer
    if status not in ("in_treatment", "suspended"):
        whose = None
    drank = life.drank.get(day, 0) > 0
    words = [(minute, number, code, note) for number, (said_of, minute, code, note) in enumerate(life.said)
             if said_of == day and (drank or code != "vomited")]  # fmt: skip  # without its dose nothing came up
    _minute, _number, code, note = max(words, default=(0, 0, "", ""))
    if drank and code != "vomited":
        return Verdict("covered", whose)
    if drank:
        return Verdict("missed", whose)  # the body may have had nothing; nobody's fault
    if whose is None:
        return Verdict("nobody")
    if day < life.known_from or day < life.started:
        return Verdict("unknown", whose)
    if code not in ("", "absent"):
        return Verdict("missed", whose, by_patient=code in BY_THE_PATIENT)
    kept_away = away or any(place == whose and first <= day <= last for place, first, last in life.roads)
    told = any(first <= day <= last for first, last in life.announced)
    return Verdict("missed", whose, by_patient=not kept_away, why_known=kept_away or told or note != "")


def count(life: Life, morning: date) -> Count:
    """Both counters as they stand before this morning: every calendar day is walked."""
    tolerance = adherence = in_week = in_quarter = 0
    running, unknown = True, False
    for ago in range(1, 92):
        day = morning - ago * ONE_DAY
        if day < life.started:
            running = False
            break
        found = verdict(life, day)
        if found.what == "covered":
            running = False
        elif found.what == "unknown" or (found.what == "nobody" and day < life.known_from):
            unknown = unknown or running
            running = False
        else:
            tolerance += running
            adherence += running and found.by_patient
            in_week += ago <= 7
            in_quarter += ago <= 90 and found.by_patient
    return Count(tolerance, adherence, unknown or running, in_week, in_quarter)
