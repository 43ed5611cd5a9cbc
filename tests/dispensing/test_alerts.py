"""Alerts at the window: facts for the rules, the card, the weekly question, and the physician who is told."""

import html
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import clock, valkey
from core.ids import new_id
from dispensing.queries import board as board_query
from dispensing.queries import facts as facts_query
from dispensing.rules.facts import AlertFact
from dispensing.services import alarms, doses, outcomes
from dispensing.services.outcomes import NewOutcome
from followup.models import Case, CaseKind
from patients.models import Alert, MedicinesAsked, Patient, Speech
from tests import cast, world
from tests.dispensing import morning
from tests.entrance import access, signed_in

pytestmark = pytest.mark.django_db
NOW, TODAY = world.NOW, world.TODAY
ANSWERS = {"alert": "1", "last_dose_proof": "card"}  # the day before is unknown to the site


@pytest.fixture(autouse=True)
def _at_six_ten():
    valkey.client().flushdb()
    with clock.at(NOW):
        yield


@pytest.fixture
def patient(db) -> Patient:
    """Who has an order in force and an opened bottle before them."""
    morning.opened_bottle()
    return morning.patient()


@pytest.fixture
def window(db) -> Client:
    return signed_in(cast.DISPENSER)


def has(patient: Patient, kind: str, effect: str = "", change: str = "", *, ago: int = 0) -> Alert:
    return Alert.objects.create(
        patient=patient, kind=kind, effect=effect, change=change, since=TODAY - timedelta(days=ago), source="patient",
        recorded_at=NOW, recorded_by=world.person(cast.DISPENSER),
    )  # fmt: skip


def known(patient: Patient) -> facts_query.Known:
    at = world.facility(cast.SITE).pk
    return facts_query.load(patient_ids=[patient.pk], facility_id=at, now=NOW, zone="Asia/Ho_Chi_Minh")[patient.pk]


def opened(window: Client, patient: Patient) -> str:
    return html.unescape(window.get(f"/dispensing/patients/{patient.pk}/").content.decode())


def waiting(patient: Patient) -> list[Case]:
    return list(Case.objects.filter(kind=CaseKind.PREGNANT_TODAY, patient_id=patient.pk))


def test_facts_hold_the_open_alerts_the_last_question_and_the_interpreter(patient: Patient):
    open_one = has(patient, "medicine", "lowers", "started", ago=3)
    ended = has(patient, "qt")
    Alert.objects.filter(pk=ended.pk).update(ended_on=TODAY, ended_by=ended.recorded_by, ended_why="over")
    for ago in (20, 9):
        MedicinesAsked.objects.create(
            patient=patient, asked_on=TODAY - timedelta(days=ago), any_new=False, asked_at=NOW,
            asked_by=ended.recorded_by,
        )  # fmt: skip
    Speech.objects.create(patient=patient, needs_interpreter=True, recorded_at=NOW, recorded_by=ended.recorded_by)

    found = known(patient)

    assert found.facts.alerts == (AlertFact(open_one.pk, "medicine", "lowers", "started", open_one.since),)
    assert found.facts.medicines_asked_on == TODAY - timedelta(days=9)
    assert found.needs_interpreter


def test_facts_take_one_statement_with_alerts_as_without(patient: Patient):
    for kind in ("pregnancy", "qt", "liver", "epilepsy", "alcohol"):
        has(patient, kind)

    at = world.facility(cast.SITE).pk
    with CaptureQueriesContext(connection) as asked:
        facts_query.load(patient_ids=[patient.pk], facility_id=at, now=NOW, zone="Asia/Ho_Chi_Minh")

    assert len(asked) == 1


def test_confirm_takes_no_more_statements_with_alerts_than_without():
    morning.opened_bottle()
    by = access(cast.DISPENSER)
    counts = []
    for alerts in ((), (), ("qt", "liver", "epilepsy", "pregnancy")):  # the first one warms what is kept
        someone = morning.patient()
        for kind in alerts:
            has(someone, kind)
        slip = morning.slip(someone, by)
        with CaptureQueriesContext(connection) as asked:
            doses.confirm(confirmation=morning.confirmation(slip), by=by, now=NOW, screen="s1")
        counts.append(len(asked))

    assert counts[1] == counts[2]


