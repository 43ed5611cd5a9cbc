"""Which facility answers for a patient: where they drink today, or drank last."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from patients.models import Patient, Placement
from patients.queries.reach import covers_some_day


def facilities_of(patient_ids: Collection[UUID], *, day: date) -> dict[UUID, int]:
    """The facility of each; of a placement that is still to come where there is no other; nobody without any. One
    statement."""
    rows = Placement.objects.filter(covers_some_day(), patient_id__in=patient_ids).order_by("-starts_on")
    begun: dict[UUID, int] = {}
    to_come: dict[UUID, int] = {}
    for patient_id, facility_id, first in rows.values_list("patient_id", "facility_id", "starts_on"):
        if first > day:
            to_come[patient_id] = facility_id  # the earliest of them comes last
        else:
            begun.setdefault(patient_id, facility_id)
    return to_come | begun


def facility_of(patient_id: UUID, *, day: date) -> int:
    """The same of one patient. Raises Patient.DoesNotExist."""
    try:
        return facilities_of([patient_id], day=day)[patient_id]
    except KeyError as error:
        raise Patient.DoesNotExist(patient_id) from error
