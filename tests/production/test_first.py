"""The first administrator: a code from the server, once, and never again once there is one. Nobody is a superuser."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from core.access import Role
from core.models import AuditEvent, FirstCode
from staff.models import Appointment, Person
from staff.services import first
from tests import cast, world

pytestmark = pytest.mark.django_db
PAGE = "/staff/first/"


@pytest.fixture
def empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in an installation without anybody: appointments cannot be deleted, so nobody's counts here."""
    before = set(Appointment.objects.values_list("pk", flat=True))
    monkeypatch.setattr(
        first,
        "possible",
        lambda: not Appointment.objects.filter(role=Role.SYSTEM_ADMINISTRATOR).exclude(pk__in=before).exists(),
    )


def handed_out() -> str:
    out = io.StringIO()
    call_command("first_administrator", stdout=out, stderr=io.StringIO())
    return out.getvalue().splitlines()[0]


def said(code: str, **other: str) -> dict[str, str]:
    word = "rừng xanh núi đỏ"
    return {
        "code": code, "full_name": "Sùng A Dế", "username": "sung.a.de", "province": "Điện Biên", "password": word,
        "password_again": word, "pin": "582914", "pin_again": "582914", **other,
    }  # fmt: skip


@pytest.mark.django_db(transaction=False)
def test_first_administrator_comes_in_once_and_must_enrol_a_telephone(empty: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(first.transaction, "atomic", _not_durable(first.transaction.atomic))
    client = Client()
    old, code = handed_out(), handed_out()
    assert FirstCode.objects.filter(digest__contains=code).count() == 0
    assert client.get(PAGE).status_code == 200

    assert client.post(PAGE, said(old)).status_code == 422
    unsuitable = client.post(PAGE, said(code, pin="123456", pin_again="123456", password="1234567890"))
    assert unsuitable.status_code == 422
    assert "Sùng A Dế" in unsuitable.content.decode()
    assert not Person.objects.filter(username="sung.a.de").exists()

    answer = client.post(PAGE, said(code.replace("-", " ").upper()))
    assert (answer.status_code, answer["Location"]) == (302, "/staff/second-factor/?next=/operations/")
    person = Person.objects.get(username="sung.a.de")
    [held] = Appointment.objects.filter(person=person)
    assert (held.role, held.province and held.province.name) == (Role.SYSTEM_ADMINISTRATOR, "Điện Biên")
    assert person.pin_hash.startswith("argon2")
    assert client.get("/operations/")["Location"].startswith("/staff/second-factor/")
    assert AuditEvent.objects.filter(action="appointment.first", actor_id=person.pk).count() == 1

    assert Client().get(PAGE)["Location"] == "/staff/sign-in/"
    assert Client().post(PAGE, said(code, username="ke.khac"))["Location"] == "/staff/sign-in/"
    with pytest.raises(CommandError, match="already"):
        handed_out()


def test_code_that_ran_out_or_was_guessed_at_too_often_holds_no_more(empty: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(first.transaction, "atomic", _not_durable(first.transaction.atomic))
    code, until = first.hand_out(now=world.NOW)
    first.check(code, now=until)
    with pytest.raises(first.CodeRefused):
        first.check(code, now=until + timedelta(seconds=1))
    for _guess in range(first.MOST_WRONG):
        with pytest.raises(first.CodeRefused):
            first.check("guess-guess-guess-gues", now=world.NOW)
    with pytest.raises(first.CodeRefused):
        first.check(code, now=world.NOW)


def test_only_administrator_who_lost_the_telephone_is_let_in_again_from_the_server_and_nobody_else():
    member = cast.SYSTEM_ADMINISTRATOR
    out = io.StringIO()
    call_command("let_in_again", member.username, stdout=out)
    person = world.person(member)
    assert person.check_password(out.getvalue().splitlines()[0])
    assert person.one_time_until is not None
    assert not TOTPDevice.objects.filter(user=person).exists()
    trail = AuditEvent.objects.filter(subject_kind="person", subject_id=str(person.pk), actor_id=None)
    assert set(trail.values_list("action", flat=True)) >= {"password.handed_out", "second_factor.forgotten"}
    with pytest.raises(CommandError, match="one of them helps"):
        call_command("let_in_again", cast.DISPENSER.username)


def test_where_there_is_an_administrator_the_way_is_closed():
    assert Client().get(PAGE)["Location"] == "/staff/sign-in/"
    with pytest.raises(first.NotFirst):
        first.hand_out(now=world.NOW)


def test_nobody_is_a_superuser_or_has_rights_beside_their_appointments():
    fields = {field.name for field in Person._meta.get_fields()}
    assert not fields & {"is_superuser", "is_staff", "groups", "user_permissions"}
    assert world.person(cast.SYSTEM_ADMINISTRATOR).is_active


def _not_durable(real):
    """A test's own transaction is around: what must be a transaction of its own in life is a part of it here."""

    def atomic(*args, durable: bool = False, **kwargs):
        return real(*args, **kwargs)

    return atomic