def test_card_says_what_to_look_for_and_asks_before_the_millilitres(window: Client, patient: Patient):
    has(patient, "alcohol", ago=100)
    has(patient, "medicine", "raises", "started", ago=2)

    before = opened(window, patient)
    after = window.post(f"/dispensing/patients/{patient.pk}/answers/", ANSWERS).content.decode()

    assert "Dễ buồn ngủ vì: rượu; thuốc mới bắt đầu hoặc mới ngừng." in before
    assert "thuốc làm tăng nồng độ methadone, bắt đầu uống 22/11/2026" in before
    assert 'name="slip" value=""' in before or "data-confirm-form" not in before
    assert "data-confirm-form" in after


def test_card_asks_weekly_and_one_tap_is_enough(window: Client, patient: Patient):
    question = "Có thuốc mới, hay mới ngừng thuốc nào?"
    asked = f"/dispensing/patients/{patient.pk}/no-new-medicine/"
    assert question in opened(window, patient)

    answered = window.post(asked, {"asked_id": new_id()})

    assert question not in answered.content.decode()
    assert not MedicinesAsked.objects.get(patient=patient).any_new
    assert window.post(asked, {"asked_id": "x"}).status_code == 422


def test_card_keeps_what_was_answered_before_the_weekly_question(window: Client, patient: Patient):
    has(patient, "alcohol")
    offered = window.post(f"/dispensing/patients/{patient.pk}/answers/", ANSWERS).context["slip"]

    again = window.post(f"/dispensing/patients/{patient.pk}/no-new-medicine/", {"asked_id": new_id(), "slip": offered})

    assert "data-confirm-form" in again.content.decode()


def test_card_names_the_language_and_the_interpreter(window: Client, patient: Patient):
    Patient.objects.filter(pk=patient.pk).update(language="tiếng Hmông")
    by = world.person(cast.DISPENSER)
    Speech.objects.create(patient=patient, needs_interpreter=True, recorded_at=NOW, recorded_by=by)

    shown = opened(window, patient)

    assert "tiếng Hmông · <b>cần phiên dịch</b>" in shown
    assert f"/patients/{patient.pk}/phrases/?back=/dispensing/patients/{patient.pk}/" in shown


def missed_days(days: int) -> Patient:
    """A pregnant patient who has not come for that many days."""
    morning.opened_bottle()
    someone = morning.patient(known_from=TODAY - timedelta(days=days))
    has(someone, "pregnancy", ago=60)
    return someone


def test_pregnant_patient_with_missed_days_has_a_case_for_the_physician_this_morning(window: Client):
    someone = missed_days(4)

    shown = opened(window, someone)
    opened(window, someone)

    assert "Gọi bác sĩ ngay sáng nay." in shown
    assert "Nửa liều" not in shown
    (case,) = waiting(someone)
    assert case.owner == world.person(cast.PHYSICIAN)
    assert case.due_at == NOW + timedelta(hours=2)


def test_pregnant_patients_row_says_only_what_to_do():
    someone = missed_days(4)

    board = board_query.morning(by=access(cast.DISPENSER), now=NOW)

    row = next(row for row in board.to_come if row.patient_id == someone.pk)
    assert (row.tag_kind, str(row.tag_words)) == ("stop", "gọi bác sĩ ngay")


@pytest.mark.parametrize(("code", "told"), [("withheld", True), ("refused", True), ("hospitalised", False)])
def test_outcome_of_a_pregnant_patient_tells_the_physician(patient: Patient, code: str, told: bool):
    has(patient, "pregnancy", ago=60)
    signs, recheck = (("sedated",), NOW + timedelta(minutes=30)) if code == "withheld" else ((), None)

    outcomes.state(
        command=NewOutcome(id=new_id(), patient_id=patient.pk, code=code, signs=signs, recheck_at=recheck),
        by=access(cast.DISPENSER), now=NOW,
    )  # fmt: skip

    assert bool(waiting(patient)) is told


def test_a_closed_days_outcomes_tell_of_the_pregnant_ones_only(patient: Patient):
    expecting = missed_days(1)

    alarms.of_outcomes(outcomes=[(patient.pk, "absent"), (expecting.pk, "absent")], by=access(cast.DISPENSER), now=NOW)

    assert (len(waiting(patient)), len(waiting(expecting))) == (0, 1)


def test_case_of_a_pregnant_patient_that_was_concluded_today_is_not_opened_again(window: Client):
    someone = missed_days(1)
    opened(window, someone)
    from_now = Case.objects.filter(patient_id=someone.pk)
    assert from_now.count() == 1

    opened(window, someone)

    assert from_now.count() == 1
