"""Every row of the missed-dose table (domain 2.3, 12.2), and the whole against a slow second writing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dispensing.rules.facts import Answers, IfMissedStep
from dispensing.rules.missed import MissedLevel, missed_level
from dispensing.rules.settings import DosingSettings
from tests.dispensing.rules.reference import Answer, Case, gap_of, reference, window_of
from tests.dispensing.rules.snapshots import (
    NOW,
    TODAY,
    a_patient,
    a_prescription,
    codes,
    decide,
    history,
    mg,
    stops,
)

ANSWERED = Answers(missed_reason="ill", onsite_check_done=True, clinic_told=True)
HALF_FOR_FOUR = IfMissedStep(from_missed=4, to_missed=5, dose_mg=mg(25), days=1)


def missed(n: int, before: int = 30) -> str:
    return "d" * before + "x" * n


@pytest.mark.parametrize(
    ("n", "level"),
    [
        (0, MissedLevel.NONE),
        (1, MissedLevel.REASON),
        (2, MissedLevel.REASON),
        (3, MissedLevel.CHECK),
        (4, MissedLevel.ORDER),
        (5, MissedLevel.ORDER),
        (6, MissedLevel.MAIN_CLINIC),
        (29, MissedLevel.MAIN_CLINIC),
        (30, MissedLevel.DROPPED_OUT),
        (400, MissedLevel.DROPPED_OUT),
    ],
)
def test_missed_level_each_row_of_the_table(n: int, level: MissedLevel) -> None:
    assert missed_level(n, DosingSettings()) is level


def test_no_missed_day_needs_no_answer_and_shows_nothing() -> None:
    decision = decide()
    assert decision.allowed
    assert decision.violations == ()


@pytest.mark.parametrize("n", [1, 2])
def test_one_or_two_missed_days_ask_for_the_reason_and_give_the_full_dose(n: int) -> None:
    decision = decide(a_patient(missed(n)))
    assert not decision.allowed
    assert decision.questions == ("missed_reason",)
    assert decision.dose_mg == 50
    assert decide(a_patient(missed(n)), answers=ANSWERED).allowed


def test_three_missed_days_need_the_check_on_site_and_tell_the_clinic() -> None:
    decision = decide(a_patient(missed(3)))
    assert decision.questions == ("missed_onsite_check", "missed_reason")
    assert "clinic_is_told" in codes(decision, "note")
    reason_only = Answers(missed_reason="ill")
    assert decide(a_patient(missed(3)), answers=reason_only).questions == ("missed_onsite_check",)


@pytest.mark.parametrize(("dose", "asked"), [("60", False), ("60.5", True), ("61", True)])
def test_three_missed_days_above_60_mg_need_the_call_first(dose: str, asked: bool) -> None:
    facts = a_patient(missed(3), prescription=a_prescription(dose_mg=mg(dose)))
    assert ("missed_tell_clinic" in decide(facts, device=None).questions) is asked


def test_three_missed_days_above_60_mg_are_answered_by_a_call_told_today() -> None:
    facts = a_patient(missed(3), prescription=a_prescription(dose_mg=mg(70)), contact_told_at=NOW)
    assert "missed_tell_clinic" not in decide(facts).questions


def test_three_missed_days_above_60_mg_need_no_call_where_the_province_says_so() -> None:
    facts = a_patient(missed(3), prescription=a_prescription(dose_mg=mg(70)))
    decision = decide(facts, settings=DosingSettings(missed_3_needs_contact=False))
    assert "missed_tell_clinic" not in decision.questions


@pytest.mark.parametrize("n", [4, 5])
def test_four_or_five_missed_days_stop_for_the_physician_and_suggest_the_half(n: int) -> None:
    decision = decide(a_patient(missed(n), prescription=a_prescription(dose_mg=mg(65))))
    (stop,) = [v for v in decision.violations if v.level == "stop"]
    assert (stop.code, stop.unlocker) == ("missed_needs_order", "physician")
    assert dict(stop.data) == {"days": str(n), "half_mg": "32", "cap_mg": "40"}
    assert decision.dose_mg is None
    assert decision.portions == ()


def test_half_dose_suggested_is_never_above_the_cap() -> None:
    decision = decide(a_patient(missed(4), prescription=a_prescription(dose_mg=mg(110))))
    assert dict(decision.violations[0].data)["half_mg"] == "40"


@pytest.mark.parametrize("n", [6, 7, 29])
def test_six_to_29_missed_days_belong_to_the_main_clinic(n: int) -> None:
    decision = decide(a_patient(missed(n)), answers=ANSWERED)
    assert stops(decision) == ["missed_main_clinic"]
    assert decision.violations[0].unlocker == "main_clinic"


@pytest.mark.parametrize("n", [30, 31, 60])
def test_30_missed_days_are_a_dropout(n: int) -> None:
    assert stops(decide(a_patient(missed(n)))) == ["missed_dropped_out"]


def test_90_missed_days_with_nothing_before_are_a_dropout() -> None:
    assert stops(decide(a_patient("x" * 90))) == ["missed_dropped_out"]


def test_induction_stops_at_the_first_missed_day() -> None:
    facts = a_patient(missed(1), prescription=a_prescription(phase="induction"))
    decision = decide(facts)
    assert stops(decision) == ["missed_induction"]
    assert decision.violations[0].unlocker == "physician"


@pytest.mark.parametrize(("n", "stopped"), [(1, []), (2, ["missed_adjustment"]), (3, ["missed_adjustment"])])
def test_adjustment_stops_at_the_second_missed_day(n: int, stopped: list[str]) -> None:
    assert stops(decide(a_patient(missed(n), prescription=a_prescription(phase="adjustment")))) == stopped


@pytest.mark.parametrize(("days_ago", "stopped"), [(0, True), (13, True), (14, True), (15, False)])
def test_two_missed_days_after_a_raise_stop_within_14_days(days_ago: int, stopped: bool) -> None:
    facts = a_patient(missed(2), prescription=a_prescription(raised_on=TODAY - timedelta(days=days_ago)))
    assert (stops(decide(facts)) == ["missed_after_raise"]) is stopped
    if stopped:
        raised_on = str(TODAY - timedelta(days=days_ago))
        assert dict(decide(facts).violations[0].data) == {"days": "2", "raised_on": raised_on}
    one_day = a_patient(missed(1), prescription=facts.prescription)
    assert stops(decide(one_day)) == []


@pytest.mark.parametrize(
    ("marks", "in_window", "stopped"),
    [
        ("dddxxxdxxx", 6, True),  # three missed, one dosed, three missed is not fine
        ("ddddxdxdxd", 3, False),
        ("dddxdxdxdx", 4, True),
        ("dxdxdxxddd", 3, False),  # day 8 is out of the window of seven
        ("dxxxxddddd", 2, False),
        ("ddxxxxdddd", 3, False),
        ("dddxxxxddd", 4, True),
    ],
)
def test_rolling_window_stops_at_four_missed_of_seven(marks: str, in_window: int, stopped: bool) -> None:
    decision = decide(a_patient(marks))
    assert decision.missed.in_window == in_window
    assert (stops(decision) == ["missed_window"]) is stopped


def test_a_signed_step_gives_its_dose_and_tells_the_physician() -> None:
    facts = a_patient(missed(4), prescription=a_prescription(if_missed=(HALF_FOR_FOUR,)))
    decision = decide(facts, answers=ANSWERED)
    assert decision.allowed
    assert decision.dose_mg == 25
    assert decision.if_missed_step == HALF_FOR_FOUR
    assert {"missed_step_applies", "clinic_is_told", "dose_changed"} <= set(codes(decision, "note"))


@pytest.mark.parametrize("n", [3, 6])
def test_a_signed_step_says_nothing_outside_its_days(n: int) -> None:
    facts = a_patient(missed(n), prescription=a_prescription(if_missed=(HALF_FOR_FOUR,)))
    assert decide(facts).if_missed_step is None


def test_a_signed_step_does_not_answer_more_missed_days_than_it_was_signed_for() -> None:
    facts = a_patient("ddddxxdxxxx", prescription=a_prescription(if_missed=(HALF_FOR_FOUR,)))
    decision = decide(facts)
    assert decision.missed.in_window == 6
    assert stops(decision) == ["missed_needs_order"]


def test_a_signed_step_is_used_once_and_the_order_is_suspended() -> None:
    """After the half dose, tomorrow's board never offers the full dose by itself (domain 12.2)."""
    prescription = a_prescription(if_missed=(HALF_FOR_FOUR,))
    for marks in (missed(4) + "d", missed(4) + "d" + "x" * 4):
        decision = decide(a_patient(marks, prescription=prescription, suspended=True))
        assert "prescription_suspended" in stops(decision)
        assert decision.dose_mg is None


