"""Puts a province into the database: places, devices, items, people. Made once; found again on later runs."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django_otp.plugins.otp_totp.models import TOTPDevice

from core.access import NOBODY, Role
from demo.people import PASSWORD, Post, staff
from demo.reached import let_them_be_told
from demo.spec import ProvinceSpec, SiteSpec
from facilities.models import Area, EmergencyCard, Facility, FacilityKind, Province, Supervision
from facilities.services import settings
from inventory.models import BaseUnit, DeviceKind, Item, MeasuringDevice
from inventory.queries.window import METHADONE
from staff.models import Person
from staff.queries.appointments import standing_at
from staff.services import people_batches
from staff.services.appointments import Place
from staff.services.people_batches import NewMember

NALOXONE: Final = "naloxone-0.4"
ITEMS: Final = {
    METHADONE: ("Methadone dung dịch uống", BaseUnit.MICROLITRE, True),
    NALOXONE: ("Naloxone 0,4 mg/mL, ống 1 mL", BaseUnit.AMPOULE, False),
}
STORE: Final = "store"
MAY_INDUCT: Final = "DosingSettings.may_induct"


class LightPin(Argon2PasswordHasher):
    """A PIN hash that is quick to check: two months of history sign thousands of times, and guard nothing real."""

    time_cost = 1
    memory_cost = 64
    parallelism = 1
    MARK: Final = "m=64,t=1,p=1"


@dataclass(frozen=True)
class Places:
    """The rows of a province, by the keys of its specification."""

    province: Province
    area: Area
    facilities: dict[str, Facility]
    people: dict[str, Person]
    posts: tuple[Post, ...]
    items: dict[str, Item]


def settle(spec: ProvinceSpec, *, first_day: date, now: datetime) -> Places:
    """The province as the database holds it, made where it is missing."""
    province, _ = Province.objects.get_or_create(name=spec.name)
    area, _ = Area.objects.get_or_create(province=province, name=spec.area, defaults={"label": spec.area_label})
    facilities = {STORE: _facility(area, FacilityKind.STORE, spec.store, first_day)}
    for clinic in spec.clinics:
        facilities[clinic.key] = _facility(area, FacilityKind.MAIN_CLINIC, clinic.name, first_day, clinic.at)
    for site in spec.sites:
        facilities[site.key] = facility = _facility(area, FacilityKind.SATELLITE, site.name, first_day, site.at)
        if not Supervision.objects.filter(satellite=facility).exists():
            clinic_row = facilities[site.clinic]
            Supervision.objects.create(
                satellite=facility, main_clinic=clinic_row, starts_on=first_day - timedelta(days=1)
            )
            MeasuringDevice.objects.create(facility=facility, starts_on=first_day, **_device(site))
    items = {code: _item(code) for code in ITEMS}
    posts = tuple(staff(spec))
    people = people_batches.add_many(members=_members(posts, province, area, facilities, first_day), by=NOBODY, now=now)
    places = Places(province, area, facilities, people, posts, items)
    _let_induct(spec, places, now)
    _write_cards(spec, places, now)
    let_them_be_told(posts, people, now=now)
    _restore_sign_ins(places)
    return places


def _facility(
    area: Area, kind: FacilityKind, name: str, first_day: date, at: tuple[str, str] | None = None
) -> Facility:
    """Open round the clock, as its board says, so that whoever tries the product at any hour finds its morning."""
    found, _ = Facility.objects.get_or_create(
        area=area, name=name, defaults={"kind": kind, "round_the_clock": True, "went_live_on": first_day}
    )
    if at is not None and found.latitude is None:
        found.latitude, found.longitude = (Decimal(degrees) for degrees in at)
        found.save(update_fields=["latitude", "longitude"])
    return found


def _write_cards(spec: ProvinceSpec, places: Places, now: datetime) -> None:
    """What each site's overdose card says beside the steps; invented numbers. The last site has not written its own."""
    for number, site in enumerate(spec.sites[:-1], start=1):
        facility = places.facilities[site.key]
        if EmergencyCard.objects.filter(facility=facility).exists():
            continue
        head = next(post for post in places.posts if post.role is Role.SITE_HEAD and post.place == site.key)
        EmergencyCard.objects.create(
            facility=facility,
            emergency_phone="115",
            clinic_phone=f"0215 000 10{number}",
            physician="cơ sở điều trị",
            physician_phone=f"0900 000 10{number}",
            naloxone_place="Ngăn trên tủ thuốc cấp cứu, chìa treo sau cửa phòng cấp phát",
            recorded_at=now,
            recorded_by_id=places.people[head.username].pk,
            recorded_by_label=places.people[head.username].initials,
        )


