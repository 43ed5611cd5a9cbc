"""The audit trail as an auditor reads it: who did what, where and when; patients as numbers that mean nothing
elsewhere.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise

from core.access import Access, Permission, Role
from core.models import AuditEvent
from core.vietnamese import sort_key
from facilities.models import Facility
from oversight.rules.looks import LOOK_WHY_WORDS
from oversight.words import action_words
from patients.rules.known import OPENED_WHY_WORDS
from patients.rules.words import WHY_WORDS
from staff.roles import names

PAGE = 50
_AT_PATIENTS: Final[dict[str, str | Promise]] = {
    **WHY_WORDS,
    **{str(w): words for w, words in OPENED_WHY_WORDS.items()},
}
_AT_INCIDENTS: Final[dict[str, str | Promise]] = {str(why): words for why, words in LOOK_WHY_WORDS.items()}
_OF_SOMEBODY: Final = frozenset({"before", "after"})  # initials, where a name was put right
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class AuditRow:
    """One event without anything that leads to a patient. `patient`: the same one has the same letters on
    every page. `why`: the reason that somebody gave for looking, in words.
    """

    id: int
    at: datetime
    action: str
    code: str
    actor: str
    acting_as: str
    facility: str
    patient: str
    why: str
    detail: str


@dataclass(frozen=True)
class AuditPage:
    """Newest first. `older`: the id to go on from, None on the last page."""

    rows: tuple[AuditRow, ...]
    older: int | None


def facilities_of(access: Access) -> list[Facility]:
    """The facilities whose trail this person reads."""
    reach = access.reach_by_permission.get(Permission.READ_AUDIT, frozenset())
    return sorted(Facility.objects.filter(pk__in=reach), key=lambda facility: sort_key(facility.name))


def audit_page(
    *,
    facilities: Collection[Facility],
    zone: str,
    facility_id: int | None = None,
    day: date | None = None,
    before: int | None = None,
) -> AuditPage:
    """One page of the trail of the facilities in one statement; with none of them chosen also what belongs to
    none.
    """
    by_id = {facility.pk: facility for facility in facilities}
    events = AuditEvent.objects.filter(Q(facility_id__in=by_id) | Q(facility_id__isnull=True))
    if facility_id is not None:
        events = events.filter(facility_id=facility_id)
    if day is not None:
        begins = datetime.combine(day, time.min, ZoneInfo(zone))
        events = events.filter(at__gte=begins, at__lt=begins + timedelta(days=1))
    if before is not None:
        events = events.filter(id__lt=before)
    found = list(events.order_by("-id")[: PAGE + 1])
    rows = tuple(_row(event, by_id) for event in found[:PAGE])
    return AuditPage(rows, rows[-1].id if len(found) > PAGE else None)


def alias(patient_id: UUID) -> str:
    """Six letters for a patient, the same whenever the trail is read here, of no use anywhere else."""
    return salted_hmac("oversight.audit", str(patient_id), algorithm="sha256").hexdigest()[:6]


def _row(event: AuditEvent, facilities: dict[int, Facility]) -> AuditRow:
    place = facilities.get(event.facility_id) if event.facility_id is not None else None
    reasons = _AT_INCIDENTS if event.action.startswith("incidents.") else _AT_PATIENTS
    why = reasons.get(str(event.detail.get("why", "")), "")
    return AuditRow(
        id=event.pk,
        at=event.at,
        action=action_words(event.action),
        code=event.action,
        actor=event.actor_label,
        acting_as=_roles(event.acting_as),
        facility=place.name if place else "",
        patient=alias(event.patient_id) if event.patient_id else "",
        why=str(why),
        detail=" · ".join(
            f"{key}: {_UUID.sub('…', str(value))}"
            for key, value in sorted(event.detail.items())
            if value is not None and key not in _OF_SOMEBODY and not (why and key == "why")
        ),
    )


def _roles(stored: str) -> str:
    """The roles acted in, by their names; one that is no longer known is left out."""
    return names(frozenset(Role(role) for role in stored.split(",") if role in set(Role)))
