"""Who holds which appointment. `held_by` is asked on every request of a signed-in person, so it is one statement."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Q

from core import clock
from core.access import NOBODY, Access, Role
from facilities.models import Area, Facility, Province, Supervision
from facilities.services import settings
from staff.models import Person
from staff.roles import ROLES_WITH_SATELLITES
from staff.rules.acting import Held, access_from, reaching
from staff.rules.settings import LONGEST_GRACE_DAYS, AppointmentSettings

_PERSON: Final = [field.attname for field in Person._meta.concrete_fields]
# Written out because the ORM takes longer to compose it than PostgreSQL to answer it. Dates are cut wide here, and
# exactly by the rule, which knows each facility's zone.
_HELD: Final = f"""
    SELECT {", ".join(f"p.{column}" for column in _PERSON)},
           a.id, a.role, a.facility_id, a.area_id, a.province_id, a.starts_on, a.expires_on, a.ended_on, f.name, f.zone
    FROM staff_person p
    LEFT JOIN staff_appointment a ON a.person_id = p.id AND a.starts_on <= %(latest)s
         AND (a.ended_on IS NULL OR a.ended_on >= %(earliest)s)
         AND (a.expires_on IS NULL OR a.expires_on >= %(earliest_expiry)s)
    LEFT JOIN facilities_facility f ON f.id = a.facility_id
    WHERE p.id = %(person)s
    ORDER BY a.starts_on, a.id
"""  # noqa: S608  the columns are the model's own


def held_by(person_id: int, *, now: datetime) -> tuple[Person | None, tuple[Held, ...]]:
    """The person and the appointments they hold about now; exact only after the rule has looked at them."""
    day = now.astimezone(UTC).date()
    with connection.cursor() as cursor:
        cursor.execute(
            _HELD,
            {
                "person": person_id,
                "latest": day + timedelta(days=1),
                "earliest": day - timedelta(days=1),
                "earliest_expiry": day - timedelta(days=LONGEST_GRACE_DAYS + 1),
            },
        )
        rows = cursor.fetchall()
    if not rows:
        return None, ()
    person = Person.from_db(connection.alias, _PERSON, rows[0][: len(_PERSON)])
    held = tuple(_held(row[len(_PERSON) :], now) for row in rows if row[len(_PERSON)] is not None)
    return person, held


def _held(row: tuple[Any, ...], now: datetime) -> Held:
    number, role, facility_id, area_id, province_id, starts_on, expires_on, ended_on, name, zone = row
    at_facility = Held(
        appointment_id=number,
        role=Role(role),
        place=name or "",
        zone=zone or Access.zone,
        starts_on=starts_on,
        facility_id=facility_id,
        expires_on=expires_on,
        ended_on=ended_on,
        reach=frozenset({facility_id} - {None}),
    )
    if facility_id is None:
        return _over(at_facility, area_id=area_id, province_id=province_id)
    if at_facility.role in ROLES_WITH_SATELLITES:
        day = clock.local_day(now, at_facility.zone)
        current = Q(starts_on__lte=day) & (Q(ended_on__isnull=True) | Q(ended_on__gte=day))
        satellites = Supervision.objects.filter(current, main_clinic_id=facility_id)
        return replace(at_facility, reach=at_facility.reach | set(satellites.values_list("satellite_id", flat=True)))
    return at_facility


def _over(held: Held, *, area_id: int | None, province_id: int) -> Held:
    """The appointment over an area or a province, with every facility of it."""
    if area_id is not None:
        place = Area.objects.select_related("province").get(pk=area_id)
        name, zone = place.name, place.province.time_zone
        within = Facility.objects.filter(area_id=area_id)
    else:
        province = Province.objects.get(pk=province_id)
        name, zone = province.name, province.time_zone
        within = Facility.objects.filter(area__province_id=province_id)
    reach = frozenset(within.values_list("id", flat=True))
    return replace(held, place=name, zone=zone, reach=reach)


def access_of(
    person: Person,
    held: tuple[Held, ...],
    *,
    now: datetime,
    chosen_facility_id: int | None = None,
    second_factor: bool = False,
) -> Access:
    """The person's access at that instant, from what `held_by` found."""
    found, expired = in_force(held, now)
    return access_from(
        found,
        person_id=person.pk,
        label=person.initials,
        chosen_facility_id=chosen_facility_id,
        second_factor=second_factor,
        expired=expired,
    )


def standing_at(facility_id: int, *, person_id: int, now: datetime) -> Access:
    """What the person may do at one facility, by all appointments that reach it; nobody's access where none does."""
    person, held = held_by(person_id, now=now)
    if person is None or not person.is_active:
        return NOBODY
    found, expired = in_force(held, now)
    return access_from(
        reaching(found, facility_id),
        person_id=person.pk,
        label=person.initials,
        chosen_facility_id=facility_id,
        second_factor=True,
        expired=expired,
    )


def in_force(held: tuple[Held, ...], now: datetime) -> tuple[tuple[Held, ...], frozenset[int]]:
    """The appointments in force, and which of them run on past their end."""
    found: list[Held] = []
    expired: set[int] = set()
    for each in held:
        today = clock.local_day(now, each.zone)
        grace = 0
        if each.expired(today):
            grace = _grace_days(each, now)
            expired.add(each.appointment_id)
        if each.in_force(today, grace_days=grace):
            found.append(each)
    return tuple(found), frozenset(expired)


def _grace_days(held: Held, now: datetime) -> int:
    if held.facility_id is None:
        return AppointmentSettings().grace_days
    return settings.for_facility(AppointmentSettings, facility_id=held.facility_id, at=now).grace_days


def holders(role: Role, *, day: date) -> list[int]:
    """The people who hold a role on a day, wherever, whose account is open; by id, each once. One statement."""
    return list(
        Person.objects.filter(
            Q(appointments__expires_on__isnull=True) | Q(appointments__expires_on__gte=day),
            Q(appointments__ended_on__isnull=True) | Q(appointments__ended_on__gte=day),
            is_active=True,
            appointments__role=role,
            appointments__starts_on__lte=day,
        )
        .order_by("id")
        .distinct()
        .values_list("id", flat=True)
    )
