"""What is known of a facility's patient-days, and what has been decided of them: a few statements for any number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from dispensing.queries import vials, vomiting
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


# Who the placement of that day puts here, and of whom this facility's decision stands though no placement of the day
# is left; what they swallowed; the last that was stated of the day; the decision that stands; whether they were in
# treatment on that day; whether they could not come (in hospital, detained, the site cut off), or had announced it.
_SQL = f"""
WITH roster AS (
    SELECT pl.patient_id, true AS placed, pl.kind IN ('hospital', 'detention') AS away FROM patients_placement pl
     WHERE pl.facility_id = %(facility)s AND pl.starts_on <= %(day)s
       AND (pl.ended_on IS NULL OR pl.ended_on >= %(day)s)
     UNION
    SELECT y.patient_id, false, false FROM dispensing_dayoutcome y
     WHERE y.facility_id = %(facility)s AND y.day = %(day)s
       AND NOT EXISTS (SELECT FROM patients_placement pl
                        WHERE pl.patient_id = y.patient_id AND pl.starts_on <= %(day)s
                          AND (pl.ended_on IS NULL OR pl.ended_on >= %(day)s)))
SELECT p.id, p.known_from <= %(day)s AND p.treatment_started_on <= %(day)s, coalesce(d.mg, 0), o.code, o.reasoned,
       s.version, s.facility_id, s.how, s.swallowed_mg, s.outcome, s.reason_known, s.caused_by_patient,
       p.code, p.initials, o.recheck_at IS NOT NULL, o.at,
       roster.away OR EXISTS (SELECT FROM dispensing_cutoff c
                WHERE c.facility_id = %(facility)s AND c.from_day <= %(day)s
                  AND coalesce(c.ended_on, c.until_day) >= %(day)s),
       EXISTS (SELECT FROM dispensing_absence a
                WHERE a.patient_id = p.id AND a.cancelled_at IS NULL AND %(day)s BETWEEN a.from_day AND a.until_day),
       due.due,
       elsewhere.mg,
       (SELECT coalesce(sum(tv.mg), 0) FROM dispensing_takehomevial tv
         WHERE tv.patient_id = p.id AND tv.day = %(day)s AND {vials.COVERS}) + elsewhere.home_mg
  FROM roster
  JOIN patients_patient p ON p.id = roster.patient_id
  LEFT JOIN LATERAL (
       SELECT c.status FROM patients_statuschange c
        WHERE c.patient_id = p.id AND c.from_day <= %(day)s ORDER BY c.from_day DESC, c.recorded_at DESC LIMIT 1) st
    ON true
  CROSS JOIN LATERAL (
       SELECT roster.placed AND coalesce(st.status, p.status) IN ('in_treatment', 'suspended') AS due) due
  CROSS JOIN LATERAL (
       SELECT coalesce(sum(x.mg) FILTER (WHERE x.place_kind <> 'take_home'), 0) AS mg,
              coalesce(sum(x.mg) FILTER (WHERE x.place_kind = 'take_home'), 0) AS home_mg
         FROM dispensing_doseelsewhere x
        WHERE x.patient_id = p.id AND x.day = %(day)s AND x.counts
          AND NOT EXISTS (SELECT FROM dispensing_doseelsewhere c WHERE c.corrects_id = x.id)) elsewhere
  LEFT JOIN LATERAL (
       SELECT sum(x.mg) AS mg FROM dispensing_dose x
        WHERE x.patient_id = p.id AND x.covers_day = %(day)s AND x.kind <> 'replacement'
          AND NOT EXISTS (SELECT FROM dispensing_dosevoid v WHERE v.dose_id = x.act_id)) d ON true
  LEFT JOIN LATERAL (
       SELECT o.code, o.note <> '' AS reasoned, o.recheck_at, o.at FROM dispensing_outcome o
        WHERE o.patient_id = p.id AND o.day = %(day)s AND (o.code <> 'vomited' OR {vomiting.STANDS})
        ORDER BY o.code = 'vomited' DESC, o.at DESC, o.id DESC LIMIT 1) o ON true
  LEFT JOIN LATERAL (
       SELECT x.* FROM dispensing_dayoutcome x
        WHERE x.patient_id = p.id AND x.day = %(day)s ORDER BY x.version DESC LIMIT 1) s ON true
 WHERE (due.due OR s.facility_id = %(facility)s)
   AND (%(who)s::uuid[] IS NULL OR p.id = ANY(%(who)s::uuid[]))
 ORDER BY p.id
"""  # noqa: S608  our own text


def of_the_day(*, facility_id: int, day: date, patient_ids: Sequence[UUID] | None = None) -> list[Undecided]:
    """Every patient-day that this facility answers for, by patient id; one statement."""
    found = to_decide(facility_id=facility_id, day=day, patient_ids=patient_ids)
    return [one for one in found if one.known.due]


def to_decide(*, facility_id: int, day: date, patient_ids: Sequence[UUID] | None = None) -> list[Undecided]:
    """Those, and the patient-days that it decided and that turned out not to be due (`PatientDay.due`): the place or
    the status of that day was put right later. One statement.
    """
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
                day=day,
                dosed_mg=Decimal(row[2]),
                outcome=row[3],
                known=row[1],
                reason_given=bool(row[4]) or row[17],
                away=row[16],
                due=row[18],
                elsewhere_mg=Decimal(row[19]),
                take_home_mg=Decimal(row[20]),
            ),
            standing=None if row[5] is None else Standing(row[5], row[6], DecidedDay(day, How(row[7]), *row[8:12])),
            open=bool(row[14]),
            stated_at=row[15],
        )
        for row in rows
    ]
