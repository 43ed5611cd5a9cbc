"""What a person states about a patient-day without a dose: withheld until another look, refused, in hospital, …"""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from core import audit
from core.access import Access
from core.clock import local_day
from core.constraints import violated
from core.digests import sha256_of
from dispensing.models import Outcome
from dispensing.rules.authorise import withheld_pattern
from dispensing.rules.daycodes import Why
from dispensing.rules.facts import Answers
from dispensing.rules.outcomes import OutcomeDraft, check_outcome, rule_of
from dispensing.rules.reviews import ReviewWhy
from dispensing.rules.violations import Code, Level, Violation
from dispensing.services import alarms, days, reviews, screens
from dispensing.services.authorisations import Authorisation, Snapshot, as_findings, look
from dispensing.services.doses import lock_patient
from facilities.models import Facility
from followup.models import CaseKind
from followup.services import cases
from inventory.models import Account, Act, ActKind
from inventory.services import ledger
from inventory.services.ledger import LedgerRefused, Move, NewAct


class OtherContent(Exception):
    """This id already stands for another statement, or was sent by another person. Only the audit row was written."""


class OutcomeRefused(Exception):
    """The statement lacks something, or contradicts what today already holds; `violations` say what."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        super().__init__([str(v.code) for v in violations])
        self.violations = violations


@dataclass(frozen=True)
class NewOutcome:
    """`slip`: the authorisation of the open card, where a cup was poured from it."""

    id: UUID
    patient_id: UUID
    code: str
    signs: tuple[str, ...] = ()
    note: str = ""
    recheck_at: datetime | None = None
    slip: Authorisation | None = None


def document(outcome: Outcome) -> dict[str, Any]:
    """What the digest of a poured and not swallowed cup's act is made of."""
    return {
        "document": "outcome",
        "id": outcome.id,
        "patient": outcome.patient_id,
        "facility": outcome.facility_id,
        "day": outcome.day,
        "code": outcome.code,
        "at": outcome.at,
        "poured_mg": outcome.poured_mg,
        "recorded_by": outcome.recorded_by_id,
    }


def closing_time(facility: Facility, now: datetime) -> datetime | None:
    """Today's closing, None for a facility open round the clock."""
    if facility.round_the_clock:
        return None
    here = now.astimezone(ZoneInfo(facility.zone))
    closes: time = facility.closes_at
    return here.replace(hour=closes.hour, minute=closes.minute, second=0, microsecond=0)


def state(*, command: NewOutcome, by: Access, now: datetime, screen: str = "") -> Outcome:
    """Record why there was no dose. The same id with the same content by the same person answers the same record.

    What was poured and not swallowed leaves the bottle in the same transaction, and opens a case. Raises
    OutcomeRefused, OtherContent.
    """
    try:
        with transaction.atomic():
            outcome = _state(command, by, now)
    except (OtherContent, LedgerRefused, IntegrityError) as error:
        if isinstance(error, IntegrityError) and violated(error) != "dispensing_outcome_pkey":
            raise  # anything but the same id, sent for two patients at once
        audit.record(
            action="outcome.other_content", by=by, now=now, subject_kind="outcome", subject_id=command.id,
            patient_id=command.patient_id,
        )  # fmt: skip
        raise OtherContent from error
    screens.leave(screen=screen)
    return outcome


def _same_again(stands: Outcome, command: NewOutcome, by: Access) -> Outcome:
    rule = rule_of(command.code)
    poured = command.slip.mg if command.slip is not None and rule is not None and rule.poured else None
    recheck = command.recheck_at if rule is not None and rule.stays_open else None
    said = (command.patient_id, command.code, list(command.signs), command.note.strip(), recheck, poured, by.person_id)
    held = (stands.patient_id, stands.code, stands.signs, stands.note, stands.recheck_at, stands.poured_mg,
            stands.recorded_by_id)  # fmt: skip
    if said != held:
        raise OtherContent
    return stands


