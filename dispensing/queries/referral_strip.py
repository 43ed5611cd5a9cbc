"""What the board's strip says of referrals: who changes place, and what waits for this facility. One statement."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import connection

AHEAD: Final = timedelta(days=7)
_SQL: Final = """
SELECT (SELECT jsonb_agg(jsonb_build_array(p.code, n.starts_on, n.facility_id = %(here)s, other.name)
                         ORDER BY n.starts_on, p.code)
          FROM patients_placement n
          JOIN patients_placement o ON o.patient_id = n.patient_id AND o.ended_on = n.starts_on - 1
           AND o.ended_on >= o.starts_on AND o.facility_id <> n.facility_id
          JOIN patients_patient p ON p.id = n.patient_id AND p.status IN ('in_treatment', 'suspended')
          JOIN facilities_facility other
            ON other.id = CASE WHEN n.facility_id = %(here)s THEN o.facility_id ELSE n.facility_id END
         WHERE n.starts_on BETWEEN %(today)s AND %(until)s AND (n.ended_on IS NULL OR n.ended_on >= n.starts_on)
           AND (n.facility_id = %(here)s OR o.facility_id = %(here)s)),
       count(t.id), count(t.id) FILTER (WHERE t.due_at < %(now)s)
  FROM followup_task t
 WHERE t.facility_id = %(here)s AND t.subject_kind = 'referral' AND t.done_at IS NULL
"""


@dataclass(frozen=True)
class Changing:
    """One patient by code: from which day, and the other facility."""

    code: str
    day: date
    place: str


@dataclass(frozen=True)
class ReferralStrip:
    """Who comes and who goes in the coming days; how many referrals wait for this facility, and how many too long."""

    comes: tuple[Changing, ...]
    goes: tuple[Changing, ...]
    waiting: int
    overdue: int


def referral_strip(*, facility_id: int, today: date, now: datetime) -> ReferralStrip:
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"here": facility_id, "today": today, "until": today + AHEAD, "now": now})
        moves, waiting, overdue = cursor.fetchone()
    found = [
        (here, Changing(code, date.fromisoformat(day), place)) for code, day, here, place in json.loads(moves or "[]")
    ]
    return ReferralStrip(
        comes=tuple(one for here, one in found if here),
        goes=tuple(one for here, one in found if not here),
        waiting=waiting,
        overdue=overdue,
    )
