"""How a person says that they want to be told outside the product."""

import pytest
from django.test import Client, override_settings

from core.models import AuditEvent
from staff.models import Person
from tests import cast, world
from tests.entrance import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def head() -> Client:
    return signed_in(cast.CLINIC_HEAD)


def kept() -> tuple[str, str, bool, bool]:
    person = Person.objects.get(pk=world.person(cast.CLINIC_HEAD).pk)
    return person.phone, person.email, person.wants_sms, person.wants_email


def test_the_page_shows_the_very_sentence_that_would_come(head: Client):
    with override_settings(START_PAGE="https://tram.example.vn/"):
        shown = head.get("/staff/reach/").content.decode()

    assert "Trạm: có việc cần xem. Mở Trạm. https://tram.example.vn/" in shown


def test_a_wish_is_kept_and_the_trail_says_nothing_of_the_address(head: Client):
    answer = head.post(
        "/staff/reach/",
        {"phone": "0912  345 678", "email": "yen@example.vn", "through": ["sms", "email"]},
        follow=True,
    )

    assert kept() == ("0912 345 678", "yen@example.vn", True, True)
    assert "Trạm nhắn SMS và gửi thư" in answer.content.decode()
    event = AuditEvent.objects.get(action="person.reach")
    assert event.detail == {"sms": True, "email": True}


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"phone": "", "through": ["sms"]}, "cần số điện thoại"),
        ({"phone": "hỏi chị Yến", "through": ["sms"]}, "cần số điện thoại"),
        ({"phone": "12", "through": []}, "chỉ gồm chữ số"),
        ({"email": "", "through": ["email"]}, "cần địa chỉ thư"),
        ({"email": "yen", "through": ["email"]}, "yen"),
    ],
)
def test_a_wish_without_an_address_comes_back_with_what_was_typed(head: Client, typed: dict[str, object], told: str):
    answer = head.post("/staff/reach/", typed)

    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert kept() == ("", "", False, False)


@override_settings(CHANNELS=("email",))
def test_a_channel_that_is_not_there_is_not_offered_and_a_wish_for_it_stays_while_it_can(head: Client):
    Person.objects.filter(pk=world.person(cast.CLINIC_HEAD).pk).update(phone="0912345678", wants_sms=True)
    assert "SMS</" not in head.get("/staff/reach/").content.decode()

    head.post("/staff/reach/", {"phone": "0912345678", "email": "y@example.vn", "through": ["email"]})
    assert kept() == ("0912345678", "y@example.vn", True, True)
    head.post("/staff/reach/", {"phone": "", "email": "", "through": []})
    assert kept() == ("", "", False, False)


@override_settings(CHANNELS=())
def test_without_any_channel_the_page_says_so(head: Client):
    assert "chưa cài tin nhắn hay thư" in head.get("/staff/reach/").content.decode()
