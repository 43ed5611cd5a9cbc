"""The opened card: what it shows of whom, what it asks, and what is said of a cup that was not swallowed."""

import html
import re
from datetime import timedelta

import pytest
from django.test import Client

from core import clock, proofs, valkey
from dispensing.models import Dose, Outcome
from dispensing.queries.alike import alike
from dispensing.rules.facts import Answers
from dispensing.services import authorisations
from facilities.models import Facility
from followup.models import Case
from inventory.models import AccountKind, Balance, Movement
from patients.models import Patient
from staff.models import Person
from tests import cast, world, world_patients, world_prescriptions
from tests.browser import week
from tests.dispensing import morning
from tests.entrance import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_six_ten():
    with clock.at(world.NOW):
        yield


@pytest.fixture(autouse=True)
def _nobody_holds_anybody():
    """The world's patients are the same in every test, and so are their holds."""
    valkey.client().flushdb()


@pytest.fixture
def client(db) -> Client:
    return signed_in(cast.DISPENSER)


@pytest.fixture
def a_week(db) -> None:
    week.build()


def by_code(code: str) -> Patient:
    return Patient.objects.get(code=code)


def path(patient: Patient, act: str = "") -> str:
    return f"/dispensing/patients/{patient.pk}/{act}"


def text(response) -> str:
    return html.unescape(response.content.decode())


def fields(page: str, form: str = "") -> dict[str, str]:
    """The hidden fields of the page, or of the one form."""
    part = page[page.index(form) :] if form else page
    part = part[: part.index("</form>")] if "</form>" in part else part
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', part))


def opened_to_outcome(client: Client, patient: Patient) -> tuple[str, dict[str, str]]:
    """From the open card to the page that asks why not, as its button does; the page and its hidden fields."""
    card = text(client.get(path(patient)))
    page = text(client.post(path(patient, "not-given/"), {"slip": fields(card, 'id="not-given"')["slip"]}))
    return page, fields(page, "data-finish-first")


# --- who it is ---


def test_card_names_whom_the_list_takes_for_look_alikes(client, a_week):
    page = text(client.get(path(by_code(world_patients.PHONG.code))))

    assert f"dễ nhầm với {world_patients.LOOK_ALIKE.code}" in page


def test_alike_says_for_each_patient_what_the_board_says(client, a_week):
    by = morning.access(cast.DISPENSER)
    rows = client.get("/dispensing/").context["board"].to_come
    said = {
        row.code: alike(
            known=authorisations.look(patient_id=row.patient_id, by=by, now=world.NOW, answers=Answers()).known,
            facility_id=by.facility_id,
            today=world.TODAY,
        )
        for row in rows
    }

    assert said == {row.code: row.lookalikes for row in rows}
    assert any(said.values())


def test_card_of_a_divided_dose_says_which_part_and_the_whole_day(client, a_week):
    page = text(client.get(path(by_code(world_prescriptions.DIVIDED))))

    assert "lần 1 trong 2 lần" in page
    assert "cả ngày 75 mg" in page
    assert "mỗi ngày" not in page
    assert "dose-change" not in page  # the last part of yesterday is not yesterday's dose
    assert "day-look" not in page


def test_card_of_a_changed_dose_says_what_it_was_on_the_last_day(client, a_week):
    patient = by_code("4036")
    before = Dose.objects.filter(patient=patient).order_by("-covers_day").first()
    assert before is not None
    patient.prescriptions.filter(starts_on__lte=world.TODAY, ends_on__gte=world.TODAY).update(
        ended_on=world.TODAY - timedelta(days=1), end_reason="replaced", ended_by=world.person(cast.PHYSICIAN),
        ended_at=world.NOW,
    )  # fmt: skip
    morning.prescription(patient, mg=str(before.mg + 10), starts_on=world.TODAY)

    page = text(client.get(path(patient)))

    assert f"TĂNG 10 mg · lần trước {before.mg.normalize():f} mg" in page


def test_board_of_a_site_open_round_the_clock_says_so(client):
    assert "Mở cửa 05:30 đến 09:00" in text(client.get("/dispensing/"))

    Facility.objects.filter(name=cast.SITE).update(round_the_clock=True)

    assert "Mở cửa cả ngày" in text(client.get("/dispensing/"))


# --- the search, which also works without scripts ---


