"""How stable a patient is: each reason with the facts behind it, and the level that follows (domain 1, 2.3, 2.5, 3).

A level is a question to a physician, never an act: nobody is transferred, reduced or discharged by it. What is unknown
is said as unknown, and asks to be watched as long as what is hidden could matter. More bad facts never make a patient
look more stable. The grounds of the law for ending treatment (domain 2.5) are reminders and do not move the level.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from dispensing.rules.due import Due, DueFacts, counselling_due, exam_due, urine_due
from dispensing.rules.settings import DosingSettings
from dispensing.rules.stability_codes import ReasonCode, Sample, StabilityLevel, StripResult, Substance, Weight
from dispensing.rules.stability_settings import StabilitySettings

RULE_VERSION: Final = 1  # of this module; part of the digest that an assessment stores
DAYS_LISTED: Final = 10  # a reason names so many of its days, and how many there are
HISTORY_DAYS: Final = 365  # how far back the facts have to reach
CONCLUSIVE: Final = frozenset({StripResult.NEGATIVE, StripResult.POSITIVE})
OTHERS: Final = (Substance.AMPHETAMINES, Substance.BENZODIAZEPINES, Substance.CANNABIS)


@dataclass(frozen=True, slots=True)
class UrineFact:
    """One urine test that stands. `results` by substance; empty where there was no sample."""

    taken_on: date
    sample: str
    results: tuple[tuple[str, str], ...] = ()

    def result(self, substance: Substance) -> str:
        return dict(self.results).get(substance, StripResult.NOT_TESTED)


@dataclass(frozen=True, slots=True)
class MedicineFact:
    """An interacting medicine: only what it does, never its name."""

    effect: str
    change: str
    since: date


@dataclass(frozen=True, slots=True)
class StabilityFacts:
    """Everything that one assessment depends on. Lists of days are before `today`, in any order; urine oldest first.

    `missed_on`: days that the patient missed without being excused (adherence gap). `unknown_on`: days of which nothing
    is decided or known. `dose_changed_on`: the day from which the present dose holds, None where the orders on record
    show no change; `dose_known_from`: the first day of the oldest order on record. `maintenance_since`: the first day
    under a maintenance order.
    """

    today: date
    due: DueFacts
    missed_on: tuple[date, ...] = ()
    unknown_on: tuple[date, ...] = ()
    dose_changed_on: date | None = None
    dose_from_mg: Decimal | None = None
    dose_to_mg: Decimal | None = None
    dose_known_from: date | None = None
    maintenance_since: date | None = None
    urine: tuple[UrineFact, ...] = ()
    withheld_on: tuple[date, ...] = ()
    vomited_on: tuple[date, ...] = ()
    not_swallowed_on: tuple[date, ...] = ()
    cup_taken_on: tuple[date, ...] = ()
    overdosed_on: tuple[date, ...] = ()
    take_home_broken_on: tuple[date, ...] = ()
    pregnant_since: date | None = None
    medicines: tuple[MedicineFact, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason and the facts behind it, in values that JSON keeps."""

    code: ReasonCode
    weight: Weight
    data: tuple[tuple[str, Any], ...] = ()

    def stored(self) -> dict[str, Any]:
        return {"code": str(self.code), "weight": str(self.weight), "data": dict(self.data)}


@dataclass(frozen=True, slots=True)
class Assessment:
    """The level and why, gravest reason first."""

    level: StabilityLevel
    reasons: tuple[Reason, ...]

    def stored(self) -> list[dict[str, Any]]:
        return [reason.stored() for reason in self.reasons]


_ORDER: Final = tuple(Weight)


def assess(facts: StabilityFacts, settings: StabilitySettings, dosing: DosingSettings) -> Assessment:
    """Weigh everything that is known. The same facts always give the same assessment."""
    found: list[Reason] = []
    for judge in _JUDGES:
        found.extend(judge(facts, settings, dosing))
    found.sort(key=lambda reason: _ORDER.index(reason.weight))
    weights = {reason.weight for reason in found}
    level = StabilityLevel.STABLE
    if weights & {Weight.WATCH, Weight.UNKNOWN}:
        level = StabilityLevel.WATCH
    if Weight.UNSTABLE in weights:
        level = StabilityLevel.UNSTABLE
    return Assessment(level, tuple(found))


