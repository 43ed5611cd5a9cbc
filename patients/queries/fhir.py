"""The patients within somebody's reach, as a FHIR search finds them. No identity is opened."""

from dataclasses import fields
from datetime import datetime
from typing import Final

from core.access import Access, Permission
from core.clock import local_day
from core.fhir import found, parts
from core.fhir.asked import Asked
from core.fhir.found import INSTANT, Page
from patients.queries.reach import patients_for
from patients.rules.fhir import PatientRow, patient

# Changes of status and of place are what may differ from one reading to the next.
_PATIENTS: Final = f"""
SELECT p.id::text AS id, p.registered_at AS low, p.registered_at + {INSTANT} AS high,
       greatest(p.registered_at,
                (SELECT max(s.recorded_at) FROM patients_statuschange s WHERE s.patient_id = p.id),
                (SELECT max(l.recorded_at) FROM patients_placement l WHERE l.patient_id = p.id)) AS updated,
       (p.status IN ('in_treatment', 'suspended'))::text AS status,
       p.id AS uuid, p.code, p.sex, p.birth_year, p.status AS treatment, f.id AS facility_id, f.name AS facility,
       coalesce(f.zone, %(zone)s) AS zone
  FROM patients_patient p
  LEFT JOIN LATERAL (SELECT l.facility_id FROM patients_placement l
                      WHERE l.patient_id = p.id AND l.starts_on <= %(day)s
                        AND (l.ended_on IS NULL OR l.ended_on >= %(day)s) LIMIT 1) place ON true
  LEFT JOIN facilities_facility f ON f.id = place.facility_id
 WHERE p.id = ANY(%(mine)s::uuid[]) AND (%(codes)s::text[] IS NULL OR p.code = ANY(%(codes)s::text[]))
"""  # noqa: S608
_COLUMNS: Final = tuple(field.name for field in fields(PatientRow))


def search(asked: Asked, *, by: Access, now: datetime) -> Page:
    """A page of Patient. Two statements."""
    day = local_day(now, by.zone)
    mine = patients_for(by, Permission.VIEW_PATIENT, day=day)
    if asked.ids is not None:
        mine = mine.filter(pk__in=[id_ for each in asked.ids if (id_ := parts.whole_of(each))])
    codes = None if asked.identifiers is None else sorted(asked.identifiers)
    values = {"mine": list(mine.values_list("pk", flat=True)), "day": day, "zone": by.zone, "codes": codes}
    rows, after = found.rows(_PATIENTS, values, asked)
    told = (PatientRow(**{name: row[name] for name in _COLUMNS}) for row in rows)
    return Page(tuple(patient(row) for row in told), after=after)
