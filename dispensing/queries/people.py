"""Who may stand at this window today, and whom to call."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from core.access import Permission
from core.clock import local_day
from dispensing.rules.violations import Unlocker, Violation
from facilities.models import Facility, Supervision
from staff.queries.people import with_permission

Ways = Mapping[Unlocker, str]
CALLED = 3  # names on one line; more than these nobody dials


@dataclass(frozen=True)
class Pourer:
    id: int
    initials: str


def dispensers(*, facility_id: int, now: datetime) -> tuple[Pourer, ...]:
    """Everybody who may give a dose at the facility today, by initials. One statement."""
    people = with_permission(Permission.GIVE_DOSE, facility_id=facility_id, now=now)
    return tuple(Pourer(person.pk, person.initials) for person in people)


def ways_to_unlock(stops: Iterable[Violation], *, facility_id: int, now: datetime) -> Ways:
    """For those who unlock these stops: who they are today and their telephone. One statement for each at the most."""
    levels = {found.unlocker for found in stops}
    ways: dict[Unlocker, str] = {}
    if Unlocker.PHYSICIAN in levels:
        ways[Unlocker.PHYSICIAN] = physicians(facility_id, now)
    if Unlocker.MAIN_CLINIC in levels:
        ways[Unlocker.MAIN_CLINIC] = main_clinic(facility_id, now)
    return ways


def physicians(facility_id: int, now: datetime) -> str:
    """Who may order for the facility today, with their telephones, on one line."""
    people = with_permission(Permission.PRESCRIBE, facility_id=facility_id, now=now)[:CALLED]
    return ", ".join(f"{person.full_name} {person.phone}".strip() for person in people)


def main_clinic(facility_id: int, now: datetime) -> str:
    """The main clinic that supervises the facility today, with its telephone; empty where none does."""
    day = local_day(now, Facility.objects.get(pk=facility_id).zone)
    current = Q(ended_on__isnull=True) | Q(ended_on__gte=day)
    clinic = (
        Supervision.objects.filter(current, satellite_id=facility_id, starts_on__lte=day)
        .values_list("main_clinic__name", "main_clinic__phone")
        .first()
    )
    return " ".join(clinic).strip() if clinic else ""
