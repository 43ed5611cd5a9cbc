"""A dose that was drunk. Confirming states the fact: it is never refused; what is wrong with it is stored beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from core import audit, rows
from core.access import Access
from core.clock import local_day
from core.digests import sha256_of
from core.quantities import format_ml
from dispensing.models import CoveredDay, Dose, DoseKind
from dispensing.queries.snapshot import bottle_facts
from dispensing.rules.daycodes import Why
from dispensing.rules.facts import Answers
from dispensing.rules.measuring import sort_bottles
from dispensing.rules.violations import Code, Level
from dispensing.services import days, screens
from dispensing.services.authorisations import Authorisation, Snapshot, as_findings, look
from followup.models import CaseKind
from followup.services import cases
from inventory.models import ActKind
from inventory.services import ledger
from inventory.services.ledger import LedgerRefused, Move, NewAct, Receipt
from inventory.services.withdrawals import beyond_tolerance
from patients.models import Patient

FIRST_WITHIN_DAYS: Final = 30  # nobody's first dose comes later than this after the treatment began
_UNUSABLE: Final = {str(Code.BOTTLE_EXPIRED), str(Code.BOTTLE_QUARANTINED), str(Code.BOTTLE_OPEN_TOO_LONG)}
_OF_THE_BOTTLE: Final = {*_UNUSABLE, str(Code.BEYOND_BOOK), str(Code.NO_OPEN_BOTTLE)}


class OtherContent(Exception):
    """This id already stands for another dose, or was sent by another person. Nothing was written but the audit row."""


class NotYours(Exception):
    """The slip was made for another person or facility."""


@dataclass(frozen=True)
class Confirmation:
    """Right person, alert, drank it in front of me: what the dispenser states when confirming."""

    authorisation: Authorisation
    identified_by: str
    poured_by_id: int
    observed_by_id: int

    @property
    def answers(self) -> Answers:
        """What was answered before pouring, with what the confirm itself states."""
        return replace(self.authorisation.answers, identified_by=self.identified_by or None, alert_confirmed=True)


@dataclass(frozen=True)
class DoseReceipt:
    """What stands in the books. `known`: this very dose was recorded before; nothing was written again."""

    dose_id: UUID
    code: str  # the patient's, for the sentence that says it is recorded
    kind: str
    mg: Decimal
    given_at: datetime
    findings: list[dict[str, Any]] = field(default_factory=list)
    known: bool = False
    lately_started: bool = False  # the treatment is some days old: this may be the first dose of it


def document(dose: Dose) -> dict[str, Any]:
    """What the act's digest is made of: everything that the dose states."""
    beside = {"order": dose.order_id} if dose.order_id else {}
    return beside | {
        "document": "dose",
        "id": dose.act_id,
        "patient": dose.patient_id,
        "facility": dose.facility_id,
        "covers_day": dose.covers_day,
        "given_on": dose.given_on,
        "given_at": dose.given_at,
        "slot": dose.slot,
        "kind": dose.kind,
        "mg": dose.mg,
        "reduced": dose.reduced,
        "prescription": dose.prescription_id,
        "poured_by": dose.poured_by_id,
        "observed_by": dose.observed_by_id,
        "recorded_by": dose.recorded_by_id,
        "identified_by": dose.identified_by,
        "answers": dose.answers,
    }


def confirm(*, confirmation: Confirmation, by: Access, now: datetime, screen: str = "") -> DoseReceipt:
    """Record that the patient drank it. One transaction: dose, day, stock, chain, audit, and a case for what is wrong.

    The same id with the same content by the same person answers the same receipt. Raises OtherContent for an id that
    stands for something else, NotYours for a slip of another person; never refuses the fact itself.
    """
    slip = confirmation.authorisation
    if slip.person_id != by.person_id or slip.facility_id != by.facility_id:
        raise NotYours
    try:
        with transaction.atomic():
            receipt = _confirm(confirmation, by, now)
    except (OtherContent, LedgerRefused) as error:
        audit.record(
            action="dose.other_content", by=by, now=now, subject_kind="dose", subject_id=slip.dose_id,
            patient_id=slip.patient_id,
        )  # fmt: skip
        raise OtherContent from error
    screens.leave(screen=screen)
    return receipt


