"""Every operation of the API, asked by everybody: who may, from which place, with which device, and who not at all.

The table says for each operation which roles may ask it and how. An operation that is not in it fails the suite.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from config.schema import read_document
from core import clock
from core.access import Permission as P
from core.access import Role
from core.ids import new_id
from core.models import AuditEvent
from dispensing.models import Prescription
from facilities.models import Area, Facility, FacilityKind, Province
from staff.models import Appointment, Person
from staff.roles import ROLES, Scope
from tests import cast, world
from tests.api.hands import Caller, after_its_end, enrolled, on_device, revoked
from tests.dispensing import referring
from tests.entrance import signed_in
from tests.inventory import asking
from tests.inventory.road import Road, stored

pytestmark = pytest.mark.django_db
NOWHERE: Final = str(UUID(int=1))
REFERRALS: Final = frozenset({P.REFER_PATIENT, P.ANSWER_REFERRAL, P.SIGN_TRANSFER, P.ACCEPT_PATIENT})


@dataclass(frozen=True)
class Asked:
    """One operation. `may`: any of these permissions; none: whoever is signed in. `thing`: whose id its path needs.

    `home`: where a place of another has nothing to show, 200 with an empty list; else 404.
    """

    path: str
    may: frozenset[P] = frozenset()
    method: str = "get"
    thing: str = ""
    body: Any = None

    def at(self, thing: str = NOWHERE) -> str:
        return self.path.format(thing)


def reads(path: str, *may: P, thing: str = "") -> Asked:
    return Asked(path, frozenset(may), thing=thing)


def writes(path: str, *may: P, thing: str = "", **body: Any) -> Asked:
    return Asked(path, frozenset(may), "post", thing, body)


OPERATIONS: Final[dict[str, Asked]] = {
    "me": reads("/me/"),
    "device_sign_out": writes("/device/sign-out/"),
    "hours_month": reads("/hours/", P.RECORD_HOURS),
    "hours_tap": writes("/hours/tap/", P.RECORD_HOURS),
    "hours_type_in": writes("/hours/typed/", P.RECORD_HOURS),
    "roster": reads("/roster/", P.VIEW_ROSTER),
    "dose_authorise": writes("/doses/authorise/", P.GIVE_DOSE),
    "dose_confirm": writes("/doses/confirm/", P.GIVE_DOSE),
    "outcome_state": writes("/outcomes/", P.RECORD_OUTCOME),
    "sync": writes("/sync/", P.GIVE_DOSE),
    "prescriptions_list": reads("/prescriptions/", P.VIEW_PRESCRIPTIONS),
    "prescription_sign": writes("/prescriptions/sign/", P.PRESCRIBE),
    "prescription_read": reads("/prescriptions/{}/", P.VIEW_PRESCRIPTIONS, thing="prescription"),
    "prescription_stop": writes("/prescriptions/{}/stop/", P.PRESCRIBE, thing="prescription"),
    "referrals_list": reads("/referrals/", *REFERRALS),
    "referral_read": reads("/referrals/{}/", *REFERRALS, thing="referral"),
    "referral_step": writes("/referrals/{}/steps/send/", *REFERRALS, thing="referral"),
    "stock_bottles": reads("/stock/bottles/", P.VIEW_STOCK),
    "stock_balances": reads("/stock/balances/", P.VIEW_BOOK),
    "requests_list": reads("/requests/", P.VIEW_STOCK),
    "request_read": reads("/requests/{}/", P.VIEW_STOCK, thing="request"),
    "consignments_list": reads("/consignments/", P.VIEW_STOCK, P.CARRY),
    "consignments_read": reads("/consignments/{}/", P.VIEW_STOCK, P.CARRY, thing="consignment"),
    "consignments_epcis": reads("/consignments/{}/epcis/", P.VIEW_STOCK, P.CARRY, thing="consignment"),
    "consignment_hand_over": writes("/consignments/{}/hand-over/", P.DISPATCH, thing="consignment"),
    "consignment_arrive": writes("/consignments/{}/arrive/", P.RECEIVE_DELIVERY, P.CARRY, thing="consignment"),
    "consignment_inspect": writes("/consignments/{}/inspect/", P.RECEIVE_DELIVERY, thing="consignment"),
    "consignment_receive": writes("/consignments/{}/receive/", P.RECEIVE_DELIVERY, thing="consignment"),
}
PUBLIC: Final = {"device_sign_in"}  # by the device's token alone; tests/api/test_devices.py
THINGS: Final[dict[str, Callable[[], Any]]] = {
    "prescription": lambda: Prescription.objects.filter(
        facility=world.facility(cast.SITE), ended_on__isnull=True
    ).first().pk,
    "referral": lambda: referring.Road().draft().id,
    "request": lambda: asking.sent().request_id,
    "consignment": lambda: Road(stored(cast.MAIN_CLINIC, 2)).leave().id,
}  # fmt: skip
REFUSED: Final = {401, 403, 404}


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    cache.clear()
    yield
    timezone.deactivate()


def ask(caller: Caller, asked: Asked, thing: str = NOWHERE) -> Any:
    if asked.method == "get":
        return caller.get(asked.at(thing))
    return caller.post(asked.at(thing), asked.body)


def test_every_operation_is_in_the_table():
    document = read_document()
    found = {one["operationId"] for path in document["paths"].values() for one in path.values()}
    ours = {each for each in found if not each.startswith("fhir_")}  # FHIR has a matrix of its own

    assert ours == set(OPERATIONS) | PUBLIC


def test_every_operation_by_every_role_at_its_own_place():
    """Who holds none of its permissions is refused with a problem that is audited; who does gets to what they sent."""
    things = {name: str(make()) for name, make in THINGS.items()}
    for role in Role:
        caller = Caller(signed_in(cast.ONE_OF_EACH_ROLE[role]), {})
        denied = AuditEvent.objects.filter(action="access.denied").count()
        for name, asked in OPERATIONS.items():
            answer = ask(caller, asked, things.get(asked.thing, NOWHERE))
            may = not asked.may or asked.may & ROLES[role].permissions
            if may:
                assert answer.status_code in {200, 204, 400, 404, 422}, (role, name, answer.content)
            else:
                assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied"), (role, name)
                denied += 1
        assert AuditEvent.objects.filter(action="access.denied").count() == denied


def test_every_object_from_another_place_is_not_there():
    """The right role of another site, of another area of the province, and of another province, sees nothing of what is
    this site's, in no list either; managers of another area among them."""
    things = {name: str(make()) for name, make in THINGS.items()}
    province = world.facility(cast.SITE).area.province
    managers = _strangers(province, "Mường Nhé", Role.AREA_MANAGER)
    elsewhere = [
        signed_in(cast.OTHER_DISPENSER), *managers, *_strangers(province, "Tủa Chùa", *AT_A_CLINIC),
        *_strangers(Province.objects.create(name="Lai Châu"), "Sìn Hồ", *AT_A_CLINIC),
    ]  # fmt: skip
    for client in elsewhere:
        caller = Caller(client, {})
        for name, asked in OPERATIONS.items():
            answer = ask(caller, asked, things.get(asked.thing, NOWHERE))
            if asked.thing:
                assert answer.status_code in {403, 404}, (name, answer.status_code)
                assert answer["Content-Type"] == "application/problem+json"
            elif asked.method == "get" and client is not elsewhere[0]:
                told = answer.content.decode()
                assert not [one for one in (*things.values(), cast.SITE, cast.MAIN_CLINIC) if one in told], name


