"""The one door to a patient's name and photo: every look is a row of the audit trail."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied

from core import audit, clock, rows
from core.access import Access, Permission
from patients.models import Identity, Patient, Photo
from patients.queries.reach import patients_for, patients_of
from patients.rules.person import Particulars, Phone

SEALED: Final = ("identity__key", "identity__content")


@dataclass(frozen=True)
class IdentityView:
    """What the open card shows of a person."""

    full_name: str
    birth_year: int
    photo: bytes | None
    phones: tuple[Phone, ...] = ()
    photo_taken_on: date | None = None

    @property
    def photo_address(self) -> str:
        """An address that carries the photo itself, so that nothing of it is asked for again or kept by a browser."""
        return f"data:image/jpeg;base64,{b64encode(self.photo).decode()}" if self.photo else ""


def look(*, patient_id: UUID, by: Access, now: datetime, why: str) -> IdentityView:
    """Show who a patient is and write down who looked and `why` (a code), in one transaction and two
    statements.

    Raises PermissionDenied for a role that sees no identity, Patient.DoesNotExist for a patient of another
    site.
    """
    if not by.may(Permission.VIEW_PATIENT):
        raise PermissionDenied
    mine = patients_for(by, Permission.VIEW_PATIENT, day=clock.local_day(now, by.zone))
    columns = ("birth_year", *SEALED, "photo__key", "photo__content", "photo__taken_on")
    found = mine.values_list(*columns).filter(pk=patient_id).first()
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
    birth_year, key, content, photo_key, photo, taken_on = found
    person = person_of(patient_id, key, content)
    face = None if photo is None else Photo.opened(patient_id, photo_key, photo)
    return IdentityView(person.full_name, birth_year, face, person.phones, taken_on)


def person_of(patient_id: UUID, key: str | None, content: bytes | None) -> Particulars:
    """Open the two columns of `SEALED`; nobody where nothing was kept. Raises SealBroken."""
    if key is None or content is None:
        return Particulars("")
    return Particulars.unpacked(Identity.opened(patient_id, key, content))


@dataclass(frozen=True)
class Identified:
    """One of several whose identity is shown at once, beside the code that every record carries."""

    patient_id: UUID
    code: str
    full_name: str
    birth_year: int


def look_at_all(*, facility_id: int, by: Access, now: datetime, why: str, most: int) -> tuple[Identified, ...]:
    """Show who the patients of one facility are, by code, `most` of them; each is a look of its own in the audit trail.

    `why` is a code with the id of what allows it. Two statements in one transaction of the caller's.
    Raises PermissionDenied where the person may not see the facility's patients.
    """
    if not by.may_at(Permission.VIEW_PATIENT, facility_id):
        raise PermissionDenied
    day = clock.local_day(now, by.zone)
    found = patients_of([facility_id], day=day).order_by("code")[:most]
    shown = tuple(
        Identified(pk, code, person_of(pk, key, content).full_name, year)
        for pk, code, year, key, content in found.values_list("pk", "code", "birth_year", *SEALED)
    )
    rows.insert_many(
        audit.event(
            action="patient.looked_at",
            by=by,
            now=now,
            subject_kind="patient",
            subject_id=each.patient_id,
            patient_id=each.patient_id,
            facility_id=facility_id,
            why=why,
        )
        for each in shown
    )
    return shown
