"""Whom a scanned card belongs to."""

from datetime import date
from uuid import UUID

from core.access import Access, Permission
from patients.models import Card
from patients.queries.reach import patients_for


def card_patient(number: int, access: Access, *, day: date) -> UUID | None:
    """The patient whose valid card has this number, for a person who may see them; None for all others."""
    mine = patients_for(access, Permission.VIEW_PATIENT, day=day)
    return (
        Card.objects.filter(number=number, revoked_at__isnull=True, patient__in=mine)
        .values_list("patient_id", flat=True)
        .first()
    )