def _confirm(confirmation: Confirmation, by: Access, now: datetime) -> DoseReceipt:
    slip, answers = confirmation.authorisation, confirmation.answers
    lock_patient(slip.patient_id)
    beside = slip.order_id is not None
    snapshot = look(
        patient_id=slip.patient_id, by=by, now=now, answers=answers, slot=slip.slot, days=0, ordered=beside
    )  # fmt: skip
    today = snapshot.known.facts.doses_today
    if any(dose.id == slip.dose_id for dose in today):
        return _same_again(confirmation, by)
    allowed = beside and snapshot.order is not None and snapshot.order.id == slip.order_id
    taken = any(dose.slot == slip.slot for dose in today)
    kind = slip.kind if allowed else DoseKind.CONFLICTING if taken else DoseKind.SCHEDULED
    dose = _new_dose(confirmation, by, now, snapshot, DoseKind(kind))
    posted = _post(dose, slip, by)
    if posted.status is ledger.Status.KNOWN:
        return _same_again(confirmation, by)
    dose.findings += stock_findings(posted, slip, now)
    claimed = CoveredDay(patient_id=dose.patient_id, day=dose.covers_day, slot=dose.slot, dose_id=dose.act_id)
    told = audit.event(
        action="dose.recorded", by=by, now=now, subject_kind="dose", subject_id=dose.act_id, patient_id=dose.patient_id,
        kind=dose.kind, findings=[finding["code"] for finding in dose.findings],
    )  # fmt: skip
    rows.insert(dose, *([] if taken else [claimed]), told)
    if posted.after_close:
        days.after_the_day(patient_id=dose.patient_id, day=dose.covers_day, by=by, now=now, why=Why.LATE_FACT)
    if dose.findings:
        open_case(dose, by, now)
    started_on = snapshot.known.facts.treatment_started_on
    return DoseReceipt(
        dose.act_id, snapshot.known.code, dose.kind, dose.mg, dose.given_at, dose.findings,
        lately_started=started_on is not None and (dose.given_on - started_on).days <= FIRST_WITHIN_DAYS,
    )  # fmt: skip


