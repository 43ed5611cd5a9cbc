"""From the appointments that a person holds to what they may do now. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from core.access import Access, Permission, Role
from staff.roles import ROLES


@dataclass(frozen=True)
class Held:
    """One appointment as far as access asks: the role, where, how far, and between which days (all included)."""

    appointment_id: int
    role: Role
    place: str
    zone: str
    starts_on: date
    facility_id: int | None = None
    expires_on: date | None = None
    ended_on: date | None = None
    reach: frozenset[int] = field(default=frozenset())

    def expired(self, today: date) -> bool:
        return self.expires_on is not None and self.expires_on < today

    def in_force(self, today: date, *, grace_days: int) -> bool:
        """Begun, not ended, not expired for longer than the grace (domain 12.1: it runs on as "expired, acting")."""
        return (
            self.starts_on <= today
            and (self.ended_on is None or self.ended_on >= today)
            and (self.expires_on is None or self.expires_on + timedelta(days=grace_days) >= today)
        )


def facilities_of(held: Iterable[Held]) -> dict[int, str]:
    """The facilities that the person may act in, by id, in the order of appointment."""
    return {each.facility_id: each.place for each in held if each.facility_id is not None}


def access_from(
    held: tuple[Held, ...],
    *,
    person_id: int,
    label: str,
    chosen_facility_id: int | None,
    second_factor: bool,
    expired: frozenset[int],
) -> Access:
    """What the person may do at the facility chosen, or at their first one.

    `held` are the appointments in force today; `expired` names those of them that run on past their end. Roles are
    those held at that facility and those over an area or a province.
    """
    places = facilities_of(held)
    facility_id = chosen_facility_id if chosen_facility_id in places else next(iter(places), None)
    acted = [each for each in held if each.facility_id in (facility_id, None)]
    here = next((each for each in acted if each.facility_id == facility_id), None)
    reach: dict[Permission, frozenset[int]] = {}
    for each in acted:
        for permission in ROLES[each.role].permissions:
            reach[permission] = reach.get(permission, frozenset()) | each.reach
    roles = frozenset(each.role for each in acted)
    return Access(
        person_id=person_id,
        label=label,
        roles=roles,
        permissions=frozenset(reach),
        facility_id=facility_id,
        facility_name=here.place if here else "",
        zone=here.zone if here else Access.zone,
        reach=frozenset[int]().union(*(each.reach for each in acted)),
        reach_by_permission=reach,
        acting_expired=any(each.appointment_id in expired for each in acted),
        second_factor_missing=not second_factor and any(ROLES[role].needs_second_factor for role in roles),
    )


def reaching(held: Iterable[Held], facility_id: int) -> tuple[Held, ...]:
    """The appointments that reach a facility, as if each were held there: wherever the person is signed in."""
    return tuple(replace(each, facility_id=facility_id) for each in held if facility_id in each.reach)
