"""Choosing a patient authorises: every hard stop is checked, the patient is held for this screen, and what may be
poured is written into a signed slip that the confirm brings back. A refused authorisation has no slip.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core import signing

from core.access import Access
from core.ids import new_id
from dispensing.queries import facts as facts_query
from dispensing.queries.dose_orders import orders_today
from dispensing.queries.facts import Known
from dispensing.queries.snapshot import bottle_facts, device_fact, next_slot
from dispensing.queries.stability import exam_overdue_days
from dispensing.rules.authorise import Decision, authorise, suspends_prescription
from dispensing.rules.codes import Code
from dispensing.rules.facts import Answers, DoseKind
from dispensing.rules.ordered import OrderFact, authorise_ordered
from dispensing.rules.settings import DosingSettings
from dispensing.services import alarms, screens
from dispensing.services.screens import Screen
from facilities.rules import digest
from facilities.services import settings as rule_settings
from inventory.queries.window import Window, site_window
from patients.models import Patient
from patients.services import identity

_SALT = "dispensing.authorisation"


@dataclass(frozen=True)
class PouredPortion:
    """What is poured from one bottle."""

    bottle_id: int
    lot_id: int
    ul: int


@dataclass(frozen=True)
class Authorisation:
    """What was authorised for one patient on one screen. `dose_id` is the id that the dose will have."""

    dose_id: UUID
    patient_id: UUID
    facility_id: int
    person_id: int
    day: date
    slot: int
    mg: Decimal
    portions: tuple[PouredPortion, ...]
    opened_account: int
    patients_account: int
    prescription_id: UUID | None
    reduced: bool
    authorised_at: datetime
    answers: Answers
    order_id: UUID | None = None  # a dose beside the prescription: the order that allows it
    kind: str = DoseKind.SCHEDULED

    def slip(self) -> str:
        """The signed text that travels through the page; only what the server wrote comes back as an authorisation."""
        return signing.dumps(
            [
                str(self.dose_id), str(self.patient_id), self.facility_id, self.person_id, self.day.isoformat(),
                self.slot,
                str(self.mg), [[p.bottle_id, p.lot_id, p.ul] for p in self.portions], self.opened_account,
                self.patients_account, str(self.prescription_id) if self.prescription_id else None, self.reduced,
                self.authorised_at.isoformat(), _packed(self.answers),
                *([str(self.order_id), self.kind] if self.order_id else []),
            ],
            salt=_SALT,
        )  # fmt: skip

    @staticmethod
    def from_slip(text: str) -> "Authorisation":
        """Read a slip back; raises django.core.signing.BadSignature for anything the server did not write."""
        (
            dose,
            patient,
            facility,
            person,
            day,
            slot,
            mg,
            portions,
            opened,
            given,
            rx,
            reduced,
            at,
            answers,
            *ordered,
        ) = signing.loads(text, salt=_SALT)
        return Authorisation(
            dose_id=UUID(dose),
            patient_id=UUID(patient),
            facility_id=facility,
            person_id=person,
            day=date.fromisoformat(day),
            slot=slot,
            mg=Decimal(mg),
            portions=tuple(PouredPortion(*portion) for portion in portions),
            opened_account=opened,
            patients_account=given,
            prescription_id=UUID(rx) if rx else None,
            reduced=reduced,
            authorised_at=datetime.fromisoformat(at),
            answers=Answers(sober=tuple(answers.pop("sober", ())), **answers),
            order_id=UUID(ordered[0]) if ordered else None,
            kind=ordered[1] if ordered else DoseKind.SCHEDULED,
        )


def _packed(answers: Answers) -> dict[str, Any]:
    """Only what differs from an unanswered card, so that the slip stays short."""
    unanswered = Answers()
    return {name: value for name in Answers.__slots__ if (value := getattr(answers, name)) != getattr(unanswered, name)}


@dataclass(frozen=True)
class Snapshot:
    """What the rules were asked about, and what they answered, at one moment."""

    known: Known
    window: Window
    decision: Decision
    settings: DosingSettings
    rules_digest: str
    order: OrderFact | None = None  # what is offered beside the prescription


@dataclass(frozen=True)
class Choice:
    """The opened card: the decision, and either a slip, or nothing to confirm. `identity` only where dosed here."""

    snapshot: Snapshot
    identity: identity.IdentityView | None
    authorisation: Authorisation | None
    elsewhere: Screen | None


def look(
    *,
    patient_id: UUID,
    by: Access,
    now: datetime,
    answers: Answers,
    slot: int | None = None,
    days: int = 91,
    ordered: bool = False,
) -> Snapshot:
    """Ask the rules about one patient at the acting facility now. Patient.DoesNotExist: never treated here.

    `ordered`: after today's doses, a dose that was ordered beside the prescription is what they are asked about.
    """
    assert by.facility_id is not None  # noqa: S101  every view here asks for a permission held at a facility
    settings = rule_settings.for_facility(DosingSettings, facility_id=by.facility_id, at=now)
    found = facts_query.load(
        patient_ids=[patient_id], facility_id=by.facility_id, now=now, zone=by.zone,
        days=max(days, settings.days_behind),
    )  # fmt: skip
    known = found.get(patient_id)
    if known is None or not known.was_here:
        raise Patient.DoesNotExist
    if ordered:
        known = _examined(known, settings)
    window = site_window(facility_id=by.facility_id)
    decision = authorise(
        facts=known.facts,
        bottles=bottle_facts(window),
        device=device_fact(window),
        answers=answers,
        settings=settings,
        now=now.astimezone(ZoneInfo(by.zone)),
        slot=slot if slot is not None else next_slot(known.facts),
    )
    snapshot = Snapshot(known, window, decision, settings, digest(settings))
    return _beside(snapshot, answers, now.astimezone(ZoneInfo(by.zone))) if ordered else snapshot


def _examined(known: Known, settings: DosingSettings) -> Known:
    """The same with how long the patient is overdue for an examination: a note on the card, never a stop (domain 12.2).
    The confirm does not ask it again.
    """
    facts = known.facts
    days = exam_overdue_days(facts.patient_id, dosing=settings, today=facts.today)
    return replace(known, facts=replace(facts, exam_overdue_days=days)) if days else known


def _beside(snapshot: Snapshot, answers: Answers, now: datetime) -> Snapshot:
    """The same with the order of a single dose, where one waits and all of today's own doses are drunk, or what became
    of one stops the next.
    """
    facts = snapshot.known.facts
    parts = len(facts.prescription.slot_mg) if facts.prescription else 1
    all_drunk = len({dose.slot for dose in facts.doses_today}) >= parts
    stopped = any(found.code is Code.POURED_TODAY for found in snapshot.decision.violations)
    if not (all_drunk or stopped):
        return snapshot
    orders = orders_today(patient_id=facts.patient_id, day=facts.today)
    if orders.next is None:
        return snapshot
    decision = authorise_ordered(
        base=snapshot.decision,
        facts=facts,
        order=orders.next,
        ordered_today=orders.mg,
        bottles=bottle_facts(snapshot.window),
        device=device_fact(snapshot.window),
        answers=answers,
        settings=snapshot.settings,
        now=now,
    )
    return replace(snapshot, decision=decision, order=orders.next)


def choose(
    *,
    patient_id: UUID,
    by: Access,
    screen: str,
    now: datetime,
    answers: Answers | None = None,
    dose_id: UUID | None = None,
) -> Choice:
    """Open a patient to dose. The look at the identity is logged; the slip is there only where nothing stops the dose.

    `answers` are those given so far: a question left open still gives no slip (design, sentence 4). `dose_id`: the id
    that the dose will have, where a program made it.
    """
    given = answers or Answers()
    snapshot = look(patient_id=patient_id, by=by, now=now, answers=given, ordered=True)
    decision = snapshot.decision
    placement = snapshot.known.facts.placement
    seen = None
    alarms.of_decision(facts=snapshot.known.facts, violations=decision.violations, by=by, now=now)
    if placement is not None and placement.facility_id == by.facility_id:
        seen = identity.look(patient_id=patient_id, by=by, now=now, why="dose")
    elsewhere = None
    if not decision.stopped:
        elsewhere = screens.take(
            patient_id=patient_id, screen=screen, by=by, now=now, seconds=snapshot.settings.hold_seconds
        )
    offered = decision.allowed and elsewhere is None
    slip = _authorisation(snapshot, given, by, now, dose_id or new_id()) if offered else None
    return Choice(snapshot, seen, slip, elsewhere)


def _authorisation(
    snapshot: Snapshot, answers: Answers, by: Access, now: datetime, dose_id: UUID
) -> Authorisation | None:
    decision, window, facts = snapshot.decision, snapshot.window, snapshot.known.facts
    if decision.dose_mg is None or by.facility_id is None or by.person_id is None:
        return None
    if window.opened_account is None or window.patients_account is None or not decision.portions:
        return None
    lots = {bottle.id: bottle.lot_id for bottle in window.bottles}
    prescription = None if snapshot.order else facts.prescription
    return Authorisation(
        dose_id=dose_id,
        patient_id=facts.patient_id,
        facility_id=by.facility_id,
        person_id=by.person_id,
        day=facts.today,
        slot=decision.slot,
        mg=decision.dose_mg,
        portions=tuple(PouredPortion(p.bottle_id, lots[p.bottle_id], p.ul) for p in decision.portions),
        opened_account=window.opened_account,
        patients_account=window.patients_account,
        prescription_id=prescription.id if prescription else None,
        reduced=prescription is not None
        and suspends_prescription(given_mg=decision.dose_mg, slot=decision.slot, prescription=prescription),
        authorised_at=now,
        answers=answers,
        order_id=snapshot.order.id if snapshot.order else None,
        kind=snapshot.order.kind if snapshot.order else DoseKind.SCHEDULED,
    )


def as_findings(violations: Any) -> list[dict[str, Any]]:
    """Violations as they are stored beside a fact: code and figures, never words."""
    return [{"code": str(v.code), "data": dict(v.data)} for v in violations]
