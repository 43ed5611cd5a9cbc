"""What patients have agreed to, and that they may take it back (domain 7)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from core import audit, clock
from core.access import Access, Permission
from patients.models import Consent, Photo
from patients.queries.reach import locked_patient
from patients.rules.consent import CONSENT_VERSION, Purpose


def give(
    *, patient_id: UUID, language: str, by: Access, now: datetime, purpose: Purpose = Purpose.RECORD_KEEPING
) -> Consent:
    """Write down that the patient was told in this language and agreed to the text of today.

    The agreement in force is answered where there is one already. Raises Patient.DoesNotExist out of reach.
    """
    today = clock.local_day(now, by.zone)
    with transaction.atomic():
        locked_patient(patient_id, access=by, permission=Permission.REGISTER_PATIENT, day=today)
        standing = Consent.objects.filter(
            patient_id=patient_id,
            purpose=purpose,
            version=CONSENT_VERSION,
            withdrawn_at__isnull=True,
        ).first()
        if standing is not None:
            return standing
        given = Consent.objects.create(
            patient_id=patient_id,
            purpose=purpose,
            version=CONSENT_VERSION,
            language=language.strip(),
            given_on=today,
            recorded_at=now,
            recorded_by_id=by.actor_id,
        )
        _audit("patient.consent_given", given, by=by, now=now)
    return given


def withdraw(*, patient_id: UUID, by: Access, now: datetime, purpose: Purpose | None = None) -> int:
    """Take back every agreement in force, or those to one `purpose`; answers how many there were. What rests on an
    agreement alone, the photo, goes with it. Raises Patient.DoesNotExist out of reach.
    """
    today = clock.local_day(now, by.zone)
    with transaction.atomic():
        locked_patient(patient_id, access=by, permission=Permission.REGISTER_PATIENT, day=today)
        given = Consent.objects.filter(patient_id=patient_id, withdrawn_at__isnull=True).order_by("id")
        standing = list(given.filter(purpose=purpose) if purpose else given)
        Consent.objects.filter(pk__in=[consent.pk for consent in standing]).update(withdrawn_at=now)
        for consent in standing:
            _audit("patient.consent_withdrawn", consent, by=by, now=now)
        if purpose in (None, Purpose.PHOTO):
            _remove_photo(patient_id, by=by, now=now)
    return len(standing)


def _remove_photo(patient_id: UUID, *, by: Access, now: datetime) -> None:
    if Photo.objects.filter(pk=patient_id).delete()[0]:
        audit.record(
            action="patient.photo_removed", by=by, now=now, subject_kind="patient", subject_id=patient_id,
            patient_id=patient_id,
        )  # fmt: skip


def _audit(action: str, consent: Consent, *, by: Access, now: datetime) -> None:
    audit.record(
        action=action,
        by=by,
        now=now,
        subject_kind="consent",
        subject_id=consent.pk,
        patient_id=consent.patient_id,
        version=consent.version,
        purpose=consent.purpose,
    )
