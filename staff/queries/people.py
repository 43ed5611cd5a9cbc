"""Who works where, for lists and choices. An offer, never a permission: access and attestations judge."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import DateField, F, Func, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Cast

from core.access import Permission, Role
from core.vietnamese import sort_key, unmarked
from facilities.models import Facility, Supervision
from facilities.services import settings
from staff.models import Appointment, Person
from staff.roles import ROLES, ROLES_WITH_SATELLITES
from staff.rules.settings import AppointmentSettings


@dataclass(frozen=True)
class Second:
    """Somebody who can sign second at a facility today: `present` beside the actor, `remote` by a code."""

    username: str
    label: str
    present: bool = True
    remote: bool = True


def with_permission(permission: Permission, *, facility_id: int, now: datetime) -> QuerySet[Person]:
    """Everybody whose appointment at the facility, or at the clinic that supplies it, carries the permission today: by
    initials, then by id."""
    appointed = _appointed(_roles_with(permission), facility_id=facility_id, now=now)
    return Person.objects.filter(pk__in=appointed.values("person_id"), is_active=True).order_by("initials", "id")


def seconds_at(*, facility_id: int, now: datetime, besides: int | None) -> tuple[Second, ...]:
    """Who could sign second at the facility today, but for the actor: by name, then by username. One statement.

    Beside the actor who may sign second; by a code over the phone also who may look at it later, over areas, too.
    """
    beside = _roles_with(Permission.SIGN_SECOND)
    elsewhere = beside | _roles_with(Permission.REVIEW_UNWITNESSED)
    over = Q(area__facility=facility_id) | Q(province__area__facility=facility_id)
    appointed = _appointed(elsewhere, facility_id=facility_id, now=now, over=over)
    found = (
        appointed.filter(person__is_active=True)
        .exclude(person__pin_hash="")
        .exclude(person_id=besides or 0)
        .order_by("person__full_name", "person__username")
        .values_list("person__username", "person__full_name", "role", "facility_id")
    )
    people: dict[str, Second] = {}
    for username, full_name, role, place in found:
        present = role in beside and place is not None
        known = people.get(username)
        people[username] = Second(username, full_name, present=present or (known is not None and known.present))
    return tuple(people.values())


def callers_at(*, facility_id: int, now: datetime, besides: int | None) -> tuple[Second, ...]:
    """Who may call somebody elsewhere to witness an act of theirs here today: by name."""
    roles = _roles_with(Permission.HANDLE_STOCK) | _roles_with(Permission.VOID_DOSE)
    appointed = _appointed(roles, facility_id=facility_id, now=now)
    people = Person.objects.filter(pk__in=appointed.values("person_id"), is_active=True).exclude(pk=besides or 0)
    ordered = people.order_by("full_name", "username").values_list("username", "full_name")
    return tuple(Second(username, full_name) for username, full_name in ordered)


def appointed_at(*, facility_id: int, now: datetime) -> tuple[Second, ...]:
    """Everybody with a PIN whose appointment reaches the facility today, over areas and the province too: by name."""
    over = Q(area__facility=facility_id) | Q(province__area__facility=facility_id)
    appointed = _appointed(set(Role), facility_id=facility_id, now=now, over=over)
    people = Person.objects.filter(pk__in=appointed.values("person_id"), is_active=True).exclude(pin_hash="")
    ordered = people.order_by("full_name", "username").values_list("username", "full_name")
    return tuple(Second(username, full_name) for username, full_name in ordered)


def works_at(person_id: int, *, facility_id: int, since: date | None = None) -> bool:
    """Whether the person is, or ever was, appointed at the facility; `since`: still on that day. One statement."""
    found = Appointment.objects.filter(person_id=person_id, facility_id=facility_id)
    if since is not None:
        found = found.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=since))
    return found.exists()


def _roles_with(permission: Permission) -> set[Role]:
    return {role for role, definition in ROLES.items() if permission in definition.permissions}


def _appointed(
    roles: Collection[Role], *, facility_id: int, now: datetime, over: Q | None = None
) -> QuerySet[Appointment]:
    """Today's appointments in these roles at the facility or the clinic that supplies it; `over`: and these."""
    grace = settings.for_facility(AppointmentSettings, facility_id=facility_id, at=now).grace_days
    today = _day_at(facility_id, now)
    clinics = Supervision.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gte=today), satellite_id=facility_id, starts_on__lte=today
    )
    here = Q(facility_id=facility_id) | Q(
        facility_id__in=clinics.values("main_clinic_id"), role__in=ROLES_WITH_SATELLITES
    )
    return Appointment.objects.filter(
        here | over if over is not None else here,
        Q(ended_on__isnull=True) | Q(ended_on__gte=today),
        Q(expires_on__isnull=True) | Q(expires_on__gte=_day_at(facility_id, now - timedelta(days=grace))),
        role__in=roles,
        starts_on__lte=today,
    )


