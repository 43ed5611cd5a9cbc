"""Everything that is known of one patient, with who looked: opened with a reason, and the opening is itself a look."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from core import audit, clock
from core.access import Access, Permission
from facilities.services import settings
from patients import known
from patients.known import Known
from patients.models import DataRequest, Patient
from patients.queries.known import Look, looks
from patients.queries.reach import get_patient
from patients.queries.whose import facility_of
from patients.rules.data_requests import DataSettings
from patients.rules.known import OpenedWhy
from patients.services import identity
from patients.services.identity import IdentityView


@dataclass(frozen=True)
class PatientFile:
    """What there is of a patient: who they are, how many records of what, who dealt with them since `looked_since`."""

    patient: Patient
    identity: IdentityView
    known: tuple[Known, ...]
    looks: tuple[Look, ...]
    looked_since: datetime
    requests: tuple[DataRequest, ...]


def open_file(*, patient_id: UUID, why: OpenedWhy, printed: bool, by: Access, now: datetime) -> PatientFile:
    """Open it, on the screen or to be printed for the patient. The looks shown are those before this one.

    Raises PermissionDenied, Patient.DoesNotExist out of reach.
    """
    day = clock.local_day(now, by.zone)
    patient = get_patient(patient_id, access=by, permission=Permission.REGISTER_PATIENT, day=day)
    rules = settings.for_facility(DataSettings, facility_id=facility_of(patient_id, day=day), at=now)
    since = now.replace(year=now.year - rules.audit_retention_years, day=min(now.day, 28))
    before = looks(patient_id, since=since)
    action = "patient.known_printed" if printed else "patient.known_opened"
    with transaction.atomic():
        seen = identity.look(patient_id=patient_id, by=by, now=now, why="known")
        audit.record(
            action=action, by=by, now=now, subject_kind="patient", subject_id=patient_id, patient_id=patient_id,
            why=str(why),
        )  # fmt: skip
    return PatientFile(
        patient=patient,
        identity=seen,
        known=tuple(known.of_patient(patient_id)),
        looks=before,
        looked_since=since,
        requests=tuple(DataRequest.objects.filter(patient_id=patient_id).order_by("-received_on", "-id")),
    )