def lock_patient(patient_id: UUID) -> None:
    """The first lock of every clinical write (docs/architecture.md, lock order)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM patients_patient WHERE id = %s FOR NO KEY UPDATE", [patient_id])
        if cursor.rowcount == 0:
            raise Patient.DoesNotExist


def _new_dose(confirmation: Confirmation, by: Access, now: datetime, snapshot: Snapshot, kind: DoseKind) -> Dose:
    slip = confirmation.authorisation
    day = local_day(now, by.zone)
    findings = as_findings(v for v in snapshot.decision.violations if v.level is not Level.NOTE)
    if not confirmation.identified_by:
        findings.append({"code": str(Code.IDENTITY_NOT_STATED), "data": {}})
    known = [(finding["code"], finding["data"].get("label")) for finding in findings]
    used = _of_the_bottles(slip, snapshot, now.astimezone(ZoneInfo(by.zone)))
    findings += [found for found in used if (found["code"], found["data"].get("label")) not in known]
    if slip.order_id is not None and kind is DoseKind.CONFLICTING:
        findings.insert(0, {"code": str(Code.ORDER_USED), "data": {}})
    if kind is DoseKind.CONFLICTING and not any(f["code"] == Code.DOSE_ALREADY_TODAY for f in findings):
        findings.insert(0, {"code": str(Code.DOSE_ALREADY_TODAY), "data": {}})
    return Dose(
        act_id=slip.dose_id,
        patient_id=slip.patient_id,
        facility_id=slip.facility_id,
        covers_day=day,
        given_on=day,
        given_at=now,
        recorded_at=now,
        slot=slip.slot,
        kind=kind,
        mg=slip.mg,
        reduced=slip.reduced,
        prescription_id=slip.prescription_id,
        poured_by_id=confirmation.poured_by_id,
        observed_by_id=confirmation.observed_by_id,
        recorded_by_id=by.actor_id,
        identified_by=confirmation.answers.identified_by or "",
        answers=answers_as_stored(confirmation.answers),
        findings=findings,
        rules_digest=snapshot.rules_digest,
        authorised_at=slip.authorised_at,
        order_id=slip.order_id if kind in (DoseKind.REPLACEMENT, DoseKind.SUPPLEMENT) else None,
    )


def _of_the_bottles(slip: Authorisation, snapshot: Snapshot, now: datetime) -> list[dict[str, Any]]:
    """What has become wrong with the very bottles that were poured from: meanwhile expired, or set apart."""
    poured = {portion.bottle_id for portion in slip.portions}
    bottles = [bottle for bottle in bottle_facts(snapshot.window) if bottle.id in poured]
    _usable, unusable, _notes = sort_bottles(bottles, settings=snapshot.settings, today=now.date(), now=now)
    return as_findings(unusable)


def answers_as_stored(answers: Answers) -> dict[str, Any]:
    """Only what was asked and answered."""
    said: Mapping[str, Any] = {
        "sober": list(answers.sober),
        "alert": answers.alert_confirmed,
        "missed_reason": answers.missed_reason,
        "onsite_check": answers.onsite_check_done,
        "clinic_told": answers.clinic_told,
        "second_look": answers.second_look,
        "last_dose_proof": answers.last_dose_proof,
    }
    return {name: value for name, value in said.items() if value not in (None, False, [])}


def _post(dose: Dose, slip: Authorisation, by: Access) -> Receipt:
    return ledger.post(
        NewAct(
            id=dose.act_id,
            kind=ActKind.DOSE,
            actor_id=dose.recorded_by_id,
            actor_label=by.label,
            occurred_at=dose.given_at,
            recorded_at=dose.recorded_at,
            document_digest=sha256_of(document(dose)),
            moves=[
                Move(p.lot_id, p.bottle_id, slip.opened_account, slip.patients_account, p.ul, "dose")
                for p in slip.portions
            ],
        ),
        facility_id=dose.facility_id,
    )


def stock_findings(posted: Receipt, slip: Authorisation, now: datetime) -> list[dict[str, Any]]:
    """What only the ledger can tell: a bottle gave more than its book and tolerance, or the day was closed before."""
    found: list[dict[str, Any]] = []
    bottles = [p.bottle_id for p in slip.portions]
    if posted.beyond and beyond_tolerance(bottle_ids=bottles, facility_id=slip.facility_id, at=now):
        found.append({"code": str(Code.BEYOND_BOOK), "data": {"beyond_ml": format_ml(posted.beyond, separator=".")}})
    if posted.after_close:
        found.append({"code": str(Code.AFTER_CLOSE), "data": {}})
    return found


def open_case(dose: Dose, by: Access, now: datetime) -> None:
    """A named person looks at what was wrong with this fact."""
    codes = {finding["code"] for finding in dose.findings}
    if dose.kind == DoseKind.CONFLICTING:
        kind = CaseKind.CONFLICTING_DOSE
    elif codes == {str(Code.BEYOND_BOOK)}:
        kind = CaseKind.UNRECONCILED_STOCK
    elif codes & _UNUSABLE and codes <= _OF_THE_BOTTLE:
        kind = CaseKind.UNUSABLE_BOTTLE
    else:
        kind = CaseKind.DOSE_FINDING
    cases.open_case(
        kind=kind, facility_id=dose.facility_id, subject_kind="dose", subject_id=dose.act_id,
        patient_id=dose.patient_id, findings=dose.findings, by=by, now=now,
    )  # fmt: skip


def _same_again(confirmation: Confirmation, by: Access) -> DoseReceipt:
    """The receipt of a dose that stands already; raises OtherContent where the repeat says something else."""
    slip = confirmation.authorisation
    stands = Dose.objects.select_related("patient").filter(pk=slip.dose_id).first()
    if stands is None:
        raise OtherContent
    said = (slip.patient_id, slip.mg, slip.slot, by.person_id, confirmation.poured_by_id, confirmation.observed_by_id,
            answers_as_stored(confirmation.answers))  # fmt: skip
    held = (stands.patient_id, stands.mg, stands.slot, stands.recorded_by_id, stands.poured_by_id,
            stands.observed_by_id,
            stands.answers)  # fmt: skip
    if said != held:
        raise OtherContent
    return DoseReceipt(
        stands.pk, stands.patient.code, stands.kind, stands.mg, stands.given_at, stands.findings, known=True
    )


__all__ = [
    "Confirmation",
    "DoseReceipt",
    "NotYours",
    "OtherContent",
    "confirm",
    "document",
    "lock_patient",
    "open_case",
    "stock_findings",
]
