"""The idle lock and the PIN that opens it."""

import time
from datetime import timedelta

import pytest
from django.test import Client

from core.access import Access
from core.models import AuditEvent
from staff import idle
from staff.services import pins
from staff.services.pins import NoPin, PinLocked, PinUnsuitable, WrongPassword, WrongPin
from tests import cast, world
from tests.entrance import access, signed_in

pytestmark = pytest.mark.django_db

SCRIPT = {"HTTP_ACCEPT": "application/json"}
BROWSER = {"HTTP_ACCEPT": "text/html"}


@pytest.fixture
def locked(client: Client) -> Client:
    signed_in(cast.DISPENSER, client=client)
    assert client.post("/staff/lock/", **SCRIPT).status_code == 204
    return client


def test_a_locked_session_refuses_its_pages(locked: Client):
    response = locked.get("/staff/me/", **BROWSER)

    assert response.status_code == 423
    assert cast.DISPENSER.full_name not in response.content.decode()
    assert locked.get("/staff/me/", HTTP_HX_REQUEST="true").status_code == 423


def test_a_page_is_told_whether_its_form_would_be_taken(client: Client):
    asked = {"path": "/staff/here/", "HTTP_HX_REQUEST": "true"}
    assert client.get(**asked).status_code == 401
    signed_in(cast.DISPENSER, client=client)
    assert client.get(**asked).status_code == 200
    client.post("/staff/lock/", **SCRIPT)
    assert client.get(**asked).status_code == 423


def test_the_right_pin_opens_for_the_script_without_a_new_page(locked: Client):
    assert locked.post("/staff/unlock/", {"pin": cast.PIN}, **SCRIPT).status_code == 204
    assert locked.get("/staff/me/").status_code == 200


def test_the_right_pin_opens_without_scripts_and_leads_back(locked: Client):
    page = locked.get("/staff/pin/", **BROWSER).content.decode()
    assert '<input type="hidden" name="next" value="/staff/pin/">' in page

    response = locked.post("/staff/unlock/", {"pin": cast.PIN, "next": "/staff/pin/"}, **BROWSER)

    assert response["Location"] == "/staff/pin/"


def test_a_wrong_pin_keeps_it_locked_and_says_how_many_tries_are_left(locked: Client):
    response = locked.post("/staff/unlock/", {"pin": "000000"}, **SCRIPT)

    assert response.status_code == 422
    assert "Còn 4 lần" in response.json()["message"]
    assert locked.get("/staff/me/").status_code == 423


def test_a_locked_session_can_be_left(locked: Client):
    assert locked.post("/staff/sign-out/").status_code == 302
    assert locked.get("/staff/unlock/").status_code == 302


def test_signing_in_anew_opens_a_locked_session(locked: Client):
    locked.post("/staff/sign-in/", {"username": cast.DISPENSER.username, "password": cast.PASSWORD})

    assert locked.get("/staff/me/").status_code == 200


def test_locking_without_scripts_shows_the_lock(client: Client):
    signed_in(cast.DISPENSER, client=client)

    response = client.post("/staff/lock/", follow=True, **BROWSER)

    assert "Màn hình đã khóa" in response.content.decode()


def test_a_session_that_nobody_uses_is_locked_though_no_page_said_so(client: Client, monkeypatch):
    """A browser that was closed, a telephone that forgot the page: the session itself lasts a working day."""
    start = time.time()
    signed_in(cast.DISPENSER, client=client)
    monkeypatch.setattr(idle.time, "time", lambda: start + 600)
    assert client.get("/staff/me/").status_code == 200
    monkeypatch.setattr(idle.time, "time", lambda: start + 1300)
    assert client.get("/staff/me/").status_code == 200
    monkeypatch.setattr(idle.time, "time", lambda: start + 2300)

    client.cookies.pop(idle.COOKIE)
    assert client.get("/staff/me/", **BROWSER).status_code == 423
    assert client.get("/api/v1/me/").status_code == 401
    assert client.get("/staff/me/", HTTP_HX_REQUEST="true").status_code == 423
    assert idle.COOKIE not in client.cookies
    assert client.post("/staff/unlock/", {"pin": cast.PIN}, **SCRIPT).status_code == 204
    assert client.get("/staff/me/").status_code == 200


