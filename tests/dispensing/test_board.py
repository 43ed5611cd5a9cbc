"""The board in the browser's terms: what a request sees, sends and is refused."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from core import clock
from dispensing.models import Dose, Outcome
from patients.models import Patient
from tests import cast, world
from tests.dispensing import morning

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_six_ten():
    with clock.at(world.NOW):
        yield


def signed_in(member: cast.Member) -> Client:
    client = Client()
    client.force_login(world.person(member), backend="staff.backends.PersonBackend")
    return client


@pytest.fixture
def client(db):
    return signed_in(cast.DISPENSER)


@pytest.fixture
def bottle(db):
    return morning.opened_bottle()


def path(patient: Patient, act: str = "") -> str:
    return f"/dispensing/patients/{patient.pk}/{act}"


def field(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', html)
    assert found, f"no field {name}"
    return found.group(1)


def text(response) -> str:
    return response.content.decode()


def test_board_lists_code_and_initials_but_no_name(client, bottle):
    patient = morning.patient(name="Lò Văn Bí Mật")

    page = text(client.get("/dispensing/"))

    assert patient.code in page
    assert "Bí Mật" not in page
    assert "65 mg" in page


def test_open_patient_shows_name_dose_and_the_statement(client, bottle):
    patient = morning.patient(known_from=world.TODAY - timedelta(days=1))
    page = text(client.post(path(patient, "answers/"), {"missed_reason": "ill", "last_dose_proof": "card"}))

    assert "Lò Văn Thử" in page
    assert "đã uống 65 mg trước mặt tôi" in page
    assert "Bơm 10 mL: vạch 6,5" in page


def test_confirm_from_the_page_records_the_dose_and_returns_to_the_list(client, bottle):
    patient = morning.patient()
    page = text(client.post(path(patient, "answers/"), {"last_dose_proof": "card"}))

    answer = client.post(path(patient, "confirm/"), {"slip": field(page, "slip"), "identified_by": "photo"})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/dispensing/")
    dose = Dose.objects.get(patient=patient)
    assert (dose.identified_by, dose.recorded_by) == ("photo", world.person(cast.DISPENSER))
    assert f"{patient.code}: đã ghi 65 mg lúc 06:10." in text(client.get("/dispensing/"))


def test_confirm_with_a_changed_slip_writes_nothing_and_opens_the_card_anew(client, bottle):
    patient = morning.patient()
    page = text(client.post(path(patient, "answers/"), {"last_dose_proof": "card"}))

    answer = client.post(path(patient, "confirm/"), {"slip": field(page, "slip") + "x", "identified_by": "photo"})

    assert answer.status_code == 422
    assert not Dose.objects.exists()


def test_refused_card_offers_no_confirm_and_says_who_unlocks(client, bottle):
    patient = morning.patient(prescribed=False)

    page = text(client.get(path(patient)))

    assert "data-confirm-form" not in page
    assert "Người mở khóa" in page


def test_open_patient_of_another_site_is_not_found(client, bottle):
    elsewhere = morning.patient(at=morning.site(cast.OTHER_SITE))

    assert client.get(path(elsewhere)).status_code == 404


def test_open_patient_on_two_screens_shows_the_second_where_it_is_open(client, bottle):
    patient = morning.patient()
    client.post(path(patient, "answers/"), {"last_dose_proof": "card"})

    page = text(signed_in(cast.SECOND_DISPENSER).post(path(patient, "answers/"), {"last_dose_proof": "card"}))

    assert "đang mở ở màn hình khác" in page
    assert cast.DISPENSER.initials in page
    assert "data-confirm-form" not in page


def test_not_given_withheld_names_signs_and_the_next_look(client, bottle):
    patient = morning.patient()
    page = text(client.get(path(patient, "not-given/")))
    data = {"id": field(page, "id"), "code": "withheld", "signs": ["slurred"], "recheck": "07:10"}

    answer = client.post(path(patient, "not-given/"), data)

    assert answer.status_code == 302
    outcome = Outcome.objects.get(patient=patient)
    assert (outcome.code, outcome.signs) == ("withheld", ["slurred"])
    assert "xem lại lúc 07:10" in text(client.get("/dispensing/"))


def test_not_given_without_a_reason_keeps_what_was_typed(client, bottle):
    patient = morning.patient()
    page = text(client.get(path(patient, "not-given/")))

    answer = client.post(path(patient, "not-given/"), {"id": field(page, "id"), "note": "đi cùng mẹ"})

    assert answer.status_code == 422
    assert "đi cùng mẹ" in text(answer)


def test_void_never_poured_returns_the_stock_and_frees_the_day(client, bottle):
    patient = morning.patient()
    receipt = morning.drink(patient, morning.access(cast.DISPENSER))
    page = text(client.get(f"/dispensing/doses/{receipt.dose_id}/void/"))

    answer = client.post(
        f"/dispensing/doses/{receipt.dose_id}/void/",
        {"id": field(page, "id"), "kind": "never_poured", "reason": "bấm nhầm người"},
    )

    assert answer.status_code == 302
    assert "data-confirm-form" in text(client.post(path(patient, "answers/"), {"last_dose_proof": "card"}))


@pytest.mark.parametrize("size", [20, 200])
def test_board_asks_the_same_number_of_questions_whatever_its_size(client, bottle, django_assert_max_num_queries, size):
    for _ in range(size):
        morning.patient()
    client.get("/dispensing/")

    with django_assert_max_num_queries(20):
        assert client.get("/dispensing/").status_code == 200


def test_confirm_asks_at_most_fourteen_questions(client, bottle, django_assert_max_num_queries):
    patient = morning.patient()
    page = text(client.post(path(patient, "answers/"), {"last_dose_proof": "card"}))
    data = {"slip": field(page, "slip"), "identified_by": "known"}

    with django_assert_max_num_queries(14):
        client.post(path(patient, "confirm/"), data, headers={"HX-Request": "true"})

    assert Dose.objects.filter(patient=patient).count() == 1


def test_open_patient_for_htmx_answers_only_the_card(client, bottle):
    patient = morning.patient()

    page = text(client.get(path(patient), headers={"HX-Request": "true"}))

    assert "data-card" in page
    assert "<html" not in page


def test_confirm_for_htmx_answers_the_next_step_and_calls_for_the_list(client, bottle):
    patient = morning.patient()
    page = text(client.post(path(patient, "answers/"), {"last_dose_proof": "card"}, headers={"HX-Request": "true"}))

    answer = client.post(
        path(patient, "confirm/"),
        {"slip": field(page, "slip"), "identified_by": "known"},
        headers={"HX-Request": "true"},
    )

    assert answer.headers["HX-Trigger-After-Settle"] == "tram:roster"
    assert f"{patient.code}: đã ghi 65 mg lúc 06:10." in text(answer)
    assert "<html" not in text(answer)


def test_confirm_naming_somebody_who_may_not_pour_here_writes_nothing(client, bottle):
    patient = morning.patient()
    page = text(client.post(path(patient, "answers/"), {"last_dose_proof": "card"}))
    stranger = world.person(cast.OTHER_DISPENSER)

    answer = client.post(
        path(patient, "confirm/"), {"slip": field(page, "slip"), "identified_by": "known", "poured_by": stranger.pk}
    )

    assert answer.status_code == 422
    assert not Dose.objects.filter(patient=patient).exists()


def test_confirm_naming_a_colleague_who_poured_records_both(client, bottle):
    patient = morning.patient()
    page = text(client.post(path(patient, "answers/"), {"last_dose_proof": "card"}))
    colleague = world.person(cast.SECOND_DISPENSER)

    client.post(
        path(patient, "confirm/"), {"slip": field(page, "slip"), "identified_by": "known", "poured_by": colleague.pk}
    )

    dose = Dose.objects.get(patient=patient)
    assert (dose.poured_by, dose.recorded_by) == (colleague, world.person(cast.DISPENSER))


def test_not_given_for_a_patient_who_has_moved_is_refused_in_words(client, bottle):
    patient = morning.patient()
    day_before = world.TODAY - timedelta(days=1)
    patient.placements.update(ended_on=day_before, ended_by=world.person(cast.PHARMACIST))
    page = text(client.get(path(patient, "not-given/")))

    answer = client.post(path(patient, "not-given/"), {"id": field(page, "id"), "code": "refused"})

    assert answer.status_code == 422
    assert "chưa được xếp uống thuốc tại đây" in text(answer)
