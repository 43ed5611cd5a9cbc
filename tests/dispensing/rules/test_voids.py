"""The three kinds of void and their effect on stock (domain 12.2)."""

from typing import Any

import pytest

from dispensing.rules.voids import RULES, VOID_WORDS, VoidDraft, VoidKind, check_void
from tests.dispensing.rules.snapshots import a_dose, assert_figures_are_whole


def check(
    kind: str, *, already_voided: bool = False, day_closed: bool = False, **changes: Any
) -> list[tuple[str, str]]:
    draft = VoidDraft(**{"kind": kind, "reason": "chọn nhầm dòng", "actor_id": 4, **changes})
    answer = check_void(draft=draft, dose=a_dose(), already_voided=already_voided, day_closed=day_closed)
    assert_figures_are_whole(answer)
    return [(v.level.value, v.code.value) for v in answer]


@pytest.mark.parametrize(
    ("kind", "destination", "needs_witness", "wrong_dose"),
    [
        ("never_poured", "opened", False, False),
        ("poured_not_drunk", "poured_out", True, False),
        ("drunk_by_other", None, False, True),
    ],
)
def test_each_kind_sends_the_liquid_where_it_went(
    kind: str, destination: str | None, needs_witness: bool, wrong_dose: bool
) -> None:
    rule = RULES[VoidKind(kind)]
    assert (rule.destination, rule.needs_witness, rule.opens_wrong_dose_case) == (
        destination,
        needs_witness,
        wrong_dose,
    )


def test_every_kind_has_its_rule_and_its_words() -> None:
    assert set(RULES) == set(VOID_WORDS) == set(VoidKind)


def test_a_dose_never_poured_is_voided_by_one_person() -> None:
    assert check("never_poured") == []


def test_liquid_poured_out_has_two_people_or_stands_as_unwitnessed() -> None:
    assert check("poured_not_drunk") == [("ask", "void_witness_needed")]
    assert check("poured_not_drunk", witness_id=5) == []
    assert check("poured_not_drunk", alone=True) == [("note", "void_unwitnessed")]


@pytest.mark.parametrize("kind", list(VoidKind))
def test_nobody_is_their_own_witness(kind: VoidKind) -> None:
    assert ("stop", "void_witness_is_actor") in check(kind, witness_id=4, alone=True)


def test_a_dose_drunk_by_another_opens_a_case_and_says_who_drank() -> None:
    assert check("drunk_by_other") == [("ask", "void_drinker_needed"), ("note", "void_opens_case")]
    assert check("drunk_by_other", drinker_stated=True) == [("note", "void_opens_case")]


def test_a_void_needs_a_kind_a_reason_and_happens_once() -> None:
    assert check("vanished") == [("stop", "void_kind_unknown")]
    assert check("never_poured", reason="  ") == [("ask", "void_reason_needed")]
    assert check("never_poured", already_voided=True) == [("stop", "void_twice")]


def test_a_closed_day_does_not_refuse_a_void() -> None:
    assert check("never_poured", day_closed=True) == [("note", "void_after_close")]
