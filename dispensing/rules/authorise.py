"""May this patient be given this dose, here, now? The one rule set behind the button, the refusal and the
finding.

Called while choosing (a STOP offers no confirm) and again at confirm on the snapshot of that moment, where
what it says is stored beside the fact as findings. The order of the answer is the same for the same facts:
worst first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from dispensing.rules import alerts as alert_rules
from dispensing.rules import arrivals
from dispensing.rules.choices import TreatmentStatus
from dispensing.rules.facts import (
    Answers,
    BottleFact,
    DeviceFact,
    DoseFact,
    DoseKind,
    IfMissedStep,
    OutcomeFact,
    PatientFacts,
    Phase,
    PrescriptionFact,
)
from dispensing.rules.measuring import Measure, Portion, granule_mg, pour
from dispensing.rules.missed import MissedCount, count_missed
from dispensing.rules.outcomes import rule_of, stays_open
from dispensing.rules.settings import DosingSettings
from dispensing.rules.violations import Code, Figures, Level, Unlocker, Violation, violation, worst_first

_AWAY = frozenset({"hospital", "detention"})  # patients.models.AWAY: nothing of it is recorded here
_ORDERED_APART = frozenset({DoseKind.REPLACEMENT, DoseKind.SUPPLEMENT})

_NO_ORDER = frozenset(
    {
        Code.NO_PRESCRIPTION,
        Code.PRESCRIPTION_ENDED,
        Code.PRESCRIPTION_NOT_STARTED,
        Code.PRESCRIPTION_SUSPENDED,
        Code.BRIDGING_OVER,
        Code.SLOT_UNKNOWN,
        Code.MISSED_DROPPED_OUT,
        Code.MISSED_MAIN_CLINIC,
        Code.MISSED_INDUCTION,
        Code.MISSED_NEEDS_ORDER,
        Code.MISSED_ADJUSTMENT,
        Code.MISSED_AFTER_RAISE,
        Code.MISSED_WINDOW,
        Code.PREGNANT_MISSED,
    }
)


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer. `allowed`: no STOP and no question open. `violations` are worst first.

    `dose_mg` is what an order in force gives for this slot, None where no order does (then nothing is
    offered); `portions` and `measure` are there whenever the bottles allow the pour, `allowed` or not.
    `questions` are the codes of the ASK violations: an answered question is no violation any more.
    """

    allowed: bool
    dose_mg: Decimal | None
    slot: int
    portions: tuple[Portion, ...]
    violations: tuple[Violation, ...]
    questions: tuple[Code, ...]
    missed: MissedCount
    if_missed_step: IfMissedStep | None
    measure: Measure | None

    @property
    def stopped(self) -> bool:
        """Whether no confirm is offered, whatever is answered."""
        return any(v.level is Level.STOP for v in self.violations)

    @property
    def findings(self) -> tuple[Violation, ...]:
        """What is wrong with the dose if it has been drunk all the same: stops, and questions left open."""
        return tuple(v for v in self.violations if v.level is not Level.NOTE)


def authorise(
    *,
    facts: PatientFacts,
    bottles: Sequence[BottleFact],
    device: DeviceFact | None,
    answers: Answers,
    settings: DosingSettings,
    now: datetime,
    slot: int = 1,
) -> Decision:
    """Every hard stop of domain 2.2, the missed-dose rules of 2.3 and what 12.2 adds.

    `bottles` are those at this window; `now` is aware and carries the facility's zone. Identity and alertness
    are stated by the confirm itself: unanswered they are no violation, a sign seen is a stop.
    """
    missed = count_missed(facts, settings)
    prescription = facts.prescription
    found = [*_who_and_where(facts), *_today(facts, slot, now), *_person(facts, answers, settings, now)]
    found.extend(_order(facts, settings, slot))
    granule = _granule(bottles, device)
    ruled = alert_rules.missed_ruling(facts=facts, missed=missed, settings=settings, granule_mg=granule)
    found.extend(ruled.violations)
    if missed.reaches_unknown:
        found.append(violation(Code.LAST_DOSE_UNKNOWN, Level.ASK, Unlocker.DISPENSER))
    if facts.suspended and prescription is not None and ruled.step is None:
        found.append(violation(Code.PRESCRIPTION_SUSPENDED, Level.STOP, Unlocker.PHYSICIAN))
    found.extend(alert_rules.switched_on(facts=facts, missed=missed, found=found, settings=settings))
    dose = None
    if prescription is not None and not any(v.code in _NO_ORDER for v in found):
        dose = _slot_dose(prescription, ruled.step, slot, granule)
    portions: tuple[Portion, ...] = ()
    measure = None
    if prescription is not None and dose is not None:
        ordered = ruled.step.dose_mg if ruled.step else prescription.dose_mg
        found.extend([*_day_total(facts, slot, dose, ordered), *_changed(missed, ordered)])
        poured = pour(mg=dose, bottles=bottles, device=device, settings=settings, today=facts.today, now=now)
        portions, measure = poured.portions, poured.measure
        found.extend(poured.violations)
    open_ones = worst_first([v for v in found if v.level is not Level.ASK or not _is_answered(v.code, answers)])
    return Decision(
        allowed=all(v.level is Level.NOTE for v in open_ones),
        dose_mg=dose,
        slot=slot,
        portions=portions,
        violations=open_ones,
        questions=tuple(v.code for v in open_ones if v.level is Level.ASK),
        missed=missed,
        if_missed_step=ruled.step,
        measure=measure,
    )


