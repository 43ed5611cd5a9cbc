"""A dose beside the prescription, on an order of its own: after vomiting, or as a supplement. Offered once, today."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from dispensing.rules.authorise import Decision
from dispensing.rules.facts import Answers, BottleFact, DeviceFact, PatientFacts
from dispensing.rules.measuring import pour
from dispensing.rules.outcomes import rule_of
from dispensing.rules.settings import DosingSettings
from dispensing.rules.violations import Code, Level, Unlocker, violation, worst_first


@dataclass(frozen=True, slots=True)
class OrderFact:
    """A single dose that a physician ordered for today and nobody has given yet. `kind` as in `DoseKind`."""

    id: UUID
    kind: str
    mg: Decimal
    slot: int
    ordered_at: datetime


# What speaks of the prescription, of missed days, and of the dose that this order stands beside. Everything else that a
# rule says of the person, the place or the window stays.
_SET_ASIDE: Final = frozenset(
    {
        Code.DOSE_ALREADY_TODAY,
        Code.POURED_TODAY,
        Code.DAY_TOTAL_EXCEEDED,
        Code.OUTCOME_TODAY,
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
        Code.LAST_DOSE_UNKNOWN,
        Code.MISSED_TELL_CLINIC,
        Code.MISSED_ONSITE_CHECK,
        Code.MISSED_REASON,
        Code.MISSED_STEP_APPLIES,
        Code.MISSED_DAYS,
        Code.CLINIC_IS_TOLD,
        Code.DOSE_CHANGED,
        Code.PRESCRIPTION_ENDS,
        # Asked anew of this pour.
        Code.TWO_STRENGTHS_OPEN,
        Code.BOTTLE_QUARANTINED,
        Code.BOTTLE_EXPIRED,
        Code.BOTTLE_OPEN_TOO_LONG,
        Code.NO_OPEN_BOTTLE,
        Code.NO_DEVICE,
        Code.NOT_EXACT,
        Code.NOT_MEASURABLE,
        Code.NOT_ENOUGH,
        Code.SECOND_LOOK,
        Code.TWO_BOTTLES,
        Code.SEVERAL_DRAWS,
        Code.BOTTLE_OPEN_LONG,
    }
)


def authorise_ordered(
    *,
    base: Decision,
    facts: PatientFacts,
    order: OrderFact,
    ordered_today: Sequence[Decimal],
    bottles: Sequence[BottleFact],
    device: DeviceFact | None,
    answers: Answers,
    settings: DosingSettings,
    now: datetime,
) -> Decision:
    """What `base` (`authorise`'s answer for the same facts) comes to when this order is what would be poured.

    The day's total stays within the prescription and all single orders of today (`ordered_today`). A cup that was
    poured on the order and not swallowed is as final as a dose: the order is not poured twice.
    """
    aside = _SET_ASIDE - {Code.POURED_TODAY} if _poured_since(facts, order) else _SET_ASIDE
    found = [v for v in base.violations if v.code not in aside]
    found.append(violation(Code.ORDERED_DOSE, Level.NOTE, Unlocker.PHYSICIAN, ordered=order.kind, dose_mg=order.mg))
    taken = sum((dose.mg for dose in facts.doses_today), Decimal(0))
    daily = facts.prescription.dose_mg if facts.prescription else min(taken, _first(facts))
    limit = daily + sum(ordered_today, Decimal(0))
    if taken + order.mg > limit:
        figures = {"taken_mg": taken, "dose_mg": order.mg, "ordered_mg": limit}
        found.append(violation(Code.DAY_TOTAL_EXCEEDED, Level.STOP, Unlocker.PHYSICIAN, **figures))
    poured = pour(mg=order.mg, bottles=bottles, device=device, settings=settings, today=facts.today, now=now)
    looked = answers.second_look
    found.extend(v for v in poured.violations if not (looked and v.code is Code.SECOND_LOOK))
    open_ones = worst_first(found)
    return replace(
        base,
        allowed=all(v.level is Level.NOTE for v in open_ones),
        dose_mg=order.mg,
        slot=order.slot,
        portions=poured.portions,
        violations=open_ones,
        questions=tuple(v.code for v in open_ones if v.level is Level.ASK),
        if_missed_step=None,
        measure=poured.measure,
    )


def _poured_since(facts: PatientFacts, order: OrderFact) -> bool:
    return any(
        outcome.at >= order.ordered_at and (rule := rule_of(outcome.code)) is not None and rule.poured
        for outcome in facts.outcomes_today
    )


def _first(facts: PatientFacts) -> Decimal:
    """Where no prescription says the day's dose: what was drunk first today."""
    return facts.doses_today[0].mg if facts.doses_today else Decimal(0)
