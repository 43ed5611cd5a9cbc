"""What a report's queries are asked: which facilities, which days, by which settings. Read once, for all of them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from core.clock import local_day
from dispensing.rules.settings import DosingSettings
from dispensing.rules.stability_settings import StabilitySettings
from facilities.models import Facility
from facilities.rules import digest
from facilities.services import settings
from oversight.rules.periods import Period
from oversight.rules.report_settings import ReportSettings

_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Ask:
    """One period at some facilities. `day`: the day of the snapshot, the period's last, or today while it runs.

    The settings are those in force at each facility when that day ends, so that the same question later has the same
    answer.
    """

    period: Period
    day: date
    ids: tuple[int, ...]
    zones: Mapping[int, str]
    rules: Mapping[int, ReportSettings]
    dosing: Mapping[int, DosingSettings]
    stability: Mapping[int, StabilitySettings]

    @property
    def settled(self) -> bool:
        """Whether the whole period is past."""
        return self.day == self.period.last

    @property
    def days(self) -> int:
        """How many days are counted."""
        return (self.day - self.period.first).days + 1

    def bounds(self, facility_id: int) -> tuple[datetime, datetime]:
        """From the first midnight to the one after the last day, at the facility."""
        zone = ZoneInfo(self.zones[facility_id])
        return _midnight(self.period.first, zone), _midnight(self.day + _A_DAY, zone)

    @property
    def values(self) -> dict[str, Any]:
        """The parameters of every query: facilities beside their settings and midnights, and the days."""
        rules = [self.rules[pk] for pk in self.ids]
        bounds = [self.bounds(pk) for pk in self.ids]
        return {
            "facilities": list(self.ids),
            "first": self.period.first,
            "day": self.day,
            "days": self.days,
            "suspended": [one.count_suspended for one in rules],
            "anew": [one.restart_counts_anew for one in rules],
            "within": [one.take_home_within_days for one in rules],
            "attended": [one.attended_percent for one in rules],
            "high": [one.high_dose_mg for one in rules],
            "begins": [begins for begins, _ends in bounds],
            "ends": [ends for _begins, ends in bounds],
        }

    @property
    def digest(self) -> str:
        """The fingerprint of every setting that the figures hang on."""
        said = [
            f"{pk}:{digest(self.rules[pk])}:{digest(self.dosing[pk])}:{digest(self.stability[pk])}" for pk in self.ids
        ]
        return hashlib.sha256("|".join(said).encode()).hexdigest()[:16]


# Beside each facility its settings and its midnights; every query joins them, and so keeps to the facilities asked.
ASKED = """
asked AS (
    SELECT * FROM unnest(%(facilities)s::bigint[], %(suspended)s::boolean[], %(anew)s::boolean[], %(within)s::int[],
                         %(attended)s::int[], %(high)s::int[], %(begins)s::timestamptz[], %(ends)s::timestamptz[])
        AS a (facility_id, suspended, anew, within, attended, high, begins, ends))"""


def ask(facility_ids: Sequence[int], period: Period, *, now: datetime) -> Ask:
    """Put the question together; one statement, and the settings of each facility from memory."""
    zones = dict(Facility.objects.filter(pk__in=facility_ids).values_list("pk", "zone"))
    ids = tuple(sorted(zones))
    today = min((local_day(now, zone) for zone in zones.values()), default=period.last)
    day = max(min(period.last, today), period.first)

    def at(pk: int) -> datetime:
        return min(now, _midnight(day + _A_DAY, ZoneInfo(zones[pk])))

    return Ask(
        period=period,
        day=day,
        ids=ids,
        zones=zones,
        rules={pk: settings.for_facility(ReportSettings, facility_id=pk, at=at(pk)) for pk in ids},
        dosing={pk: settings.for_facility(DosingSettings, facility_id=pk, at=at(pk)) for pk in ids},
        stability={pk: settings.for_facility(StabilitySettings, facility_id=pk, at=at(pk)) for pk in ids},
    )


def rows(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """What a query of ours answers."""
    with connection.cursor() as cursor:
        cursor.execute(sql, dict(values))
        return cursor.fetchall()


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
