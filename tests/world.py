"""The tests' world: one province with one main clinic and two satellites, and the cast at work there.

Built once into the template that every test's database is cloned from (tests.plugins.world), at the tests' time. The
stock and the patients of the two satellites come from tests.world_stock and tests.world_patients, their orders from
tests.world_prescriptions, in this order.
"""

import importlib
import importlib.util
from datetime import datetime
from typing import Final

from django.contrib.auth.hashers import make_password
from django_otp.plugins.otp_totp.models import TOTPDevice

from core import clock
from facilities.models import Area, Facility, FacilityKind, Province, Supervision
from staff.models import Appointment, Person
from staff.roles import ROLES, Scope
from staff.services import pins
from tests import cast
from tests.plugins.servers import CLOCK

NOW: Final = datetime.fromisoformat(CLOCK)  # Tuesday 2026-11-24, 06:10
TODAY: Final = NOW.date()
LATER_PARTS: Final = ("tests.world_stock", "tests.world_patients", "tests.world_prescriptions")


def build() -> None:
    """Places, then people, then what the other rooms add: stock before patients, because doses draw from bottles."""
    with clock.at(NOW):
        build_places()
        build_people()
        for part in LATER_PARTS:
            if importlib.util.find_spec(part) is not None:
                add = getattr(importlib.import_module(part), "build", None)
                if add is not None:
                    add()


def build_places() -> None:
    province = Province.objects.create(name=cast.PROVINCE)
    area = Area.objects.create(province=province, name=cast.AREA, label="trung tâm y tế khu vực")
    clinic = Facility.objects.create(
        area=area, kind=FacilityKind.MAIN_CLINIC, name=cast.MAIN_CLINIC, went_live_on=cast.SINCE
    )
    for name in (cast.SITE, cast.OTHER_SITE):
        satellite = Facility.objects.create(area=area, kind=FacilityKind.SATELLITE, name=name, went_live_on=cast.SINCE)
        Supervision.objects.create(satellite=satellite, main_clinic=clinic, starts_on=cast.SINCE)


def build_people() -> None:
    """Everybody has the same password; the hashes are Argon2's, each computed once."""
    password = make_password(cast.PASSWORD)
    stored_pins = {pin: pins.encode(pin) for pin in {member.pin for member in cast.CAST}}
    for member in cast.CAST:
        person = Person.objects.create(
            username=member.username,
            full_name=member.full_name,
            initials=member.initials,
            password=password,
            pin_hash=stored_pins[member.pin],
            created_at=NOW,
        )
        appoint(person, member)
        if ROLES[member.role].needs_second_factor:
            TOTPDevice.objects.create(user=person, name="điện thoại", key=cast.TOTP_KEY, confirmed=True)


def appoint(person: Person, member: cast.Member) -> Appointment:
    """Put one of the cast in their role at their place."""
    scope = ROLES[member.role].scope
    return Appointment.objects.create(
        person=person,
        role=member.role,
        facility=facility(member.place) if scope in {Scope.FACILITY, Scope.CLINIC} else None,
        area=Area.objects.get(name=member.place) if scope is Scope.AREA else None,
        province=Province.objects.get(name=member.place) if scope is Scope.PROVINCE else None,
        starts_on=cast.SINCE,
        expires_on=member.expires_on,
    )


def facility(name: str) -> Facility:
    """A facility of the world by its name (see tests.cast)."""
    return Facility.objects.get(name=name)


def person(member: cast.Member) -> Person:
    """One of the cast as stored."""
    return Person.objects.get(username=member.username)
