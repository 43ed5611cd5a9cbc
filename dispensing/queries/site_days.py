"""Which days of which sites were opened and closed, by whom and when; one statement for any number of both."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from core.access import Access, Permission
from core.clock import local_day
from dispensing.models import DayClose

LOOK_BACK: Final = 7  # days before today that the board still asks about
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stated:
    """An opening or a close: when it happened, when it was written down, by whom."""

    id: UUID
    at: datetime
    recorded_at: datetime
    by: str

    @property
    def late(self) -> bool:
        """Written down more than a quarter of an hour after it happened."""
        return self.recorded_at - self.at > timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class SiteDay:
    """One day of one site that had patients to dose."""

    facility_id: int
    day: date
    opened: Stated | None
    closed: Stated | None


# A day counts where somebody was placed at the site and it had gone live.
_SQL = """
SELECT f.id, d.day::date, o.id, o.opened_at, o.recorded_at, op.initials, c.id, c.closed_at, c.recorded_at, cp.initials
  FROM facilities_facility f
  CROSS JOIN generate_series(%(first)s::date, %(last)s::date, interval '1 day') AS d (day)
  LEFT JOIN dispensing_dayopening o ON o.facility_id = f.id AND o.day = d.day::date
  LEFT JOIN staff_person op ON op.id = o.recorded_by_id
  LEFT JOIN dispensing_dayclose c ON c.facility_id = f.id AND c.day = d.day::date
  LEFT JOIN staff_person cp ON cp.id = c.recorded_by_id
 WHERE f.id = ANY(%(facilities)s) AND (f.went_live_on IS NULL OR f.went_live_on <= d.day::date)
   AND EXISTS (SELECT FROM patients_placement pl WHERE pl.facility_id = f.id AND pl.starts_on <= d.day::date
                  AND (pl.ended_on IS NULL OR pl.ended_on >= d.day::date))
 ORDER BY f.id, d.day
"""


def site_days(*, facility_ids: Iterable[int], first: date, last: date) -> list[SiteDay]:
    """Every day of these sites between the two, both included, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"facilities": list(facility_ids), "first": first, "last": last})
        return [
            SiteDay(row[0], row[1], _stated(*row[2:6]), _stated(*row[6:10])) for row in cursor.fetchall()
        ]  # fmt: skip


def _stated(id_: UUID | None, at: datetime, recorded_at: datetime, by: str) -> Stated | None:
    return Stated(id_, at, recorded_at, by) if id_ is not None else None


def days_not_opened_or_closed(*, facility_ids: Iterable[int], first: date, last: date) -> list[SiteDay]:
    """The days of these sites that miss their opening or their close, oldest first (domain 12.4). One statement."""
    found = site_days(facility_ids=facility_ids, first=first, last=last)
    return [one for one in found if one.opened is None or one.closed is None]


@dataclass(frozen=True, slots=True)
class DayLine:
    """What the board says of the day on top. `unclosed`: earlier days that nobody has closed, oldest first."""

    day: date
    opened: Stated | None
    closed: Stated | None
    to_close: bool
    unclosed: tuple[date, ...]


def day_line(*, facility_id: int, now: datetime, zone: str, closes_at: datetime | None) -> DayLine:
    """Today at the facility, and what earlier days still lack. One statement.

    `closes_at`: today's closing, None for a facility open round the clock.
    """
    today = local_day(now, zone)
    found = site_days(facility_ids=[facility_id], first=today - LOOK_BACK * ONE_DAY, last=today)
    this = next((one for one in found if one.day == today), None)
    return DayLine(
        day=today,
        opened=this.opened if this else None,
        closed=this.closed if this else None,
        to_close=this is not None and this.closed is None and closes_at is not None and now >= closes_at,
        unclosed=tuple(one.day for one in found if one.closed is None and one.day < today),
    )


def close_address(close_id: UUID) -> str:
    """Where a close that somebody signed can be looked at: the sheet of its day."""
    day = DayClose.objects.filter(pk=close_id).values_list("day", flat=True).first()
    return f"/dispensing/days/{day.isoformat()}/" if day else ""


def unclosed_path(_subject_id: UUID, access: Access) -> str | None:
    """Where days that nobody closed are seen, for who may see the site's days."""
    return "/dispensing/days/" if access.facility_id is not None and access.may(Permission.VIEW_ROSTER) else None


def midnights(day: date, zone: str) -> tuple[datetime, datetime]:
    """When the day begins and ends in the zone."""
    here, after = ZoneInfo(zone), day + ONE_DAY
    return (
        datetime(day.year, day.month, day.day, tzinfo=here),
        datetime(after.year, after.month, after.day, tzinfo=here),
    )
