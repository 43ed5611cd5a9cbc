"""What the board's strip says of who is followed up, watched or away: one statement."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import connection

from dispensing.queries.due import drawn_of
from dispensing.rules.flag_codes import CAUSE_WORDS, CutOffCause
from dispensing.rules.flag_settings import FlagSettings
from facilities.services import settings as rule_settings

MOST_NAMED: Final = 4  # codes on one line of the strip; the rest is one tap away


@dataclass(frozen=True)
class StripFigures:
    """Counts of patients of one site. `watched`: code and initials of the first few. `drawn`: for a urine test
    today, and not asked yet.
    """

    waiting: int
    overdue: int
    announced: int
    watched_count: int
    watched: tuple[str, ...]
    physician: str
    physician_phone: str
    cut_off_until: date | None
    cut_off_cause: str
    drawn: int


_SQL: Final = """
SELECT w.waiting, w.overdue,
       (SELECT count(*) FROM dispensing_absence a
         WHERE a.facility_id = %(facility)s AND a.cancelled_at IS NULL
           AND %(today)s BETWEEN a.from_day AND a.until_day),
       (SELECT array_agg(DISTINCT p.code || ' · ' || p.initials)
          FROM patients_placement pl
          JOIN patients_patient p ON p.id = pl.patient_id AND p.status = 'in_treatment'
          JOIN dispensing_prescription r ON r.patient_id = p.id
         WHERE pl.facility_id = %(facility)s AND pl.starts_on <= %(today)s
           AND (pl.ended_on IS NULL OR pl.ended_on >= %(today)s)
           AND (r.ended_on IS NULL OR r.ended_on >= r.starts_on)
           AND (r.phase = 'induction' AND r.starts_on BETWEEN %(today)s - %(start)s + 1 AND %(today)s
                OR r.dose_mg > r.previous_dose_mg AND r.starts_on BETWEEN %(today)s - %(raise)s + 1 AND %(today)s)),
       e.physician, e.physician_phone, c.until, c.cause,
       (SELECT jsonb_agg(jsonb_build_array(p.code, p.treatment_started_on))
          FROM patients_placement pl
          JOIN patients_patient p ON p.id = pl.patient_id AND p.status IN ('in_treatment', 'suspended')
         WHERE pl.facility_id = %(facility)s AND pl.starts_on <= %(today)s
           AND (pl.ended_on IS NULL OR pl.ended_on >= %(today)s)
           AND NOT EXISTS (SELECT FROM dispensing_urinetest t
                            WHERE t.patient_id = p.id AND t.took_place AND t.taken_at >= %(day_began)s
                              AND NOT EXISTS (SELECT FROM dispensing_urinetest x WHERE x.corrects_id = t.id)))
  FROM (SELECT count(DISTINCT t.patient_id) AS waiting,
               count(DISTINCT t.patient_id) FILTER (WHERE t.due_at < %(now)s) AS overdue
          FROM followup_task t
         WHERE t.facility_id = %(facility)s AND t.done_at IS NULL AND t.patient_id IS NOT NULL) w
  LEFT JOIN LATERAL (SELECT x.physician, x.physician_phone FROM facilities_emergencycard x
                      WHERE x.facility_id = %(facility)s ORDER BY x.id DESC LIMIT 1) e ON true
  LEFT JOIN LATERAL (SELECT coalesce(x.ended_on, x.until_day) AS until, x.cause FROM dispensing_cutoff x
                      WHERE x.facility_id = %(facility)s AND x.from_day <= %(today)s
                        AND coalesce(x.ended_on, x.until_day) >= %(today)s LIMIT 1) c ON true
"""


def strip_figures(*, facility_id: int, today: date, now: datetime, zone: str) -> StripFigures:
    """What stands at this site now; one statement beside the settings."""
    settings = rule_settings.for_facility(FlagSettings, facility_id=facility_id, at=now)
    values: dict[str, Any] = {
        "facility": facility_id, "today": today, "now": now, "start": settings.watch_after_start_days,
        "raise": settings.watch_after_raise_days,
        "day_began": now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SQL, values)
        waiting, overdue, announced, watched, physician, phone, until, cause, unasked = cursor.fetchone() or (None,) * 9
    named = sorted(watched or ())
    return StripFigures(
        waiting=waiting or 0,
        overdue=overdue or 0,
        announced=announced or 0,
        watched_count=len(named),
        watched=tuple(named[:MOST_NAMED]),
        physician=physician or "",
        physician_phone=phone or "",
        cut_off_until=until,
        cut_off_cause=str(CAUSE_WORDS[CutOffCause(cause)]) if cause else "",
        drawn=drawn_of(json.loads(unasked or "[]"), facility_id=facility_id, today=today, now=now),
    )
