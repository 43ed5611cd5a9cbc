"""Who works where, for lists and choices. An offer, never a permission: access and attestations judge."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import DateField, F, Func, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Cast

from core.access import Permission
from facilities.models import Facility, Supervision
from facilities.services import settings
from staff.models import Appointment, Person
from staff.roles import ROLES, ROLES_WITH_SATELLITES
from staff.rules.settings import AppointmentSettings


@dataclass(frozen=True)
class Second:
    """Somebody who can sign second at a facility today."""

    username: str
    label: str


def with_permission(permission: Permission, *, facility_id: int, now: datetime) -> QuerySet[Person]:
    """Everybody whose appointment at the facility, or at the clinic that supplies it, carries the permission today: by
    initials, then by id."""
    roles = {role for role, definition in ROLES.items() if permission in definition.permissions}
    grace = settings.for_facility(AppointmentSettings, facility_id=facility_id, at=now).grace_days
    today = _day_at(facility_id, now)
    clinics = Supervision.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gte=today), satellite_id=facility_id, starts_on__lte=today
    )
    appointed = Appointment.objects.filter(
        Q(facility_id=facility_id)
        | Q(facility_id__in=clinics.values("main_clinic_id"), role__in=ROLES_WITH_SATELLITES),
        Q(ended_on__isnull=True) | Q(ended_on__gte=today),
        Q(expires_on__isnull=True) | Q(expires_on__gte=_day_at(facility_id, now - timedelta(days=grace))),
        role__in=roles,
        starts_on__lte=today,
    )
    return Person.objects.filter(pk__in=appointed.values("person_id"), is_active=True).order_by("initials", "id")


def seconds_at(*, facility_id: int, now: datetime, besides: int | None) -> tuple[Second, ...]:
    """Who could sign second at the facility today, but for the actor: by name, then by username."""
    people = with_permission(Permission.SIGN_SECOND, facility_id=facility_id, now=now)
    able = people.exclude(pin_hash="").exclude(pk=besides).order_by("full_name", "username")
    return tuple(Second(username, full_name) for username, full_name in able.values_list("username", "full_name"))


def colleagues(*, reach: Collection[int]) -> QuerySet[Person]:
    """Everybody appointed within the reach or over an area or province of it, and everybody without an appointment yet;
    with their appointments, newest first."""
    within = (
        Q(appointments__facility_id__in=reach)
        | Q(appointments__area__facility__id__in=reach)
        | Q(appointments__province__area__facility__id__in=reach)
        | Q(appointments__isnull=True)
    )
    appointments = Appointment.objects.select_related("facility", "area", "province").order_by("-starts_on", "-id")
    return (
        Person.objects.filter(within)
        .distinct()
        .prefetch_related(Prefetch("appointments", queryset=appointments))
        .order_by("full_name", "username")
    )


def _day_at(facility_id: int, moment: datetime) -> QuerySet[Facility, dict[str, object]]:
    """The facility's own date at that instant, as a subquery."""
    day = Cast(Func(F("zone"), Value(moment), function="timezone"), DateField())
    return Facility.objects.filter(pk=facility_id).annotate(day=day).values("day")
