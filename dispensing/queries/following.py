"""One patient as those who follow them need to see them: who it is, where they drink, and the sections below."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from core.access import Access, Permission
from core.clock import local_day
from dispensing.queries.prescribing import dosing_place
from facilities.models import Facility
from patients.models import Patient
from patients.queries.reach import get_patient


@dataclass(frozen=True)
class Followed:
    """Whom the page is about. `place` is where the patient drinks today, or will, or drank last."""

    patient: Patient
    place: Facility
    today: date
    now: datetime

    def may(self, by: Access, permission: Permission) -> bool:
        """Whether this person holds the permission where the patient drinks."""
        return by.may_at(permission, self.place.pk)


@dataclass(frozen=True)
class Section:
    """One part of the page: its template, and what it shows; None where it is not for this person.

    `load(followed, by)` asks a bounded number of statements and never raises for what is merely missing.
    """

    key: str
    template: str
    load: Callable[[Followed, Access], Mapping[str, Any] | None]


def followed(*, patient_id: UUID, by: Access, now: datetime) -> Followed:
    """The patient within this person's reach. Raises Patient.DoesNotExist alike for unknown and out of reach."""
    today = local_day(now, by.zone)
    patient = get_patient(patient_id, access=by, permission=Permission.FOLLOW_PATIENT, day=today)
    place = dosing_place(patient.pk, day=today, otherwise=by.facility_id)
    return Followed(patient=patient, place=place, today=today, now=now)


def following_path(patient_id: UUID) -> str:
    """The address of the page."""
    return f"/dispensing/patients/{patient_id}/following/"


def task_path(patient_id: UUID, access: Access) -> str | None:
    """The same, for a task about the patient; None for who may not follow patients."""
    return following_path(patient_id) if access.may(Permission.FOLLOW_PATIENT) else None
