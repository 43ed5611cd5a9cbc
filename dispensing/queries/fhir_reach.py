"""Whose doses a program may read: of the patients within a person's reach, and what was given at the places within it.

The second is what a site gave to a guest who has left: its own work stays its own to read.
"""

from datetime import datetime
from typing import Any, Final

from core.access import Access, Permission
from core.clock import local_day
from core.fhir import parts
from core.fhir.asked import Asked
from dispensing.rules.fhir import Whose
from patients.queries.reach import patients_for

# Of a row `x` that has a patient and a facility.
WITHIN: Final = """
(x.facility_id = ANY(%(places)s::bigint[]) OR x.patient_id = ANY(%(mine)s::uuid[]))
   AND (%(patients)s::uuid[] IS NULL OR x.patient_id = ANY(%(patients)s::uuid[]))
"""
WHOSE: Final = "p.id AS patient_id, p.code, f.id AS facility_id, f.name AS facility, f.zone"
JOINS: Final = """
  JOIN patients_patient p ON p.id = x.patient_id
  JOIN facilities_facility f ON f.id = x.facility_id
"""


def within(
    asked: Asked, *, by: Access, now: datetime, permission: Permission = Permission.VIEW_PATIENT
) -> dict[str, Any]:
    """The values of WITHIN, and `ids`: which ids of rows were asked for, None for any. One statement."""
    mine = patients_for(by, permission, day=local_day(now, by.zone))
    if asked.patients is not None:
        mine = mine.filter(pk__in=asked.patients)
    ids = None if asked.ids is None else [id_ for each in asked.ids if (id_ := parts.whole_of(each))]
    return {
        "places": sorted(by.reach_by_permission.get(permission, frozenset())),
        "mine": list(mine.values_list("pk", flat=True)),
        "patients": None if asked.patients is None else list(asked.patients),
        "ids": ids,
    }


def whose(row: dict[str, Any]) -> Whose:
    """Whom a found row is about."""
    return Whose(
        patient_id=row["patient_id"],
        code=row["code"],
        facility_id=row["facility_id"],
        facility=row["facility"],
        zone=row["zone"],
        updated=row["updated"],
        status=row["status"],
    )
