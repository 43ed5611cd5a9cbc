"""Urine tests, examinations and counselling: what is written down, put right, refused, and who may."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.ids import new_id
from core.models import AuditEvent
from dispensing.models import Examination, PatientReview, UrineTest
from dispensing.rules.stability_codes import AskedHow, Sample
from dispensing.services import checkups
from dispensing.services.checkups import CheckupRefused, NewExam, NewUrine
from dispensing.services.doses import OtherContent
from patients.models import Patient
from tests import cast, world
from tests.dispensing import following, morning
from tests.dispensing.following import ONE_DAY, phong
from tests.entrance import signed_in

pytestmark = pytest.mark.django_db


def sample(**changes: object) -> NewUrine:
    command = NewUrine(
        new_id(), phong().pk, world.NOW - timedelta(minutes=5), AskedHow.RANDOM, Sample.GIVEN, observed=True,
        results={"opioids": "negative"},
    )  # fmt: skip
    return replace(command, **changes)


def exam(**changes: object) -> NewExam:
    command = NewExam(new_id(), phong().pk, world.TODAY, place_words="BV tỉnh", physician_name="BS. Hà")
    return replace(command, **changes)


def test_a_test_is_kept_with_its_trail_and_asks_for_a_review():
    made = checkups.record_urine(command=sample(), by=morning.access(cast.DISPENSER), now=world.NOW)

    assert (made.opioids, made.cannabis, made.observed) == ("negative", "not_tested", True)
    assert PatientReview.objects.filter(patient_id=made.patient_id, why="urine").exists()
    assert AuditEvent.objects.filter(action="urine_test.recorded", subject_id=str(made.pk)).exists()


def test_the_same_form_twice_is_one_test_and_another_content_is_refused():
    command, by = sample(), morning.access(cast.DISPENSER)
    first = checkups.record_urine(command=command, by=by, now=world.NOW)

    assert checkups.record_urine(command=command, by=by, now=world.NOW + timedelta(minutes=1)) == first
    with pytest.raises(OtherContent):
        checkups.record_urine(command=replace(command, note="khác"), by=by, now=world.NOW)
    assert UrineTest.objects.count() == 1


def test_without_a_sample_no_result_is_kept():
    command = sample(sample=Sample.REFUSED)
    made = checkups.record_urine(command=command, by=morning.access(cast.DISPENSER), now=world.NOW)

    assert (made.opioids, made.observed) == ("not_tested", False)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"results": {}}, "results"),
        ({"taken_at": world.NOW + timedelta(minutes=1)}, "at_time"),
        ({"taken_at": world.NOW - 91 * ONE_DAY}, "on"),
    ],
)
def test_a_test_that_cannot_be_so_is_refused_at_its_field(changes: dict, field: str):
    with pytest.raises(CheckupRefused) as refused:
        checkups.record_urine(command=sample(**changes), by=morning.access(cast.DISPENSER), now=world.NOW)

    assert [wrong.field for wrong in refused.value.wrongs] == [field]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"examined_on": world.TODAY + ONE_DAY}, "on"),
        ({"next_due": world.TODAY}, "next_due"),
        ({"next_due": world.TODAY + 91 * ONE_DAY}, "next_due"),
        ({"place_words": " "}, "place_words"),
        ({"physician_name": ""}, "physician_name"),
    ],
)
def test_an_examination_that_cannot_be_so_is_refused_at_its_field(changes: dict, field: str):
    with pytest.raises(CheckupRefused) as refused:
        checkups.record_exam(command=exam(**changes), by=morning.access(cast.DISPENSER), now=world.NOW)

    assert [wrong.field for wrong in refused.value.wrongs] == [field]
    assert not Examination.objects.exists()


def test_a_record_is_put_right_once_by_one_that_names_it():
    old = following.examined(phong().pk)
    new = following.examined(phong().pk, on=world.TODAY - ONE_DAY, corrects=old.pk)

    assert new.corrects_id == old.pk
    with pytest.raises(CheckupRefused):
        following.examined(phong().pk, corrects=old.pk)


def test_a_record_of_somebody_else_is_not_put_right():
    other = morning.patient()
    with pytest.raises(CheckupRefused):
        following.examined(phong().pk, corrects=following.examined(other.pk).pk)


def test_an_old_record_is_put_right_however_old_it_is():
    old = following.examined(phong().pk, on=world.TODAY - 80 * ONE_DAY, now=world.NOW)
    new = following.examined(phong().pk, on=world.TODAY - 95 * ONE_DAY, corrects=old.pk, now=world.NOW)

    assert new.examined_on == world.TODAY - 95 * ONE_DAY


def test_a_counsellor_writes_counselling_and_no_tests():
    by = morning.access(cast.COUNSELLOR)

    assert following.counselled(phong().pk, by).counsellor_id == by.person_id
    with pytest.raises(Patient.DoesNotExist):
        checkups.record_urine(command=sample(), by=by, now=world.NOW)


def test_a_patient_of_another_site_is_out_of_reach():
    by = morning.access(cast.OTHER_DISPENSER, at=cast.OTHER_SITE)
    with pytest.raises(Patient.DoesNotExist):
        checkups.record_exam(command=exam(), by=by, now=world.NOW)


def page(what: str) -> str:
    return f"/dispensing/patients/{phong().pk}/{what}/"


def test_the_form_of_a_test_is_sent_in_a_few_taps_and_shown_on_the_patients_page():
    client = signed_in(cast.DISPENSER)
    typed = {
        "id": str(new_id()), "on": world.TODAY.isoformat(), "at_time": "06:05", "sample": "given", "observed": "1",
        "asked": "random", "opioids": "positive", "note": "",
    }  # fmt: skip

    answer = client.post(page("urine"), typed)

    assert (answer.status_code, answer["Location"]) == (302, page("following"))
    assert "dương tính: chất dạng thuốc phiện" in client.get(page("following")).content.decode()


def test_a_wrong_form_keeps_all_that_was_typed():
    typed = {
        "id": str(new_id()), "on": "2026-12-24", "place": "other", "place_words": "BV tỉnh", "physician": "other",
        "physician_name": "BS. Hà", "note": "đau ngực",
    }  # fmt: skip

    answer = signed_in(cast.DISPENSER).post(page("exam"), typed)

    assert answer.status_code == 422
    for kept in ("BV tỉnh", "BS. Hà", "đau ngực", "2026-12-24", "Ngày này ở phía trước"):
        assert kept in answer.content.decode()


def test_putting_right_starts_from_what_was_written_and_ends_the_old_record():
    client, old = signed_in(cast.DISPENSER), following.examined(phong().pk, note="hẹn soi phổi")
    address = f"{page('exam')}?corrects={old.pk}"

    assert "hẹn soi phổi" in client.get(address).content.decode()
    typed = {
        "id": str(new_id()), "on": world.TODAY.isoformat(), "place": "other", "place_words": "BV tỉnh",
        "physician": "other", "physician_name": "BS. Hà", "took_place": "0", "note": "",
    }  # fmt: skip
    assert client.post(address, typed).status_code == 302
    assert "BS. Hà" not in client.get(page("following")).content.decode()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("what", ["urine", "exam"])
def test_a_counsellor_is_not_offered_the_forms_of_treatment(what: str):
    client = signed_in(cast.COUNSELLOR)

    assert client.get(page(what)).status_code == 403
    assert page(what) not in client.get(page("following")).content.decode()


def test_a_counsellor_reads_no_test_and_no_clinical_reason():
    following.a_test(phong().pk, opioids="positive")
    following.counselled(phong().pk)
    following.assessed(phong().pk)
    text = signed_in(cast.COUNSELLOR).get(page("following")).content.decode()

    assert "tư vấn riêng" in text
    assert "dương tính" not in text
    assert "do bác sĩ theo dõi" in text


@pytest.mark.parametrize("member", [cast.DISPENSER, cast.CLINIC_PHYSICIAN], ids=["dispenser", "clinic physician"])
def test_the_likeliest_answers_are_tapped_already(member: cast.Member):
    client, me = signed_in(member), world.person(member).pk

    assert f'name="counsellor" value="{me}" checked' in client.get(page("counselling")).content.decode()
    text = client.get(page("exam")).content.decode()
    assert f'name="place" value="{world.facility(cast.MAIN_CLINIC).pk}" checked' in text
    assert (f'name="physician" value="{me}" checked' in text) is (member is cast.CLINIC_PHYSICIAN)
