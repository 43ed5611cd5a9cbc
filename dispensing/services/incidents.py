"""What the services of mishaps share, and the near miss: one tap, a note later."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access
from dispensing.models import NearMiss
from dispensing.rules.incident_codes import NearMissKind
from dispensing.services.doses import OtherContent
from patients.models import Patient, Placement


class IncidentRefused(Exception):
    """Something that only the person can give is missing, or cannot have been so: `field` and what to do, in words."""

    def __init__(self, field: str | None, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


@dataclass(frozen=True)
class NewNearMiss:
    """What nearly happened; `patient_id` where it came from somebody's card or dose."""

    id: UUID
    kind: NearMissKind
    patient_id: UUID | None = None


def lock_patients(*patient_ids: UUID | None) -> None:
    """The first lock of an act about two patients: both rows, in the order of their ids."""
    wanted = sorted({one for one in patient_ids if one is not None})
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM patients_patient WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [wanted])


def patient_here(*, patient_id: UUID, by: Access) -> Patient:
    """The patient, where this facility doses or has dosed them; else raises Patient.DoesNotExist."""
    if not Placement.objects.filter(patient_id=patient_id, facility_id=by.facility_id or 0).exists():
        raise Patient.DoesNotExist
    return Patient.objects.get(pk=patient_id)


def near_miss(*, command: NewNearMiss, by: Access, now: datetime) -> NearMiss:
    """Write down that something nearly happened. The same id with the same content answers the same row."""
    if command.patient_id is not None:
        patient_here(patient_id=command.patient_id, by=by)
    with transaction.atomic():
        made, new = NearMiss.objects.get_or_create(
            pk=command.id,
            defaults={
                "facility_id": by.facility_id or 0, "patient_id": command.patient_id, "kind": str(command.kind),
                "at": now, "recorded_by_id": by.actor_id,
            },
        )  # fmt: skip
        if (made.kind, made.patient_id, made.recorded_by_id) != (command.kind, command.patient_id, by.actor_id):
            raise OtherContent
        if new:
            audit.record(
                action="near_miss.recorded", by=by, now=now, subject_kind="near_miss", subject_id=made.pk,
                patient_id=made.patient_id, kind=made.kind,
            )  # fmt: skip
    return made


def add_note(*, near_miss_id: UUID, note: str, by: Access, now: datetime) -> NearMiss:
    """Say more, once. Raises IncidentRefused where it says nothing or somebody has, NearMiss.DoesNotExist elsewhere."""
    if not note.strip():
        raise IncidentRefused("note", _("Viết vài chữ."))
    with transaction.atomic():
        here = NearMiss.objects.filter(pk=near_miss_id, facility_id=by.facility_id or 0)
        written = here.filter(note__isnull=True).update(note=note.strip(), noted_at=now, noted_by_id=by.actor_id)
        told = here.get()
        if written:
            audit.record(
                action="near_miss.noted", by=by, now=now, subject_kind="near_miss", subject_id=told.pk,
                patient_id=told.patient_id,
            )  # fmt: skip
        elif (told.note, told.noted_by_id) != (note.strip(), by.actor_id):
            raise IncidentRefused("note", _("Đã có người ghi thêm rồi."))
    return told
