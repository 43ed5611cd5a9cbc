"""Who is due: what the list shows to whom, that it leads to the patient, and what it costs."""

import pytest

from dispensing.queries import due as queries
from dispensing.queries.due import due_list
from patients.models import Patient
from tests import cast, world
from tests.dispensing import following, morning
from tests.dispensing.following import ONE_DAY, phong
from tests.entrance import signed_in

pytestmark = pytest.mark.django_db
TODAY = world.TODAY


def words(rows: tuple[queries.Row, ...], patient: Patient) -> list[str]:
    return [mark.words for row in rows if row.patient_id == patient.pk for mark in row.marks]


def test_late_and_coming_are_apart_and_in_words():
    patient = phong()
    Patient.objects.filter(pk=patient.pk).update(known_from=TODAY - 200 * ONE_DAY)
    following.examined(patient.pk, on=TODAY - 40 * ONE_DAY)
    following.counselled(patient.pk, on=TODAY - 57 * ONE_DAY)
    shown = due_list(by=morning.access(cast.DISPENSER), now=world.NOW)

    assert words(shown.late, patient) == ["khám lại: quá 10 ngày", "xét nghiệm nước tiểu: chưa ghi lần nào"]
    assert words(shown.soon, patient) == ["tư vấn: 27/11"]


def test_who_was_drawn_is_listed_until_a_sample_is_asked_for(monkeypatch: pytest.MonkeyPatch):
    patient, by = phong(), morning.access(cast.DISPENSER)
    monkeypatch.setattr(
        "dispensing.queries.due.open_draw", lambda _key, *, asked_on, today, **_more: None if asked_on else today
    )
    assert words(due_list(by=by, now=world.NOW).drawn, patient) == ["hôm nay"]

    following.a_test(patient.pk)

    assert words(due_list(by=by, now=world.NOW).drawn, patient) == []


def test_a_clinic_sees_its_satellites_and_chooses_one():
    by, site = morning.access(cast.CLINIC_PHYSICIAN, at=cast.MAIN_CLINIC), world.facility(cast.SITE).pk
    everywhere = due_list(by=by, now=world.NOW)
    alone = due_list(by=by, now=world.NOW, site_id=site)

    assert {one.name for one in everywhere.sites} == {cast.MAIN_CLINIC, cast.SITE, cast.OTHER_SITE}
    assert {row.place for rows in (alone.drawn, alone.late, alone.soon) for row in rows} <= {cast.SITE}


def test_a_counsellor_reads_counselling_and_nothing_else():
    patient = phong()
    Patient.objects.update(known_from=TODAY - 300 * ONE_DAY)
    following.counselled(patient.pk, on=TODAY - 80 * ONE_DAY)
    text = signed_in(cast.COUNSELLOR).get("/dispensing/due/").content.decode()

    assert "tư vấn: quá 20 ngày" in text
    assert "khám lại" not in text
    assert "Rút thăm" not in text


@pytest.mark.parametrize("asked", ["x", "-1", "99999999999", "²"])
def test_a_site_that_is_none_shows_all_or_nothing_and_never_fails(asked: str):
    assert signed_in(cast.CLINIC_PHYSICIAN).get("/dispensing/due/", {"site": asked}).status_code == 200


@pytest.mark.parametrize("size", [2, 40])
def test_the_list_asks_the_same_number_of_questions_whatever_its_size(size: int, django_assert_num_queries):
    for _ in range(size):
        morning.patient()
    by = morning.access(cast.DISPENSER)
    due_list(by=by, now=world.NOW)

    with django_assert_num_queries(5):
        due_list(by=by, now=world.NOW)


@pytest.mark.parametrize("records", [1, 12])
def test_the_patients_section_asks_the_same_number_of_questions(records: int, django_assert_max_num_queries):
    for ago in range(records):
        following.a_test(phong().pk, days_ago=ago)
        following.examined(phong().pk, on=TODAY - ago * ONE_DAY)
        following.counselled(phong().pk, on=TODAY - ago * ONE_DAY)
    following.assessed(phong().pk)
    client = signed_in(cast.DISPENSER)

    with django_assert_max_num_queries(40):
        client.get(f"/dispensing/patients/{phong().pk}/following/")


def test_the_card_notes_an_overdue_examination_and_still_offers_the_dose():
    morning.opened_bottle()
    patient = morning.patient()
    Patient.objects.filter(pk=patient.pk).update(treatment_started_on=TODAY - 500 * ONE_DAY)
    following.examined(patient.pk, on=TODAY - 60 * ONE_DAY)
    text = signed_in(cast.DISPENSER).get(f"/dispensing/patients/{patient.pk}/").content.decode()

    assert "Quá hạn khám 30 ngày." in text
    assert "Không cấp" not in text
