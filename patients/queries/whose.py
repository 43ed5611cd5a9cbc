"""Which facility answers for a patient: where they drink today, or drank last."""

from datetime import date
from uuid import UUID

from patients.models import Patient, Placement
from patients.queries.reach import covers_some_day


def facility_of(patient_id: UUID, *, day: date) -> int:
    """The facility's id; of a placement that is still to come where there is no other. Raises Patient.DoesNotExist."""
    starts = Placement.objects.filter(covers_some_day(), patient_id=patient_id).order_by("-starts_on")
    rows = list(starts.values_list("facility_id", "starts_on"))
    begun = [facility for facility, first in rows if first <= day]
    if not rows:
        raise Patient.DoesNotExist(patient_id)
    return begun[0] if begun else rows[-1][0]