@pytest.mark.parametrize(("days_given", "dose"), [(1, mg(25)), (2, None)])
def test_a_step_of_two_days_covers_the_second_day_only(days_given: int, dose: object) -> None:
    step = IfMissedStep(4, 5, mg(25), days=2)
    first_day = TODAY - timedelta(days=days_given)
    days = tuple(
        replace(day, ingested_mg=mg(25)) if day.day >= first_day else day
        for day in history(missed(4) + "d" * days_given)
    )
    later = a_patient(prescription=a_prescription(if_missed=(step,)), days=days, suspended=True)
    decision = decide(later)
    assert decision.dose_mg == dose
    applied = [dict(v.data) for v in decision.violations if v.code == "missed_step_applies"]
    assert applied == ([{"days": "4", "dose_mg": "25"}] if dose else [])


def test_an_order_signed_in_sight_of_the_gap_lifts_the_stop() -> None:
    order = a_prescription(dose_mg=mg(25), starts_on=TODAY, answers_until=TODAY - timedelta(days=1))
    decision = decide(a_patient(missed(5), prescription=order), answers=ANSWERED)
    assert decision.allowed
    assert decision.dose_mg == 25


def test_an_order_signed_in_sight_of_three_missed_days_is_the_call() -> None:
    order = a_prescription(dose_mg=mg(70), starts_on=TODAY, answers_until=TODAY - timedelta(days=1))
    decision = decide(a_patient(missed(3), prescription=order))
    assert decision.questions == ("missed_onsite_check", "missed_reason")


