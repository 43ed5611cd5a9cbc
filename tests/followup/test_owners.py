"""Who a new case belongs to."""

from datetime import date, timedelta

import pytest

from core.access import Role
from facilities.models import Facility, Supervision
from followup.queries.owners import candidates_by_facility
from followup.rules.owners import Candidate, Nearness, choose
from staff.models import Appointment, Person
from tests import cast, world

DAY = date(2026, 11, 24)
LONG_AGO = date(2026, 1, 1)


def someone(number: int, nearness: Nearness, starts_on: date = LONG_AGO, last_on: date | None = None) -> Candidate:
    return Candidate(number, nearness, starts_on, last_on)


@pytest.mark.parametrize(
    ("candidates", "owner"),
    [
        ([], None),
        ([someone(4, Nearness.PHARMACIST)], 4),
        ([someone(4, Nearness.PHARMACIST), someone(3, Nearness.CLINIC_PHYSICIAN)], 3),
        ([someone(3, Nearness.CLINIC_PHYSICIAN), someone(2, Nearness.CLINIC_HEAD)], 2),
        ([someone(2, Nearness.CLINIC_HEAD), someone(1, Nearness.SITE_HEAD)], 1),
        ([someone(1, Nearness.SITE_HEAD, last_on=DAY - timedelta(days=1)), someone(4, Nearness.PHARMACIST)], 4),
        ([someone(1, Nearness.SITE_HEAD, starts_on=DAY + timedelta(days=1)), someone(4, Nearness.PHARMACIST)], 4),
        ([someone(1, Nearness.SITE_HEAD, last_on=DAY)], 1),
        ([someone(9, Nearness.SITE_HEAD, LONG_AGO), someone(1, Nearness.SITE_HEAD, LONG_AGO + timedelta(days=1))], 9),
        ([someone(9, Nearness.SITE_HEAD), someone(8, Nearness.SITE_HEAD)], 8),
    ],
)
def test_choose_takes_the_nearest_person_appointed_that_day(candidates: list[Candidate], owner: int | None):
    assert choose(candidates, DAY) == owner


@pytest.fixture
def satellite(db: None) -> Facility:
    """A new satellite of the main clinic, where nobody works yet."""
    clinic = world.facility(cast.MAIN_CLINIC)
    made = Facility.objects.create(area=clinic.area, kind="satellite", name="Hua Pe")
    Supervision.objects.create(satellite=made, main_clinic=clinic, starts_on=LONG_AGO)
    return made


def owner_of(facility: Facility, day: date = DAY) -> int | None:
    found = candidates_by_facility([facility.pk], first_day=day, last_day=day)
    return choose(found.get(facility.pk, ()), day)


def appoint(person: Person, role: Role, at: Facility, **days: date) -> None:
    Appointment.objects.create(person=person, role=role, facility=at, **{"starts_on": LONG_AGO} | days)


def test_candidates_of_a_site_without_staff_are_those_of_its_main_clinic(satellite: Facility):
    assert owner_of(satellite) == world.person(cast.CLINIC_HEAD).pk


def test_candidates_without_a_clinic_that_day_are_the_managers(satellite: Facility):
    Supervision.objects.filter(satellite=satellite).update(ended_on=DAY - timedelta(days=1))

    assert owner_of(satellite) in {world.person(cast.AREA_MANAGER).pk, world.person(cast.PROVINCE_MANAGER).pk}
    assert owner_of(satellite, DAY - timedelta(days=1)) == world.person(cast.CLINIC_HEAD).pk


def test_candidates_put_the_sites_own_head_first(satellite: Facility):
    appoint(world.person(cast.PHARMACIST), Role.PHARMACIST, satellite)
    appoint(world.person(cast.WITNESS), Role.SITE_HEAD, satellite)

    assert owner_of(satellite) == world.person(cast.WITNESS).pk


def test_candidates_leave_out_who_has_left(satellite: Facility):
    left, closed = world.person(cast.WITNESS), world.person(cast.PHARMACIST)
    appoint(left, Role.SITE_HEAD, satellite, expires_on=DAY - timedelta(days=1))
    appoint(closed, Role.SITE_HEAD, satellite)
    Person.objects.filter(pk=closed.pk).update(is_active=False)

    assert owner_of(satellite) == world.person(cast.CLINIC_HEAD).pk


@pytest.mark.django_db
def test_candidates_of_the_main_clinic_are_its_own_head():
    assert owner_of(world.facility(cast.MAIN_CLINIC)) == world.person(cast.CLINIC_HEAD).pk