def suspends_prescription(*, given_mg: Decimal, slot: int, prescription: PrescriptionFact) -> bool:
    """Whether `given_mg` against this prescription suspends it from the next day on (domain 12.2)."""
    return given_mg < prescription.slot_mg[slot - 1]


def _who_and_where(facts: PatientFacts) -> list[Violation]:
    if facts.status != TreatmentStatus.IN_TREATMENT:
        return [violation(Code.NOT_IN_TREATMENT, Level.STOP, Unlocker.MAIN_CLINIC, status=facts.status)]
    placement = facts.placement
    if placement is None:
        return [violation(Code.NOT_PLACED, Level.STOP, Unlocker.MAIN_CLINIC)]
    ended = placement.ended_on is not None and placement.ended_on <= facts.today
    if ended or placement.starts_on > facts.today:
        return [violation(Code.NOT_PLACED, Level.STOP, Unlocker.MAIN_CLINIC)]
    if placement.facility_id != facts.asking_facility_id:
        figures: Figures = {"place": placement.facility_name, "starts_on": placement.starts_on}
        return [violation(Code.PLACED_ELSEWHERE, Level.STOP, Unlocker.MAIN_CLINIC, **figures)]
    if placement.kind in _AWAY and placement.ended_on is not None:
        until = placement.ended_on - timedelta(days=1)
        return [violation(Code.AWAY_NOW, Level.STOP, Unlocker.SITE_HEAD, away=placement.kind, until_on=until)]
    return [*arrivals.first_dose_here(facts), *arrivals.moves_away(facts)]


def _today(facts: PatientFacts, slot: int, now: datetime) -> list[Violation]:
    """What today already holds. A poured cup is as final as a dose: nothing more without a physician. A replacement
    stands for the dose that came up, also where the record of that dose has been voided since.
    """
    found = []
    for dose in facts.doses_today:
        if dose.slot == slot and dose.kind != DoseKind.SUPPLEMENT and not _beside_another(dose, facts):
            where = "here" if dose.facility_id == facts.asking_facility_id else "elsewhere"
            figures: Figures = {
                "dose_mg": dose.mg,
                "given_at": dose.given_at.astimezone(now.tzinfo),
                "where": where,
            }
            found.append(violation(Code.DOSE_ALREADY_TODAY, Level.STOP, Unlocker.NOBODY, **figures))
    if facts.elsewhere_today_mg > 0:
        found.append(
            violation(Code.DRUNK_ELSEWHERE_TODAY, Level.STOP, Unlocker.NOBODY, dose_mg=facts.elsewhere_today_mg)
        )
    if facts.take_home_today_mg > 0:
        found.append(violation(Code.TAKE_HOME_TODAY, Level.STOP, Unlocker.NOBODY, dose_mg=facts.take_home_today_mg))
    for outcome in facts.outcomes_today:
        rule = rule_of(outcome.code)
        stated: Figures = {"outcome": outcome.code, "stated_at": outcome.at.astimezone(now.tzinfo)}
        if rule is not None and (rule.poured or rule.after_dose):
            found.append(violation(Code.POURED_TODAY, Level.STOP, Unlocker.PHYSICIAN, **stated))
        elif rule is None or not rule.stays_open:
            found.append(violation(Code.OUTCOME_TODAY, Level.NOTE, Unlocker.DISPENSER, **stated))
    return found


