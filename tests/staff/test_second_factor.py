"""The code from the telephone that managers need."""

import time

import pytest
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from core.models import AuditEvent
from staff.services import people
from tests import cast, world
from tests.entrance import access

pytestmark = pytest.mark.django_db


def code_of(device: TOTPDevice) -> str:
    """What the telephone shows now."""
    totp = TOTP(device.bin_key)
    totp.time = time.time()
    return f"{totp.token():06d}"


@pytest.fixture
def manager(client: Client) -> Client:
    """The area manager, past the password."""
    client.force_login(world.person(cast.AREA_MANAGER), backend="staff.backends.PersonBackend")
    return client


def test_a_manager_without_the_code_reaches_nothing_but_the_way_in_and_out(manager: Client):
    assert manager.get("/staff/unwitnessed/")["Location"] == "/staff/second-factor/?next=%2Fstaff%2Funwitnessed%2F"
    assert manager.get("/staff/unwitnessed/", HTTP_HX_REQUEST="true").status_code == 401
    assert manager.get("/staff/password/").status_code == 200
    assert manager.post("/staff/sign-out/")["Location"] == "/staff/sign-in/"


def test_the_right_code_opens_the_page_asked_for(manager: Client):
    device = TOTPDevice.objects.get(user__username=cast.AREA_MANAGER.username)

    response = manager.post("/staff/second-factor/", {"code": code_of(device), "next": "/staff/unwitnessed/"})

    assert response["Location"] == "/staff/unwitnessed/"
    assert manager.get("/staff/unwitnessed/").status_code == 200


def test_a_code_opens_once(manager: Client):
    device = TOTPDevice.objects.get(user__username=cast.AREA_MANAGER.username)
    code = code_of(device)
    manager.post("/staff/second-factor/", {"code": code})
    other = Client()
    other.force_login(world.person(cast.AREA_MANAGER), backend="staff.backends.PersonBackend")

    assert other.post("/staff/second-factor/", {"code": code}).status_code == 422


@pytest.mark.parametrize("code", ["000000", "12345", "abcdef", ""])
def test_a_wrong_code_is_refused_in_words(manager: Client, code: str):
    response = manager.post("/staff/second-factor/", {"code": code})

    assert response.status_code == 422
    assert "field-error" in response.content.decode()
    assert manager.get("/staff/unwitnessed/").status_code == 302


def test_a_first_code_enrols_the_telephone(manager: Client):
    person = world.person(cast.AREA_MANAGER)
    people.forget_second_factor(person_id=person.pk, by=access(cast.SYSTEM_ADMINISTRATOR), now=world.NOW)
    page = manager.get("/staff/second-factor/").content.decode()
    assert "data:image/svg+xml" in page
    device = TOTPDevice.objects.get(user=person)
    assert not device.confirmed

    manager.post("/staff/second-factor/", {"code": code_of(device)})

    device.refresh_from_db()
    assert device.confirmed
    assert manager.get("/staff/unwitnessed/").status_code == 200
    assert "data:image/svg+xml" not in manager.get("/staff/second-factor/", follow=True).content.decode()
    assert AuditEvent.objects.filter(action="second_factor.enrolled").exists()


def test_once_enrolled_the_key_is_never_shown_again(manager: Client):
    page = manager.get("/staff/second-factor/").content.decode()

    assert "data:image/svg+xml" not in page
    assert "GEZD" not in page


def test_forgetting_a_telephone_takes_open_sessions_back_to_the_code(manager: Client):
    device = TOTPDevice.objects.get(user__username=cast.AREA_MANAGER.username)
    manager.post("/staff/second-factor/", {"code": code_of(device)})

    people.forget_second_factor(
        person_id=world.person(cast.AREA_MANAGER).pk, by=access(cast.SYSTEM_ADMINISTRATOR), now=world.NOW
    )

    assert manager.get("/staff/unwitnessed/").status_code == 302


def test_a_dispenser_is_never_asked(client: Client):
    client.force_login(world.person(cast.DISPENSER), backend="staff.backends.PersonBackend")

    assert client.get("/staff/second-factor/")["Location"] == "/"
