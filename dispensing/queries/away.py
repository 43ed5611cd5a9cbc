"""How patients who stay away stand: their gaps, orders, announced absences, cut-off sites. A few statements for any
number; the flags are raised from it, and pages say it."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from core.clock import local_day
from dispensing.queries.gaps import GapsNow, gaps_of
from dispensing.rules.flags import Away, excused_days, run_days
from dispensing.rules.settings import DosingSettings
from facilities.services import settings as rule_settings
from patients.models import Status

IN_TREATMENT: Final = frozenset({Status.IN_TREATMENT, Status.SUSPENDED})
Range = tuple[date, date]


@dataclass(frozen=True)
class Standing:
    """One patient as the flags need to know them. `here`: placed at the facility today, not only last. `elsewhere`:
    written down as in hospital or detained.
    """

    patient_id: UUID
    code: str
    initials: str
    status: str
    facility_id: int
    here: bool
    today: date
    away: Away
    gaps: GapsNow
    announced: tuple[Range, ...] = field(default=())
    cut_off: tuple[Range, ...] = field(default=())
    elsewhere: tuple[Range, ...] = field(default=())

    @property
    def in_treatment(self) -> bool:
        return self.status in IN_TREATMENT

    @property
    def announced_today(self) -> bool:
        return any(first <= self.today <= last for first, last in self.announced)

    @property
    def cut_off_today(self) -> bool:
        return any(first <= self.today <= last for first, last in self.cut_off)

    @property
    def elsewhere_today(self) -> bool:
        return any(first <= self.today <= last for first, last in self.elsewhere)


# Where a patient drinks, or drank last, or will; the order in force today, the newest raise of its
# history; the ranges of announced absences and of days on which the place was cut off.
_SQL: Final = """
SELECT p.id, p.code, p.initials, p.status, w.facility_id, w.here, r.phase, r.answers_until, r.by_main_clinic,
       (SELECT max(x.starts_on) FROM dispensing_prescription x
         WHERE x.patient_id = p.id AND x.starts_on BETWEEN %(today)s - 120 AND %(today)s
           AND x.dose_mg > x.previous_dose_mg AND (x.ended_on IS NULL OR x.ended_on >= x.starts_on)),
       (SELECT jsonb_agg(jsonb_build_array(a.from_day, a.until_day) ORDER BY a.from_day)
          FROM dispensing_absence a
         WHERE a.patient_id = p.id AND a.cancelled_at IS NULL AND a.until_day >= %(today)s - 91),
       (SELECT jsonb_agg(jsonb_build_array(greatest(c.from_day, pl.starts_on),
                                           least(coalesce(c.ended_on, c.until_day), pl.ended_on)) ORDER BY c.from_day)
          FROM dispensing_cutoff c JOIN patients_placement pl
            ON pl.facility_id = c.facility_id AND pl.patient_id = p.id
         WHERE coalesce(c.ended_on, c.until_day) >= greatest(c.from_day, pl.starts_on, %(today)s - 91)
           AND c.from_day <= coalesce(pl.ended_on, c.from_day)),
       (SELECT jsonb_agg(jsonb_build_array(pl.starts_on, coalesce(pl.ended_on, pl.planned_end, %(today)s)))
          FROM patients_placement pl
         WHERE pl.patient_id = p.id AND pl.kind IN ('hospital', 'detention') AND pl.starts_on <= %(today)s
           AND coalesce(pl.ended_on, %(today)s) >= greatest(pl.starts_on, %(today)s - 91))
  FROM patients_patient p
  JOIN LATERAL (
       SELECT pl.facility_id, pl.starts_on <= %(today)s AND (pl.ended_on IS NULL OR pl.ended_on >= %(today)s) AS here
         FROM patients_placement pl WHERE pl.patient_id = p.id
        ORDER BY pl.starts_on <= %(today)s AND (pl.ended_on IS NULL OR pl.ended_on >= %(today)s) DESC,
                 pl.starts_on DESC LIMIT 1) w ON true
  LEFT JOIN LATERAL (
       SELECT x.phase, x.answers_until, x.by_main_clinic FROM dispensing_prescription x
        WHERE x.patient_id = p.id AND x.starts_on <= %(today)s AND x.ends_on >= %(today)s
          AND (x.ended_on IS NULL OR x.ended_on >= %(today)s)
        ORDER BY x.starts_on DESC LIMIT 1) r ON true
 WHERE p.id = ANY(%(who)s::uuid[])
 ORDER BY p.id
"""


def standing(patient_ids: Collection[UUID], *, now: datetime, zone: str) -> dict[UUID, Standing]:
    """Everything the flags ask of these patients, by id. Who was never placed anywhere is left out. Two statements."""
    if not patient_ids:
        return {}
    today = local_day(now, zone)
    gaps = gaps_of(list(patient_ids), today=today)
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"who": list(patient_ids), "today": today})
        rows = cursor.fetchall()
    dosing = {
        facility_id: rule_settings.for_facility(DosingSettings, facility_id=facility_id, at=now)
        for facility_id in {row[4] for row in rows}
    }
    return {row[0]: _standing(row, gaps[row[0]], dosing[row[4]], today) for row in rows if row[0] in gaps}


def _standing(row: Sequence[Any], gaps: GapsNow, dosing: DosingSettings, today: date) -> Standing:
    id_, code, initials, status, facility_id, here, phase, answers_until, by_main_clinic, raised_on = row[:10]
    announced, cut_off, elsewhere = (_ranges(part) for part in row[10:13])
    weekdays = [0] * 7
    for one in gaps.pattern(dosing.missed_pattern_window_days):
        if gaps.since is None or gaps.tolerance == 1 or one.day < gaps.since:  # a long run is no habit of a weekday
            weekdays[one.day.weekday()] += 1
    away = Away(
        consecutive=gaps.tolerance,
        adherence=gaps.adherence,
        in_window=gaps.in_window(dosing.missed_window_days),
        unanswered=gaps.in_window(dosing.missed_window_days, answered_until=answers_until),
        in_pattern=gaps.in_pattern(dosing.missed_pattern_window_days),
        weekdays=tuple(weekdays),
        since=gaps.since,
        through=gaps.through,
        last_dosed=gaps.last_covered,
        phase=phase or "",
        raised_on=raised_on,
        answered_until=answers_until,
        by_main_clinic=bool(by_main_clinic),
        excused=excused_days(run_days(gaps.since, gaps.tolerance), ranges=(*announced, *cut_off, *elsewhere)),
    )
    return Standing(id_, code, initials, status, facility_id, here, today, away, gaps, announced, cut_off, elsewhere)


def _ranges(stored: str | None) -> tuple[Range, ...]:
    return tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in json.loads(stored or "[]"))
