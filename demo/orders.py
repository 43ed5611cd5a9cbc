"""What the physicians of a simulated site sign: first orders, renewals, steps of the dose, orders for coming back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from demo import dice
from demo.attendance import STEP_NUMBER
from demo.cohort import FIRST_MG, STEP_MG, Member, order_ends
from demo.sites import Site
from dispensing.rules.facts import IfMissedStep, Phase, PrescriptionFact
from dispensing.services import prescription_batches
from dispensing.services.prescription_batches import PastPrescription

ONE_DAY: Final = timedelta(days=1)
INDUCTION_DAYS: Final = 14
ADJUSTMENT_DAYS: Final = 5
RAISE_MG: Final = Decimal(10)
HALF_CAP_MG: Final = Decimal(40)
RESTART_MG: Final = Decimal(30)
HALF_FROM, RESTART_FROM = 4, 6  # missed days (domain 2.3)
ASK_AGAIN_MG, ASK_AGAIN_SHARE = Decimal(15), Decimal("0.2")  # a larger change is stated twice (domain 2.2)
# Day of induction from which a dose holds: at most 20 mg more in a week (domain 2.2).
INDUCTION_MG: Final = ((0, 20), (4, 25), (7, 30), (11, 40))


@dataclass(frozen=True)
class Order:
    """What is ordered from a day on."""

    phase: Phase
    dose_mg: Decimal
    ends_on: date


def first(member: Member, starts_on: date) -> Order:
    """The order with which a patient comes to the site."""
    if member.newcomer:
        return Order(Phase.INDUCTION, FIRST_MG, starts_on)
    return Order(Phase.MAINTENANCE, member.target_mg, order_ends(member, starts_on))


def following(before: PrescriptionFact, member: Member, starts_on: date) -> Order:
    """The order after one that ends: mostly the same again; early on, a step on the way to the dose that holds."""
    age = (starts_on - member.treatment_started_on).days
    if age < INDUCTION_DAYS:
        mg = max(Decimal(mg) for from_day, mg in INDUCTION_MG if from_day <= age)
        return Order(Phase.INDUCTION, mg, starts_on)
    if before.phase == Phase.MAINTENANCE:
        return Order(Phase.MAINTENANCE, before.dose_mg, order_ends(member, starts_on))
    if before.dose_mg >= member.target_mg:
        return Order(Phase.MAINTENANCE, before.dose_mg, order_ends(member, starts_on))
    mg = min(member.target_mg, before.dose_mg + RAISE_MG)
    return Order(Phase.ADJUSTMENT, mg, starts_on + (ADJUSTMENT_DAYS - 1) * ONE_DAY)


def coming_back(before_mg: Decimal, missed: int, member: Member, starts_on: date) -> Order:
    """The order in sight of missed days: the same, half, or a new beginning (domain 2.3)."""
    if missed < HALF_FROM:
        return Order(Phase.MAINTENANCE, before_mg, order_ends(member, starts_on))
    mg = min(before_mg, RESTART_MG if missed >= RESTART_FROM else half(before_mg))
    days = ADJUSTMENT_DAYS if missed >= RESTART_FROM else 3
    return Order(Phase.ADJUSTMENT, mg, starts_on + (days - 1) * ONE_DAY)


def half(mg: Decimal) -> Decimal:
    """Half the dose in steps that can be measured, at most the cap."""
    return min(mg / 2, HALF_CAP_MG) // STEP_MG * STEP_MG


@dataclass(frozen=True)
class Signing:
    """One order about to be signed for a member. `answers_until`: in sight of the missed days up to that one."""

    member: Member
    order: Order
    starts_on: date
    before_mg: Decimal | None
    at: datetime
    answers_until: date | None = None
    by_clinic: bool = False


def sign(site: Site, signings: Iterable[Signing]) -> None:
    """Sign, the site's physician what is theirs and the main clinic's what only they may."""
    by_clinic: list[PastPrescription] = []
    by_site: list[PastPrescription] = []
    for signing in signings:
        (by_clinic if signing.by_clinic else by_site).append(_past(site, signing))
    for orders, hand in ((by_site, site.team.physician), (by_clinic, site.team.clinic_physician)):
        if orders:
            prescription_batches.sign_many(prescriptions=orders, by=hand.access)


def _past(site: Site, signing: Signing) -> PastPrescription:
    member, order = signing.member, signing.order
    steps: Sequence[IfMissedStep] = ()
    if not site.spec.busy and member.number == STEP_NUMBER and order.phase is Phase.MAINTENANCE:
        steps = (IfMissedStep(4, 5, half(order.dose_mg), 1),)
    before = signing.before_mg
    change = abs(order.dose_mg - before) if before is not None else Decimal(0)
    return PastPrescription(
        id=dice.fact_id(signing.at, site.seed, site.spec.key, "order", member.number, signing.starts_on),
        patient_id=member.id,
        facility_id=site.facility_id,
        phase=order.phase,
        slot_mg=(order.dose_mg,),
        starts_on=signing.starts_on,
        ends_on=order.ends_on,
        signed_at=signing.at,
        if_missed=tuple(steps),
        answers_until=signing.answers_until,
        large_change_confirmed=before is not None and (change > ASK_AGAIN_MG or change > ASK_AGAIN_SHARE * before),
    )
