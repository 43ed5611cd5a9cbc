"""Finds who is not on this morning's list: treated here before, moved, or ended."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from core.access import Access
from patients.models import Patient, Placement

LIMIT = 20


@dataclass(frozen=True)
class Found:
    patient_id: UUID
    code: str
    initials: str

    @property
    def path(self) -> str:
        return f"/dispensing/patients/{self.patient_id}/"


def find(*, query: str, by: Access, now: datetime) -> tuple[Found, ...]:
    """Patients who are or were placed at the acting facility, by code or initials; never by name. One statement."""
    wanted = query.replace(".", "").replace(" ", "").upper()
    if not wanted:
        return ()
    initials = ".".join(wanted)
    here = Placement.objects.filter(patient=OuterRef("pk"), facility_id=by.facility_id or 0)
    rows = (
        Patient.objects.filter(Q(code__contains=wanted) | Q(initials__istartswith=initials), Exists(here))
        .order_by("code")
        .values_list("pk", "code", "initials")[:LIMIT]
    )
    return tuple(Found(*row) for row in rows)
