"""Who may stand at this window today."""

from dataclasses import dataclass
from datetime import datetime

from core.access import Permission
from staff.queries.people import with_permission


@dataclass(frozen=True)
class Pourer:
    id: int
    initials: str


def dispensers(*, facility_id: int, now: datetime) -> tuple[Pourer, ...]:
    """Everybody who may give a dose at the facility today, by initials. One statement."""
    people = with_permission(Permission.GIVE_DOSE, facility_id=facility_id, now=now)
    return tuple(Pourer(person.pk, person.initials) for person in people)
