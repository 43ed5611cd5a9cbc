"""What patients have agreed to, and that they may take it back (domain 7)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from core import audit, clock
from core.access import Access, Permission
from patients.models import Consent
from patients.queries.reach import locked_patient
from patients.rules.consent import CONSENT_VERSION, Purpose


def give(*, patient_id: UUID, language: str, by: Access, now: datetime) -> Consent:
    """Write down that the patient was told in this language and agreed to the text of today.

    The agreement in force is answered where there is one already. Raises Patient.DoesNotExist out of reach.
    """
    today = clock.local_day(now, by.zone)
    with transaction.atomic():
        locked_patient(patient_id, access=by, permission=Permission.REGISTER_PATIENT, day=today)
        standing = Consent.objects.filter(
            patient_id=patient_id,
            purpose=Purpose.RECORD_KEEPING,
            version=CONSENT_VERSION,
            withdrawn_at__isnull=True,
        ).first()
        if standing is not None:
            return standing
        given = Consent.objects.create(
            patient_id=patient_id,
            purpose=Purpose.RECORD_KEEPING,
            version=CONSENT_VERSION,
            language=language.strip(),
            given_on=today,
            recorded_at=now,
            recorded_by_id=by.actor_id,
        )
        _audit("patient.consent_given", given, by=by, now=now)
    return given


def withdraw(*, patient_id: UUID, by: Access, now: datetime) -> int:
    """Take back every agreement in force; answers how many there were. Raises Patient.DoesNotExist out of
    reach.
    """
    today = clock.local_day(now, by.zone)
    with transaction.atomic():
        locked_patient(patient_id, access=by, permission=Permission.REGISTER_PATIENT, day=today)
        standing = list(Consent.objects.filter(patient_id=patient_id, withdrawn_at__isnull=True).order_by("id"))
        Consent.objects.filter(pk__in=[consent.pk for consent in standing]).update(withdrawn_at=now)
        for consent in standing:
            _audit("patient.consent_withdrawn", consent, by=by, now=now)
    return len(standing)


def _audit(action: str, consent: Consent, *, by: Access, now: datetime) -> None:
    audit.record(
        action=action,
        by=by,
        now=now,
        subject_kind="consent",
        subject_id=consent.pk,
        patient_id=consent.patient_id,
        version=consent.version,
    )
