"""What may be signed: lengths and limits of domain 2.2, bridging and if-missed steps of 12.2."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispensing.rules.facts import IfMissedStep, Phase
from dispensing.rules.prescribing import (
    longest_days,
)
from dispensing.rules.settings import DosingSettings
from tests.dispensing.rules.drafts import HALF, a_context, a_draft, asked, check, found, refused
from tests.dispensing.rules.snapshots import (
    SETTINGS,
    TODAY,
    a_prescription,
    mg,
)


def test_a_renewal_of_the_same_dose_is_signed_without_a_word() -> None:
    assert found(a_draft()) == []


@pytest.mark.parametrize("role", ["dispenser", "assistant_physician", "site_head", "pharmacist", "clinic_head"])
def test_only_a_physician_signs(role: str) -> None:
    assert refused(a_draft(signer_role=role)) == ["signer_not_physician"]


@pytest.mark.parametrize("role", ["physician", "clinic_physician"])
def test_a_physician_of_the_site_or_the_clinic_signs(role: str) -> None:
    assert refused(a_draft(signer_role=role)) == []


@pytest.mark.parametrize(("phase", "longest"), [("adjustment", 5), ("maintenance", 30), ("taper", 14)])
def test_a_prescription_is_no_longer_than_its_phase_allows(phase: str, longest: int) -> None:
    assert refused(a_draft(phase=phase, days=longest)) == []
    assert refused(a_draft(phase=phase, days=longest + 1)) == ["prescription_too_long"]


def test_an_induction_prescription_is_for_one_day() -> None:
    context = a_context(satellite=False, current=None)
    draft = a_draft(phase="induction", dose_mg=mg(20), days=1)
    assert refused(draft, context) == []
    assert refused(replace(draft, last_day=TODAY + timedelta(days=1)), context) == ["prescription_too_long"]


def test_every_phase_has_a_longest_prescription() -> None:
    assert [longest_days(phase, SETTINGS) for phase in Phase] == [1, 5, 30, 14]


def test_a_length_crosses_the_end_of_february() -> None:
    context = a_context(today=date(2028, 2, 1))
    assert refused(a_draft(starts_on=date(2028, 2, 1), last_day=date(2028, 3, 1)), context) == []
    too_long = a_draft(starts_on=date(2028, 2, 1), last_day=date(2028, 3, 2))
    assert refused(too_long, context) == ["prescription_too_long"]


def test_dates_run_forward_from_today() -> None:
    assert refused(a_draft(starts_on=TODAY - timedelta(days=1))) == ["starts_in_past"]
    assert refused(a_draft(last_day=TODAY - timedelta(days=1))) == ["dates_reversed"]
    assert refused(a_draft(last_day=TODAY)) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"phase": "resting"}, "phase_unknown"),
        ({"dose_mg": mg(0)}, "dose_not_positive"),
        ({"dose_mg": mg(-5)}, "dose_not_positive"),
        ({"slot_mg": (mg(30), mg(30))}, "slots_wrong"),
        ({"slot_mg": (mg(50), mg(0))}, "slots_wrong"),
        ({"slot_mg": ()}, "slots_wrong"),
        ({"slot_mg": (mg(20), mg(20), mg(10))}, "slots_wrong"),
    ],
)
def test_a_dose_that_makes_no_sense_is_refused(changes: dict[str, Any], code: str) -> None:
    assert refused(a_draft(**changes)) == [code]


@pytest.mark.parametrize(
    ("dose", "expected"),
    [
        ("120", []),
        ("121", [("note", "dose_above_review")]),
        ("200", [("note", "dose_above_review")]),
        ("201", [("stop", "dose_needs_main_clinic")]),
        ("301", [("stop", "dose_above_ceiling")]),
    ],
)
def test_high_doses_are_looked_at_approved_together_or_refused(dose: str, expected: list[tuple[str, str]]) -> None:
    context = a_context(current=a_prescription(dose_mg=mg(dose)))
    assert found(a_draft(dose_mg=mg(dose)), context) == expected


@pytest.mark.parametrize(
    ("role", "approved", "expected"),
    [
        ("physician", False, ["dose_needs_main_clinic"]),
        ("physician", True, []),
        ("clinic_physician", False, []),
    ],
)
def test_above_200_mg_needs_the_main_clinic(role: str, approved: bool, expected: list[str]) -> None:
    context = a_context(current=a_prescription(dose_mg=mg(210)), approved_by_main_clinic=approved)
    assert refused(a_draft(dose_mg=mg(210), signer_role=role), context) == expected


@pytest.mark.parametrize(
    ("old", "new", "asks"),
    [
        ("100", "115", False),
        ("100", "116", True),  # more than 15 mg
        ("100", "84", True),  # downward too
        ("50", "60", False),  # exactly 20 %
        ("50", "61", True),  # more than 20 %
        ("50", "40", False),
        ("50", "39", True),
        ("20", "25", True),
    ],
)
def test_a_large_change_is_stated_twice(old: str, new: str, asks: bool) -> None:
    context = a_context(current=a_prescription(dose_mg=mg(old)))
    draft = a_draft(dose_mg=mg(new))
    assert (asked(draft, context) == ["dose_change_large"]) is asks
    assert asked(replace(draft, confirmed_again=True), context) == []


def test_a_first_dose_that_no_record_knows_is_stated_twice() -> None:
    context = a_context(current=None)
    assert asked(a_draft(dose_mg=mg(80)), context) == ["first_dose_high"]
    assert asked(a_draft(dose_mg=mg(80), confirmed_again=True), context) == []
    assert asked(a_draft(dose_mg=mg(30)), context) == []


@pytest.mark.parametrize(
    ("context", "changes", "expected"),
    [
        ({"may_induct": False}, {}, ["induction_not_here"]),
        ({"may_induct": True}, {}, []),
        ({"may_induct": True}, {"dose_mg": mg(21)}, ["induction_above_site"]),
        ({"may_induct": True}, {"dose_mg": mg(30), "signer_role": "clinic_physician"}, []),
        ({"may_induct": False}, {"signer_role": "clinic_physician"}, []),
        ({"satellite": False}, {"dose_mg": mg(30)}, []),
        ({"satellite": False}, {"dose_mg": mg(31)}, ["induction_first_above"]),
        (
            {"may_induct": True},
            {"dose_mg": mg(31), "signer_role": "clinic_physician"},
            ["induction_first_above"],
        ),
    ],
)
def test_induction_belongs_to_the_main_clinic(
    context: dict[str, Any], changes: dict[str, Any], expected: list[str]
) -> None:
    draft = a_draft(**{"phase": "induction", "dose_mg": mg(20), "days": 1, **changes})
    assert refused(draft, a_context(current=None, **context)) == expected


def test_a_first_induction_dose_from_25_mg_asks_for_caution() -> None:
    context = a_context(current=None, satellite=False)
    assert found(a_draft(phase="induction", dose_mg=mg(25), days=1), context) == [("note", "induction_caution")]
    assert found(a_draft(phase="induction", dose_mg=mg(24), days=1), context) == []


def test_a_later_induction_dose_may_pass_the_first_limit() -> None:
    context = a_context(satellite=False, current=a_prescription(phase="induction", dose_mg=mg(30)))
    draft = a_draft(phase="induction", dose_mg=mg(35), days=1)
    assert refused(draft, context) == []


@pytest.mark.parametrize(
    ("phase", "step", "week"), [("induction", 10, 20), ("adjustment", 15, 30), ("maintenance", 15, 90)]
)
def test_raises_within_the_steps_of_the_phase(phase: str, step: int, week: int) -> None:
    context = a_context(satellite=False, current=a_prescription(phase=phase, dose_mg=mg(100)))
    within = a_draft(phase=phase, dose_mg=mg(100 + step), days=1)
    above = a_draft(phase=phase, dose_mg=mg(101 + step), days=1)
    watched = phase != "maintenance"
    assert "raise_step_large" not in asked(within, context)
    assert ("raise_step_large" in asked(above, context)) is watched
    in_week = replace(context, dose_week_ago_mg=mg(100 + step - week))
    too_much = replace(context, dose_week_ago_mg=mg(100 + step - week - 1))
    assert "raise_week_large" not in asked(within, in_week)
    assert ("raise_week_large" in asked(within, too_much)) is watched


def test_a_large_raise_says_by_how_much() -> None:
    context = a_context(current=a_prescription(phase="adjustment"), dose_week_ago_mg=mg(40))
    figures = {v.code: dict(v.data) for v in check(a_draft(phase="adjustment", dose_mg=mg(75), days=5), context)}
    assert figures["dose_change_large"] == {"old_mg": "50", "dose_mg": "75"}
    assert figures["raise_step_large"] == {"raise_mg": "25", "limit_mg": "15", "phase": "adjustment"}
    assert figures["raise_week_large"] == {"raise_mg": "35", "limit_mg": "30", "phase": "adjustment"}


@pytest.mark.parametrize(("days", "asks"), [(2, True), (3, False)])
def test_a_raise_waits_three_days_at_the_same_dose(days: int, asks: bool) -> None:
    context = a_context(current=a_prescription(phase="adjustment"), same_dose_since=TODAY - timedelta(days=days))
    assert (asked(a_draft(phase="adjustment", dose_mg=mg(55), days=5), context) == ["raise_too_soon"]) is asks
    assert asked(a_draft(phase="adjustment", dose_mg=mg(45), days=5), context) == []


def test_a_dose_that_the_device_cannot_measure_is_refused_at_signing() -> None:
    current = a_context(current=a_prescription(dose_mg=mg("50.5")))
    (stop,) = check(a_draft(dose_mg=mg("50.5")), current)
    assert (stop.code, dict(stop.data)["near_mg"]) == ("signed_not_measurable", "50")
    both = replace(current, concentrations=(mg(5), mg(10)))
    at_five = replace(current, concentrations=(mg(5),))
    assert refused(a_draft(dose_mg=mg("50.5")), at_five) == []
    assert refused(a_draft(dose_mg=mg("50.5")), both) == ["signed_not_measurable"]


def test_each_part_and_each_step_must_be_measurable() -> None:
    parts = a_draft(slot_mg=(mg("25.5"), mg("24.5")))
    assert refused(parts) == ["signed_not_measurable", "signed_not_measurable"]
    step = a_draft(if_missed=(replace(HALF, dose_mg=mg("12.5")),))
    assert refused(step) == ["signed_not_measurable"]
    divided = a_draft(slot_mg=(mg(30), mg(20)), if_missed=(replace(HALF, dose_mg=mg("12.5")),))
    assert refused(divided) == []  # its parts are rounded down when given


def test_an_unknown_device_is_shown_and_does_not_refuse() -> None:
    assert found(a_draft(dose_mg=mg(50)), device=None) == [("note", "device_unknown")]


@pytest.mark.parametrize(
    ("days", "expected"), [(7, []), (8, [("note", "exam_overdue")]), (90, [("note", "exam_overdue")])]
)
def test_an_overdue_examination_is_shown_and_does_not_refuse(days: int, expected: list[tuple[str, str]]) -> None:
    assert found(a_draft(), a_context(exam_overdue_days=days)) == expected


@pytest.mark.parametrize(
    ("days", "changes", "expected"),
    [(31, {}, ["exam_blocks_renewal"]), (30, {}, []), (31, {"current": None}, [])],
)
def test_an_overdue_examination_refuses_a_renewal_where_the_province_says_so(
    days: int, changes: dict[str, Any], expected: list[str]
) -> None:
    strict = DosingSettings(exam_overdue_blocks_renewal=True)
    draft = a_draft(dose_mg=mg(30), confirmed_again=True)
    assert refused(draft, a_context(exam_overdue_days=days, **changes), strict) == expected


@given(
    dose=st.integers(-10, 400),
    days=st.integers(-3, 40),
    phase=st.sampled_from([*Phase, "other"]),
    role=st.sampled_from(["physician", "clinic_physician", "dispenser"]),
    steps=st.lists(
        st.builds(
            IfMissedStep,
            st.integers(-1, 7),
            st.integers(-1, 7),
            st.integers(-5, 90).map(mg),
            st.integers(0, 5),
        ),
        max_size=3,
    ),
    is_bridging=st.booleans(),
    again=st.booleans(),
)
def test_check_prescription_always_answers_worst_first_and_confirming_never_lifts_a_stop(
    dose: int, days: int, phase: str, role: str, steps: list[IfMissedStep], is_bridging: bool, again: bool
) -> None:
    draft = a_draft(
        dose_mg=mg(dose),
        days=days,
        phase=phase,
        signer_role=role,
        if_missed=tuple(steps),
        bridging=is_bridging,
        confirmed_again=again,
    )
    answer = check(draft)
    assert [v.level.value for v in answer] == sorted((v.level.value for v in answer), key=["stop", "ask", "note"].index)
    assert refused(replace(draft, confirmed_again=not again)) == refused(draft)
    assert all(v.words and "%(" not in v.words for v in answer)