def test_an_order_does_not_answer_a_day_missed_after_it() -> None:
    order = a_prescription(starts_on=TODAY - timedelta(days=1), answers_until=TODAY - timedelta(days=2))
    assert stops(decide(a_patient(missed(5), prescription=order))) == ["missed_needs_order"]


def test_an_order_signed_without_sight_of_the_gap_answers_nothing() -> None:
    assert stops(decide(a_patient(missed(4), prescription=a_prescription(starts_on=TODAY)))) == ["missed_needs_order"]


@pytest.mark.parametrize(("by_main_clinic", "stopped"), [(False, ["missed_main_clinic"]), (True, [])])
def test_six_missed_days_are_answered_only_by_the_main_clinics_order(by_main_clinic: bool, stopped: list[str]) -> None:
    order = a_prescription(
        phase="induction",
        dose_mg=mg(20),
        starts_on=TODAY,
        answers_until=TODAY - timedelta(days=1),
        signed_by_main_clinic=by_main_clinic,
    )
    assert stops(decide(a_patient(missed(9), prescription=order))) == stopped


def test_answered_days_do_not_count_again_in_the_window() -> None:
    order = a_prescription(starts_on=date(2026, 3, 1), answers_until=date(2026, 2, 28))
    decision = decide(a_patient("ddddxxxxdd", prescription=order))
    assert decision.missed.in_window == 4
    assert decision.missed.unanswered_in_window == 0
    assert decision.allowed


cases = st.builds(
    Case,
    marks=st.one_of(
        st.text(alphabet="ddddxswv?", max_size=20),
        st.builds(lambda n, tail: "d" + "x" * n + tail, st.integers(0, 40), st.sampled_from(["", "d", "dd", "dx"])),
    ),
    phase=st.sampled_from(["induction", "adjustment", "maintenance", "taper"]),
    dose_mg=st.sampled_from([20, 40, 60, 61, 90]),
    days_since_raise=st.one_of(st.none(), st.integers(0, 20)),
    step=st.sampled_from([None, (4, 5, 10), (1, 3, 20), (2, 5, 15), (5, 5, 5)]),
    answered_days_ago=st.one_of(st.none(), st.integers(1, 9)),
    by_main_clinic=st.booleans(),
    told_today=st.booleans(),
)


@given(case=cases)
@example(case=Case("dxxxdxxx", "maintenance", 90, None, None, None, False, False))
@example(case=Case("d" + "x" * 29, "maintenance", 40, None, None, None, False, False))
@example(case=Case("d" + "x" * 30, "taper", 40, None, None, 1, True, False))
@example(case=Case("?xxx", "maintenance", 61, 3, None, None, False, False))
def test_the_rules_and_the_second_writing_of_the_table_agree(case: Case) -> None:
    prescription = a_prescription(
        phase=case.phase,
        dose_mg=mg(case.dose_mg),
        raised_on=None if case.days_since_raise is None else TODAY - timedelta(days=case.days_since_raise),
        if_missed=(IfMissedStep(case.step[0], case.step[1], mg(case.step[2]), 1),) if case.step else (),
        answers_until=None if case.answered_days_ago is None else TODAY - timedelta(days=case.answered_days_ago),
        signed_by_main_clinic=case.by_main_clinic,
    )
    facts = a_patient(case.marks, prescription=prescription, contact_told_at=NOW if case.told_today else None)
    decision = decide(facts)
    found = [v for v in decision.violations if v.level == "stop"]
    expected = reference(case)
    step = decision.if_missed_step
    actual = Answer(
        stop=found[0].code.value if found else None,
        unlocker=found[0].unlocker.value if found else None,
        asks=frozenset(q.value for q in decision.questions if q != "last_dose_unknown" or not found),
        step_dose=int(step.dose_mg) if step else None,
    )
    assert actual == expected
    assert len(found) <= 1
    assert (decision.missed.consecutive, decision.missed.reaches_unknown) == gap_of(case.marks)
    missed_in_window, unanswered = window_of(case.marks, case.answered_days_ago)
    assert (decision.missed.in_window, decision.missed.unanswered_in_window) == (missed_in_window, unanswered)
