"""How missed days are counted: which days count, where the count ends, and across which borders."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispensing.rules.missed import count_missed
from tests.dispensing.rules.snapshots import (
    SETTINGS,
    TODAY,
    a_patient,
    codes,
    decide,
    history,
)


def counted(marks: str, **changes: object) -> tuple[int, int, int]:
    missed = count_missed(a_patient(marks, **changes), SETTINGS)
    return missed.consecutive, missed.adherence, missed.in_window


@pytest.mark.parametrize(
    ("marks", "consecutive", "adherence", "in_window"),
    [
        ("ddddd", 0, 0, 0),
        ("ddddx", 1, 1, 1),
        ("dxxdx", 1, 1, 3),
        ("ddsss", 3, 0, 3),  # the site's fault blocks all the same, but is not the patient's
        ("ddxsx", 3, 2, 3),
        ("ddwww", 3, 0, 3),
        ("ddddv", 1, 0, 1),  # vomited and not replaced
        ("dxxxxxxxx", 8, 8, 7),
    ],
)
def test_count_missed_keeps_the_two_gaps_apart(marks: str, consecutive: int, adherence: int, in_window: int) -> None:
    assert counted(marks) == (consecutive, adherence, in_window)


def test_count_missed_days_before_treatment_are_not_missed() -> None:
    facts = a_patient("xxxxx", treatment_started_on=TODAY - timedelta(days=2))
    missed = count_missed(facts, SETTINGS)
    assert missed.consecutive == 2
    assert not missed.reaches_unknown


def test_count_missed_on_the_first_day_of_treatment_is_nothing() -> None:
    missed = count_missed(a_patient("", treatment_started_on=TODAY), SETTINGS)
    assert (missed.consecutive, missed.reaches_unknown, missed.last_ingested) == (0, False, None)


@pytest.mark.parametrize(("marks", "consecutive"), [("dd?", 0), ("d?x", 1), ("d?xxx", 3), ("dd ", 0), ("d xx", 2)])
def test_unknown_days_end_the_count_and_ask_how_the_last_dose_is_known(marks: str, consecutive: int) -> None:
    decision = decide(a_patient(marks))
    assert decision.missed.consecutive == consecutive
    assert decision.missed.reaches_unknown
    assert "last_dose_unknown" in decision.questions


def test_unknown_days_behind_a_known_dose_ask_nothing() -> None:
    decision = decide(a_patient("???dxx"))
    assert not decision.missed.reaches_unknown
    assert "last_dose_unknown" not in codes(decision)


def test_a_history_that_ends_without_a_dose_is_unknown() -> None:
    assert count_missed(a_patient("xx"), SETTINGS).reaches_unknown
    assert count_missed(a_patient(""), SETTINGS).reaches_unknown
    assert count_missed(a_patient("xx", treatment_started_on=None), SETTINGS).reaches_unknown
    one_day_more = TODAY - timedelta(days=3)
    assert count_missed(a_patient("xx", treatment_started_on=one_day_more), SETTINGS).reaches_unknown


@pytest.mark.parametrize(
    "today",
    [date(2026, 1, 2), date(2026, 3, 1), date(2028, 3, 1), date(2026, 5, 1), date(2026, 12, 31)],
)
def test_count_missed_crosses_months_years_and_leap_days(today: date) -> None:
    facts = a_patient("dddxxx", today=today)
    assert facts.days[-1].day == today - timedelta(days=1)
    missed = count_missed(facts, SETTINGS)
    assert (missed.consecutive, missed.in_window) == (3, 3)
    assert missed.last_ingested == facts.days[2]


def test_count_missed_reads_the_days_in_any_order() -> None:
    facts = a_patient("ddxdxx")
    shuffled = a_patient("", days=tuple(reversed(facts.days)))
    assert count_missed(shuffled, SETTINGS) == count_missed(facts, SETTINGS)


def test_pattern_counts_only_what_the_patient_caused() -> None:
    by_the_site = decide(a_patient("s" + "ddd" + "s" + "ddd" + "s" + "ddd" + "s" + "d" * 10))
    assert "missed_pattern" not in codes(by_the_site)
    by_the_patient = decide(a_patient("xdddxdddxdddx" + "d" * 10))
    assert codes(by_the_patient) == ["missed_pattern"]
    assert by_the_patient.allowed


def test_pattern_looks_back_90_days_and_no_further() -> None:
    assert count_missed(a_patient("xxx" + "d" * 90), SETTINGS).in_pattern == 0
    assert count_missed(a_patient("xxx" + "d" * 87), SETTINGS).in_pattern == 3


@given(marks=st.text(alphabet="dxs?", max_size=60), more=st.integers(0, 40))
def test_more_history_before_a_dose_never_changes_the_gap(marks: str, more: int) -> None:
    short = count_missed(a_patient("d" + marks), SETTINGS)
    long = count_missed(a_patient("x" * more + "d" + marks), SETTINGS)
    assert (short.consecutive, short.adherence) == (long.consecutive, long.adherence)
    assert short.adherence <= short.consecutive
    assert short.unanswered_in_window <= short.in_window <= 7


def test_history_draws_one_fact_per_calendar_day() -> None:
    days = [fact.day for fact in history("dxs?")]
    assert days == [TODAY - timedelta(days=ago) for ago in (4, 3, 2, 1)]
