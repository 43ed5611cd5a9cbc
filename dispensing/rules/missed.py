"""Missed days: how many, which row of the table they fall under, and what that asks (domain 2.3 with 12.2).

Two gaps are kept apart. The tolerance gap counts every calendar day on which nothing stayed in, whoever
caused it (withheld, vomited and not replaced, stock out, site closed), and decides what may be poured. The
adherence gap counts only days that the patient caused, and never blocks. Today is not yet missed. Days before
go-live are unknown: they end the count and ask how the last dose is known. What the book before this one declared of
them counts in the window and in the pattern, not in the gap (`rules.started`).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from dispensing.rules.days import stayed_in
from dispensing.rules.facts import DayFact, IfMissedStep, PatientFacts, Phase, PrescriptionFact
from dispensing.rules.settings import DosingSettings
from dispensing.rules.started import still_missed
from dispensing.rules.violations import Code, Level, Unlocker, Violation, violation

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MissedCount:
    """Missed days before today, as counted from the facts.

    `consecutive` is the tolerance gap, `adherence` its patient-caused part, `in_window` the missed days of
    the last `missed_window_days`; `unanswered_in_window` leaves out those that a signed order already
    answered; `in_pattern` the patient-caused ones of the pattern window. `reaches_unknown`: no dose is known
    in between.
    """

    consecutive: int
    adherence: int
    in_window: int
    unanswered_in_window: int
    in_pattern: int
    reaches_unknown: bool
    last_ingested: DayFact | None


class MissedLevel(StrEnum):
    """The rows of the table, mildest first."""

    NONE = "none"
    REASON = "reason"
    CHECK = "check"
    ORDER = "order"
    MAIN_CLINIC = "main_clinic"
    DROPPED_OUT = "dropped_out"


@dataclass(frozen=True, slots=True)
class MissedRuling:
    """What the missed days ask today, and the signed step that answers them, if one does."""

    step: IfMissedStep | None
    violations: tuple[Violation, ...]


def count_missed(facts: PatientFacts, settings: DosingSettings) -> MissedCount:
    """Walk back from yesterday over every calendar day; a day without a fact is unknown, never taken as
    dosed.
    """
    by_day = {fact.day: fact for fact in facts.days}
    oldest = min(by_day, default=facts.today)
    started = facts.treatment_started_on
    answered = facts.prescription.answers_until if facts.prescription else None
    window_from = facts.today - timedelta(days=settings.missed_window_days)
    pattern_from = facts.today - timedelta(days=settings.missed_pattern_window_days)
    consecutive = adherence = in_window = unanswered = in_pattern = 0
    last_ingested: DayFact | None = None
    running, reaches_unknown = True, False
    day = facts.today - _ONE_DAY
    while day >= oldest and (started is None or day >= started):
        fact = by_day.get(day)
        if fact is not None and _stayed_in(fact):
            last_ingested = last_ingested or fact
            running = False
        elif fact is None or not fact.known:
            reaches_unknown = reaches_unknown or running
            running = False
        else:
            consecutive += running
            adherence += running and fact.caused_by_patient
            in_window += day >= window_from
            unanswered += day >= window_from and (answered is None or day > answered)
            in_pattern += fact.caused_by_patient and day >= pattern_from
        day -= _ONE_DAY
    window_before = still_missed(facts, since=window_from)
    in_window += window_before
    in_pattern += still_missed(facts, since=pattern_from)
    unanswered += window_before if facts.start and (answered is None or answered < facts.start.last_before) else 0
    ran_off_the_record = running and (started is None or day >= started)
    return MissedCount(
        consecutive=consecutive,
        adherence=adherence,
        in_window=in_window,
        unanswered_in_window=unanswered,
        in_pattern=in_pattern,
        reaches_unknown=reaches_unknown or ran_off_the_record,
        last_ingested=last_ingested,
    )


def missed_level(consecutive: int, settings: DosingSettings) -> MissedLevel:
    """The row of the default table for `consecutive` missed days (domain 2.3)."""
    if consecutive <= 0:
        return MissedLevel.NONE
    if consecutive >= settings.missed_dropout_days:
        return MissedLevel.DROPPED_OUT
    if consecutive > max(settings.missed_half_dose_max, settings.missed_same_dose_max):
        return MissedLevel.MAIN_CLINIC
    if consecutive > settings.missed_same_dose_max:
        return MissedLevel.ORDER
    if consecutive >= settings.missed_onsite_check_from:
        return MissedLevel.CHECK
    return MissedLevel.REASON


def half_dose(dose_mg: Decimal, settings: DosingSettings, granule_mg: Decimal) -> Decimal:
    """Half the dose, at most the cap, rounded down to what can be measured; shown to the physician, never
    applied.
    """
    wanted = min(dose_mg / 2, settings.missed_half_dose_cap_mg)
    return wanted // granule_mg * granule_mg


def ruling(*, facts: PatientFacts, missed: MissedCount, settings: DosingSettings, granule_mg: Decimal) -> MissedRuling:
    """What the missed days ask of today's dose.

    A signed if-missed step of the prescription answers the table, the phase, the raise and the window, as
    long as the window holds no more missed days than the step was signed for; it never answers induction or a
    gap beyond the table's half-dose row. An order signed in sight of the missed days (`answers_until`)
    answers all of them, from the main clinic where the gap belongs to the main clinic.
    """
    prescription = facts.prescription
    found = _notes(missed, settings)
    if prescription is None:
        return MissedRuling(None, tuple(found))
    step = _running_step(facts, prescription) or _matching_step(facts, prescription, missed, settings)
    if step is not None:
        days, dose = missed.consecutive or _gap_before_run(facts), step.dose_mg
        found.append(violation(Code.MISSED_STEP_APPLIES, Level.NOTE, Unlocker.DISPENSER, days=days, dose_mg=dose))
    elif not _answered(facts, prescription, missed, settings):
        stop = _stop(facts, prescription, missed, settings, granule_mg)
        if stop is not None:
            return MissedRuling(None, (stop, *found))
    found.extend(_questions(facts, prescription, missed, settings, eased=step is not None))
    return MissedRuling(step, tuple(found))


def _stop(
    facts: PatientFacts,
    prescription: PrescriptionFact,
    missed: MissedCount,
    settings: DosingSettings,
    granule_mg: Decimal,
) -> Violation | None:
    """The gravest block that the missed days bring, or None."""
    n = missed.consecutive
    level = missed_level(n, settings)
    physician = (Level.STOP, Unlocker.PHYSICIAN)
    if level is MissedLevel.DROPPED_OUT:
        return violation(Code.MISSED_DROPPED_OUT, Level.STOP, Unlocker.MAIN_CLINIC, days=n)
    if level is MissedLevel.MAIN_CLINIC:
        return violation(Code.MISSED_MAIN_CLINIC, Level.STOP, Unlocker.MAIN_CLINIC, days=n)
    if prescription.phase == Phase.INDUCTION and n >= settings.missed_induction_block_from:
        return violation(Code.MISSED_INDUCTION, *physician, days=n)
    if level is MissedLevel.ORDER:
        half = half_dose(prescription.dose_mg, settings, granule_mg)
        cap = settings.missed_half_dose_cap_mg
        return violation(Code.MISSED_NEEDS_ORDER, *physician, days=n, half_mg=half, cap_mg=cap)
    if prescription.phase == Phase.ADJUSTMENT and n >= settings.missed_adjustment_block_from:
        return violation(Code.MISSED_ADJUSTMENT, *physician, days=n)
    if _raised_lately(facts.today, prescription, settings) and n >= settings.raised_block_from:
        return violation(Code.MISSED_AFTER_RAISE, *physician, days=n, raised_on=prescription.raised_on or "")
    if missed.unanswered_in_window >= settings.missed_window_block:
        window = settings.missed_window_days
        return violation(Code.MISSED_WINDOW, *physician, days=missed.in_window, window=window)
    return None


def _questions(
    facts: PatientFacts,
    prescription: PrescriptionFact,
    missed: MissedCount,
    settings: DosingSettings,
    *,
    eased: bool,
) -> list[Violation]:
    """Answers that an allowed dose still needs. `eased`: a signed step lowers the dose, the physician is only
    told.
    """
    n = missed.consecutive
    if n == 0:
        return []
    found = [violation(Code.MISSED_REASON, Level.ASK, Unlocker.DISPENSER, days=n)]
    if n >= settings.missed_onsite_check_from:
        found.append(violation(Code.MISSED_ONSITE_CHECK, Level.ASK, Unlocker.DISPENSER, days=n))
    above = settings.missed_3_contact_above_mg
    answered = prescription.answers_until is not None and _yesterday(facts) <= prescription.answers_until
    if (
        settings.missed_3_needs_contact
        and n >= settings.missed_onsite_check_from
        and prescription.dose_mg > above
        and facts.contact_told_at is None
        and not eased
        and not answered
    ):
        found.append(violation(Code.MISSED_TELL_CLINIC, Level.ASK, Unlocker.DISPENSER, days=n, above_mg=above))
    return found


def _notes(missed: MissedCount, settings: DosingSettings) -> list[Violation]:
    n = missed.consecutive
    found = []
    if n:
        found.append(violation(Code.MISSED_DAYS, Level.NOTE, Unlocker.DISPENSER, days=n))
    if n >= settings.missed_notify_clinic_from:
        limit = settings.missed_notify_clinic_from
        found.append(violation(Code.CLINIC_IS_TOLD, Level.NOTE, Unlocker.DISPENSER, days=n, limit=limit))
    if missed.in_pattern >= settings.missed_pattern_count:
        window = settings.missed_pattern_window_days
        found.append(
            violation(Code.MISSED_PATTERN, Level.NOTE, Unlocker.DISPENSER, days=missed.in_pattern, window=window)
        )
    return found


def _answered(
    facts: PatientFacts, prescription: PrescriptionFact, missed: MissedCount, settings: DosingSettings
) -> bool:
    """Whether the order in force was signed in sight of the whole present gap, by someone entitled to it."""
    if not missed.consecutive or prescription.answers_until is None:
        return False
    if missed_level(missed.consecutive, settings) in (MissedLevel.MAIN_CLINIC, MissedLevel.DROPPED_OUT):
        return prescription.signed_by_main_clinic and _yesterday(facts) <= prescription.answers_until
    return _yesterday(facts) <= prescription.answers_until


def _matching_step(
    facts: PatientFacts, prescription: PrescriptionFact, missed: MissedCount, settings: DosingSettings
) -> IfMissedStep | None:
    """The signed step for today's gap. None for a suspended prescription: its step was used before."""
    usable = not facts.suspended and prescription.phase != Phase.INDUCTION
    if not usable or missed.consecutive > settings.missed_half_dose_max:
        return None
    for step in prescription.if_missed:
        if step.from_missed <= missed.consecutive <= step.to_missed:
            window_fits = missed.unanswered_in_window <= max(step.to_missed, settings.missed_window_block - 1)
            return step if window_fits else None
    return None


