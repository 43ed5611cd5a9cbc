"""The door from a number to its incidents: opened by a stated reason, for a short time, and written down."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from core import audit
from core.access import Access, Permission
from facilities.services import settings
from oversight.models import IncidentLook
from oversight.queries.days import facilities_of
from oversight.rules.looks import LookSettings, LookWhy, What


@dataclass(frozen=True)
class Looking:
    """What somebody wants to look at, and why, in a code and in their own words."""

    id: UUID
    facility_id: int
    what: What
    first_day: date
    last_day: date
    why: LookWhy
    words: str


def open_door(*, command: Looking, by: Access, now: datetime) -> IncidentLook:
    """Write the reason down, in the audit trail, too; the incidents may be looked at for the set minutes. The same id
    again is the same look.

    Raises PermissionDenied for who does not oversee the site, and where the id is somebody else's.
    """
    if not by.may_at(Permission.VIEW_OVERSIGHT, command.facility_id):
        raise PermissionDenied
    if not facilities_of(by).filter(pk=command.facility_id).exists():
        raise PermissionDenied
    minutes = settings.for_facility(LookSettings, facility_id=command.facility_id, at=now).open_minutes
    with transaction.atomic():
        look, made = IncidentLook.objects.get_or_create(
            pk=command.id,
            defaults={
                "person_id": by.actor_id,
                "facility_id": command.facility_id,
                "what": command.what,
                "first_day": command.first_day,
                "last_day": command.last_day,
                "why": command.why,
                "words": command.words.strip(),
                "opened_at": now,
                "until": now + timedelta(minutes=minutes),
            },
        )
        if look.person_id != by.person_id:
            raise PermissionDenied
        if made:
            audit.record(
                action="incidents.looked_at", by=by, now=now, subject_kind="incidents", subject_id=look.pk,
                facility_id=command.facility_id, what=str(command.what), why=str(command.why),
                first=command.first_day.isoformat(), last=command.last_day.isoformat(), until=look.until.isoformat(),
            )  # fmt: skip
    return look
