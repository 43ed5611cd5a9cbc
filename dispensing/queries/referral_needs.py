"""Who of some patients may need to go to the main clinic: one statement, whatever the number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db import connection

from dispensing.rules.flag_codes import FlagLevel
from dispensing.rules.referrals import Situation

# Blocks that a physician's order ends; a drop-out waits for a person to confirm it instead.
BLOCKS: Final = (FlagLevel.ORDER, FlagLevel.MAIN_CLINIC)
_SQL: Final = """
SELECT p.id, pl.facility_id, s.main_clinic_id, a.level = 'unstable', fl.raised_at, fl.level, r.ended_at
  FROM patients_patient p
  JOIN patients_placement pl ON pl.patient_id = p.id AND pl.kind = 'home' AND pl.starts_on <= %(today)s
   AND (pl.ended_on IS NULL OR pl.ended_on >= %(today)s)
  JOIN facilities_supervision s ON s.satellite_id = pl.facility_id AND s.starts_on <= %(today)s
   AND (s.ended_on IS NULL OR s.ended_on >= %(today)s)
  LEFT JOIN LATERAL (SELECT x.level FROM dispensing_stabilityassessment x WHERE x.patient_id = p.id
                      ORDER BY x.version DESC LIMIT 1) a ON true
  LEFT JOIN dispensing_flag fl ON fl.patient_id = p.id AND fl.kind = 'missed' AND fl.cleared_at IS NULL
   AND fl.level = ANY(%(blocks)s)
  LEFT JOIN LATERAL (SELECT max(x.ended_at) AS ended_at FROM dispensing_referral x WHERE x.patient_id = p.id) r ON true
 WHERE p.id = ANY(%(who)s) AND p.status IN ('in_treatment', 'suspended')
   AND NOT EXISTS (SELECT FROM dispensing_referral x WHERE x.patient_id = p.id AND x.ended_at IS NULL)
   AND (a.level = 'unstable' OR fl.id IS NOT NULL)
 ORDER BY p.id
"""


@dataclass(frozen=True)
class Candidate:
    """A patient of a satellite without an open referral, with what speaks for one."""

    patient_id: UUID
    facility_id: int
    clinic_id: int
    situation: Situation


def candidates(patient_ids: Sequence[UUID], *, today: date) -> list[Candidate]:
    """Those of these patients who drink at a satellite today and have no open referral, by id."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"who": list(patient_ids), "today": today, "blocks": [str(level) for level in BLOCKS]})
        rows = cursor.fetchall()
    return [
        Candidate(
            patient_id,
            facility_id,
            clinic_id,
            Situation(
                unstable=bool(unstable),
                blocked_since=blocked_since,
                main_clinic_only=level == FlagLevel.MAIN_CLINIC,
                ended_at=ended_at,
            ),
        )
        for patient_id, facility_id, clinic_id, unstable, blocked_since, level, ended_at in rows
    ]
