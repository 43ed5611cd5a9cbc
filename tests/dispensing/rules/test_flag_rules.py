"""What missed days ask of people: the levels, who is called, what an attempt settles. Pure."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispensing.rules import flags
from dispensing.rules.flag_codes import ContactResult, FlagKind, FlagLevel
from dispensing.rules.flag_settings import FlagSettings
from dispensing.rules.flags import Away, Tried
from dispensing.rules.missed import MissedLevel, missed_level
from dispensing.rules.settings import DosingSettings

TODAY = date(2026, 11, 24)
DOSING, SETTINGS = DosingSettings(), FlagSettings()
NOTHING = Away(0, 0, 0, 0, 0)
DAY = timedelta(days=1)


def away(days: int, **more: object) -> Away:
    usual = {
        "adherence": days, "in_window": min(days, 7), "unanswered": 0, "in_pattern": 0,
        "since": TODAY - days * DAY, "through": TODAY - DAY,
    }  # fmt: skip
    return Away(consecutive=days, **usual | more)


def level(one: Away) -> FlagLevel | None:
    found = flags.flags_of(one, today=TODAY, dosing=DOSING, settings=SETTINGS)
    return next((flag.level for flag in found if flag.kind is FlagKind.MISSED), None)


def asks(one: Away, *tried: Tried, excused_today: bool = False) -> bool:
    raised = flags.flags_of(one, today=TODAY, dosing=DOSING, settings=SETTINGS)
    return flags.asks_somebody(
        raised, away=one, excused_today=excused_today, tried=tried, today=TODAY, settings=SETTINGS
    )


def test_who_drinks_every_day_has_no_flag():
    assert flags.flags_of(NOTHING, today=TODAY, dosing=DOSING, settings=SETTINGS) == ()


@given(st.integers(1, 120))
def test_level_is_the_row_of_the_boards_own_table(days: int):
    table = {
        MissedLevel.REASON: "reason", MissedLevel.CHECK: "check", MissedLevel.ORDER: "order",
        MissedLevel.MAIN_CLINIC: "main_clinic", MissedLevel.DROPPED_OUT: "dropped_out",
    }  # fmt: skip

    assert level(away(days)) == table[missed_level(days, DOSING)]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (away(1, phase="induction"), "order"),
        (away(1, phase="adjustment"), "reason"),
        (away(2, phase="adjustment"), "order"),
        (away(1, raised_on=TODAY - 10 * DAY), "reason"),
        (away(2, raised_on=TODAY - 10 * DAY), "order"),
        (away(2, raised_on=TODAY - 15 * DAY), "reason"),
        (away(2, unanswered=4), "order"),
        (away(0, unanswered=4, in_window=4), "order"),
        (away(0, unanswered=3, in_window=4), None),
        (away(6, phase="induction"), "main_clinic"),
        (away(4, answered_until=TODAY - DAY), "check"),
        (away(4, answered_until=TODAY - 2 * DAY), "order"),
        (away(8, answered_until=TODAY - DAY), "main_clinic"),
        (away(8, answered_until=TODAY - DAY, by_main_clinic=True), "check"),
        (away(31, answered_until=TODAY - DAY, by_main_clinic=True), "dropped_out"),
    ],
)
def test_level_with_phase_raise_window_and_orders(one: Away, expected: str | None):
    assert level(one) == expected


@given(st.integers(1, 60), st.integers(0, 60))
def test_announced_days_never_change_the_level(days: int, excused: int):
    assert level(away(days, excused=min(excused, days))) == level(away(days))


def test_patterns_stand_beside_the_run():
    one = away(4, in_pattern=4, weekdays=(0, 3, 1, 0, 0, 0, 0))

    found = flags.flags_of(one, today=TODAY, dosing=DOSING, settings=SETTINGS)

    assert [flag.kind for flag in found] == ["missed", "pattern", "weekday"]
    assert found[2].figures["weekday"] == 2


@pytest.mark.parametrize(
    ("one", "excused_today", "expected"),
    [
        (away(1), False, False),
        (away(2), False, True),
        (away(1, phase="induction"), False, True),
        (away(3, excused=3), False, False),
        (away(3, excused=2), False, True),
        (away(3, excused=2), True, False),
        (away(30, excused=30), True, True),
    ],
)
def test_somebody_is_asked_to_call(one: Away, excused_today: bool, expected: bool):
    assert asks(one, excused_today=excused_today) is expected


@pytest.mark.parametrize(
    ("result", "days_ago", "after", "expected"),
    [
        (ContactResult.NOT_REACHED, 0, True, True),
        (ContactResult.WILL_COME, 0, True, False),
        (ContactResult.WILL_COME, 1, True, False),
        (ContactResult.WILL_COME, 2, True, True),
        (ContactResult.WILL_COME, 0, False, True),
        (ContactResult.IN_HOSPITAL, 6, False, False),
        (ContactResult.DETAINED, 7, False, True),
        (ContactResult.DIED, 3, False, False),
        (ContactResult.OTHER, 1, True, False),
    ],
)
def test_attempt_spares_a_call_as_long_as_it_holds(result: ContactResult, days_ago: int, after: bool, expected: bool):
    stood = frozenset({"missed"}) if after else frozenset[str]()

    assert asks(away(8), Tried(TODAY - days_ago * DAY, result, stood)) is expected


def test_confirmation_is_asked_for_until_given_but_for_who_is_known_to_be_elsewhere():
    promised = Tried(TODAY, ContactResult.WILL_COME, frozenset({"missed"}))

    assert asks(away(31))
    assert asks(away(31), promised)
    assert not asks(away(31), Tried(TODAY - 3 * DAY, ContactResult.DETAINED))


def test_pattern_alone_asks_once_until_somebody_talked():
    one = replace(NOTHING, in_pattern=5)

    assert asks(one)
    assert asks(one, Tried(TODAY, ContactResult.NOT_REACHED, frozenset({"pattern"})))
    assert not asks(one, Tried(TODAY - 20 * DAY, ContactResult.OTHER, frozenset({"pattern"})))


@given(st.integers(1, 60), st.integers(1, 60), st.booleans())
def test_graver_is_always_worse_whatever_stands_beside_it(first: int, second: int, pattern: bool):
    def badness(days: int, beside: int) -> int:
        one = away(days, in_pattern=beside)
        return flags.worse(flags.flags_of(one, today=TODAY, dosing=DOSING, settings=SETTINGS))

    ranks = [flags.rank(level(away(days)) or "") for days in (first, second)]
    if ranks[0] > ranks[1]:
        assert badness(first, 0) > badness(second, 9 if pattern else 0)


def test_due_hours_follow_the_gravest():
    one = away(3, in_pattern=9)

    raised = flags.flags_of(one, today=TODAY, dosing=DOSING, settings=SETTINGS)

    assert flags.due_hours(raised, SETTINGS) == SETTINGS.flag_check_due_hours


@pytest.mark.parametrize(("days", "told"), [(2, False), (3, True), (6, True)])
def test_clinic_is_told_from_the_third_day(days: int, told: bool):
    [raised] = flags.flags_of(away(days), today=TODAY, dosing=DOSING, settings=SETTINGS)

    assert flags.tells_clinic(raised, DOSING) is told
