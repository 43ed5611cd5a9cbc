"""The missed-dose table written out a second time, slowly and with its numbers, to compare the rules against.

Straight from domain 2.3 and 12.2 at their defaults. It reads a picture of the days (see `snapshots.history`)
and knows nothing of the module under test.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """One patient at the window. `days_since_raise` and `answered_days_ago` (the newest answered day) may be
    None.

    `step` is (from, to, mg) of the one signed step.
    """

    marks: str
    phase: str
    dose_mg: int
    days_since_raise: int | None
    step: tuple[int, int, int] | None
    answered_days_ago: int | None
    by_main_clinic: bool
    told_today: bool


@dataclass(frozen=True)
class Answer:
    stop: str | None
    unlocker: str | None
    asks: frozenset[str]
    step_dose: int | None


MISSED = "xswv"


def gap_of(marks: str) -> tuple[int, bool]:
    """(missed days running up to yesterday, whether the run ends where nothing is known)."""
    n = 0
    for mark in reversed(marks):
        if mark == "d":
            return n, False
        if mark not in MISSED:
            return n, True
        n += 1
    return n, True


def window_of(marks: str, answered_days_ago: int | None) -> tuple[int, int]:
    """(missed days among the last seven, those of them that no order has answered)."""
    missed = unanswered = 0
    for ago in range(1, 8):
        if ago <= len(marks) and marks[-ago] in MISSED:
            missed += 1
            if answered_days_ago is None or ago < answered_days_ago:
                unanswered += 1
    return missed, unanswered


def reference(case: Case) -> Answer:
    n, unknown = gap_of(case.marks)
    _, unanswered = window_of(case.marks, case.answered_days_ago)
    asks = {"last_dose_unknown"} if unknown else set()
    if n >= 1:
        asks.add("missed_reason")
    if n >= 3:
        asks.add("missed_onsite_check")
    answered = n >= 1 and case.answered_days_ago == 1
    if case.step and case.phase != "induction" and 1 <= n <= 5:
        low, high, step_dose = case.step
        if low <= n <= high and unanswered <= max(high, 3):
            return Answer(None, None, frozenset(asks), step_dose)
    if answered and (n < 6 or case.by_main_clinic):
        return Answer(None, None, frozenset(asks), None)
    if n >= 30:
        return Answer("missed_dropped_out", "main_clinic", frozenset(), None)
    if 6 <= n <= 29:
        return Answer("missed_main_clinic", "main_clinic", frozenset(), None)
    if case.phase == "induction" and n >= 1:
        return Answer("missed_induction", "physician", frozenset(), None)
    if n in (4, 5):
        return Answer("missed_needs_order", "physician", frozenset(), None)
    if case.phase == "adjustment" and n >= 2:
        return Answer("missed_adjustment", "physician", frozenset(), None)
    if case.days_since_raise is not None and case.days_since_raise <= 14 and n >= 2:
        return Answer("missed_after_raise", "physician", frozenset(), None)
    if unanswered >= 4:
        return Answer("missed_window", "physician", frozenset(), None)
    if n == 3 and case.dose_mg > 60 and not case.told_today:
        asks.add("missed_tell_clinic")
    return Answer(None, None, frozenset(asks), None)
