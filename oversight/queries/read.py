"""The kept rows as pages read them: sums over some days, a line of the last ones. Today, and a day that has no row yet,
come straight from the facts. Never a scan of history.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection

from oversight.models import SiteDay
from oversight.queries.sums import site_days

DAY: Final = timedelta(days=1)
LIVE_DAYS: Final = 3  # read from the facts where the rows lag behind; more than that is shown as missing
LEAST_FOR_PERCENT: Final = 5  # fewer are only ever counted (domain 12.4)
_SUMMED: Final = (
    "dosed", "due", "turned_away", "withheld", "intoxicated", "sent_away", "no_prescription", "missed_rule_block",
    "stock_out", "doses", "recorded", "late", "paper", "findings", "seconds", "alone", "wrong", "near", "vomits",
    "answers", "answer_minutes", "missed", "missed_by_choice",
)  # fmt: skip
_SPANS: Final = f"""
SELECT s.facility_id, array_agg(s.day ORDER BY s.day), array_agg(s.dosed ORDER BY s.day),
       array_agg(s.caseload ORDER BY s.day), array_agg(s.turned_away ORDER BY s.day),
       {", ".join(f"sum(s.{name})" for name in _SUMMED)}
  FROM oversight_siteday s
 WHERE s.facility_id = ANY(%(facilities)s) AND s.day BETWEEN %(first)s AND %(last)s
 GROUP BY s.facility_id
"""  # noqa: S608  our own text


@dataclass(frozen=True)
class Share:
    """So many of so many; a per cent only where there are enough of them to say anything."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.part / self.whole) if self.whole >= LEAST_FOR_PERCENT else None


@dataclass(frozen=True)
class Point:
    """One day of a site's line."""

    day: date
    dosed: int
    caseload: int
    turned_away: int


@dataclass(frozen=True)
class Span:
    """One site over some days. `sums`: each figure of SiteDay added up; `points`: its days, oldest first."""

    sums: dict[str, int] = field(default_factory=dict)
    points: tuple[Point, ...] = ()

    def total(self, name: str) -> int:
        """One figure added up."""
        return self.sums.get(name, 0)

    @property
    def recorded_any(self) -> bool:
        return self.total("recorded") > 0

    @property
    def answers(self) -> int:
        """How many blocks a physician answered."""
        return self.total("answers")

    @property
    def late(self) -> Share:
        return Share(self.total("late"), self.total("recorded"))

    @property
    def paper(self) -> Share:
        return Share(self.total("paper"), self.total("recorded"))

    @property
    def findings(self) -> Share:
        """Doses that something was wrong with when they were recorded."""
        return Share(self.total("findings"), self.total("recorded"))

    @property
    def alone(self) -> Share:
        return Share(self.total("alone"), self.total("seconds"))

    @property
    def attended(self) -> Share:
        """Of the patient-days on which a dose was owed, how many had one."""
        return Share(self.total("dosed"), self.total("due"))

    @property
    def answer_hours(self) -> int | None:
        """Whole hours, rounded up, from a block to the physician's answer, on average; None where nothing was asked."""
        return -(-self.total("answer_minutes") // (60 * self.total("answers"))) if self.total("answers") else None


def spans(facility_ids: Collection[int], *, first: date, last: date, today: date, now: datetime) -> dict[int, Span]:
    """Each site over these days, both included; one without a row yet has an empty span. Two statements, or three where
    the rows lag behind."""
    values: dict[str, Any] = {"facilities": list(facility_ids), "first": first, "last": last}
    with connection.cursor() as cursor:
        cursor.execute(_SPANS, values)
        rows = cursor.fetchall()
    kept = {row[0]: row[1:] for row in rows}
    newest = min((days[0][-1] for days in kept.values()), default=today - DAY)
    start = live_from(newest, first=first, today=today)
    live: dict[int, list[SiteDay]] = {}
    if start <= min(last, today):
        for row in site_days(facility_ids, first=start, last=min(last, today), now=now):
            live.setdefault(row.facility_id, []).append(row)
    return {pk: _span(kept.get(pk), live.get(pk, [])) for pk in facility_ids}


def live_from(newest: date, *, first: date, today: date) -> date:
    """The first of the days asked for that comes from the facts, where the newest kept row is that of `newest`."""
    return max(first, min(newest + DAY, today), today - LIVE_DAYS * DAY)


def _span(kept: tuple[Any, ...] | None, live: list[SiteDay]) -> Span:
    points: list[Point] = []
    sums = dict.fromkeys(_SUMMED, 0)
    if kept is not None:
        points = [Point(*point) for point in zip(*kept[:4], strict=True)]
        sums = {name: int(value) for name, value in zip(_SUMMED, kept[4:], strict=True)}
    known = {point.day for point in points}
    for row in sorted(live, key=lambda one: one.day):
        if row.day not in known:
            points.append(Point(row.day, row.dosed, row.caseload, row.turned_away))
            sums = {name: value + getattr(row, name) for name, value in sums.items()}
    return Span(sums, tuple(points))