def _days(facts: StabilityFacts, settings: StabilitySettings, dosing: DosingSettings) -> list[Reason]:
    """Missed days: a run, many, some, a pattern; and days that could hide as many."""
    window = settings.stability_missed_days
    missed = _within(facts.missed_on, facts.today, window)
    found = []
    run = _longest_run(facts.missed_on, since=facts.today - timedelta(days=window))
    if len(run) >= settings.stability_unstable_run:
        found.append(_of_days(ReasonCode.MISSED_RUN, Weight.UNSTABLE, run))
    if len(missed) >= settings.stability_unstable_missed:
        found.append(_of_days(ReasonCode.MISSED_MANY, Weight.UNSTABLE, missed, window=window))
    elif len(missed) >= settings.stability_watch_missed:
        found.append(_of_days(ReasonCode.MISSED_SOME, Weight.WATCH, missed, window=window))
    else:
        unknown = _within(facts.unknown_on, facts.today, window)
        if len(missed) + len(unknown) >= settings.stability_watch_missed:
            found.append(_of_days(ReasonCode.DAYS_UNKNOWN, Weight.UNKNOWN, unknown, window=window))
    pattern = _within(facts.missed_on, facts.today, dosing.missed_pattern_window_days)
    if len(pattern) >= dosing.missed_pattern_count:
        found.append(
            _of_days(ReasonCode.MISSED_PATTERN, Weight.WATCH, pattern, window=dosing.missed_pattern_window_days)
        )
    return found


def _dose(facts: StabilityFacts, settings: StabilitySettings, _dosing: DosingSettings) -> list[Reason]:
    """The dose has to hold for a while, and we have to know that it did."""
    need = settings.stability_min_days_no_dose_change
    changed = facts.dose_changed_on or (
        facts.due.started_on if _recent(facts.due.started_on, facts.today, need) else None
    )
    if changed is not None and _recent(changed, facts.today, need):
        data = [("on", _iso(changed)), ("until", _iso(changed + timedelta(days=need)))]
        if facts.dose_from_mg is not None and facts.dose_to_mg is not None and facts.dose_changed_on:
            data += [("from_mg", _mg(facts.dose_from_mg)), ("to_mg", _mg(facts.dose_to_mg))]
        return [Reason(ReasonCode.DOSE_CHANGED, Weight.WATCH, tuple(data))]
    if facts.dose_known_from is None:
        return [Reason(ReasonCode.DOSE_UNKNOWN, Weight.UNKNOWN)]
    if facts.dose_changed_on is None and _recent(facts.dose_known_from, facts.today, need):
        return [Reason(ReasonCode.DOSE_UNKNOWN, Weight.UNKNOWN, (("since", _iso(facts.dose_known_from)),))]
    return []


def _urine(facts: StabilityFacts, settings: StabilitySettings, _dosing: DosingSettings) -> list[Reason]:
    """What the tests found, what they could not say, and whether there was one in time."""
    conclusive = [test for test in facts.urine if test.result(Substance.OPIOIDS) in CONCLUSIVE]
    last = conclusive[-1].taken_on if conclusive else None
    found = [*_opioids(conclusive, facts.today, settings)]
    lately = [test for test in facts.urine if _recent(test.taken_on, facts.today, settings.urine_looked_back_days + 1)]
    others = sorted(
        {str(s) for test in lately for s in OTHERS if test.result(s) == StripResult.POSITIVE}
    )  # fmt: skip
    if others:
        days = [t.taken_on for t in lately if any(t.result(s) == StripResult.POSITIVE for s in OTHERS)]
        found.append(_of_days(ReasonCode.OTHERS_POSITIVE, Weight.WATCH, days, substances=others))
    without = [t.taken_on for t in lately if t.result(Substance.METHADONE) == StripResult.NEGATIVE]
    if without:
        found.append(_of_days(ReasonCode.NO_METHADONE, Weight.WATCH, without))
    after = [test for test in lately if last is None or test.taken_on > last]
    refused = [test.taken_on for test in after if test.sample == Sample.REFUSED]
    if refused:
        found.append(_of_days(ReasonCode.SAMPLE_REFUSED, Weight.WATCH, refused))
    silent = _not_told(after)
    return [*found, *silent, *_tested_in_time(facts, settings, said=bool(silent))]


