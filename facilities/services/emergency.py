"""What a site's overdose card says: whom to call, where the naloxone is kept."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from core import audit
from core.access import Access, Permission
from facilities.models import EmergencyCard
from facilities.services import overdose


@dataclass(frozen=True)
class NewCard:
    """As written by who keeps the card."""

    emergency_phone: str
    clinic_phone: str
    physician: str
    physician_phone: str
    naloxone_place: str


def write(*, facility_id: int, new: NewCard, by: Access, now: datetime) -> EmergencyCard:
    """Write the card of a facility anew; what it said before stays in the table. Raises PermissionDenied."""
    if not by.may_at(Permission.KEEP_SITE_CARD, facility_id):
        raise PermissionDenied
    with transaction.atomic():
        made = EmergencyCard.objects.create(
            facility_id=facility_id,
            emergency_phone=new.emergency_phone or overdose.AMBULANCE,
            clinic_phone=new.clinic_phone,
            physician=new.physician,
            physician_phone=new.physician_phone,
            naloxone_place=new.naloxone_place,
            recorded_at=now,
            recorded_by_id=by.actor_id,
            recorded_by_label=by.label,
        )
        audit.record(
            action="emergency_card.changed",
            by=by,
            now=now,
            subject_kind="emergency_card",
            subject_id=made.pk,
            facility_id=facility_id,
        )
    overdose.forget()
    return made