def _running_step(facts: PatientFacts, prescription: PrescriptionFact) -> IfMissedStep | None:
    """The step of several days that began on an earlier day and still covers today."""
    if not facts.suspended or not prescription.if_missed or prescription.phase == Phase.INDUCTION:
        return None
    run = _dosed_run(facts)
    if not run:
        return None
    gap = _gap_before_run(facts)
    for step in prescription.if_missed:
        applied = step.from_missed <= gap <= step.to_missed and run[-1].day >= prescription.starts_on
        if applied and len(run) < step.days and all(day.ingested_mg <= step.dose_mg for day in run):
            return step
    return None


def _dosed_run(facts: PatientFacts) -> list[DayFact]:
    """The unbroken dosed days up to yesterday, newest first."""
    run: list[DayFact] = []
    for fact in sorted(facts.days, key=lambda f: f.day, reverse=True):
        expected = facts.today - timedelta(days=len(run) + 1)
        if fact.day != expected or not _stayed_in(fact):
            break
        run.append(fact)
    return run


def _gap_before_run(facts: PatientFacts) -> int:
    """Missed known days just before the present run of dosed days."""
    by_day = {fact.day: fact for fact in facts.days}
    day = facts.today - timedelta(days=len(_dosed_run(facts)) + 1)
    gap = 0
    while (fact := by_day.get(day)) is not None and fact.known and not _stayed_in(fact):
        gap += 1
        day -= _ONE_DAY
    return gap


def _stayed_in(fact: DayFact) -> bool:
    return stayed_in(fact.ingested_mg, fact.outcome)


def _raised_lately(today: date, prescription: PrescriptionFact, settings: DosingSettings) -> bool:
    if prescription.raised_on is None:
        return False
    return 0 <= (today - prescription.raised_on).days <= settings.raised_within_days


def _yesterday(facts: PatientFacts) -> date:
    return facts.today - _ONE_DAY