def found(client: Client, query: str) -> tuple[list[str], list[str]]:
    """Codes on the list, codes besides it."""
    shown = client.get("/dispensing/", {"q": query}).context
    rows = (*shown["look_again"], *shown["to_come"], *shown["done"])
    return [row.code for row in rows], [other.code for other in shown["others"]]


def test_search_narrows_the_list_and_finds_who_is_not_on_it(client, a_week):
    assert found(client, "4245") == ([], [world_patients.DROPPED_OUT.code])
    assert found(client, "4036") == (["4036"], [])
    assert found(client, "0000") == ([], [])


def test_search_by_initials_needs_no_marks_and_no_dots(client, a_week):
    assert found(client, "đcn")[0] == found(client, "dcn")[0] == found(client, "Đ.C.N.")[0] == ["4157"]
    assert found(client, "cvs") == ([], [world_patients.DROPPED_OUT.code])
    Patient.objects.filter(code=world_patients.DROPPED_OUT.code).update(initials="Đ.Ă.Ờ.")
    assert found(client, "dao") == ([], [world_patients.DROPPED_OUT.code])


def test_search_says_nobody_was_found_and_leads_back_to_the_whole_list(client, a_week):
    page = text(client.get("/dispensing/", {"q": "0000"}))

    assert "Không tìm thấy" in page
    assert "Cả danh sách sáng nay" in page
    assert "Ai cũng đã đến" not in page
    assert "Đã uống <b>0</b> / 19" in page


# --- what it asks, and who unlocks ---


def test_answers_given_one_by_one_stay_given(client, a_week):
    patient = by_code(week.MISSED_THREE)
    page = text(client.get(path(patient)))
    steps = ({"onsite_check_done": "1"}, {"missed_reason": "road"}, {"clinic_told_who": "Đ.V.K."})
    answers = []
    for step in steps:
        asked = fields(page, "data-card")
        answer = client.post(path(patient, "answers/"), {**asked, **step})
        answers.append(answer.status_code)
        page = text(answer)

    assert answers == [422, 422, 200]
    assert "đã uống 90 mg trước mặt tôi" in page


def test_answers_left_open_are_named_and_the_first_look_is_not_blamed(client, a_week):
    patient = by_code(week.MISSED_TWO)
    page = text(client.get(path(patient)))
    assert "Chưa trả lời câu này." not in page

    again = client.post(path(patient, "answers/"), fields(page, "data-card"))

    assert again.status_code == 422
    assert text(again).count("Chưa trả lời câu này.") == 1


def test_asking_card_shows_no_millilitres_before_the_answers(client, a_week):
    page = text(client.get(path(by_code(week.MISSED_TWO)), headers={"HX-Request": "true"}))

    assert "Bơm 10 mL" not in page
    assert not re.search(r"\d mL", page)


def test_blocked_card_names_the_physicians_with_their_telephone(client, a_week):
    Person.objects.filter(username=cast.PHYSICIAN.username).update(phone="0912 345 678")

    page = text(client.get(path(by_code(week.BLOCKED))))

    assert "data-confirm-form" not in page
    assert f"{cast.PHYSICIAN.full_name} 0912 345 678" in page


# --- a cup that was poured and not swallowed ---


@pytest.mark.parametrize(
    ("code", "where"),
    [
        ("spat_out", AccountKind.POURED_OUT),
        ("held_in_mouth", AccountKind.POURED_OUT),
        ("left_with_cup", AccountKind.LOSS),
    ],
)
def test_not_swallowed_books_the_poured_amount_and_opens_a_case(client, a_week, code, where):
    patient = by_code("4036")
    page, hidden = opened_to_outcome(client, patient)
    assert "Đã rót 55 mg, không nuốt" in page
    opened = Balance.objects.get(account__kind=AccountKind.OPENED, account__facility__name=cast.SITE, quantity__gt=0)

    answer = client.post(path(patient, "not-given/"), {**hidden, "code": code})

    assert answer.status_code == 302
    outcome = Outcome.objects.get(patient=patient)
    moved = Movement.objects.get(act_id=outcome.pk)
    assert (outcome.poured_mg, moved.quantity, moved.target.kind) == (55, 5_500, where)
    assert Balance.objects.get(pk=opened.pk).quantity == opened.quantity - 5_500
    assert Case.objects.filter(subject_id=outcome.pk, patient_id=patient.pk).count() == 1
    assert not Dose.objects.filter(patient=patient, covers_day=world.TODAY).exists()
    assert [name for name in proofs.names() if proofs.run(name)] == []


