"""What is known of a facility's patient-days, and what has been decided of them: a few statements for any number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from dispensing.rules.daycodes import How
from dispensing.rules.days import DecidedDay, PatientDay


@dataclass(frozen=True, slots=True)
class Standing:
    """The decision that stands of a patient-day: its version, and whose day it was."""

    version: int
    facility_id: int
    decided: DecidedDay


@dataclass(frozen=True, slots=True)
class Undecided:
    """One patient-day that the facility answers for, with what stands of it.

    `open`: withheld, and to be looked at again; `stated_at`: when the last was stated of the day.
    """

    patient_id: UUID
    code: str
    initials: str
    known: PatientDay
    standing: Standing | None
    open: bool
    stated_at: datetime | None


# Who the placement of that day puts here, in treatment on that day; what they swallowed; the last that was stated of
# the day; the decision that stands.
_SQL = """
SELECT p.id, p.known_from <= %(day)s AND p.treatment_started_on <= %(day)s, coalesce(d.mg, 0), o.code, o.reasoned,
       s.version, s.facility_id, s.how, s.swallowed_mg, s.outcome, s.reason_known, s.caused_by_patient,
       p.code, p.initials, o.recheck_at IS NOT NULL, o.at
  FROM patients_placement pl
  JOIN patients_patient p ON p.id = pl.patient_id
  LEFT JOIN LATERAL (
       SELECT c.status FROM patients_statuschange c
        WHERE c.patient_id = p.id AND c.from_day <= %(day)s ORDER BY c.from_day DESC, c.recorded_at DESC LIMIT 1) st
    ON true
  LEFT JOIN LATERAL (
       SELECT sum(x.mg) AS mg FROM dispensing_dose x
        WHERE x.patient_id = p.id AND x.covers_day = %(day)s AND x.kind <> 'replacement'
          AND NOT EXISTS (SELECT FROM dispensing_dosevoid v WHERE v.dose_id = x.act_id)) d ON true
  LEFT JOIN LATERAL (
       SELECT x.code, x.note <> '' AS reasoned, x.recheck_at, x.at FROM dispensing_outcome x
        WHERE x.patient_id = p.id AND x.day = %(day)s
          AND NOT (x.code = 'vomited' AND EXISTS (
              SELECT FROM dispensing_dose y
               WHERE y.patient_id = p.id AND y.covers_day = x.day AND y.kind = 'replacement' AND y.given_at >= x.at
                 AND NOT EXISTS (SELECT FROM dispensing_dosevoid v WHERE v.dose_id = y.act_id)))
        ORDER BY x.at DESC, x.id DESC LIMIT 1) o ON true
  LEFT JOIN LATERAL (
       SELECT x.* FROM dispensing_dayoutcome x
        WHERE x.patient_id = p.id AND x.day = %(day)s ORDER BY x.version DESC LIMIT 1) s ON true
 WHERE pl.facility_id = %(facility)s AND pl.starts_on <= %(day)s AND (pl.ended_on IS NULL OR pl.ended_on >= %(day)s)
   AND coalesce(st.status, p.status) IN ('in_treatment', 'suspended')
   AND (%(who)s::uuid[] IS NULL OR p.id = ANY(%(who)s::uuid[]))
 ORDER BY p.id
"""


def of_the_day(*, facility_id: int, day: date, patient_ids: Sequence[UUID] | None = None) -> list[Undecided]:
    """Every patient-day that this facility answers for, by patient id; one statement."""
    values: dict[str, Any] = {
        "facility": facility_id,
        "day": day,
        "who": None if patient_ids is None else list(patient_ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SQL, values)
        rows = cursor.fetchall()
    return [
        Undecided(
            patient_id=row[0],
            code=row[12],
            initials=row[13],
            known=PatientDay(
                day=day, dosed_mg=Decimal(row[2]), outcome=row[3], known=row[1], reason_given=bool(row[4])
            ),
            standing=None if row[5] is None else Standing(row[5], row[6], DecidedDay(day, How(row[7]), *row[8:12])),
            open=bool(row[14]),
            stated_at=row[15],
        )
        for row in rows
    ]
