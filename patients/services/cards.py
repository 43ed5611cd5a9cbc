"""Treatment cards: one valid card per patient; a lost one is replaced, and the old number leads nowhere from
then on.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from core import audit, clock
from core.access import Access, Permission
from patients.models import Card
from patients.queries.reach import locked_patient
from patients.services import numbers


def replace(*, patient_id: UUID, by: Access, now: datetime) -> Card:
    """Issue a card and revoke the one before it. Raises Patient.DoesNotExist out of reach."""
    today = clock.local_day(now, by.zone)
    with transaction.atomic():
        locked_patient(patient_id, access=by, permission=Permission.REGISTER_PATIENT, day=today)
        Card.objects.filter(patient_id=patient_id, revoked_at__isnull=True).update(revoked_at=now)
        (number,) = numbers.next_card_numbers(1)
        card = Card.objects.create(number=number, patient_id=patient_id, issued_on=today)
        audit.record(
            action="patient.card_replaced",
            by=by,
            now=now,
            subject_kind="card",
            subject_id=card.number,
            patient_id=patient_id,
        )
    return card
