"""What a patient-day comes to, by tables (domain 2.3, counting rules a to e), and that the board counts the same."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispensing.queries.facts import _day
from dispensing.rules import days
from dispensing.rules.choices import OutcomeCode
from dispensing.rules.daycodes import How
from dispensing.rules.days import DecidedDay, PatientDay
from dispensing.rules.missed import count_missed
from tests.dispensing.rules.snapshots import SETTINGS, TODAY, ZONE, a_patient

DAY = date(2026, 3, 2)
MG = Decimal(65)
NONE = Decimal(0)


def known(**changes: object) -> PatientDay:
    return replace(PatientDay(day=DAY, dosed_mg=NONE, outcome=None, known=True), **changes)


@pytest.mark.parametrize(
    ("fact", "how", "tolerance", "adherence", "reason_known"),
    [
        (known(dosed_mg=MG), How.DOSE, False, False, True),
        (known(dosed_mg=MG, outcome="absent"), How.DOSE, False, False, True),  # came after all
        (known(dosed_mg=MG, outcome="vomited"), How.VOMITED, True, False, True),  # b: not replaced
        (known(), How.NOTHING, True, True, False),  # nothing stated: absent until somebody says otherwise
        (known(outcome="absent"), How.NOTHING, True, True, False),
        (known(outcome="absent", reason_given=True), How.NOTHING, True, True, True),
        (known(outcome="refused"), How.NOTHING, True, True, True),
        (known(outcome="intoxicated"), How.NOTHING, True, True, True),
        (known(outcome="left_with_cup"), How.NOTHING, True, True, True),
        (known(outcome="withheld"), How.NOTHING, True, False, True),  # b: withheld is no fault of the patient
        (known(outcome="sent_away"), How.NOTHING, True, False, True),
        (known(outcome="stock_out"), How.NOTHING, True, False, True),
        (known(outcome="site_closed"), How.NOTHING, True, False, True),
        (known(outcome="hospitalised"), How.NOTHING, True, False, True),  # b, d: hospital without proof
        (known(outcome="hospitalised", elsewhere_mg=MG), How.ELSEWHERE, False, False, True),  # d: documented
        (known(outcome="detained"), How.NOTHING, True, False, True),  # without proof, of any length
        (known(take_home_mg=MG), How.TAKE_HOME, False, False, True),  # c: issued for that day, not reported lost
        (known(known=False), How.UNKNOWN, False, False, True),  # before go-live: unknown, not missed
        (known(known=False, dosed_mg=MG), How.DOSE, False, False, True),
    ],
)
def test_decide_tells_both_gaps_apart(fact, how, tolerance, adherence, reason_known):
    decided = days.decide(fact)

    assert (decided.how, decided.tolerance_gap, decided.adherence_gap) == (how, tolerance, adherence)
    assert decided.reason_known is reason_known
    assert decided.covered is (how in {How.DOSE, How.ELSEWHERE, How.TAKE_HOME})


CLOSING = datetime(2026, 3, 3, 9, 0, tzinfo=ZONE)
BEFORE, AFTER = CLOSING - timedelta(minutes=1), CLOSING


@pytest.mark.parametrize(
    ("day", "now", "closes_at", "closed", "over"),
    [
        (TODAY, BEFORE, CLOSING, False, False),
        (TODAY, BEFORE, CLOSING, True, True),  # closed early
        (TODAY, AFTER, CLOSING, False, True),
        (TODAY, AFTER, None, False, False),  # open round the clock: today ends with its close
        (TODAY - timedelta(days=1), BEFORE, CLOSING, False, True),
        (TODAY + timedelta(days=1), AFTER, CLOSING, False, False),
    ],
)
def test_today_is_over_only_with_closing_time_or_close(day, now, closes_at, closed, over):
    assert days.is_over(day=day, today=TODAY, now=now, closes_at=closes_at, closed=closed) is over


def decided(marks: str) -> list[DecidedDay]:
    """d dosed, x absent, w withheld, v vomited, ? unknown; yesterday last."""
    outcomes = {"x": "absent", "w": "withheld", "v": "vomited"}
    return [
        days.decide(
            PatientDay(
                day=TODAY - timedelta(days=ago),
                dosed_mg=MG if mark in "dv" else NONE,
                outcome=outcomes.get(mark),
                known=mark != "?",
            )
        )
        for ago, mark in zip(range(len(marks), 0, -1), marks, strict=True)
    ]


@pytest.mark.parametrize(
    ("marks", "tolerance", "adherence", "reaches_unknown"),
    [
        ("d", 0, 0, False),
        ("dx", 1, 1, False),
        ("dxwx", 3, 2, False),
        ("dvv", 2, 0, False),
        ("?xx", 2, 2, True),
        ("xx", 2, 2, True),
        ("dxd", 0, 0, False),
        ("", 0, 0, True),
    ],
)
def test_gaps_of_a_run(marks, tolerance, adherence, reaches_unknown):
    assert days.gaps(decided(marks)) == days.Gaps(tolerance, adherence, reaches_unknown)


def test_day_that_was_not_due_is_no_gap_of_its_own_but_nothing_was_swallowed_on_it():
    not_due = days.decide(PatientDay(day=TODAY - timedelta(days=2), dosed_mg=NONE, outcome=None, known=True, due=False))
    run = [one for one in decided("dxxx") if one.day != not_due.day] + [not_due]

    assert (not_due.how, not_due.tolerance_gap, not_due.adherence_gap) == (How.NOT_DUE, False, False)
    assert days.gaps(run) == days.Gaps(3, 2, reaches_unknown=False)


@pytest.mark.parametrize(
    ("stated", "by_patient"), [(None, False), ("absent", False), ("refused", True), ("left_with_cup", True)]
)
def test_who_could_not_come_did_not_stay_away_but_who_came_did_what_they_did(stated: str | None, by_patient: bool):
    found = days.decide(PatientDay(day=TODAY, dosed_mg=NONE, outcome=stated, known=True, away=True))

    assert (found.tolerance_gap, found.caused_by_patient, found.reason_known) == (True, by_patient, True)


def test_gaps_end_at_a_day_that_nobody_decided():
    without_the_middle = [one for one in decided("dxxx") if one.day != TODAY - timedelta(days=2)]

    assert days.gaps(without_the_middle) == days.Gaps(1, 1, reaches_unknown=True)


SWALLOWED = st.sampled_from([NONE, NONE, MG])
STATED = st.sampled_from([None, *(str(code) for code in OutcomeCode)])


@given(
    st.lists(st.tuples(SWALLOWED, STATED, st.booleans()), min_size=1, max_size=25),
    st.integers(min_value=0, max_value=25),
)
def test_board_and_decisions_count_the_same_gaps(history, unknown):
    """The board counts from the facts, without waiting for a decision; both must agree on every history."""
    total = len(history)
    on_record = [number >= unknown for number in range(total)]
    board = tuple(
        _day((TODAY - timedelta(days=total - number)).toordinal(), mg, stated, on_record[number], away)
        for number, (mg, stated, away) in enumerate(history)
    )
    stored = [
        days.decide(
            PatientDay(
                day=TODAY - timedelta(days=total - number),
                dosed_mg=mg,
                outcome=stated,
                known=on_record[number],
                away=away,
            )
        )
        for number, (mg, stated, away) in enumerate(history)
    ]

    counted = count_missed(a_patient(days=board, treatment_started_on=date(2020, 1, 1)), SETTINGS)

    assert days.gaps(stored) == days.Gaps(counted.consecutive, counted.adherence, counted.reaches_unknown)