def _device(site: SiteSpec) -> dict[str, object]:
    if site.busy:
        return {"kind": DeviceKind.PUMP, "name": "bơm định liều", "step_ul": 100, "min_ul": 1000, "max_ul": 20_000}
    return {"kind": DeviceKind.SYRINGE, "name": "bơm tiêm 10 mL", "step_ul": 100, "min_ul": 500, "max_ul": 10_000}


def _item(code: str) -> Item:
    name, base_unit, in_bottles = ITEMS[code]
    found, _ = Item.objects.get_or_create(
        code=code,
        defaults={"name": name, "base_unit": base_unit, "in_bottles": in_bottles, "controlled": code == METHADONE},
    )
    return found


def _members(
    posts: tuple[Post, ...], province: Province, area: Area, facilities: dict[str, Facility], first_day: date
) -> list[NewMember]:
    password = make_password(PASSWORD)
    light = LightPin()
    pins = {pin: light.encode(pin, light.salt()) for pin in {post.pin for post in posts}}
    where = {
        "province": Place("province", province.pk),
        "area": Place("area", area.pk),
        **{key: Place("facility", facility.pk) for key, facility in facilities.items()},
    }
    return [
        NewMember(
            username=post.username,
            full_name=post.full_name,
            role=post.role,
            place=where[post.place],
            starts_on=first_day - timedelta(days=1),
            password=password,
            pin=pins[post.pin],
            totp_key=post.totp_key,
        )
        for post in posts
    ]


def _restore_sign_ins(places: Places) -> None:
    """Let everybody sign in and sign as the list of sign-ins says, whatever whoever tried the demo has changed."""
    usual_password, _ = Counter(person.password for person in places.people.values()).most_common(1)[0]
    light, changed = LightPin(), []
    for post in places.posts:
        person = places.people[post.username]
        same_pin = LightPin.MARK in person.pin_hash and light.verify(post.pin, person.pin_hash)
        if (person.password, person.is_active, person.pin_failures, same_pin) != (usual_password, True, 0, True):
            person.password, person.is_active, person.one_time_until = usual_password, True, None
            person.pin_hash = person.pin_hash if same_pin else light.encode(post.pin, light.salt())
            person.pin_failures, person.pin_locked_until = 0, None
            changed.append(person)
    Person.objects.bulk_update(
        changed, ["password", "is_active", "one_time_until", "pin_hash", "pin_failures", "pin_locked_until"]
    )
    managers = {places.people[post.username].pk: post.totp_key for post in places.posts if post.totp_key}
    held = TOTPDevice.objects.filter(user_id__in=managers, confirmed=True)
    right = {user for user, key in held.values_list("user_id", "key") if managers[user] == key}
    for user_id in managers.keys() - right:
        TOTPDevice.objects.filter(user_id=user_id).delete()
        TOTPDevice.objects.create(user_id=user_id, name="demo", key=managers[user_id], confirmed=True)


def _let_induct(spec: ProvinceSpec, places: Places, now: datetime) -> None:
    """Remote sites may start patients (domain 1); a signed exception of the province."""
    manager = next(post for post in places.posts if post.role is Role.PROVINCE_MANAGER)
    for site in spec.sites:
        facility = places.facilities[site.key]
        if not site.inducts or facility.rulesetting_set.filter(key=MAY_INDUCT).exists():
            continue
        by = standing_at(facility.pk, person_id=places.people[manager.username].pk, now=now)
        settings.change(
            key=MAY_INDUCT,
            value=True,
            scope=facility,
            by=by,
            effective_from=now + timedelta(hours=1),
            source="Quyết định mẫu của tỉnh: cơ sở vùng xa được khởi liều",
            now=now,
        )