def test_another_sessions_cookie_keeps_no_session_open(client: Client, monkeypatch):
    start = time.time()
    signed_in(cast.DISPENSER, client=client)
    other = signed_in(cast.PHARMACIST)
    monkeypatch.setattr(idle.time, "time", lambda: start + 1000)
    assert other.get("/staff/me/", **BROWSER).status_code == 423
    assert other.post("/staff/unlock/", {"pin": cast.PIN}, **SCRIPT).status_code == 204
    client.cookies[idle.COOKIE] = other.cookies[idle.COOKIE].value

    assert client.get("/staff/me/", **BROWSER).status_code == 423


def check(pin: str = cast.PIN, *, minutes: int = 0) -> pins.Proven:
    return pins.verify(
        person_id=world.person(cast.DISPENSER).pk,
        pin=pin,
        by=access(cast.DISPENSER),
        now=world.NOW + timedelta(minutes=minutes),
    )


def test_five_wrong_pins_lock_the_pin_for_a_quarter_of_an_hour():
    for left in (4, 3, 2, 1):
        with pytest.raises(WrongPin) as wrong:
            check("000000")
        assert wrong.value.tries_left == left
    with pytest.raises(PinLocked) as locked:
        check("000000")
    assert locked.value.until == world.NOW + timedelta(minutes=15)

    with pytest.raises(PinLocked):
        check(minutes=14)
    assert check(minutes=15).person_id == world.person(cast.DISPENSER).pk
    assert AuditEvent.objects.filter(action="pin.locked").count() == 1


def test_a_right_pin_forgets_the_wrong_ones_before_it():
    for _try in range(4):
        with pytest.raises(WrongPin):
            check("000000")
    check()

    with pytest.raises(WrongPin) as wrong:
        check("000000")

    assert wrong.value.tries_left == 4


def test_a_person_without_a_pin_proves_nothing():
    person = world.person(cast.DISPENSER)
    person.pin_hash = ""
    person.save()

    with pytest.raises(NoPin):
        check("")


def choose(pin: str, password: str = cast.PASSWORD) -> None:
    by = access(cast.DISPENSER)
    pins.choose(person_id=by.person_id or 0, pin=pin, password=password, by=by, now=world.NOW)


def test_a_new_pin_replaces_the_old_one_and_frees_a_locked_one():
    for _try in range(5):
        with pytest.raises(pins.PinRefused):
            check("000000")

    choose("730195")

    assert check("730195")
    with pytest.raises(WrongPin):
        check(cast.PIN)


@pytest.mark.parametrize("pin", ["000000", "123456", "987654", "890123", "12345", "1234567", "12a456", "", "١٢٣٤٥٧"])
def test_a_pin_that_is_guessed_or_no_pin_is_refused(pin: str):
    with pytest.raises(PinUnsuitable):
        choose(pin)


def test_a_new_pin_needs_the_password():
    with pytest.raises(WrongPassword):
        choose("730195", password="sai")


def test_the_pin_page_sets_a_pin(client: Client):
    signed_in(cast.DISPENSER, client=client)

    response = client.post("/staff/pin/", {"password": cast.PASSWORD, "pin": "730195", "again": "730195"})

    assert response["Location"] == "/staff/me/"
    assert check("730195")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"password": cast.PASSWORD, "pin": "730195", "again": "730194"}, "không giống nhau"),
        ({"password": cast.PASSWORD, "pin": "111111", "again": "111111"}, "quá dễ đoán"),
        ({"password": "sai", "pin": "730195", "again": "730195"}, "Mật khẩu hiện tại chưa đúng"),
    ],
)
def test_the_pin_page_refuses_in_words_and_never_gives_a_pin_back(client: Client, typed, words):
    signed_in(cast.DISPENSER, client=client)

    response = client.post("/staff/pin/", typed)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert typed["pin"] not in response.content.decode()


def test_a_person_without_a_facility_has_the_default_rules():
    manager = access(cast.AREA_MANAGER)
    assert isinstance(manager, Access)

    assert pins.verify(person_id=manager.person_id or 0, pin=cast.PIN, by=manager, now=world.NOW)
