"""Acts done alone that nobody else has looked at yet."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from facilities.services import settings
from staff import kinds
from staff.models import Attestation, Mode
from staff.rules.settings import WitnessSettings


@dataclass(frozen=True)
class Unwitnessed:
    """One act done alone: what, where, by whom, since when, and by when somebody else should have looked."""

    id: UUID
    act: str
    address: str
    facility: str
    actor_id: int
    actor: str
    at: datetime
    due_at: datetime
    hours: int
    reason: str
    late: bool


def open_for_review(*, reach: Collection[int]) -> QuerySet[Attestation]:
    """Alone and not reviewed, at these facilities."""
    reviewed = Attestation.objects.filter(act_id=OuterRef("act_id"), mode=Mode.REVIEW)
    return Attestation.objects.filter(~Exists(reviewed), facility_id__in=reach, mode=Mode.ALONE)


def unwitnessed(*, reach: Collection[int], now: datetime, limit: int = 200) -> tuple[Unwitnessed, ...]:
    """By age (domain 12.3), what is overdue first: sites may differ in how long a review may take."""
    found = open_for_review(reach=reach).select_related("facility", "actor").order_by("at", "id")[:limit]
    return tuple(sorted((_shown(each, now) for each in found), key=lambda act: (not act.late, act.at, act.id)))


def get_unwitnessed(attestation_id: UUID, *, reach: Collection[int], now: datetime) -> Unwitnessed:
    """One of them; raises Attestation.DoesNotExist where it is reviewed, elsewhere or unknown."""
    return _shown(open_for_review(reach=reach).select_related("facility", "actor").get(pk=attestation_id), now)


def _shown(each: Attestation, now: datetime) -> Unwitnessed:
    rules = settings.for_facility(WitnessSettings, facility_id=each.facility_id, at=now)
    due_at = each.at + timedelta(hours=rules.review_hours)
    return Unwitnessed(
        id=each.pk,
        act=kinds.label_of(each.act_kind),
        address=kinds.address_of(each.act_kind, each.act_id),
        facility=each.facility.name,
        actor_id=each.actor_id,
        actor=each.actor.initials,
        at=each.at,
        due_at=due_at,
        hours=int((now - each.at) / timedelta(hours=1)),
        reason=each.reason,
        late=now > due_at,
    )
