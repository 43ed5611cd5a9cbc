"""Signing in and out, lockout, one-time passwords."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client

from core import clock
from core.models import AuditEvent
from staff.lockout import NOBODYS
from staff.services import people
from tests import cast, world
from tests.entrance import access, signed_in

pytestmark = pytest.mark.django_db


def enter(client: Client, member: cast.Member = cast.DISPENSER, password: str = cast.PASSWORD, **more: str):
    return client.post("/staff/sign-in/", {"username": member.username, "password": password, **more})


def test_sign_in_with_name_and_password_leads_to_the_roles_page(client: Client):
    response = enter(client)

    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/")["Location"] == "/dispensing/"
    assert AuditEvent.objects.filter(action="account.signed_in").exists()


def test_sign_in_with_another_case_of_the_name_is_the_same_person(client: Client):
    response = client.post(
        "/staff/sign-in/", {"username": f" {cast.DISPENSER.username.upper()} ", "password": cast.PASSWORD}
    )

    assert response.status_code == 302


def test_sign_in_leads_back_to_the_page_asked_for(client: Client):
    assert client.get("/staff/me/")["Location"] == "/staff/sign-in/?next=%2Fstaff%2Fme%2F"
    assert enter(client, next="/staff/me/")["Location"] == "/staff/me/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_sign_in_never_leads_to_a_strangers_address(client: Client, elsewhere: str):
    assert enter(client, next=elsewhere)["Location"] == "/"


def test_sign_in_with_a_wrong_password_says_so_and_keeps_the_name(client: Client):
    response = enter(client, password="sai-mật-khẩu")

    assert response.status_code == 422
    page = response.content.decode()
    assert "chưa đúng" in page
    assert cast.DISPENSER.username in page
    assert "sai-mật-khẩu" not in page
    event = AuditEvent.objects.get(action="account.sign_in_failed")
    assert event.subject_id == str(world.person(cast.DISPENSER).pk)


def test_sign_in_of_an_unknown_name_is_not_written_down(client: Client):
    response = client.post("/staff/sign-in/", {"username": cast.PASSWORD, "password": "x"})

    assert response.status_code == 422
    assert not AuditEvent.objects.filter(action__startswith="account.").exists()


def test_five_wrong_passwords_lock_the_name_and_the_page_says_until_when(client: Client):
    for _try in range(5):
        response = enter(client, password="sai")

    assert response.status_code == 429
    assert "Đăng nhập lại được sau" in response.content.decode()
    assert enter(client).status_code == 429


def test_the_lock_of_one_name_leaves_colleagues_alone(client: Client):
    for _try in range(5):
        enter(client, password="sai")

    assert enter(client, cast.SECOND_DISPENSER).status_code == 302


def test_a_name_of_no_account_is_locked_as_well_and_kept_only_as_a_digest(client: Client):
    typed, page = "Vàng Thị Mỷ", f"/staff/sign-in/?next=/dispensing/%3Fq={cast.PASSWORD}"

    for password in ("sai", "sai nữa", "sai", "sai", "sai"):
        response = client.post(page, {"username": typed, "password": password, "next": f"/?q={cast.PASSWORD}"})

    assert response.status_code == 429
    assert "Đăng nhập lại được sau" in response.content.decode()
    enter(client, password="sai")
    stranger, colleague = AccessAttempt.objects.order_by("attempt_time")
    assert stranger.username.startswith(NOBODYS)
    assert colleague.username == cast.DISPENSER.username
    kept = " ".join(str(vars(attempt)).lower() for attempt in (stranger, colleague))
    assert not any(word in kept for word in ("vàng", "mỷ", "sai", cast.PASSWORD))
    assert client.post(page, {"username": "Vàng Thị Mỵ", "password": "sai"}).status_code == 422


@pytest.mark.parametrize(
    ("page", "asked"),
    [
        ("/staff/password/", {"current": "guess-1", "new": "typed-new-words", "again": "typed-new-words"}),
        ("/staff/pin/", {"password": "guess-1", "pin": "739154", "again": "739154"}),
    ],
)
def test_passwords_guessed_at_an_open_session_count_with_those_of_the_sign_in_page(client: Client, page: str, asked):
    signed_in(cast.DISPENSER, client=client)

    codes = [client.post(page, asked).status_code for _try in range(6)]

    assert codes == [422] * 4 + [429] * 2
    right = {name: cast.PASSWORD if said == "guess-1" else said for name, said in asked.items()}
    assert client.post(page, right).status_code == 429
    assert enter(Client()).status_code == 429
    kept = " ".join(str(vars(attempt)) for attempt in AccessAttempt.objects.all())
    assert not any(word in kept for word in asked.values())
    assert AuditEvent.objects.filter(action="account.sign_in_failed").count() >= 5


def test_a_locked_name_is_freed_by_who_manages_staff(client: Client):
    for _try in range(5):
        enter(client, password="sai")
    person = world.person(cast.DISPENSER)

    people.free(person_id=person.pk, by=access(cast.SYSTEM_ADMINISTRATOR), now=clock.now())

    assert enter(client).status_code == 302


def test_a_closed_account_cannot_sign_in_and_its_session_ends(client: Client):
    signed_in(cast.DISPENSER, client=client)
    person = world.person(cast.DISPENSER)

    people.close(person_id=person.pk, by=access(cast.SYSTEM_ADMINISTRATOR), now=clock.now())

    assert client.get("/staff/me/")["Location"].startswith("/staff/sign-in/")
    assert "_auth_user_id" not in client.session
    assert enter(client).status_code == 422


def test_sign_out_ends_the_session(client: Client):
    signed_in(cast.DISPENSER, client=client)

    client.post("/staff/sign-out/")

    assert client.get("/staff/me/").status_code == 302
    assert AuditEvent.objects.filter(action="account.signed_out").exists()


def test_a_one_time_password_leads_to_choosing_ones_own_and_nowhere_else(client: Client):
    handed_out = people.hand_out_password(
        person_id=world.person(cast.DISPENSER).pk, by=access(cast.SYSTEM_ADMINISTRATOR), now=clock.now()
    )
    assert enter(client).status_code == 422

    enter(client, password=handed_out.password)
    assert client.get("/staff/me/")["Location"] == "/staff/password/"
    own = "bếp-lửa-nhà-sàn"
    client.post("/staff/password/", {"current": handed_out.password, "new": own, "again": own})

    assert client.get("/staff/me/").status_code == 200
    client.post("/staff/sign-out/")
    assert enter(client, password=handed_out.password).status_code == 422
    assert enter(client, password=own).status_code == 302


def test_a_one_time_password_runs_out(client: Client):
    handed_out = people.hand_out_password(
        person_id=world.person(cast.DISPENSER).pk,
        by=access(cast.SYSTEM_ADMINISTRATOR),
        now=clock.now() - timedelta(hours=73),
    )

    response = enter(client, password=handed_out.password)

    assert response.status_code == 422
    assert "hết hạn" in response.content.decode()


@pytest.mark.parametrize(
    ("current", "new", "again", "words"),
    [
        ("sai", "bếp-lửa-nhà-sàn", "bếp-lửa-nhà-sàn", "Mật khẩu hiện tại chưa đúng"),
        (cast.PASSWORD, "ngắn", "ngắn", "ít nhất 10 ký tự"),
        (cast.PASSWORD, "1234567890123", "1234567890123", "không chỉ toàn chữ số"),
        (cast.PASSWORD, cast.PASSWORD, cast.PASSWORD, "phải khác mật khẩu hiện tại"),
        (cast.PASSWORD, "bếp-lửa-nhà-sàn", "bếp-lửa-khác-hẳn", "không giống nhau"),
    ],
)
def test_a_new_password_that_does_not_do_is_refused_in_words(client: Client, current, new, again, words):
    signed_in(cast.DISPENSER, client=client)

    response = client.post("/staff/password/", {"current": current, "new": new, "again": again})

    assert response.status_code == 422
    assert words in response.content.decode()
