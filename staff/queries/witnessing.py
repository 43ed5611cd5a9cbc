"""What the second person who is elsewhere sees: where they may witness, and what was signed with their codes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from core.access import Access
from core.vietnamese import sort_key
from facilities.models import Facility
from staff import kinds
from staff.models import Attestation, Mode
from staff.roles import REMOTE_WITNESSES

SHOWN_FOR = timedelta(days=30)
MOST = 50


@dataclass(frozen=True)
class Signed:
    """One act signed in one's name by a code: what, where, for whom, when; and what one said of it later."""

    id: UUID
    act: str
    about: str
    facility: str
    actor: str
    at: datetime
    objected_at: datetime | None
    objection: str


def places_of(access: Access) -> list[Facility]:
    """Where the person may witness from elsewhere, by name."""
    reach = frozenset[int]().union(*(access.reach_by_permission.get(each, frozenset()) for each in REMOTE_WITNESSES))
    return sorted(Facility.objects.filter(pk__in=reach), key=lambda place: sort_key(place.name))


def signed_by_code(*, person_id: int, now: datetime) -> tuple[Signed, ...]:
    """The newest first, of the last 30 days."""
    mine = Attestation.objects.filter(mode=Mode.REMOTE, second_id=person_id, at__gt=now - SHOWN_FOR)
    found = list(mine.select_related("facility", "actor", "objection").order_by("-at", "-id")[:MOST])
    return _shown(found)


def get_signed(attestation_id: UUID, *, person_id: int) -> Signed:
    """One of them; raises Attestation.DoesNotExist for what this person has not signed by code."""
    mine = Attestation.objects.filter(mode=Mode.REMOTE, second_id=person_id)
    return _shown([mine.select_related("facility", "actor", "objection").get(pk=attestation_id)])[0]


def _shown(found: Collection[Attestation]) -> tuple[Signed, ...]:
    about = kinds.summaries_of([(each.act_kind, each.act_id) for each in found])
    return tuple(_one(each, about.get(each.act_id, "")) for each in found)


def _one(each: Attestation, about: str) -> Signed:
    objection = getattr(each, "objection", None)
    return Signed(
        id=each.pk,
        act=kinds.label_of(each.act_kind),
        about=about,
        facility=each.facility.name,
        actor=each.actor.full_name,
        at=each.at,
        objected_at=objection.at if objection else None,
        objection=objection.words if objection else "",
    )