def _opioids(conclusive: list[UrineFact], today: date, settings: StabilitySettings) -> list[Reason]:
    newest = conclusive[-settings.urine_unstable_in_a_row :]
    positive = [test.taken_on for test in newest if test.result(Substance.OPIOIDS) == StripResult.POSITIVE]
    in_a_row = len(positive) == settings.urine_unstable_in_a_row
    if in_a_row and _recent(positive[0], today, settings.urine_in_a_row_days + 1):
        return [_of_days(ReasonCode.OPIOIDS_REPEATED, Weight.UNSTABLE, positive)]
    lately = [
        test.taken_on
        for test in conclusive
        if test.result(Substance.OPIOIDS) == StripResult.POSITIVE
        and (_recent(test.taken_on, today, settings.urine_looked_back_days + 1) or test is conclusive[-1])
    ]
    return [_of_days(ReasonCode.OPIOIDS_POSITIVE, Weight.WATCH, lately)] if lately else []


def _not_told(after: list[UrineFact]) -> list[Reason]:
    """Samples since the last conclusive test that have said nothing of opioids."""
    silent = [
        (test.taken_on, str(test.result(Substance.OPIOIDS)))
        for test in after
        if test.sample == Sample.GIVEN and test.result(Substance.OPIOIDS) not in CONCLUSIVE
    ]
    if not silent:
        return []
    day, result = silent[-1]
    return [Reason(ReasonCode.URINE_UNKNOWN, Weight.UNKNOWN, (("on", _iso(day)), ("result", result)))]


def _tested_in_time(facts: StabilityFacts, settings: StabilitySettings, *, said: bool) -> list[Reason]:
    """Whoever was never tested is unknown from the first day: nobody is called stable on trust. `said` already: once
    is enough.
    """
    due = urine_due(facts.due, settings)
    if due.last_on is not None:
        return _overdue(due, facts.today, ReasonCode.URINE_OVERDUE, ReasonCode.URINE_UNKNOWN)
    return [] if said else [Reason(ReasonCode.URINE_UNKNOWN, Weight.UNKNOWN, (("due", _iso(due.due_on)),))]


def _window(facts: StabilityFacts, settings: StabilitySettings, _dosing: DosingSettings) -> list[Reason]:
    """What was seen where the dose is drunk: signs, vomiting, medicine that was not swallowed, an overdose."""
    found = []
    withheld = _within(facts.withheld_on, facts.today, settings.stability_withheld_days)
    if withheld:
        many = len(withheld) >= settings.stability_unstable_withheld
        code = ReasonCode.WITHHELD_REPEATED if many else ReasonCode.WITHHELD
        found.append(_of_days(code, Weight.UNSTABLE if many else Weight.WATCH, withheld))
    vomited = _within(facts.vomited_on, facts.today, settings.stability_vomited_days)
    if len(vomited) >= settings.stability_watch_vomited:
        found.append(_of_days(ReasonCode.VOMITED_REPEATED, Weight.WATCH, vomited))
    taken = _within(facts.cup_taken_on, facts.today, settings.stability_safety_days)
    if taken:
        found.append(_of_days(ReasonCode.CUP_TAKEN, Weight.UNSTABLE, taken))
    kept = _within(facts.not_swallowed_on, facts.today, settings.stability_safety_days)
    if kept:
        many = len(kept) >= settings.stability_unstable_not_swallowed
        code = ReasonCode.NOT_SWALLOWED_REPEATED if many else ReasonCode.NOT_SWALLOWED
        found.append(_of_days(code, Weight.UNSTABLE if many else Weight.WATCH, kept))
    broken = _within(facts.take_home_broken_on, facts.today, settings.stability_safety_days)
    if broken:
        many = len(broken) >= settings.stability_unstable_take_home
        code = ReasonCode.TAKE_HOME_REPEATED if many else ReasonCode.TAKE_HOME
        found.append(_of_days(code, Weight.UNSTABLE if many else Weight.WATCH, broken))
    overdosed = _within(facts.overdosed_on, facts.today, settings.stability_overdose_days)
    if overdosed:
        found.append(_of_days(ReasonCode.OVERDOSE, Weight.UNSTABLE, overdosed))
    return found


