"""What may be signed for later: if-missed steps, phone orders, orders for coming back (domain 12.1, 12.2)."""

from dataclasses import replace
from typing import Any

import pytest

from dispensing.rules.facts import IfMissedStep
from tests.dispensing.rules.drafts import HALF, a_context, a_draft, asked, bridging, found, missed_days, refused
from tests.dispensing.rules.snapshots import (
    a_prescription,
    mg,
)


def test_a_signed_step_of_half_for_one_day_is_fine() -> None:
    assert found(a_draft(if_missed=(HALF,))) == []
    assert found(a_draft(if_missed=(IfMissedStep(1, 3, mg(50), 1), HALF))) == []
    assert found(a_draft(if_missed=(replace(HALF, days=3),))) == []


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ((IfMissedStep(0, 2, mg(20), 1),), "step_range_wrong"),
        ((IfMissedStep(3, 2, mg(20), 1),), "step_range_wrong"),
        ((IfMissedStep(4, 6, mg(20), 1),), "step_range_wrong"),  # from six the main clinic decides
        ((IfMissedStep(4, 5, mg(20), 0),), "step_days_wrong"),
        ((IfMissedStep(4, 5, mg(20), 4),), "step_days_wrong"),
        ((IfMissedStep(4, 5, mg(0), 1),), "step_dose_wrong"),
        ((IfMissedStep(1, 2, mg(51), 1),), "step_dose_wrong"),
        ((IfMissedStep(1, 3, mg(20), 1), IfMissedStep(4, 5, mg(25), 1)), "step_dose_wrong"),
        ((IfMissedStep(2, 4, mg(25), 1), IfMissedStep(4, 5, mg(20), 1)), "step_overlap"),
    ],
)
def test_if_missed_steps_are_sane(steps: tuple[IfMissedStep, ...], code: str) -> None:
    assert refused(a_draft(if_missed=steps)) == [code]
    assert refused(a_draft(if_missed=tuple(reversed(steps)))) == [code]


def test_induction_has_no_if_missed_steps() -> None:
    draft = a_draft(phase="induction", dose_mg=mg(20), days=1, if_missed=(IfMissedStep(1, 1, mg(10), 1),))
    assert refused(draft, a_context(satellite=False)) == ["step_in_induction"]


@pytest.mark.parametrize(
    ("dose", "step", "asks"),
    [("50", "25", False), ("50", "26", True), ("110", "40", False), ("110", "41", True)],
)
def test_a_step_above_half_or_the_cap_is_stated_twice(dose: str, step: str, asks: bool) -> None:
    context = a_context(current=a_prescription(dose_mg=mg(dose)))
    draft = a_draft(dose_mg=mg(dose), if_missed=(IfMissedStep(4, 5, mg(step), 1),))
    assert (asked(draft, context) == ["step_above_half"]) is asks
    assert asked(replace(draft, confirmed_again=True), context) == []


def test_bridging_continues_the_same_dose_for_three_days() -> None:
    assert found(bridging()) == []
    assert refused(bridging(days=4)) == ["bridging_too_long"]
    assert refused(bridging(dose_mg=mg(49))) == ["bridging_dose_differs"]
    assert refused(bridging(slot_mg=(mg(25), mg(25)))) == ["bridging_dose_differs"]
    assert refused(bridging(dose_mg=mg(210)), a_context(current=a_prescription(dose_mg=mg(210)))) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"current": None}, "bridging_no_order"),
        ({"current": a_prescription(bridging=True)}, "bridging_twice"),
        ({"current_suspended": True}, "bridging_suspended"),
        ({"missed": missed_days("dddxxxx")}, "bridging_suspended"),
        ({"missed": missed_days("ddxxdxxd")}, "bridging_suspended"),
    ],
)
def test_bridging_needs_a_signed_dose_that_may_continue(changes: dict[str, Any], code: str) -> None:
    assert refused(bridging(), a_context(**changes)) == [code]


@pytest.mark.parametrize("changes", [{"phone_order_by": None}, {"phone_order_by": ""}, {"read_back": False}])
def test_a_phone_order_names_the_physician_and_is_read_back(changes: dict[str, Any]) -> None:
    assert refused(bridging(**changes)) == ["phone_order_incomplete"]


@pytest.mark.parametrize(
    ("marks", "asks"),
    [("dddddxxx", False), ("dddxxxx", True), ("dddxxdxxd", True), ("ddddd", False)],
)
def test_an_order_after_a_gap_says_whether_it_answers_it(marks: str, asks: bool) -> None:
    context = a_context(missed=missed_days(marks))
    assert (asked(a_draft(), context) == ["missed_unanswered"]) is asks
    assert asked(a_draft(confirmed_again=True), context) == (["missed_unanswered"] if asks else [])
    assert asked(a_draft(answers_missed=True), context) == []


@pytest.mark.parametrize(
    ("role", "satellite", "expected"),
    [
        ("physician", True, ["order_needs_main_clinic"]),
        ("clinic_physician", True, []),
        ("physician", False, []),
    ],
)
def test_an_order_after_six_missed_days_is_the_main_clinics(role: str, satellite: bool, expected: list[str]) -> None:
    context = a_context(missed=missed_days("d" + "x" * 6), satellite=satellite)
    assert refused(a_draft(signer_role=role, answers_missed=True), context) == expected