def test_not_swallowed_stops_every_other_dose_of_the_day(client, a_week):
    patient = by_code("4036")
    _, hidden = opened_to_outcome(client, patient)
    client.post(path(patient, "not-given/"), {**hidden, "code": "spat_out"})

    page = text(client.get(path(patient)))

    assert "data-confirm-form" not in page
    assert "đã rót thuốc và ghi: nhổ thuốc" in page


def test_not_swallowed_sent_twice_is_booked_once(client, a_week):
    patient = by_code("4036")
    _, hidden = opened_to_outcome(client, patient)

    for _ in range(2):
        client.post(path(patient, "not-given/"), {**hidden, "code": "spat_out"})

    assert Outcome.objects.filter(patient=patient).count() == 1
    assert Movement.objects.filter(act_id=Outcome.objects.get(patient=patient).pk).count() == 1


def test_not_swallowed_with_another_patients_slip_is_refused(client, a_week):
    _, hidden = opened_to_outcome(client, by_code("4036"))
    other = by_code("4044")

    answer = client.post(path(other, "not-given/"), {**hidden, "code": "spat_out"})

    assert answer.status_code == 422
    assert "Màn hình này đã cũ. Mở lại người bệnh." in text(answer)
    assert not Outcome.objects.exists()


def test_not_swallowed_with_another_persons_slip_is_refused(client, a_week):
    patient = by_code("4036")
    _, hidden = opened_to_outcome(client, patient)

    answer = signed_in(cast.SECOND_DISPENSER).post(path(patient, "not-given/"), {**hidden, "code": "spat_out"})

    assert answer.status_code == 422
    assert not Outcome.objects.exists()


def test_not_swallowed_with_a_changed_slip_says_so_and_keeps_what_was_typed(client, a_week):
    patient = by_code("4036")
    _, hidden = opened_to_outcome(client, patient)

    answer = client.post(
        path(patient, "not-given/"), {**hidden, "slip": hidden["slip"] + "x", "code": "refused", "note": "vội về"}
    )

    assert answer.status_code == 422
    assert "Màn hình này đã cũ" in text(answer)
    assert "vội về" in text(answer)


def test_not_given_without_a_slip_offers_nothing_poured(client, a_week):
    page = text(client.get(path(by_code(week.BLOCKED), "not-given/")))

    assert "nhổ thuốc" not in page
    assert "bỏ liều nhiều ngày, chờ y lệnh" in page


def test_not_given_other_than_withheld_keeps_no_signs_and_no_next_look(client, a_week):
    patient = by_code("4036")
    _, hidden = opened_to_outcome(client, patient)

    client.post(path(patient, "not-given/"), {**hidden, "code": "refused", "signs": ["alcohol"], "recheck": "07:10"})

    outcome = Outcome.objects.get(patient=patient)
    assert (outcome.code, outcome.signs, outcome.recheck_at) == ("refused", [], None)


@pytest.mark.parametrize("written", ["07:30", "7.30", "7h30", "0730"])
def test_not_given_reads_the_time_as_people_write_it(client, a_week, written):
    patient = by_code("4036")
    _, hidden = opened_to_outcome(client, patient)

    client.post(path(patient, "not-given/"), {**hidden, "code": "withheld", "signs": ["alcohol"], "recheck": written})

    assert Outcome.objects.get(patient=patient).recheck_at == world.NOW.replace(hour=7, minute=30)


def test_not_given_withheld_without_signs_says_so_beside_the_signs(client, a_week):
    patient = by_code("4036")
    _, hidden = opened_to_outcome(client, patient)

    answer = client.post(path(patient, "not-given/"), {**hidden, "code": "withheld", "recheck": "05:00"})

    assert answer.status_code == 422
    form = answer.context["form"]
    assert set(form.errors) == {"signs", "recheck"}


# --- a dose that was drunk by another ---


def test_void_drunk_by_somebody_unknown_is_said_by_a_tap(client, a_week):
    patient = by_code("4036")
    receipt = morning.drink(patient, morning.access(cast.DISPENSER))
    address = f"/dispensing/doses/{receipt.dose_id}/void/"
    data = {**fields(text(client.get(address)), "data-finish-first"), "kind": "drunk_by_other", "reason": "nhầm người"}

    refused = client.post(address, data)
    answer = client.post(address, {**data, "drinker_unknown": "on"})

    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"drinker"}
    assert answer.status_code == 302
    assert Dose.objects.get(pk=receipt.dose_id).void.drinker == "unknown"
