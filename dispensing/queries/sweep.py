"""Which days of which facilities the sweep has still to decide: two statements for any number of facilities."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import connection

from core.clock import local_day
from dispensing.rules import days as rules

ONE_DAY: Final = timedelta(days=1)
# After midnight, before the last look at a day: longer than the door of the ledger lets a recording be behind its time.
GRACE: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Pending:
    """One day of one facility that is to be decided now. `final`: nothing more is under way of it, the last look."""

    facility_id: int
    day: date
    final: bool


@dataclass(frozen=True, slots=True)
class _Site:
    """`since` is the first day that it answers for, `today` its calendar day, `over` whether that is over already.

    `settled`: the first day of which something may still be on its way.
    """

    facility_id: int
    since: date
    today: date
    settled: date
    over: bool


# Since when each facility answers for anybody: the first day, live, on which somebody known was placed there.
_SITES: Final = """
SELECT f.id, f.zone, f.closes_at, f.round_the_clock, greatest(f.went_live_on, first.day)
  FROM facilities_facility f
  JOIN (SELECT pl.facility_id, min(greatest(pl.starts_on, p.known_from, p.treatment_started_on)) AS day
          FROM patients_placement pl JOIN patients_patient p ON p.id = pl.patient_id
         WHERE pl.ended_on IS NULL OR pl.ended_on >= pl.starts_on
         GROUP BY pl.facility_id) first ON first.facility_id = f.id
 WHERE %(facility)s::bigint IS NULL OR f.id = %(facility)s
"""

# Days without a row are to be decided; so are past ones without their last look, and today where a dose came since.
_PENDING: Final = """
SELECT s.facility_id, d.day::date, d.day < s.settled
  FROM unnest(%(facilities)s::bigint[], %(since)s::date[], %(settled)s::date[], %(until)s::date[])
       AS s (facility_id, since, settled, until)
 CROSS JOIN LATERAL generate_series(s.since, s.until, interval '1 day') d (day)
  LEFT JOIN dispensing_sweptday w ON w.facility_id = s.facility_id AND w.day = d.day
 WHERE (w.first_at IS NULL
        OR w.final_at IS NULL AND (d.day < s.settled OR EXISTS (
              SELECT FROM dispensing_dose x
               WHERE x.facility_id = s.facility_id AND x.covers_day = d.day AND x.recorded_at > w.through)))
   AND (%(day)s::date IS NULL OR d.day = %(day)s)
 ORDER BY 2, 1
"""


def pending(*, now: datetime, facility_id: int | None = None, day: date | None = None) -> list[Pending]:
    """What is to be decided now, the oldest day first; of one facility or of one day only where they are named."""
    sites = [site for site in _sites(now, facility_id) if site.since <= site.today]
    values: dict[str, Any] = {
        "facilities": [site.facility_id for site in sites],
        "since": [site.since for site in sites],
        "settled": [site.settled for site in sites],
        "until": [site.today if site.over else site.today - ONE_DAY for site in sites],
        "day": day,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PENDING, values)
        return [Pending(*row) for row in cursor.fetchall()]


def _sites(now: datetime, facility_id: int | None) -> Iterable[_Site]:
    with connection.cursor() as cursor:
        cursor.execute(_SITES, {"facility": facility_id})
        rows: Sequence[tuple[int, str, time, bool, date]] = cursor.fetchall()
    for id_, zone, closes_at, round_the_clock, since in rows:
        today = now.astimezone(ZoneInfo(zone)).date()
        closing = rules.closing_moment(day=today, closes_at=closes_at, zone=zone, round_the_clock=round_the_clock)
        over = rules.is_over(day=today, today=today, now=now, closes_at=closing, closed=False)
        yield _Site(id_, since, today, settled_before(now, zone), over)


def settled_before(now: datetime, zone: str) -> date:
    """Of every day before this one nothing is under way any more."""
    return local_day(now - GRACE, zone)