def _beside_another(dose: DoseFact, facts: PatientFacts) -> bool:
    """Whether this is a replacement, and what it replaces stands beside it."""
    return dose.kind == DoseKind.REPLACEMENT and any(
        other.slot == dose.slot and other.kind not in _ORDERED_APART for other in facts.doses_today
    )


def _person(facts: PatientFacts, answers: Answers, settings: DosingSettings, now: datetime) -> list[Violation]:
    """The person at the window: signs seen now, a dose withheld before, a block that somebody placed."""
    found = []
    if answers.sober:
        signs = ",".join(sorted(answers.sober))
        found.append(violation(Code.SIGNS_SEEN, Level.STOP, Unlocker.DISPENSER, signs=signs))
    for hold in facts.holds:
        placed_on = hold.placed_at.astimezone(now.tzinfo).date()
        found.append(violation(Code.HOLD, Level.STOP, hold.lifted_by, hold=hold.reason, placed_on=placed_on))
    open_ones = [outcome for outcome in facts.outcomes_today if stays_open(outcome.code)]
    if open_ones:
        latest = max(open_ones, key=lambda outcome: outcome.at)
        found.append(_withheld(latest, now))
    found.extend(_withheld_before(facts, settings, today=bool(open_ones)))
    found.extend(_water_and_speak(facts, settings))
    if facts.exam_overdue_days > settings.exam_overdue_grace_days:
        days = facts.exam_overdue_days
        found.append(violation(Code.EXAM_OVERDUE, Level.NOTE, Unlocker.PHYSICIAN, days=days))
    return found


def _withheld(outcome: OutcomeFact, now: datetime) -> Violation:
    """Open until its re-check time; from then on another look authorises again (domain 12.2)."""
    if outcome.recheck_at is not None and now < outcome.recheck_at:
        recheck_at = outcome.recheck_at.astimezone(now.tzinfo)
        return violation(Code.WITHHELD_WAIT, Level.STOP, Unlocker.DISPENSER, recheck_at=recheck_at)
    stated_at = outcome.at.astimezone(now.tzinfo)
    return violation(Code.WITHHELD_LOOK_AGAIN, Level.ASK, Unlocker.DISPENSER, stated_at=stated_at)


def _water_and_speak(facts: PatientFacts, settings: DosingSettings) -> list[Violation]:
    """For some days after a cup that was not swallowed, water and a few words before leaving (domain 12.2)."""
    first = facts.today - timedelta(days=settings.water_and_speak_days)
    cups = [day for day in facts.days if day.day >= first and (rule := rule_of(day.outcome or "")) and rule.poured]
    return [
        violation(Code.WATER_AND_SPEAK, Level.NOTE, Unlocker.DISPENSER, day_on=day.day, outcome=day.outcome or "")
        for day in cups[-1:]
    ]


def _withheld_before(facts: PatientFacts, settings: DosingSettings, *, today: bool) -> list[Violation]:
    """A withheld dose shows on the next day's card; two in seven days go to the physician (domain 12.2)."""
    first = facts.today - timedelta(days=settings.withheld_pattern_days - 1)
    withheld = [day for day in facts.days if day.outcome and day.day >= first and stays_open(day.outcome)]
    found = []
    for day in withheld:
        if day.day == facts.today - timedelta(days=1):
            figures: Figures = {"day_on": day.day, "outcome": day.outcome or ""}
            found.append(violation(Code.WITHHELD_BEFORE, Level.NOTE, Unlocker.DISPENSER, **figures))
    return [*found, *withheld_pattern(facts, settings, today=today)]


def withheld_pattern(facts: PatientFacts, settings: DosingSettings, *, today: bool) -> list[Violation]:
    """A dose withheld on so many days of the last few, `today` being one of them or not (domain 12.2)."""
    window = settings.withheld_pattern_days
    first = facts.today - timedelta(days=window - 1)
    times = today + sum(1 for day in facts.days if day.outcome and day.day >= first and stays_open(day.outcome))
    if times < settings.withheld_pattern_count:
        return []
    return [violation(Code.WITHHELD_PATTERN, Level.NOTE, Unlocker.PHYSICIAN, times=times, window=window)]


