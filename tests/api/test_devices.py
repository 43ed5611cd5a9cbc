"""Devices: enrolled and revoked by who may, each token good for its place and time, and nobody without a person."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from core import clock
from core.models import AuditEvent
from staff.models import Device, DeviceSeen, DeviceSession
from staff.services import pins
from staff.services.devices import digest_of
from tests import cast, world
from tests.api.hands import Caller, enrolled, on_device
from tests.entrance import access, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/staff/devices/"


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def test_site_head_enrols_a_device_sees_its_token_once_and_revokes_it():
    head = signed_in(cast.SITE_HEAD)
    page = head.get(PAGE)
    form = page.context["form"]
    place = world.facility(cast.SITE).pk
    sent = {"id": str(form["id"].value()), "name": "máy tính bảng", "facility": place}
    shown = head.post(PAGE, sent)
    token = shown.context["made"].token
    device = Device.objects.get(name="máy tính bảng")

    assert shown.status_code == 201
    assert token in shown.content.decode()
    assert (device.token_digest, device.facility_id) == (digest_of(token), place)
    again = head.post(PAGE, sent)
    assert (again.status_code, Device.objects.count()) == (200, 1)
    assert token not in again.content.decode()
    assert token not in head.get(PAGE).content.decode()

    caller = on_device(cast.DISPENSER, token)
    assert caller.get("/me/").status_code == 200
    assert signed_in(cast.DISPENSER).get(PAGE).status_code == 403
    head.post(f"{PAGE}{device.pk}/revoke/")
    refused = caller.get("/me/")
    assert (refused.status_code, refused.json()["code"]) == (401, "device_revoked")
    assert "đã thu hồi" in head.get(PAGE).content.decode()
    acts = set(AuditEvent.objects.filter(subject_id=str(device.pk)).values_list("action", flat=True))
    assert acts == {"device.enrolled", "device.signed_in", "device.revoked", "device.refused"}


def test_name_is_asked_for_and_nothing_typed_is_lost():
    head = signed_in(cast.SITE_HEAD)
    answer = head.post(PAGE, {"id": "01990a3c-6d1e-7c8a-9b1f-2f6f0c3f7a10", "name": " ", "facility": ""})

    assert answer.status_code == 422
    assert {"name", "facility"} <= set(answer.context["form"].errors)
    assert not Device.objects.exists()


def test_list_asks_the_same_number_of_statements_for_one_and_for_twenty(django_assert_max_num_queries):
    head = signed_in(cast.SITE_HEAD)
    for _each in range(20):
        enrolled()
    with django_assert_max_num_queries(12):
        assert head.get(PAGE).content.decode().count("/revoke/") == 20


def test_token_alone_is_nobody_and_a_person_is_known_by_name_and_pin():
    device, token = enrolled()
    alone = Caller(Client(enforce_csrf_checks=True), {"Authorization": f"Bearer {token}"})

    assert alone.get("/me/").status_code == 401
    assert alone.get("/me/")["WWW-Authenticate"] == "Bearer"
    wrong = alone.post("/device/sign-in/", {"username": cast.DISPENSER.username, "pin": "111111"})
    unknown = alone.post("/device/sign-in/", {"username": "khong.co.ai", "pin": "111111"})
    assert [(each.status_code, each.json()["code"]) for each in (wrong, unknown)] == [(401, "wrong_name_or_pin")] * 2
    caller = on_device(cast.DISPENSER, token)
    me = caller.get("/me/").json()
    assert (me["label"], me["facility_name"]) == (cast.DISPENSER.initials, cast.SITE)
    assert DeviceSeen.objects.get(device=device).at
    assert DeviceSession.objects.get().token_digest == digest_of(caller.headers["Tram-Person"])

    assert caller.post("/device/sign-out/", {}).status_code == 204
    over = caller.get("/me/")
    assert (over.status_code, over.json()["code"]) == (401, "session_over")


def test_person_is_known_for_some_hours_and_never_on_another_device():
    _one, token = enrolled()
    _other, other_token = enrolled()
    caller = on_device(cast.DISPENSER, token)

    with clock.at(world.NOW + timedelta(minutes=241)):
        assert caller.get("/me/").json()["code"] == "session_over"
    caller.headers["Authorization"] = f"Bearer {other_token}"
    assert caller.get("/me/").json()["code"] == "session_unknown"


def test_new_pin_ends_what_the_old_one_opened():
    """Somebody saw it being typed: a new one must be enough to be alone again."""
    caller = on_device(cast.DISPENSER, enrolled()[1])
    assert caller.get("/me/").status_code == 200
    person = world.person(cast.DISPENSER)

    pins.choose(person_id=person.pk, pin="739154", password=cast.PASSWORD, by=access(cast.DISPENSER), now=world.NOW)

    assert caller.get("/me/").json()["code"] == "session_over"


def test_role_with_a_second_factor_does_not_act_through_a_device():
    _device, token = enrolled(cast.MAIN_CLINIC)
    alone = Caller(Client(), {"Authorization": f"Bearer {token}"})
    answer = alone.post("/device/sign-in/", {"username": cast.CLINIC_HEAD.username, "pin": cast.PIN})

    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_needed")
    assert not DeviceSession.objects.exists()


def test_device_of_the_clinic_reaches_no_satellite():
    _device, token = enrolled(cast.MAIN_CLINIC)
    keeper = on_device(cast.STORE_KEEPER, token)

    assert keeper.get("/stock/balances/").status_code == 200
    assert keeper.get("/me/").json()["facility"] == world.facility(cast.MAIN_CLINIC).pk


def test_who_asks_too_fast_is_told_how_long_to_wait_and_others_are_not_kept(monkeypatch):
    from core.api.throttles import PersonThrottle

    monkeypatch.setattr(PersonThrottle, "THROTTLE_RATES", {"person": "3/minute", "sign_in": "10/minute"})
    _device, token = enrolled()
    first, second = on_device(cast.DISPENSER, token), on_device(cast.SECOND_DISPENSER, token)
    answers = [first.get("/me/") for _each in range(4)]

    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert answers[-1].json()["code"] == "throttled"
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert second.get("/me/").status_code == 200


def test_address_that_is_not_there_is_a_problem_and_not_a_page(client: Client):
    answer = client.get("/api/v1/khong-co/")

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