def _care(facts: StabilityFacts, settings: StabilitySettings, dosing: DosingSettings) -> list[Reason]:
    """Seen by a physician and a counsellor in time; a pregnancy; a medicine that moves the level of methadone."""
    found = [
        *_overdue(exam_due(facts.due, dosing), facts.today, ReasonCode.EXAM_OVERDUE, ReasonCode.EXAM_UNKNOWN),
        *_overdue(
            counselling_due(facts.due, settings), facts.today, ReasonCode.COUNSELLING_OVERDUE,
            ReasonCode.COUNSELLING_UNKNOWN,
        ),
    ]  # fmt: skip
    if facts.pregnant_since is not None:
        found.append(Reason(ReasonCode.PREGNANT, Weight.WATCH, (("since", _iso(facts.pregnant_since)),)))
    for medicine in sorted(facts.medicines, key=lambda m: (m.since, m.effect, m.change)):
        if _recent(medicine.since, facts.today, dosing.alert_watch_days):
            until = medicine.since + timedelta(days=dosing.alert_watch_days)
            data = (
                ("effect", medicine.effect), ("change", medicine.change), ("since", _iso(medicine.since)),
                ("until", _iso(until)),
            )  # fmt: skip
            found.append(Reason(ReasonCode.MEDICINE_CHANGED, Weight.WATCH, data))
    return found


def _law(facts: StabilityFacts, settings: StabilitySettings, dosing: DosingSettings) -> list[Reason]:
    """The grounds that the decree names for ending treatment: reminders for people, nothing follows by itself."""
    found = []
    breaches = {*facts.cup_taken_on, *facts.not_swallowed_on, *facts.take_home_broken_on}
    breaches |= {run[0] for run in _runs(facts.missed_on) if len(run) > dosing.missed_half_dose_max}
    lately = _within(breaches, facts.today, settings.termination_breach_days)
    if len(lately) >= settings.termination_breaches:
        found.append(_of_days(ReasonCode.RULES_BROKEN_TWICE, Weight.REMINDER, lately))
    year = [test for test in facts.urine if _recent(test.taken_on, facts.today, HISTORY_DAYS + 1)]
    if facts.maintenance_since is not None:
        after = [
            test for test in year
            if test.taken_on >= facts.maintenance_since and test.result(Substance.OPIOIDS) in CONCLUSIVE
        ]  # fmt: skip
        positive = [test.result(Substance.OPIOIDS) == StripResult.POSITIVE for test in after]
        pairs = [after[i].taken_on for i in range(1, len(after)) if positive[i - 1] and positive[i]]
        if pairs:
            found.append(_of_days(ReasonCode.OPIOIDS_TWICE_A_YEAR, Weight.REMINDER, pairs))
    others = [t.taken_on for t in year if any(t.result(s) == StripResult.POSITIVE for s in OTHERS)]
    if others:
        found.append(_of_days(ReasonCode.OTHER_DRUG_FOUND, Weight.REMINDER, others))
    return found


_JUDGES: Final[tuple[Callable[[StabilityFacts, StabilitySettings, DosingSettings], list[Reason]], ...]] = (
    _window, _days, _dose, _urine, _care, _law,
)  # fmt: skip


def _overdue(due: Due, today: date, late: ReasonCode, never: ReasonCode) -> list[Reason]:
    """Overdue, or never recorded although it should have been. The due day is the fact, not the days since."""
    if not due.overdue(today):
        return []
    data = (("due", _iso(due.due_on)),)
    if due.last_on is None:
        return [Reason(never, Weight.UNKNOWN, data)]
    return [Reason(late, Weight.WATCH, (*data, ("last", _iso(due.last_on))))]


def _of_days(code: ReasonCode, weight: Weight, days: Iterable[date], **more: Any) -> Reason:
    every = sorted(set(days))
    listed = [_iso(day) for day in every[-DAYS_LISTED:]]
    return Reason(code, weight, (("count", len(every)), ("days", listed), *more.items()))


def _within(days: Iterable[date], today: date, window: int) -> list[date]:
    """The days of the last `window` days and today, each once."""
    return sorted({day for day in days if today - timedelta(days=window) <= day <= today})


def _recent(day: date, today: date, window: int) -> bool:
    return (today - day).days < window


def _runs(days: Iterable[date]) -> list[list[date]]:
    """Runs of calendar days in a row, oldest first."""
    runs: list[list[date]] = []
    for day in sorted(set(days)):
        if runs and (day - runs[-1][-1]).days == 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _longest_run(days: Iterable[date], *, since: date) -> list[date]:
    """The longest run that reaches into the window; of two as long the newer."""
    return max((run for run in _runs(days) if run[-1] >= since), key=lambda run: (len(run), run[-1]), default=[])


def _iso(day: date) -> str:
    return day.isoformat()


def _mg(value: Decimal) -> str:
    return f"{value.normalize():f}"
