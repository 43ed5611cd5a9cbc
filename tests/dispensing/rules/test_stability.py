"""How stable a patient is: against the plain reference, never milder for worse facts, each reason with its facts."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispensing.rules.due import DueFacts
from dispensing.rules.settings import DosingSettings
from dispensing.rules.stability import MedicineFact, StabilityFacts, UrineFact, assess
from dispensing.rules.stability_codes import ReasonCode, Sample, StabilityLevel, StripResult, Substance, Weight
from dispensing.rules.stability_settings import SETTING_WORDS, StabilitySettings
from dispensing.rules.wording_stability import reason_words
from tests.dispensing.rules import stability_reference as reference

TODAY = date(2026, 11, 24)
S, D = StabilitySettings(), DosingSettings()
LEVELS = list(StabilityLevel)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def urine(days: int, **results: str) -> UrineFact:
    return UrineFact(ago(days), Sample.GIVEN, tuple((str(s), results.get(s, "not_tested")) for s in Substance))


CLEAN = urine(20, opioids="negative", methadone="positive")


def calm(**changes: Any) -> StabilityFacts:
    """Three years in treatment, the same dose, tested, examined and counselled lately: nothing to say."""
    due = DueFacts(
        started_on=ago(1000), since=ago(1000), exam_on=ago(10), exam_next=None, counselled_on=ago(10),
        tested_on=ago(20),
    )  # fmt: skip
    facts = StabilityFacts(today=TODAY, due=due, dose_changed_on=ago(200), dose_known_from=ago(900), urine=(CLEAN,))
    tests = changes.get("urine")
    if tests is not None and "due" not in changes:
        said = [t.taken_on for t in tests if t.result(Substance.OPIOIDS) in ("positive", "negative")]
        changes["due"] = replace(due, tested_on=max(said, default=None))
    return replace(facts, **changes)


def codes(facts: StabilityFacts) -> list[str]:
    return [str(reason.code) for reason in assess(facts, S, D).reasons]


def test_a_calm_patient_is_stable_and_no_reason_is_made_up():
    assert assess(calm(), S, D).level is StabilityLevel.STABLE
    assert codes(calm()) == []


CASES: list[tuple[str, dict[str, Any], StabilityLevel, list[str]]] = [
    ("one missed day", {"missed_on": (ago(3),)}, StabilityLevel.STABLE, []),
    ("two missed days", {"missed_on": (ago(3), ago(9))}, StabilityLevel.WATCH, ["missed_some"]),
    ("two missed long ago", {"missed_on": (ago(31), ago(40))}, StabilityLevel.STABLE, []),
    ("four in a row", {"missed_on": tuple(map(ago, (4, 5, 6, 7)))}, StabilityLevel.UNSTABLE,
     ["missed_run", "missed_some", "missed_pattern"]),
    ("five apart", {"missed_on": tuple(map(ago, (1, 5, 9, 13, 17)))}, StabilityLevel.UNSTABLE,
     ["missed_many", "missed_pattern"]),
    ("four in three months", {"missed_on": tuple(map(ago, (35, 50, 65, 80)))}, StabilityLevel.WATCH,
     ["missed_pattern"]),
    ("one day unknown", {"unknown_on": (ago(1),)}, StabilityLevel.STABLE, []),
    ("two days unknown", {"unknown_on": (ago(1), ago(2))}, StabilityLevel.WATCH, ["days_unknown"]),
    ("one missed, one unknown", {"missed_on": (ago(5),), "unknown_on": (ago(2),)}, StabilityLevel.WATCH,
     ["days_unknown"]),
    ("raised 29 days ago", {"dose_changed_on": ago(29)}, StabilityLevel.WATCH, ["dose_changed"]),
    ("raised 30 days ago", {"dose_changed_on": ago(30)}, StabilityLevel.STABLE, []),
    ("orders known a week", {"dose_changed_on": None, "dose_known_from": ago(7)}, StabilityLevel.WATCH,
     ["dose_unknown"]),
    ("no order at all", {"dose_changed_on": None, "dose_known_from": None}, StabilityLevel.WATCH, ["dose_unknown"]),
    ("one positive", {"urine": (urine(20, opioids="positive"),)}, StabilityLevel.WATCH, ["opioids_positive"]),
    ("two positives", {"urine": (urine(80, opioids="positive"), urine(20, opioids="positive"))},
     StabilityLevel.UNSTABLE, ["opioids_repeated"]),
    ("an unreadable strip between", {
        "urine": (urine(80, opioids="positive"), urine(50, opioids="invalid"), urine(20, opioids="positive"))},
     StabilityLevel.UNSTABLE, ["opioids_repeated"]),
    ("negative since", {"urine": (urine(80, opioids="positive"), urine(20, opioids="negative"))},
     StabilityLevel.WATCH, ["opioids_positive"]),
    ("another substance", {"urine": (urine(20, opioids="negative", amphetamines="positive"),)},
     StabilityLevel.WATCH, ["others_positive", "other_drug_found"]),
    ("no methadone in it", {"urine": (urine(20, opioids="negative", methadone="negative"),)},
     StabilityLevel.WATCH, ["no_methadone"]),
    ("result waited for", {"urine": (CLEAN, urine(2, opioids="pending"))}, StabilityLevel.WATCH, ["urine_unknown"]),
    ("would not give one", {"urine": (CLEAN, UrineFact(ago(2), Sample.REFUSED))}, StabilityLevel.WATCH,
     ["sample_refused"]),
    ("could not give one", {"urine": (CLEAN, UrineFact(ago(2), Sample.COULD_NOT))}, StabilityLevel.STABLE, []),
    ("withheld once", {"withheld_on": (ago(5),)}, StabilityLevel.WATCH, ["withheld"]),
    ("withheld three days", {"withheld_on": tuple(map(ago, (5, 9, 14)))}, StabilityLevel.UNSTABLE,
     ["withheld_repeated"]),
    ("vomited once", {"vomited_on": (ago(5),)}, StabilityLevel.STABLE, []),
    ("vomited twice", {"vomited_on": (ago(5), ago(6))}, StabilityLevel.WATCH, ["vomited_repeated"]),
    ("left with the cup", {"cup_taken_on": (ago(60),)}, StabilityLevel.UNSTABLE, ["cup_taken"]),
    ("spat out once", {"not_swallowed_on": (ago(60),)}, StabilityLevel.WATCH, ["not_swallowed"]),
    ("spat out twice", {"not_swallowed_on": (ago(60), ago(2))}, StabilityLevel.UNSTABLE,
     ["not_swallowed_repeated", "rules_broken_twice"]),
    ("take-home terms once", {"take_home_broken_on": (ago(10),)}, StabilityLevel.WATCH, ["take_home"]),
    ("an overdose", {"overdosed_on": (ago(80),)}, StabilityLevel.UNSTABLE, ["overdose"]),
    ("pregnant", {"pregnant_since": ago(100)}, StabilityLevel.WATCH, ["pregnant"]),
    ("rifampicin begun", {"medicines": (MedicineFact("lowers", "started", ago(3)),)}, StabilityLevel.WATCH,
     ["medicine_changed"]),
    ("rifampicin for a month", {"medicines": (MedicineFact("lowers", "started", ago(30)),)}, StabilityLevel.STABLE,
     []),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "level", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_each_reason_stands_where_its_facts_do(changes: dict[str, Any], level: StabilityLevel, expected: list[str]):
    found = assess(calm(**changes), S, D)

    assert (found.level, [str(r.code) for r in found.reasons]) == (level, expected)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"exam_on": ago(37)}, []),
        ({"exam_on": ago(38)}, ["exam_overdue"]),
        ({"exam_on": ago(50), "exam_next": ago(-10)}, []),
        ({"exam_on": ago(20), "exam_next": ago(8)}, ["exam_overdue"]),
        ({"exam_on": None}, ["exam_unknown"]),
        ({"exam_on": None, "since": ago(37)}, []),
        ({"counselled_on": ago(67)}, []),
        ({"counselled_on": ago(68)}, ["counselling_overdue"]),
        ({"counselled_on": None}, ["counselling_unknown"]),
        ({"tested_on": ago(97)}, []),
        ({"tested_on": ago(98)}, ["urine_overdue"]),
    ],
)
def test_what_is_overdue_asks_to_be_watched_and_never_more(changes: dict[str, Any], expected: list[str]):
    facts = calm()
    found = assess(replace(facts, due=replace(facts.due, **changes)), S, D)

    assert [str(r.code) for r in found.reasons] == expected
    assert found.level is (StabilityLevel.WATCH if expected else StabilityLevel.STABLE)


@pytest.mark.parametrize(("days", "expected"), [(37, []), (38, ["counselling_overdue"])])
def test_the_first_year_is_counselled_every_month(days: int, expected: list[str]):
    due = DueFacts(ago(200), ago(200), ago(5), None, ago(days), ago(5))

    assert codes(calm(due=due)) == expected


def test_the_grounds_of_the_law_are_reminders_and_move_no_level():
    tests = tuple(urine(n, opioids=r) for n, r in ((300, "positive"), (270, "positive"), (20, "negative")))
    found = assess(calm(urine=tests, maintenance_since=ago(900)), S, D)

    assert [(str(r.code), r.weight) for r in found.reasons] == [("opioids_twice_a_year", Weight.REMINDER)]
    assert found.level is StabilityLevel.STABLE
    assert codes(calm(urine=tests, maintenance_since=ago(100))) == []


def test_a_reason_carries_its_days_and_reads_as_a_sentence():
    reason = assess(calm(missed_on=(ago(3), ago(9))), S, D).reasons[0].stored()

    assert reason == {
        "code": "missed_some", "weight": "watch",
        "data": {"count": 2, "days": ["2026-11-15", "2026-11-21"], "window": 30},
    }  # fmt: skip
    assert reason_words(reason).facts == "2 trong 30 ngày: 15/11, 21/11"


def test_every_setting_has_words_and_a_source():
    assert set(SETTING_WORDS) == set(StabilitySettings.__dataclass_fields__)


DAYS = st.lists(st.integers(0, 120).map(ago), max_size=8).map(lambda days: tuple(sorted(set(days))))
RESULT = st.sampled_from([str(result) for result in StripResult])
GIVEN = st.builds(
    lambda days, *results: UrineFact(
        ago(days), Sample.GIVEN, tuple(zip((str(s) for s in Substance), results, strict=True))
    ),
    st.integers(0, 400), RESULT, RESULT, RESULT, RESULT, RESULT,
)  # fmt: skip
NOT_GIVEN = st.builds(
    lambda days, how: UrineFact(ago(days), how),
    st.integers(0, 400),
    st.sampled_from([Sample.REFUSED, Sample.COULD_NOT]),
)
TESTS = st.lists(st.one_of(GIVEN, NOT_GIVEN), max_size=6).map(
    lambda tests: tuple(sorted(tests, key=lambda t: t.taken_on))
)
MAYBE = st.one_of(st.none(), st.integers(0, 120).map(ago))
MEDICINES = st.lists(
    st.builds(MedicineFact, st.sampled_from(["raises", "lowers"]), st.just("started"), st.integers(0, 40).map(ago)),
    max_size=2,
).map(tuple)


@st.composite
def histories(draw: st.DrawFn) -> StabilityFacts:
    started = ago(draw(st.integers(0, 900)))
    missed = draw(DAYS)
    tests = draw(TESTS)
    said = [t.taken_on for t in tests if t.result(Substance.OPIOIDS) in ("positive", "negative")]
    due = DueFacts(
        started_on=started, since=started, exam_on=draw(MAYBE), exam_next=draw(MAYBE), counselled_on=draw(MAYBE),
        tested_on=max(said, default=None),
    )  # fmt: skip
    return StabilityFacts(
        today=TODAY, due=due, missed_on=missed,
        unknown_on=tuple(day for day in draw(DAYS) if day not in missed), dose_changed_on=draw(MAYBE),
        dose_known_from=draw(MAYBE), maintenance_since=draw(MAYBE), urine=tests, withheld_on=draw(DAYS),
        vomited_on=draw(DAYS), not_swallowed_on=draw(DAYS), cup_taken_on=draw(DAYS), overdosed_on=draw(DAYS),
        take_home_broken_on=draw(DAYS), pregnant_since=draw(MAYBE), medicines=draw(MEDICINES),
    )  # fmt: skip


@given(histories())
def test_any_history_reads_as_the_plain_reference_does(facts: StabilityFacts):
    found = assess(facts, S, D)
    expected = reference.assess(facts, S, D)

    assert (str(found.level), {str(r.code) for r in found.reasons if r.weight is not Weight.REMINDER}) == expected
    assert all(reason_words(reason.stored()).what for reason in found.reasons)


def worse(facts: StabilityFacts, what: str, day: date) -> StabilityFacts:
    """The same history with one more bad fact."""
    if what == "missed_on":
        unknown = tuple(d for d in facts.unknown_on if d != day)
        return replace(facts, missed_on=(*facts.missed_on, day), unknown_on=unknown)
    if what == "unknown_on":
        return facts if day in facts.missed_on else replace(facts, unknown_on=(*facts.unknown_on, day))
    if what == "urine":
        more = UrineFact(TODAY, Sample.GIVEN, tuple((str(s), "positive") for s in Substance))
        return replace(facts, urine=(*facts.urine, more), due=replace(facts.due, tested_on=TODAY))
    if what == "refused":
        return replace(facts, urine=(*facts.urine, UrineFact(TODAY, Sample.REFUSED)))
    if what == "exam":
        return replace(facts, due=replace(facts.due, exam_on=None))
    if what == "dose":
        return replace(facts, dose_changed_on=max(day, facts.dose_changed_on or day))
    if what == "pregnant":
        return replace(facts, pregnant_since=day)
    return replace(facts, **{what: (*getattr(facts, what), day)})


BAD = [
    "missed_on", "unknown_on", "withheld_on", "vomited_on", "not_swallowed_on", "cup_taken_on", "overdosed_on",
    "take_home_broken_on", "urine", "refused", "exam", "dose", "pregnant",
]  # fmt: skip


@given(histories(), st.lists(st.tuples(st.sampled_from(BAD), st.integers(0, 100).map(ago)), min_size=1, max_size=4))
def test_more_bad_facts_never_make_a_patient_look_more_stable(facts: StabilityFacts, bad: list[tuple[str, date]]):
    before = assess(facts, S, D).level
    for what, day in bad:
        facts = worse(facts, what, day)

    assert LEVELS.index(assess(facts, S, D).level) >= LEVELS.index(before)


@given(histories())
def test_every_code_of_an_assessment_is_worded(facts: StabilityFacts):
    assert {reason.code for reason in assess(facts, S, D).reasons} <= set(ReasonCode)
