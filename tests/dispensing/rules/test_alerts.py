"""What an alert switches on today, by tables (domain 12.2)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from dispensing.rules import alerts
from dispensing.rules.authorise import Decision, authorise
from dispensing.rules.codes import Code, Level
from dispensing.rules.facts import AlertFact, Answers, IfMissedStep, OutcomeFact, PatientFacts
from tests.dispensing.rules.snapshots import (
    NOW,
    SETTINGS,
    SYRINGE,
    TODAY,
    a_bottle,
    a_patient,
    a_prescription,
    an_id,
    at,
)

WATCH = SETTINGS.alert_watch_days
HALF_AFTER_FOUR = IfMissedStep(from_missed=4, to_missed=5, dose_mg=Decimal(25), days=1)


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def an_alert(kind: str, effect: str = "", change: str = "", *, ago: int = 0) -> AlertFact:
    return AlertFact(an_id(50), kind, effect, change, TODAY - timedelta(days=ago))


def asked(facts: PatientFacts, answers: Answers | None = None) -> Decision:
    return authorise(
        facts=facts, bottles=[a_bottle()], device=SYRINGE, answers=answers or Answers(), settings=SETTINGS, now=NOW
    )


def codes(decision: Decision) -> set[Code]:
    return {found.code for found in decision.violations}


@pytest.mark.parametrize(
    ("effect", "change", "code", "looks"),
    [
        ("raises", "started", Code.MEDICINE_RISING, True),
        ("raises", "stopped", Code.MEDICINE_FALLING, False),
        ("lowers", "started", Code.MEDICINE_FALLING, False),
        ("lowers", "stopped", Code.MEDICINE_RISING, True),
        ("unknown", "started", Code.MEDICINE_UNCLEAR, True),
        ("unknown", "stopped", Code.MEDICINE_UNCLEAR, True),
    ],
)
def test_medicine_that_moves_methadone_says_what_to_look_for(effect: str, change: str, code: Code, looks: bool):
    decision = asked(a_patient(alerts=(an_alert("medicine", effect, change),)))

    assert code in codes(decision)
    assert (Code.LOOK_FOR_SEDATION in decision.questions) is looks
    assert decision.dose_mg == Decimal(50)


@pytest.mark.parametrize(("ago", "shown"), [(0, True), (1, True), (WATCH, True), (WATCH + 1, False), (400, False)])
def test_medicine_is_watched_for_fourteen_days(ago: int, shown: bool):
    decision = asked(a_patient(alerts=(an_alert("medicine", "lowers", "started", ago=ago),)))

    assert (Code.MEDICINE_FALLING in codes(decision)) is shown


@pytest.mark.parametrize(
    ("kind", "code", "looks"),
    [
        ("qt", Code.QT_RISK, False),
        ("liver", Code.LIVER_RISK, False),
        ("epilepsy", Code.EPILEPSY_RISK, False),
        ("sedatives", Code.LOOK_FOR_SEDATION, True),
        ("alcohol", Code.LOOK_FOR_SEDATION, True),
        ("pregnancy", Code.PREGNANT, False),
    ],
)
def test_illness_or_habit_says_what_to_look_for(kind: str, code: Code, looks: bool):
    decision = asked(a_patient(alerts=(an_alert(kind, ago=300),)))

    assert codes(decision) == {code}
    assert bool(decision.questions) is looks
    assert decision.allowed is not looks


def test_one_look_answers_for_everything_that_sedates():
    both = (an_alert("alcohol"), an_alert("sedatives"), an_alert("medicine", "raises", "started"))

    decision = asked(a_patient(alerts=both))
    looked = asked(a_patient(alerts=both), Answers(alert_confirmed=True))

    (question,) = [found for found in decision.violations if found.code is Code.LOOK_FOR_SEDATION]
    assert dict(question.data)["reasons"] == "alcohol,medicine,sedatives"
    assert looked.allowed


@pytest.mark.parametrize(
    ("marks", "stopped", "troubles"),
    [
        ("d" * 20, False, None),
        ("d" * 19 + "x", False, "missed"),
        ("d" * 17 + "xxx", False, "missed"),
        ("d" * 16 + "xxxx", True, "blocked,missed"),
        ("d" * 10 + "x" * 10, True, "blocked,missed"),
        ("d" * 19 + "w", False, "missed,withheld"),
        ("d" * 19 + "v", False, "missed,vomited"),
    ],
)
def test_pregnant_patients_days(marks: str, stopped: bool, troubles: str | None):
    decision = asked(a_patient(marks, alerts=(an_alert("pregnancy", ago=90),)))

    found = {v.code: dict(v.data) for v in decision.violations}
    assert decision.stopped is stopped
    assert (Code.PREGNANT_PHYSICIAN_NOW in found) is (troubles is not None)
    if troubles:
        assert set(found[Code.PREGNANT_PHYSICIAN_NOW]["troubles"].split(",")) >= set(troubles.split(","))


@pytest.mark.parametrize("missed", [4, 5, 8, 30])
def test_pregnant_patient_is_neither_reduced_nor_sent_away_by_a_rule(missed: int):
    stepped = a_prescription(if_missed=(HALF_AFTER_FOUR,))
    facts = a_patient("d" * 40 + "x" * missed, prescription=stepped, alerts=(an_alert("pregnancy", ago=90),))

    decision = asked(facts)

    assert decision.if_missed_step is None
    assert decision.dose_mg is None
    table = {Code.MISSED_NEEDS_ORDER, Code.MISSED_MAIN_CLINIC, Code.MISSED_DROPPED_OUT, Code.MISSED_STEP_APPLIES}
    assert not codes(decision) & table
    assert {Code.PREGNANT_MISSED, Code.PREGNANT_PHYSICIAN_NOW} <= codes(decision)
    assert "half_mg" not in {key for v in decision.violations for key, _ in v.data}


def test_the_same_step_serves_who_is_not_pregnant():
    stepped = a_prescription(if_missed=(HALF_AFTER_FOUR,))

    assert asked(a_patient("d" * 16 + "xxxx", prescription=stepped)).dose_mg == Decimal(25)


def test_order_signed_in_sight_of_the_missed_days_answers_for_a_pregnant_patient_too():
    answered = a_prescription(answers_until=TODAY - timedelta(days=1), dose_mg=Decimal(30))
    facts = a_patient("d" * 16 + "xxxx", prescription=answered, alerts=(an_alert("pregnancy"),))

    assert asked(facts).dose_mg == Decimal(30)


@pytest.mark.parametrize(("code", "trouble"), [("vomited", "vomited"), ("withheld", "withheld")])
def test_pregnant_patient_with_an_outcome_of_today_needs_a_physician(code: str, trouble: str):
    outcome = OutcomeFact(code, TODAY, at(5, 40), None)

    decision = asked(a_patient(alerts=(an_alert("pregnancy"),), outcomes_today=(outcome,)))

    (found,) = [v for v in decision.violations if v.code is Code.PREGNANT_PHYSICIAN_NOW]
    assert trouble in dict(found.data)["troubles"].split(",")
    assert found.level is Level.NOTE


def test_empty_bottle_is_no_trouble_of_a_pregnant_patient():
    facts = a_patient(alerts=(an_alert("pregnancy"),))
    decision = authorise(facts=facts, bottles=[], device=SYRINGE, answers=Answers(), settings=SETTINGS, now=NOW)

    assert decision.stopped
    assert Code.PREGNANT_PHYSICIAN_NOW not in codes(decision)


@pytest.mark.parametrize(
    ("last", "due"),
    [(None, True), (TODAY, False), (days_ago(6), False), (days_ago(7), True)],
)
def test_new_medicines_are_asked_for_weekly(last: date | None, due: bool):
    assert alerts.asks_for_medicines(replace(a_patient(), medicines_asked_on=last), SETTINGS) is due


def test_nobody_elses_card_changes():
    assert asked(a_patient()).violations == ()
