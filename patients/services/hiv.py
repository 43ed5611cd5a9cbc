"""HIV status: confidential by law (domain 7), for the physicians who treat the patient; each look is written down."""

from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from core import audit, clock
from core.access import Access, Permission
from patients.models import HivStatus
from patients.queries.reach import get_patient, locked_patient


def look(*, patient_id: UUID, by: Access, now: datetime) -> HivStatus | None:
    """What is recorded, and a row of the audit trail in the same transaction; None where nothing is.

    Raises PermissionDenied, Patient.DoesNotExist out of reach.
    """
    _may(by)
    with transaction.atomic():
        get_patient(patient_id, access=by, permission=Permission.KEEP_HIV_STATUS, day=clock.local_day(now, by.zone))
        _told("patient.hiv_looked_at", patient_id, by, now)
        return HivStatus.objects.filter(pk=patient_id).first()


def record(*, patient_id: UUID, positive: bool, recorded_on: date, by: Access, now: datetime) -> None:
    """The result of a test of that day. A newer one takes its place; the audit trail tells that, never the result.

    Raises PermissionDenied, Patient.DoesNotExist out of reach, ValueError for a day to come.
    """
    _may(by)
    today = clock.local_day(now, by.zone)
    if recorded_on > today:
        raise ValueError("A test is not of a day to come.")
    with transaction.atomic():
        locked_patient(patient_id, access=by, permission=Permission.KEEP_HIV_STATUS, day=today)
        said = {"positive": positive, "recorded_on": recorded_on}
        HivStatus.objects.update_or_create(patient_id=patient_id, defaults=said)
        _told("patient.hiv_recorded", patient_id, by, now)


def _may(by: Access) -> None:
    if not by.may(Permission.KEEP_HIV_STATUS):
        raise PermissionDenied


def _told(action: str, patient_id: UUID, by: Access, now: datetime) -> None:
    audit.record(action=action, by=by, now=now, subject_kind="patient", subject_id=patient_id, patient_id=patient_id)