def _state(command: NewOutcome, by: Access, now: datetime) -> Outcome:
    lock_patient(command.patient_id)
    stands = Outcome.objects.filter(pk=command.id).first()
    if stands is not None:
        return _same_again(stands, command, by)
    snapshot = look(patient_id=command.patient_id, by=by, now=now, answers=Answers(), days=0)
    elsewhere = _placed_elsewhere(snapshot)
    if elsewhere:
        raise OutcomeRefused(elsewhere)
    facility = Facility.objects.get(pk=by.facility_id or 0)
    rule = rule_of(command.code)
    slip = command.slip if rule is not None and rule.poured else None
    found = check_outcome(
        draft=OutcomeDraft(
            command.code,
            command.recheck_at,
            command.signs,
            slip.mg if slip else None,
            another_cup=slip is not None and slip.dose_id not in {dose.id for dose in snapshot.known.facts.doses_today},
        ),
        facts=snapshot.known.facts,
        now=now.astimezone(ZoneInfo(by.zone)),
        closes_at=closing_time(facility, now),
    )
    stops = tuple(v for v in found if v.level is not Level.NOTE)
    if stops or rule is None:
        raise OutcomeRefused(stops)
    outcome = Outcome(
        id=command.id,
        patient_id=command.patient_id,
        facility_id=facility.pk,
        day=local_day(now, by.zone),
        code=command.code,
        signs=list(command.signs),
        note=command.note.strip(),
        at=now,
        recheck_at=command.recheck_at if rule.stays_open else None,
        recorded_at=now,
        recorded_by_id=by.actor_id,
    )
    if slip is not None and rule.destination is not None:
        _pour_away(outcome, slip, rule.destination, by)
    outcome.save(force_insert=True)
    days.after_the_day(patient_id=outcome.patient_id, day=outcome.day, by=by, now=now, why=Why.LATE_FACT)
    reviews.due([outcome.patient_id], why=ReviewWhy.OUTCOME, now=now)
    audit.record(
        action="outcome.stated", by=by, now=now, subject_kind="outcome", subject_id=outcome.id,
        patient_id=outcome.patient_id, code=outcome.code,
    )  # fmt: skip
    alarms.of_outcome(facts=snapshot.known.facts, code=outcome.code, by=by, now=now)
    if rule.opens_case:
        cases.open_case(
            kind=CaseKind.CUP_NOT_SWALLOWED if rule.poured else CaseKind.DOSE_FINDING, facility_id=facility.pk,
            subject_kind="outcome", subject_id=outcome.id, patient_id=outcome.patient_id,
            findings=as_findings(found), by=by, now=now,
        )  # fmt: skip
    if rule.stays_open:
        _withheld_again(outcome, snapshot, by, now)
    return outcome


def _withheld_again(outcome: Outcome, snapshot: Snapshot, by: Access, now: datetime) -> None:
    """Withheld on two days in seven: the physician looks at it (domain 12.2)."""
    pattern = withheld_pattern(snapshot.known.facts, snapshot.settings, today=True)
    if pattern:
        cases.open_case(
            kind=CaseKind.WITHHELD_PATTERN, facility_id=outcome.facility_id, subject_kind="patient",
            subject_id=outcome.patient_id, patient_id=outcome.patient_id, findings=as_findings(pattern), by=by, now=now,
        )  # fmt: skip


def _placed_elsewhere(snapshot: Snapshot) -> tuple[Violation, ...]:
    """Who is dosed at another site today is that site's to speak of."""
    codes = {Code.PLACED_ELSEWHERE, Code.NOT_PLACED}
    return tuple(v for v in snapshot.decision.violations if v.code in codes)


def _pour_away(outcome: Outcome, slip: Authorisation, destination: str, by: Access) -> None:
    """The poured cup leaves the bottle: never back into it."""
    outcome.poured_mg = slip.mg
    opened = Account.objects.select_related("item").get(pk=slip.opened_account)
    target = Account.objects.get(facility_id=opened.facility_id, item=opened.item, kind=destination)
    ledger.post(
        NewAct(
            id=outcome.id,
            kind=ActKind.NOT_SWALLOWED,
            actor_id=outcome.recorded_by_id,
            actor_label=by.label,
            occurred_at=outcome.at,
            recorded_at=outcome.recorded_at,
            document_digest=sha256_of(document(outcome)),
            moves=[
                Move(p.lot_id, p.bottle_id, slip.opened_account, target.pk, p.ul, outcome.code) for p in slip.portions
            ],
        ),
        facility_id=outcome.facility_id,
    )
    outcome.act = Act(pk=outcome.id)
