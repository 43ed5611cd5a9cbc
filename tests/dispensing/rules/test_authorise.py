"""Choosing authorises: every hard stop of domain 2.2, what 12.2 adds, and the questions before the pour."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispensing.rules.authorise import suspends_prescription
from dispensing.rules.codes import LEVEL_RANK, RANK, Level, Unlocker
from dispensing.rules.facts import Answers, IfMissedStep, PlacementFact
from dispensing.rules.settings import DosingSettings
from tests.dispensing.rules.snapshots import (
    ELSEWHERE,
    HERE,
    NOW,
    SYRINGE,
    TODAY,
    a_bottle,
    a_dose,
    a_hold,
    a_patient,
    a_prescription,
    an_id,
    an_outcome,
    at,
    codes,
    decide,
    mg,
    stops,
)


def test_a_good_morning_allows_the_ordered_dose() -> None:
    decision = decide()
    assert decision.allowed
    assert not decision.stopped
    assert (decision.dose_mg, decision.slot) == (mg(50), 1)
    (portion,) = decision.portions
    assert (portion.bottle_id, portion.mg, portion.ul) == (1, mg(50), 5_000)
    assert decision.violations == decision.questions == decision.findings == ()


STOPS: list[tuple[str, str, dict[str, Any], str]] = [
    ("not in treatment", "not_in_treatment", {"status": "dropped_out"}, "main_clinic"),
    ("dead in the register", "not_in_treatment", {"status": "died"}, "main_clinic"),
    ("placed nowhere", "not_placed", {"placement": None}, "main_clinic"),
    (
        "placement over",
        "not_placed",
        {"placement": PlacementFact(HERE, "Mường Pồn", "home", date(2025, 1, 1), TODAY)},
        "main_clinic",
    ),
    (
        "placement not begun",
        "not_placed",
        {"placement": PlacementFact(HERE, "Mường Pồn", "guest", TODAY + timedelta(days=1), None)},
        "main_clinic",
    ),
    (
        "moved",
        "placed_elsewhere",
        {"placement": PlacementFact(ELSEWHERE, "Mường Lay", "home", TODAY, None)},
        "main_clinic",
    ),
    ("dosed here", "dose_already_today", {"doses_today": (a_dose(),)}, "nobody"),
    ("dosed elsewhere", "dose_already_today", {"doses_today": (a_dose(facility_id=ELSEWHERE),)}, "nobody"),
    ("conflicting dose", "dose_already_today", {"doses_today": (a_dose(kind="conflicting"),)}, "nobody"),
    ("spat out today", "poured_today", {"outcomes_today": (an_outcome("spat_out"),)}, "physician"),
    ("left with the cup", "poured_today", {"outcomes_today": (an_outcome("left_with_cup"),)}, "physician"),
    ("a block placed", "hold", {"holds": (a_hold(),)}, "physician"),
    ("a block of the clinic", "hold", {"holds": (a_hold(lifted_by=Unlocker.MAIN_CLINIC),)}, "main_clinic"),
    ("no prescription", "no_prescription", {"prescription": None}, "physician"),
    (
        "prescription ended",
        "prescription_ended",
        {"prescription": None, "last_prescription_end": date(2026, 3, 2)},
        "physician",
    ),
    (
        "prescription ended yesterday",
        "prescription_ended",
        {"prescription": a_prescription(last_day=date(2026, 3, 2))},
        "physician",
    ),
    (
        "prescription from tomorrow",
        "prescription_not_started",
        {"prescription": a_prescription(starts_on=date(2026, 3, 4))},
        "physician",
    ),
    ("suspended", "prescription_suspended", {"suspended": True}, "physician"),
    ("suspended and ended", "prescription_suspended", {"suspended": True, "prescription": None}, "physician"),
    (
        "bridging too long",
        "bridging_over",
        {"prescription": a_prescription(bridging=True, starts_on=TODAY - timedelta(days=3))},
        "physician",
    ),
]


@pytest.mark.parametrize(("code", "changes", "unlocker"), [s[1:] for s in STOPS], ids=[s[0] for s in STOPS])
def test_authorise_stops_for_each_hard_stop_and_names_who_unlocks(
    code: str, changes: dict[str, Any], unlocker: str
) -> None:
    decision = decide(a_patient(**changes))
    assert stops(decision) == [code]
    assert not decision.allowed
    assert decision.stopped
    assert decision.violations[0].unlocker == unlocker
    assert decision.findings == decision.violations[:1]


def test_the_last_day_of_a_prescription_still_covers() -> None:
    decision = decide(a_patient(prescription=a_prescription(last_day=TODAY)))
    assert decision.allowed
    assert codes(decision) == ["prescription_ends"]


def test_the_last_bridging_day_is_given_and_shown_unsigned() -> None:
    begun = TODAY - timedelta(days=2)
    bridging = a_prescription(bridging=True, starts_on=begun, last_day=TODAY, unsigned_since=begun)
    decision = decide(a_patient(prescription=bridging))
    assert decision.allowed
    assert codes(decision) == ["bridging_unsigned"]


@pytest.mark.parametrize(
    ("phase", "left", "shown"),
    [
        ("maintenance", 8, False),
        ("maintenance", 7, True),
        ("taper", 0, True),
        ("adjustment", 2, False),
        ("adjustment", 1, True),
        ("induction", 0, True),
    ],
)
def test_a_prescription_that_ends_soon_is_shown(phase: str, left: int, shown: bool) -> None:
    prescription = a_prescription(phase=phase, last_day=TODAY + timedelta(days=left))
    decision = decide(a_patient(prescription=prescription))
    assert ("prescription_ends" in codes(decision)) is shown
    assert decision.allowed


def test_a_supplement_does_not_take_the_slot() -> None:
    assert decide(a_patient(doses_today=(a_dose(kind="supplement", order="o-1"),))).allowed


def test_a_replacement_takes_the_slot_where_the_dose_that_it_replaces_was_voided() -> None:
    replacement = a_dose(kind="replacement", order="o-1")
    assert stops(decide(a_patient(doses_today=(replacement,)))) == ["dose_already_today"]
    assert stops(decide(a_patient(doses_today=(a_dose(), replacement)))) == ["dose_already_today"]
    split = a_prescription(dose_mg=mg(50), slot_mg=(mg(30), mg(20)))
    assert decide(a_patient(prescription=split, doses_today=(replacement,)), slot=2).allowed


def test_a_split_dose_gives_each_part_once() -> None:
    split = a_prescription(dose_mg=mg(50), slot_mg=(mg(30), mg(20)))
    morning = a_dose(mg=mg(30), slot=1)
    facts = a_patient(prescription=split, doses_today=(morning,))
    assert stops(decide(facts, slot=1)) == ["dose_already_today"]
    evening = decide(facts, slot=2)
    assert evening.allowed
    assert (evening.dose_mg, evening.slot) == (mg(20), 2)
    assert stops(decide(facts, slot=3)) == ["slot_unknown"]
    assert stops(decide(facts, slot=0)) == ["slot_unknown"]


def test_the_days_total_is_bounded_by_what_was_ordered() -> None:
    split = a_prescription(dose_mg=mg(50), slot_mg=(mg(30), mg(20)))
    facts = a_patient(prescription=split, doses_today=(a_dose(mg=mg(31), slot=1),))
    assert stops(decide(facts, slot=2)) == ["day_total_exceeded"]


def test_a_step_of_a_split_dose_keeps_its_proportions_rounded_down() -> None:
    step = IfMissedStep(4, 5, mg(25), 1)
    split = a_prescription(dose_mg=mg(50), slot_mg=(mg(35), mg(15)), if_missed=(step,))
    facts = a_patient("dddddxxxx", prescription=split)
    first, second = decide(facts, slot=1), decide(facts, slot=2)
    assert (first.dose_mg, second.dose_mg) == (mg(17), mg(7))
    dosed = replace(facts, doses_today=(a_dose(mg=mg(17)),))
    assert "day_total_exceeded" not in stops(decide(dosed, slot=2))


def test_any_sign_seen_stops_and_no_sign_stated_does_not() -> None:
    seen = decide(answers=Answers(sober=("slurred", "alcohol")))
    assert stops(seen) == ["signs_seen"]
    assert seen.violations[0].data == (("signs", "alcohol,slurred"),)
    assert decide(answers=Answers(sober=(), alert_confirmed=None, identified_by=None)).allowed
    assert decide(answers=Answers(alert_confirmed=False)).allowed


def test_a_withheld_dose_waits_for_its_recheck_and_then_for_another_look() -> None:
    facts = a_patient(outcomes_today=(an_outcome("withheld", recheck_at=at(6, 11)),))
    assert stops(decide(facts)) == ["withheld_wait"]
    later = decide(facts, now=at(6, 11))
    assert later.questions == ("withheld_look_again",)
    assert decide(facts, now=at(6, 11), answers=Answers(alert_confirmed=True)).allowed
    again = decide(facts, now=at(6, 11), answers=Answers(alert_confirmed=True, sober=("sedated",)))
    assert stops(again) == ["signs_seen"]


def test_the_newest_of_two_withheld_looks_counts() -> None:
    first = an_outcome("intoxicated", hour=5, recheck_at=at(6))
    second = an_outcome("withheld", hour=6, recheck_at=at(7))
    assert stops(decide(a_patient(outcomes_today=(second, first)))) == ["withheld_wait"]


def test_an_outcome_stated_earlier_today_is_shown_and_does_not_stop() -> None:
    decision = decide(a_patient(outcomes_today=(an_outcome("refused"), an_outcome("absent"))))
    assert decision.allowed
    assert codes(decision) == ["outcome_today", "outcome_today"]


def test_an_outcome_of_a_later_version_is_shown_and_does_not_stop() -> None:
    decision = decide(a_patient(outcomes_today=(an_outcome("invented_later"),)))
    assert codes(decision) == ["outcome_today"]


def test_yesterdays_withheld_dose_is_on_the_card_and_two_in_seven_days_go_to_the_physician() -> None:
    once = decide(a_patient("d" * 10 + "w"), answers=Answers(missed_reason="ill"))
    assert codes(once) == ["missed_days", "withheld_before"]
    twice = decide(a_patient("d" * 5 + "w" + "d" * 5, outcomes_today=(an_outcome("withheld"),)))
    assert "withheld_pattern" in codes(twice)
    long_ago = decide(a_patient("d" * 5 + "w" + "d" * 6, outcomes_today=(an_outcome("withheld"),)))
    assert "withheld_pattern" not in codes(long_ago)


def test_a_change_of_dose_is_shown() -> None:
    facts = a_patient(prescription=a_prescription(dose_mg=mg(55)))
    unchanged = decide(facts)
    assert unchanged.violations == ()
    before = tuple(replace(day, ingested_mg=mg(50)) for day in facts.days)
    changed = decide(replace(facts, days=before))
    assert codes(changed) == ["dose_changed"]
    assert dict(changed.violations[0].data) == {"old_mg": "50", "new_mg": "55"}
    assert changed.allowed


@pytest.mark.parametrize(("days", "shown"), [(0, False), (7, False), (8, True), (400, True)])
def test_an_overdue_examination_is_shown_and_never_stops(days: int, shown: bool) -> None:
    decision = decide(a_patient(exam_overdue_days=days))
    assert decision.allowed
    assert ("exam_overdue" in codes(decision)) is shown


def test_an_unknown_last_dose_is_confirmed_once_by_card_slip_or_physician() -> None:
    facts = a_patient("dd?")
    assert decide(facts).questions == ("last_dose_unknown",)
    assert decide(facts, answers=Answers(last_dose_proof="card")).allowed


def test_without_an_order_no_dose_is_offered_and_nothing_is_measured() -> None:
    for facts in (
        a_patient(prescription=None),
        a_patient(suspended=True),
        a_patient("d" + "x" * 6),
        a_patient(prescription=a_prescription(last_day=date(2026, 3, 1))),
    ):
        decision = decide(facts)
        assert decision.dose_mg is None
        assert decision.portions == ()
        assert decision.measure is None


def test_missed_days_are_shown_even_where_no_order_is_in_force() -> None:
    assert "missed_days" in codes(decide(a_patient("ddxx", prescription=None)))


def test_a_late_fact_is_judged_by_the_same_rules() -> None:
    """At confirm, on the snapshot of then, what speaks becomes the findings; the pour is still worked out."""
    decision = decide(a_patient(doses_today=(a_dose(),)), answers=Answers("card", alert_confirmed=True))
    assert [v.code for v in decision.findings] == ["dose_already_today"]
    assert decision.dose_mg == 50
    assert decision.portions[0].ul == 5_000


def test_hours_are_shown_in_the_facilitys_zone() -> None:
    given = datetime.fromisoformat("2026-03-02T23:05:00+00:00")
    decision = decide(a_patient(doses_today=(a_dose(given_at=given),)))
    assert dict(decision.violations[0].data)["given_at"] == "2026-03-03T06:05+07:00"
    assert "06:05" in decision.violations[0].words


def test_a_reduced_dose_suspends_its_prescription() -> None:
    split = a_prescription(dose_mg=mg(50), slot_mg=(mg(30), mg(20)))
    assert not suspends_prescription(given_mg=mg(30), slot=1, prescription=split)
    assert suspends_prescription(given_mg=mg("29.5"), slot=1, prescription=split)
    assert not suspends_prescription(given_mg=mg(20), slot=2, prescription=split)


def everything_wrong() -> Any:
    return a_patient(
        "d" * 10 + "wxxxxx",
        status="ended",
        prescription=a_prescription(raised_on=date(2026, 2, 25), last_day=date(2026, 3, 4)),
        holds=(a_hold(), a_hold(id=an_id(32), reason="overdose")),
        doses_today=(a_dose(),),
        outcomes_today=(an_outcome("spat_out"), an_outcome("withheld", recheck_at=at(7))),
        exam_overdue_days=40,
    )


def test_violations_come_worst_first() -> None:
    found = decide(everything_wrong(), bottles=(), device=None).violations
    ranks = [(LEVEL_RANK[v.level], RANK[v.code]) for v in found]
    assert ranks == sorted(ranks)
    assert found[0].code == "not_in_treatment"
    assert found[-1].level is Level.NOTE
    assert len(found) > 10


@given(seed=st.integers(0, 1000))
def test_the_order_of_the_answer_does_not_hang_on_the_order_of_the_facts(seed: int) -> None:
    facts = everything_wrong()
    bottles = [a_bottle(id=n, label=f"MP-{n}", balance_ul=n * 700) for n in range(1, 6)]
    shuffled: dict[str, Any] = {}
    random = Random(seed)  # noqa: S311  no secret: a repeatable shuffle
    for field in ("days", "holds", "doses_today", "outcomes_today"):
        shuffled[field] = tuple(random.sample(getattr(facts, field), len(getattr(facts, field))))
    mixed = decide(replace(facts, **shuffled), bottles=random.sample(bottles, len(bottles)))
    assert mixed == decide(facts, bottles=bottles)


@given(
    answers=st.builds(
        Answers,
        identified_by=st.sampled_from([None, "card"]),
        sober=st.sampled_from([(), ("sedated",)]),
        alert_confirmed=st.sampled_from([None, False, True]),
        missed_reason=st.sampled_from([None, "ill"]),
        onsite_check_done=st.booleans(),
        clinic_told=st.booleans(),
        second_look=st.booleans(),
        last_dose_proof=st.sampled_from([None, "slip"]),
    ),
    marks=st.text(alphabet="dxws?", max_size=12),
    dose=st.sampled_from(["50", "61", "210"]),
)
def test_answers_only_ever_remove_questions(answers: Answers, marks: str, dose: str) -> None:
    facts = a_patient(marks, prescription=a_prescription(dose_mg=mg(dose)))
    silent, spoken = decide(facts), decide(facts, answers=answers)
    assert set(spoken.questions) <= set(silent.questions)
    assert set(stops(spoken)) - set(stops(silent)) <= {"signs_seen"}
    assert spoken.allowed == (not spoken.stopped and not spoken.questions)
    assert all(v.level is Level.ASK for v in spoken.violations if v.code in spoken.questions)
    assert spoken.dose_mg == silent.dose_mg
    for one, other in pairwise(spoken.violations):
        assert LEVEL_RANK[one.level] <= LEVEL_RANK[other.level]


def test_settings_of_a_province_move_the_table() -> None:
    strict = DosingSettings(missed_same_dose_max=2, missed_onsite_check_from=2)
    assert stops(decide(a_patient("dddxxx"), settings=strict)) == ["missed_needs_order"]
    assert "missed_onsite_check" in decide(a_patient("dddxx"), settings=strict).questions


def test_the_device_is_named_in_the_measure() -> None:
    measure = decide(now=NOW).measure
    assert measure is not None
    assert (measure.device, measure.total_ul) == (SYRINGE.name, 5_000)