def _order(facts: PatientFacts, settings: DosingSettings, slot: int) -> list[Violation]:
    """Whether a prescription covers today and this slot, and what is soon over."""
    prescription, today = facts.prescription, facts.today
    stop = (Level.STOP, Unlocker.PHYSICIAN)
    bridging_days = settings.bridging_max_days
    if prescription is None and facts.suspended:
        return [violation(Code.PRESCRIPTION_SUSPENDED, *stop)]
    if prescription is None:
        if facts.last_prescription_end is None:
            return [violation(Code.NO_PRESCRIPTION, *stop)]
        ended_on = facts.last_prescription_end
        return [violation(Code.PRESCRIPTION_ENDED, *stop, ended_on=ended_on, days=bridging_days)]
    if today < prescription.starts_on:
        return [violation(Code.PRESCRIPTION_NOT_STARTED, *stop, starts_on=prescription.starts_on)]
    if today > prescription.last_day:
        return [violation(Code.PRESCRIPTION_ENDED, *stop, ended_on=prescription.last_day, days=bridging_days)]
    if not 1 <= slot <= len(prescription.slot_mg):
        return [violation(Code.SLOT_UNKNOWN, *stop, slot=slot)]
    ends_on = prescription.last_day
    if prescription.bridging and (today - prescription.starts_on).days >= bridging_days:
        return [violation(Code.BRIDGING_OVER, *stop, starts_on=prescription.starts_on, days=bridging_days)]
    if prescription.unsigned_since is not None:
        days = (today - prescription.unsigned_since).days
        figures: Figures = {"since_on": prescription.unsigned_since, "days": days, "ends_on": ends_on}
        return [violation(Code.BRIDGING_UNSIGNED, Level.NOTE, Unlocker.PHYSICIAN, **figures)]
    short = prescription.phase in (Phase.INDUCTION, Phase.ADJUSTMENT)
    warn_from = (min if short else max)(settings.prescription_warn_days, default=0)
    if (ends_on - today).days <= warn_from:
        return [violation(Code.PRESCRIPTION_ENDS, Level.NOTE, Unlocker.PHYSICIAN, ends_on=ends_on)]
    return []


def _slot_dose(prescription: PrescriptionFact, step: IfMissedStep | None, slot: int, granule: Decimal) -> Decimal:
    """What the order gives for this slot; a step of a divided dose keeps its proportions, rounded down."""
    full = prescription.slot_mg[slot - 1]
    if step is None:
        return full
    if len(prescription.slot_mg) == 1:
        return step.dose_mg
    return step.dose_mg * full / prescription.dose_mg // granule * granule


def _day_total(facts: PatientFacts, slot: int, dose: Decimal, ordered: Decimal) -> list[Violation]:
    """The day's total is bounded by what was ordered; doses with an order of their own stand apart."""
    counted = [d for d in facts.doses_today if d.kind not in _ORDERED_APART]
    taken = sum((d.mg for d in counted), Decimal(0))
    if taken + dose <= ordered or any(d.slot == slot for d in counted):
        return []
    figures: Figures = {"taken_mg": taken, "dose_mg": dose, "ordered_mg": ordered}
    return [violation(Code.DAY_TOTAL_EXCEEDED, Level.STOP, Unlocker.PHYSICIAN, **figures)]


def _changed(missed: MissedCount, ordered: Decimal) -> list[Violation]:
    last = missed.last_ingested
    if last is None or last.ingested_mg == ordered:
        return []
    figures: Figures = {"old_mg": last.ingested_mg, "new_mg": ordered}
    return [violation(Code.DOSE_CHANGED, Level.NOTE, Unlocker.DISPENSER, **figures)]


def _granule(bottles: Sequence[BottleFact], device: DeviceFact | None) -> Decimal:
    """The dose step that can be measured here, 1 mg while no bottle or device says."""
    opened = [bottle for bottle in bottles if bottle.opened_at is not None and not bottle.quarantined]
    if device is None or not opened:
        return Decimal(1)
    return granule_mg(opened[0].concentration, device)


def _is_answered(code: Code, answers: Answers) -> bool:
    return {
        Code.WITHHELD_LOOK_AGAIN: answers.alert_confirmed is True,
        Code.LAST_DOSE_UNKNOWN: answers.last_dose_proof is not None,
        Code.LAST_DOSE_ELSEWHERE: False,  # by a record alone, which the next asking sees
        Code.MISSED_TELL_CLINIC: answers.clinic_told,
        Code.MISSED_ONSITE_CHECK: answers.onsite_check_done,
        Code.LOOK_FOR_SEDATION: answers.alert_confirmed is True,
        Code.SECOND_LOOK: answers.second_look,
        Code.MISSED_REASON: answers.missed_reason is not None,
    }[code]
