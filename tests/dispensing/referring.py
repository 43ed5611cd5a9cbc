"""Hands for tests of referrals: one patient of Mường Pồn taken through the steps, by whoever takes each."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from core.access import Access
from core.ids import new_id
from dispensing.models import Flag, Prescription, Referral, ReferralStep, StabilityAssessment
from dispensing.rules.referral_codes import CHECKS_OF, Initiator
from dispensing.rules.referral_table import Kind, State, Step
from dispensing.services import referrals
from dispensing.services.referral_drafts import NewReferral
from dispensing.services.referral_steps import At, Receipt
from patients.models import Patient
from tests import cast, world
from tests.dispensing import morning
from tests.entrance import access

TODAY, NOW, DAY = world.TODAY, world.NOW, timedelta(days=1)
THURSDAY = date(2026, 11, 26)


def blocked(patient: Patient, *, at: datetime = NOW, level: str = "order") -> Flag:
    """What the days ask of somebody: a block that a physician's order ends."""
    return Flag.objects.create(
        patient=patient, facility=morning.site(), kind="missed", level=level, since=TODAY - 4 * DAY, figures={},
        raised_at=at,
    )  # fmt: skip


def assessed(patient: Patient, level: str = "unstable", *, at: datetime = NOW) -> StabilityAssessment:
    reasons = [] if level == "stable" else [{"code": "dose_changed", "weight": "unstable", "data": {}}]
    version = StabilityAssessment.objects.filter(patient=patient).count() + 1
    return StabilityAssessment.objects.create(
        patient=patient, facility=morning.site(), version=version, at=at, level=level, reasons=reasons,
        rules_digest="1-0000", why="nightly",
    )  # fmt: skip


def order(
    patient: Patient, mg: str = "30", *, starts_on: date = THURSDAY, at: datetime = NOW, **more: Any
) -> Prescription:
    """An order of the main clinic, the one before it ended."""
    physician = world.person(cast.CLINIC_PHYSICIAN)
    Prescription.objects.filter(patient=patient, ended_on__isnull=True).update(
        ended_on=starts_on - DAY, end_reason="replaced", ended_by=physician, ended_at=at
    )
    return morning.prescription(
        patient, mg=mg, starts_on=starts_on, by_main_clinic=True, signed_by=physician, recorded_at=at, **more
    )


@dataclass
class Road:
    """One referral on its way. `at` moves with the steps that are told another time."""

    patient: Patient = field(default_factory=morning.patient)
    id: UUID = field(default_factory=new_id)
    at: datetime = NOW

    @property
    def referral(self) -> Referral:
        return Referral.objects.get(pk=self.id)

    @property
    def state(self) -> State:
        return State(ReferralStep.objects.filter(referral_id=self.id).order_by("-position")[0].state)

    def step(self, step: Step, member: cast.Member, words: str = "", **stated: Any) -> At:
        by = as_of(member, self.at)
        return At(new_id(), self.id, step, by, self.at, words, {key: str(value) for key, value in stated.items()})

    def draft(self, kind: Kind = Kind.TO_CLINIC, member: cast.Member = cast.DISPENSER, **more: Any) -> "Road":
        values = {"reasons": ("stable",) if kind is not Kind.TO_CLINIC else ("missed",)} | more
        if kind is not Kind.TO_CLINIC:
            values.setdefault("to_facility_id", world.facility(cast.OTHER_SITE).pk)
        initiator = Initiator.CLINIC if kind is Kind.TRANSFER_IN else Initiator.SITE
        new = NewReferral(id=self.id, kind=kind, patient_id=self.patient.pk, initiator=initiator, **values)
        referrals.draft(new=new, by=as_of(member, self.at), now=self.at)
        return self

    def take(self, step: Step, member: cast.Member, words: str = "") -> Receipt:
        return referrals.take(at=self.step(step, member, words))

    def send(self, wished_on: date | None = None) -> "Road":
        at = self.step(Step.SEND, cast.DISPENSER, day=wished_on)
        referrals.send(at=at, wished_on=wished_on, own_pin=cast.PIN)
        return self

    def appoint(self, day: date = THURSDAY) -> "Road":
        referrals.appoint(at=self.step(Step.APPOINT, cast.CLINIC_PHYSICIAN, day=day), day=day)
        return self

    def agree(self) -> "Road":
        referrals.agree(at=self.step(Step.AGREE, cast.DISPENSER))
        return self

    def arrive(self) -> "Road":
        self.take(Step.ARRIVE, cast.CLINIC_PHYSICIAN)
        return self

    def treat(self, mg: str = "30") -> "Road":
        made = order(self.patient, mg, starts_on=self.at.date(), at=self.at)
        referrals.answer(at=self.step(Step.TREAT, cast.CLINIC_PHYSICIAN), prescription_id=made.pk)
        return self

    def offer(self, day: date, member: cast.Member = cast.CLINIC_PHYSICIAN, words: str = "", **more: Any) -> "Road":
        checks = more.get("checks", [str(check) for check in CHECKS_OF[Kind(self.referral.kind)]])
        at = self.step(Step.OFFER, member, words, day=day)
        referrals.offer(at=at, day=day, checks=checks, own_pin=cast.PIN)
        return self

    def countersign(self) -> "Road":
        referrals.countersign(at=self.step(Step.COUNTERSIGN, cast.CLINIC_HEAD), own_pin=cast.PIN)
        return self

    def accept(self, day: date, member: cast.Member = cast.SITE_HEAD) -> "Road":
        referrals.accept(at=self.step(Step.ACCEPT, member, day=day), day=day, own_pin=cast.PIN)
        return self

    def to(self, state: State) -> "Road":
        """Through the usual steps to a state."""
        if state is State.NEW:
            return self
        self.draft()
        for reached, act in _USUAL:
            if self.state is state:
                return self
            act(self)
            assert self.state is reached
        return self


def as_of(member: cast.Member, at: datetime) -> Access:
    """What that person may do, at the tests' time: appointments do not change in between."""
    return access(member)


_USUAL = (
    (State.SENT, lambda road: road.send()),
    (State.ACKNOWLEDGED, lambda road: road.take(Step.ACKNOWLEDGE, cast.CLINIC_PHYSICIAN)),
    (State.APPOINTED, lambda road: road.appoint()),
    (State.EXPECTED, lambda road: road.agree()),
    (State.ARRIVED, lambda road: road.arrive()),
    (State.TREATED, lambda road: road.treat()),
    (State.OFFERED, lambda road: road.offer(TODAY + 10 * DAY, words="đủ tiêu chí")),
    (State.SIGNED, lambda road: road.countersign()),
    (State.MOVING, lambda road: road.accept(TODAY + 10 * DAY)),
    (State.RETURNED, lambda road: road.take(Step.SETTLE, cast.DISPENSER)),
)
