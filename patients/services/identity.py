"""The one door to a patient's name and photo: every look is a row of the audit trail."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied

from core import audit, clock
from core.access import Access, Permission
from patients.models import Patient
from patients.queries.reach import patients_for


@dataclass(frozen=True)
class IdentityView:
    """What the open card shows of a person."""

    full_name: str
    birth_year: int
    photo: bytes | None


def look(*, patient_id: UUID, by: Access, now: datetime, why: str) -> IdentityView:
    """Show who a patient is and write down who looked and `why` (a code), in one transaction and two
    statements.

    Raises PermissionDenied for a role that sees no identity, Patient.DoesNotExist for a patient of another
    site.
    """
    if not by.may(Permission.VIEW_PATIENT):
        raise PermissionDenied
    mine = patients_for(by, Permission.VIEW_PATIENT, day=clock.local_day(now, by.zone))
    found = mine.values_list("identity__full_name", "birth_year", "photo__image").filter(pk=patient_id).first()
    if found is None:
        raise Patient.DoesNotExist(patient_id)
    audit.record(
        action="patient.looked_at",
        by=by,
        now=now,
        subject_kind="patient",
        subject_id=patient_id,
        patient_id=patient_id,
        why=why,
    )
    full_name, birth_year, photo = found
    return IdentityView(full_name or "", birth_year, None if photo is None else bytes(photo))
