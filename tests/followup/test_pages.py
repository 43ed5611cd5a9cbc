"""The pages of cases: who sees them, what they say, what they keep."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from followup.models import Case, CaseKind
from followup.services import cases
from patients.models import Identity
from staff.models import Appointment
from tests import cast, world, world_patients
from tests.entrance import access, signed_in
from tests.followup.hands import opened

pytestmark = pytest.mark.django_db
NOW = world.NOW


def page_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


@pytest.fixture
def case() -> Case:
    return opened(patient_id=world_patients.patient(world_patients.PHONG).pk)


def test_list_leads_who_has_none_of_their_own_to_those_of_the_site(case: Case):
    response = signed_in(cast.PHARMACIST).get("/cases/")

    assert response["Location"] == "/cases/?whose=sites"


def test_list_shows_the_patient_by_code_and_initials_and_never_by_name(case: Case):
    page = page_of(signed_in(cast.SITE_HEAD), "/cases/")

    assert "4116 · L.V.P." in page
    assert "Lò Văn Phong" not in page


def test_list_and_case_show_a_manager_no_patient(case: Case):
    client = signed_in(cast.AREA_MANAGER)

    for page in (page_of(client, "/cases/?whose=sites"), page_of(client, f"/cases/{case.pk}/")):
        assert "Liều có điều cần xem lại" in page
        assert "4116" not in page
        assert "L.V.P." not in page


def test_list_of_one_facility_shows_that_one_alone(case: Case):
    opened(at=cast.OTHER_SITE, kind=CaseKind.WRONG_DOSE)
    client = signed_in(cast.AREA_MANAGER)

    page = page_of(client, f"/cases/?whose=sites&facility={world.facility(cast.OTHER_SITE).pk}")

    assert "Nhầm liều" in page
    assert "Liều có điều cần xem lại" not in page


@pytest.mark.parametrize("address", ["/cases/?whose=sites&page=0", "/cases/?whose=sites&page=x&facility=%F0"])
def test_list_reads_past_nonsense_in_its_address(case: Case, address: str):
    assert signed_in(cast.SITE_HEAD).get(address).status_code == 200


def test_list_says_what_it_means_to_be_empty():
    assert "Không có việc nào chờ bạn" in page_of(signed_in(cast.SITE_HEAD), "/cases/?whose=mine")


def test_list_turns_pages_and_costs_the_same_for_many():
    client = signed_in(cast.SITE_HEAD)
    opened()
    client.get("/cases/?whose=sites")
    with CaptureQueriesContext(connection) as few:
        client.get("/cases/?whose=sites")
    people = list(Identity.objects.values_list("patient_id", flat=True))
    for number in range(65):
        opened(patient_id=people[number % len(people)], now=NOW - timedelta(hours=number))

    with CaptureQueriesContext(connection) as many:
        page = client.get("/cases/?whose=sites").content.decode()

    assert len(many) <= len(few) + 1  # the patients' codes, for all of them at once
    assert "Trang 1 / 3" in page
    assert "Trang 3 / 3" in page_of(client, "/cases/?whose=sites&page=9")


@pytest.mark.parametrize("member", [cast.COUNSELLOR, cast.WITNESS, cast.PAYROLL, cast.SYSTEM_ADMINISTRATOR])
def test_pages_are_refused_to_roles_that_see_no_cases(case: Case, member: cast.Member):
    client = signed_in(member)

    assert client.get("/cases/").status_code == client.get(f"/cases/{case.pk}/").status_code == 403


def test_case_of_another_site_is_not_found(case: Case):
    client = signed_in(cast.OTHER_DISPENSER)

    assert client.get(f"/cases/{case.pk}/").status_code == 404
    assert client.post(f"/cases/{case.pk}/note/", {"words": "x"}).status_code == 404
    assert client.post(f"/cases/{case.pk}/hand-on/", {"to": "1"}).status_code == 404
    assert client.post(f"/cases/{case.pk}/conclude/", {"words": "x", "pin": cast.PIN}).status_code == 404


def test_case_is_closed_to_who_has_left(case: Case):
    client, person = signed_in(cast.PHARMACIST), world.person(cast.PHARMACIST)
    assert client.get(f"/cases/{case.pk}/").status_code == 200

    Appointment.objects.filter(person=person).update(
        ended_on=world.TODAY - timedelta(days=1), ended_by=world.person(cast.SITE_HEAD)
    )

    assert client.get(f"/cases/{case.pk}/").status_code == 403


def test_note_is_kept_in_the_timeline(case: Case):
    client = signed_in(cast.PHARMACIST)

    response = client.post(f"/cases/{case.pk}/note/", {"words": "Đã gọi <bác sĩ>."})

    assert response["Location"] == f"/cases/{case.pk}/"
    assert "Đã gọi &lt;bác sĩ&gt;." in page_of(client, f"/cases/{case.pk}/")


def test_note_left_empty_is_asked_for(case: Case):
    response = signed_in(cast.PHARMACIST).post(f"/cases/{case.pk}/note/", {"words": " "})

    assert response.status_code == 422
    assert "Viết vài chữ trước khi lưu." in response.content.decode()


def test_hand_on_shows_the_new_owner(case: Case):
    client = signed_in(cast.SITE_HEAD)

    client.post(f"/cases/{case.pk}/hand-on/", {"to": world.person(cast.PHARMACIST).pk, "words": "nhờ anh"})

    assert "phụ trách: <b>Quàng Văn Minh</b>" in page_of(client, f"/cases/{case.pk}/")


def test_hand_on_to_a_stranger_keeps_what_was_typed(case: Case):
    response = signed_in(cast.SITE_HEAD).post(
        f"/cases/{case.pk}/hand-on/", {"to": world.person(cast.OTHER_DISPENSER).pk, "words": "nhờ anh xem"}
    )

    assert response.status_code == 422
    assert "nhờ anh xem" in response.content.decode()


def test_conclude_by_its_owner_ends_the_case(case: Case):
    client = signed_in(cast.SITE_HEAD)

    client.post(f"/cases/{case.pk}/conclude/", {"words": "Ghi nhầm, đã hủy.", "pin": cast.PIN})

    page = page_of(client, f"/cases/{case.pk}/")
    assert "Ghi nhầm, đã hủy." in page
    assert "không mở lại" in page
    assert "Ký kết luận" not in page


def test_conclude_is_not_offered_to_who_may_not(case: Case):
    assert "Ký kết luận" not in page_of(signed_in(cast.PHARMACIST), f"/cases/{case.pk}/")


def test_conclude_with_a_wrong_pin_keeps_the_words_and_not_the_pin(case: Case):
    response = signed_in(cast.SITE_HEAD).post(f"/cases/{case.pk}/conclude/", {"words": "Đã xem lại.", "pin": "135790"})

    page = response.content.decode()
    assert response.status_code == 422
    assert "Đã xem lại." in page
    assert "PIN chưa đúng" in page
    assert "135790" not in page


def test_conclude_a_difference_says_whose_pin_was_wrong():
    case = opened(kind=CaseKind.UNRECONCILED_STOCK)
    said = {
        "words": "Đã đo lại.", "pin": cast.PIN, "second_mode": "present",
        "second_username": cast.WITNESS.username, "second_pin": "135790",
    }  # fmt: skip
    client = signed_in(cast.SITE_HEAD)

    refused = client.post(f"/cases/{case.pk}/conclude/", said)
    done = client.post(f"/cases/{case.pk}/conclude/", said | {"second_pin": cast.OTHER_PIN})

    assert refused.status_code == 422
    assert 'id="second_pin_error"' in refused.content.decode()
    assert done["Location"] == f"/cases/{case.pk}/"


def test_conclude_a_difference_alone_is_refused():
    case = opened(kind=CaseKind.BOTTLE_YIELD)

    response = signed_in(cast.SITE_HEAD).post(
        f"/cases/{case.pk}/conclude/",
        {"words": "x", "pin": cast.PIN, "second_mode": "alone", "second_reason": "một mình"},
    )

    assert response.status_code == 422
    case.refresh_from_db()
    assert case.concluded_at is None


def test_conclude_a_case_that_was_concluded_meanwhile_says_so(case: Case):
    cases.conclude(case_id=case.pk, words="trước", pin=cast.PIN, by=access(cast.CLINIC_HEAD), now=NOW)

    response = signed_in(cast.SITE_HEAD).post(f"/cases/{case.pk}/conclude/", {"words": "kết luận sau", "pin": cast.PIN})

    page = response.content.decode()
    assert response.status_code == 422
    assert "đã kết luận" in page
    assert "kết luận sau" in page


def test_addresses_carry_ids_alone(case: Case):
    page = page_of(signed_in(cast.SITE_HEAD), "/cases/")

    assert f'href="/cases/{case.pk}/"' in page