AT_A_CLINIC: Final = (Role.SITE_HEAD, Role.STORE_KEEPER, Role.CLINIC_PHYSICIAN, Role.CLINIC_HEAD, Role.CARRIER)


def _strangers(province: Province, name: str, *roles: Role) -> list[Client]:
    """These roles, each at the clinic of a new area of that province, or over the area."""
    area = Area.objects.create(province=province, name=name, label="trung tâm y tế khu vực")
    clinic = Facility.objects.create(area=area, kind=FacilityKind.MAIN_CLINIC, name=name)
    found = []
    for role in roles:
        username = f"nguoi.la.{area.pk}.{role}"
        person = Person.objects.create(username=username, full_name="Chảo Lở", initials="C.L.", created_at=world.NOW)
        over_area = ROLES[role].scope is Scope.AREA
        assert over_area or ROLES[role].scope in {Scope.FACILITY, Scope.CLINIC}
        Appointment.objects.create(
            person=person, role=role, facility=None if over_area else clinic, area=area if over_area else None,
            starts_on=cast.SINCE,
        )  # fmt: skip
        found.append(signed_in(cast.Member(username, "", "", role, ""), second_factor=True))
    return found


def test_every_operation_is_shut_to_who_is_not_known():
    """No session, a made-up token, a device alone, expired, revoked, of another site; an appointment that ended."""
    device, token = enrolled()
    gone, gone_token = enrolled()
    other, other_token = enrolled(cast.OTHER_SITE)
    caller = on_device(cast.DISPENSER, token)
    lost = on_device(cast.SECOND_DISPENSER, gone_token)
    revoked(gone)
    moved = Caller(Client(), caller.headers | {"Authorization": f"Bearer {other_token}"})
    nobody = Caller(Client(), {})
    made_up = Caller(Client(), {"Authorization": "Bearer tram_d_x", "Tram-Person": "tram_p_x"})
    alone = Caller(Client(), {"Authorization": f"Bearer {token}"})
    basic = Caller(Client(), {"Authorization": "Basic eDp5"})
    assert caller.get("/roster/").status_code == 200
    shut = [
        (nobody, 401, "not_authenticated"), (made_up, 401, "device_unknown"), (alone, 401, "not_authenticated"),
        (basic, 401, "token_unreadable"), (lost, 401, "device_revoked"), (moved, 401, "session_unknown"),
    ]  # fmt: skip
    for who, status, code in shut:
        for name, asked in OPERATIONS.items():
            answer = ask(who, asked)
            assert (answer.status_code, answer.json()["code"]) == (status, code), name
    with clock.at(after_its_end(device)):
        codes = {ask(caller, asked).json()["code"] for asked in OPERATIONS.values()}
    assert codes == {"device_expired"}
    ended = Appointment.objects.filter(person=world.person(cast.DISPENSER))
    ended.update(ended_on=world.TODAY - timedelta(days=1), ended_by=world.person(cast.SYSTEM_ADMINISTRATOR))
    for name, asked in OPERATIONS.items():
        answer = ask(caller, asked)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_appointed_here"), name
    refusals = AuditEvent.objects.filter(action="device.refused")
    told = {(each.subject_id, each.detail["why"]) for each in refusals}
    assert told >= {
        (str(gone.pk), "device_revoked"), (str(device.pk), "device_expired"), (str(device.pk), "not_appointed_here"),
        (str(other.pk), "session_unknown"),
    }  # fmt: skip
    assert refusals.count() == len(told)  # a program that asks again and again does not fill the trail


def test_person_of_another_site_does_not_sign_in_on_this_device():
    _device, token = enrolled()
    alone = Caller(Client(), {"Authorization": f"Bearer {token}"})
    answer = alone.post("/device/sign-in/", {"username": cast.OTHER_DISPENSER.username, "pin": cast.PIN})

    assert (answer.status_code, answer.json()["code"]) == (403, "not_appointed_here")
    assert AuditEvent.objects.filter(action="device.refused", detail__why="not_appointed_here").exists()


def test_locked_session_is_nobody_to_the_api():
    client = signed_in(cast.DISPENSER)
    client.post("/staff/lock/")
    answer = Caller(client, {}).post("/outcomes/", {"id": str(new_id())})

    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