@dataclass(frozen=True)
class AppointmentRow:
    """One appointment as managers of staff see it."""

    id: int
    role: str
    place: str
    starts_on: date
    last_day: date | None
    state: str  # "coming", "now" or "past"
    may_end: bool


@dataclass(frozen=True)
class Colleague:
    """Somebody whose account and appointments are managed here."""

    id: int
    full_name: str
    username: str
    phone: str
    closed: bool
    one_time: bool
    has_pin: bool
    roles_now: str
    appointments: tuple[AppointmentRow, ...]


def colleagues(*, reach: Collection[int], today: date, words: str = "") -> tuple[Colleague, ...]:
    """Everybody appointed within the reach or over it, and everybody without an appointment yet; by name. Three
    statements, whatever the number. `words`: only in whose name, user name, roles or places they all stand, with or
    without marks."""
    found = (_colleague(person, today) for person in _within(reach))
    wanted = unmarked(words).split()
    shown = [one for one in found if all(word in _findable(one) for word in wanted)]
    return tuple(sorted(shown, key=lambda one: (sort_key(one.full_name), one.username)))


def _findable(one: "Colleague") -> str:
    return unmarked(f"{one.full_name} {one.username} {one.roles_now}")


def get_colleague(person_id: int, *, reach: Collection[int], today: date) -> Colleague:
    """One of them; raises Person.DoesNotExist."""
    return _colleague(_within(reach).get(pk=person_id), today)


def _within(reach: Collection[int]) -> QuerySet[Person]:
    within = (
        Q(appointments__facility_id__in=reach)
        | Q(appointments__area__facility__id__in=reach)
        | Q(appointments__province__area__facility__id__in=reach)
        | Q(appointments__isnull=True)
    )
    appointments = Appointment.objects.select_related("facility", "area", "province").order_by("-starts_on", "-id")
    return (
        Person.objects.filter(pk__in=Person.objects.filter(within).values("pk"))
        .prefetch_related(Prefetch("appointments", queryset=appointments))
        .order_by("full_name", "username")
    )


def _colleague(person: Person, today: date) -> Colleague:
    appointments = tuple(_row(each, today) for each in person.appointments.all())
    return Colleague(
        id=person.pk,
        full_name=person.full_name,
        username=person.username,
        phone=person.phone,
        closed=not person.is_active,
        one_time=person.one_time_until is not None,
        has_pin=bool(person.pin_hash),
        roles_now="; ".join(f"{row.role}, {row.place}" for row in appointments if row.state == "now"),
        appointments=appointments,
    )


def _row(each: Appointment, today: date) -> AppointmentRow:
    last_day = min((day for day in (each.ended_on, each.expires_on) if day is not None), default=None)
    past = each.ended_on is not None and each.ended_on < today  # an expired one runs on for its days of grace
    place = each.facility or each.area or each.province
    return AppointmentRow(
        id=each.pk,
        role=str(ROLES[Role(each.role)].name),
        place=place.name if place else "",
        starts_on=each.starts_on,
        last_day=last_day,
        state="past" if past else "coming" if each.starts_on > today else "now",
        may_end=each.ended_on is None,
    )


def _day_at(facility_id: int, moment: datetime) -> QuerySet[Any, Any]:
    """The facility's own date at that instant, as a subquery."""
    day = Cast(Func(F("zone"), Value(moment), function="timezone"), DateField())
    return Facility.objects.filter(pk=facility_id).annotate(day=day).values("day")
