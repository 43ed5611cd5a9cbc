"""Who is watched closely after induction or a raise: nothing to click away, it ends by the calendar."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import connection

from dispensing.rules.flag_settings import FlagSettings
from facilities.services import settings as rule_settings


@dataclass(frozen=True)
class OnWatch:
    """One patient: since when, for what, until when. `started`: induction, else the dose was raised."""

    patient_id: UUID
    code: str
    initials: str
    started: bool
    since: date
    until: date
    dose_mg: Decimal
    previous_mg: Decimal | None


# The newest induction or raise of each patient of the place that is not older than the longer of the two watches.
_SQL: Final = """
SELECT DISTINCT ON (p.code) p.id, p.code, p.initials, r.phase = 'induction', r.starts_on, r.dose_mg, r.previous_dose_mg
  FROM patients_placement pl
  JOIN patients_patient p ON p.id = pl.patient_id AND p.status = 'in_treatment'
  JOIN dispensing_prescription r ON r.patient_id = p.id
 WHERE pl.facility_id = %(facility)s AND pl.starts_on <= %(today)s AND (pl.ended_on IS NULL OR pl.ended_on >= %(today)s)
   AND (r.ended_on IS NULL OR r.ended_on >= r.starts_on)
   AND (r.phase = 'induction' AND r.starts_on BETWEEN %(today)s - %(start)s + 1 AND %(today)s
        OR r.dose_mg > r.previous_dose_mg AND r.starts_on BETWEEN %(today)s - %(raise)s + 1 AND %(today)s)
 ORDER BY p.code, r.starts_on DESC
"""


def watch_list(*, facility_id: int, today: date, now: datetime) -> tuple[OnWatch, ...]:
    """The patients of a place who were started or raised lately, by code. One statement beside the settings."""
    settings = rule_settings.for_facility(FlagSettings, facility_id=facility_id, at=now)
    start, raised = settings.watch_after_start_days, settings.watch_after_raise_days
    values: dict[str, Any] = {"facility": facility_id, "today": today, "start": start, "raise": raised}
    with connection.cursor() as cursor:
        cursor.execute(_SQL, values)
        rows = cursor.fetchall()
    return tuple(
        OnWatch(
            id_, code, initials, started, since, since + timedelta(days=(start if started else raised) - 1), mg, before
        )
        for id_, code, initials, started, since, mg, before in rows
    )
