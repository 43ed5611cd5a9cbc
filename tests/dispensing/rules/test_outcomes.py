"""Outcomes other than a dose: what each means, and what is wrong with a statement (domain 4.4, 12.2)."""

from datetime import timedelta
from typing import Any

import pytest

from dispensing.rules.outcomes import (
    OUTCOME_WORDS,
    RULES,
    OutcomeCode,
    OutcomeDraft,
    check_outcome,
    recheck_time,
    rule_of,
    stays_open,
)
from tests.dispensing.rules.snapshots import (
    NOW,
    SETTINGS,
    a_dose,
    a_patient,
    a_prescription,
    an_outcome,
    assert_figures_are_whole,
    at,
    mg,
)

CLOSING = at(9)


def check(
    code: str, *, facts: Any = None, closes_at: Any = CLOSING, now: Any = NOW, **draft: Any
) -> list[tuple[str, str]]:
    answer = check_outcome(draft=OutcomeDraft(code, **draft), facts=facts or a_patient(), now=now, closes_at=closes_at)
    assert_figures_are_whole(answer)
    return [(v.level.value, v.code.value) for v in answer]


def test_every_outcome_has_its_rule_and_its_words() -> None:
    assert set(RULES) == set(OUTCOME_WORDS) == set(OutcomeCode)


def test_each_outcome_means_what_the_table_says() -> None:
    def those(trait: str) -> set[str]:
        return {code.value for code, rule in RULES.items() if getattr(rule, trait)}

    assert those("caused_by_patient") == {
        "absent",
        "intoxicated",
        "refused",
        "spat_out",
        "held_in_mouth",
        "left_with_cup",
    }
    assert those("stays_open") == {"withheld", "intoxicated"}
    assert those("final") == {"transferred", "deceased"}
    assert those("poured") == {"spat_out", "held_in_mouth", "left_with_cup"}
    assert those("after_dose") == {"vomited"}
    assert those("destination") == those("poured")
    assert {RULES[OutcomeCode(code)].destination for code in those("poured")} == {"poured_out", "loss"}
    assert not RULES[OutcomeCode.ABSENT].present
    assert RULES[OutcomeCode.SENT_AWAY].present


def test_an_unknown_outcome_is_asked_back() -> None:
    assert check("on_the_moon") == [("stop", "outcome_unknown")]
    assert rule_of("on_the_moon") is None
    assert not stays_open("on_the_moon")


@pytest.mark.parametrize(
    "code",
    [
        "refused",
        "sent_away",
        "no_prescription",
        "missed_rule_block",
        "stock_out",
        "hospitalised",
        "detained",
        "transferred",
    ],
)
def test_a_plain_outcome_needs_nothing_more(code: str) -> None:
    assert [level for level, _ in check(code) if level != "note"] == []


def test_a_withheld_dose_names_signs_and_the_next_look() -> None:
    for code in ("withheld", "intoxicated"):
        assert check(code) == [("ask", "recheck_needed"), ("ask", "signs_needed")]
        assert check(code, signs=("sedated",), recheck_at=at(7)) == []


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        ({"signs": ("sedated",), "recheck_at": NOW}, "recheck_past"),
        ({"signs": ("sedated",), "recheck_at": NOW - timedelta(minutes=1)}, "recheck_past"),
        ({"signs": ("sedated",), "recheck_at": at(9, 1)}, "recheck_after_closing"),
        ({"signs": ("sleepwalking",), "recheck_at": at(7)}, "signs_unknown"),
    ],
)
def test_a_recheck_lies_ahead_and_before_closing(draft: dict[str, Any], code: str) -> None:
    assert check("withheld", **draft) == [("stop", code)]


def test_a_recheck_at_closing_or_in_a_site_that_never_closes_is_fine() -> None:
    assert check("withheld", signs=("sedated",), recheck_at=CLOSING) == []
    assert check("withheld", signs=("sedated",), recheck_at=at(23), closes_at=None) == []


@pytest.mark.parametrize(
    ("closes_at", "expected"), [(CLOSING, at(7, 10)), (None, at(7, 10)), (at(7), at(7)), (at(6), at(7, 10))]
)
def test_the_offered_recheck_is_in_an_hour_or_at_closing(closes_at: Any, expected: Any) -> None:
    assert recheck_time(settings=SETTINGS, now=NOW, closes_at=closes_at) == expected


def test_sent_away_is_never_absent() -> None:
    for came in ("withheld", "intoxicated", "sent_away", "missed_rule_block", "refused"):
        facts = a_patient(outcomes_today=(an_outcome(came),))
        assert check("absent", facts=facts, now=at(9)) == [("stop", "sent_away_not_absent")]
    in_hospital = a_patient(outcomes_today=(an_outcome("hospitalised"), an_outcome("from_a_later_version")))
    assert check("absent", facts=in_hospital, now=at(9)) == []


def test_absent_before_closing_is_said_with_the_hour() -> None:
    assert check("absent") == [("note", "absent_before_closing")]
    assert check("absent", now=CLOSING) == []
    assert check("absent", closes_at=None) == []


def test_a_dose_recorded_today_contradicts_every_outcome_but_what_comes_after_it() -> None:
    dosed = a_patient(doses_today=(a_dose(),))
    for code in ("absent", "refused", "stock_out", "left_with_cup"):
        assert ("stop", "outcome_after_dose") in check(code, facts=dosed, poured_mg=mg(50))
    assert check("vomited", facts=dosed) == []
    assert check("deceased", facts=dosed) == [("note", "outcome_opens_case")]


def test_one_cup_more_than_was_drunk_has_been_poured_all_the_same() -> None:
    dosed = a_patient(doses_today=(a_dose(),))
    told = check("left_with_cup", facts=dosed, poured_mg=mg(50), another_cup=True)
    assert told == [("note", "outcome_after_dose"), ("note", "outcome_opens_case")]
    assert ("stop", "outcome_after_dose") in check("refused", facts=dosed, another_cup=True)


def test_the_second_part_of_a_split_dose_may_still_be_refused() -> None:
    split = a_prescription(dose_mg=mg(50), slot_mg=(mg(30), mg(20)))
    facts = a_patient(prescription=split, doses_today=(a_dose(mg=mg(30)),))
    assert check("refused", facts=facts) == []


def test_vomiting_needs_a_dose_to_come_up() -> None:
    assert check("vomited") == [("stop", "outcome_needs_dose")]


@pytest.mark.parametrize("code", ["spat_out", "held_in_mouth", "left_with_cup"])
def test_a_poured_cup_says_how_much_and_opens_a_case(code: str) -> None:
    case = ("note", "outcome_opens_case")
    assert check(code) == [("stop", "outcome_needs_amount"), case]
    assert check(code, poured_mg=mg(0)) == [("stop", "outcome_needs_amount"), case]
    assert check(code, poured_mg=mg(50)) == [case]
