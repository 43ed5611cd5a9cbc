"""The first page, languages, the scanner's door, errors in words, operations, the bar on top."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory

from core import clock, scanning
from core.access import FIRST_PAGE, NOBODY, Role
from core.models import AuditEvent
from core.views import errors
from tests import cast
from tests.entrance import signed_in

pytestmark = pytest.mark.django_db

KIND = 9  # a kind of code of the tests' own


def lead(number: int, access: object) -> str | None:
    return "/staff/me/" if number == 1 else None


def test_home_sends_a_stranger_to_sign_in(client: Client):
    assert client.get("/")["Location"] == "/staff/sign-in/"


@pytest.mark.parametrize("role", list(Role))
def test_home_sends_each_role_to_its_page_and_the_page_opens(role: Role):
    client = signed_in(cast.ONE_OF_EACH_ROLE[role])

    assert client.get("/")["Location"] == FIRST_PAGE[role]
    assert client.get(FIRST_PAGE[role], follow=True).status_code == 200


def test_a_person_without_an_appointment_lands_on_their_own_page():
    assert NOBODY.first_page == "/staff/me/"


@pytest.fixture
def scanner() -> Client:
    scanning.register(KIND, "tests", lead)
    return signed_in(cast.DISPENSER)


def test_a_scanned_code_leads_to_its_page(scanner: Client):
    response = scanner.post("/scan/", {"code": scanning.encode(KIND, 1)})

    assert (response.status_code, response["Location"]) == (303, "/staff/me/")
    by_htmx = scanner.post("/scan/", {"code": scanning.encode(KIND, 1)}, HTTP_HX_REQUEST="true")
    assert by_htmx["HX-Redirect"] == "/staff/me/"


def test_a_code_that_leads_nowhere_here_gets_a_sentence(scanner: Client):
    response = scanner.post("/scan/", {"code": scanning.encode(KIND, 2)})

    assert response.status_code == 404
    assert "Không có gì ở cơ sở này" in response.content.decode()


@pytest.mark.parametrize("code", ["", "1234567890", "9" * 10, "abc", "<b>"])
def test_what_is_no_code_of_ours_gets_a_sentence(scanner: Client, code: str):
    response = scanner.post("/scan/", {"code": code})

    assert response.status_code == 422
    assert "không phải mã của Trạm" in response.content.decode()


def test_vietnamese_is_spoken_first_and_the_choice_is_remembered(client: Client):
    assert '<html lang="vi">' in client.get("/staff/sign-in/").content.decode()

    response = client.post("/i18n/setlang/", {"language": "en", "next": "/staff/sign-in/"})

    assert response["Location"] == "/staff/sign-in/"
    assert '<html lang="en">' in client.get("/staff/sign-in/").content.decode()


def test_a_page_that_is_not_there_is_said_in_words(client: Client):
    response = client.get("/khong/co/")

    assert response.status_code == 404
    assert "Không tìm thấy trang này" in response.content.decode()


def test_a_refusal_is_said_in_words_and_written_down():
    client = signed_in(cast.WITNESS)

    response = client.get("/staff/people/")

    assert response.status_code == 403
    assert "Vai trò của bạn" in response.content.decode()
    event = AuditEvent.objects.get(action="access.denied")
    assert (event.actor_label, event.acting_as, event.subject_id) == (cast.WITNESS.initials, "witness", "staff:people")


def test_a_refusal_to_a_stranger_writes_nothing():
    request = RequestFactory().get("/x/")
    request.access = NOBODY

    assert errors.forbidden(request, PermissionDenied()).status_code == 403
    assert not AuditEvent.objects.filter(action="access.denied").exists()


def test_a_form_too_old_to_send_is_said_in_words():
    client = Client(enforce_csrf_checks=True)

    response = client.post("/staff/sign-in/", {"username": "x", "password": "y"})

    assert response.status_code == 403
    assert "quá cũ" in response.content.decode()


def test_a_server_error_is_said_in_words_without_database_or_session(django_assert_num_queries):
    with django_assert_num_queries(0):
        response = errors.server_error(RequestFactory().get("/x/"))

    assert response.status_code == 500
    assert "không phải do bạn" in response.content.decode()


def test_the_administrator_sees_what_runs_and_what_does_not():
    page = signed_in(cast.SYSTEM_ADMINISTRATOR).get("/operations/").content.decode()

    assert "đang chạy" in page
    assert "không trả lời" in page


def test_the_bar_shows_only_what_one_may_open():
    witness = signed_in(cast.WITNESS).get("/staff/me/").content.decode()
    admin = signed_in(cast.SYSTEM_ADMINISTRATOR).get("/staff/me/").content.decode()

    assert 'href="/staff/people/"' not in witness
    assert 'href="/staff/people/"' in admin
    assert 'href="/dispensing/"' not in admin


def test_every_page_carries_the_strict_policy_and_is_not_kept(client: Client):
    response = client.get("/staff/sign-in/")

    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "unsafe-inline" not in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "no-store"


def test_the_bar_shows_the_facilitys_day():
    page = signed_in(cast.DISPENSER).get("/staff/me/").content.decode()

    assert f"{clock.local_day(clock.now(), 'Asia/Ho_Chi_Minh'):%d/%m/%Y}" in page
