"""A recorded dose that was not what it says: a new record names it, and says which of three things really happened."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from core import audit
from core.access import Access
from core.digests import sha256_of
from dispensing.models import CoveredDay, Dose, DoseVoid, VoidKind
from dispensing.rules.daycodes import Why
from dispensing.rules.facts import DoseFact
from dispensing.rules.violations import Level, Violation
from dispensing.rules.voids import RULES, VoidDraft, check_void
from dispensing.services import days
from dispensing.services.doses import lock_patient
from followup.models import CaseKind
from followup.services import cases
from inventory.models import Act, ActKind
from inventory.services import ledger, withdrawals
from inventory.services.ledger import NewAct
from staff.services import attestations
from staff.services.attestations import Alone, SecondPerson


class VoidRefused(Exception):
    """The void lacks something that only the person can give; `violations` say what, worst first."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        super().__init__([str(v.code) for v in violations])
        self.violations = violations


@dataclass(frozen=True)
class NewVoid:
    """`second`: who saw the poured dose go into the poured-out bottle, or that nobody was there and why."""

    id: UUID
    dose_id: UUID
    kind: VoidKind
    reason: str
    second: SecondPerson | None = None
    drinker: str = ""


UNSIGNED = -1  # a second person is named; who it is, and that they differ, the attestation proves
UNKNOWN = "unknown"  # nobody knows who drank it: said, not left open


def document(void: DoseVoid) -> dict[str, Any]:
    """What the act's digest, and the second signature, are bound to."""
    return {
        "document": "dose_void",
        "id": void.id,
        "dose": void.dose_id,
        "kind": void.kind,
        "reason": void.reason,
        "drinker": void.drinker,
        "voided_at": void.voided_at,
        "voided_by": void.voided_by_id,
    }


def void(*, command: NewVoid, by: Access, now: datetime, case: bool = True) -> DoseVoid:
    """Correct a dose of the acting facility. Stock, covered day, signature, audit and case in one transaction.

    `case`: False where the caller opens one of its own about what was really drunk.

    Raises Dose.DoesNotExist for another site's dose, VoidRefused with the reasons, and what the second
    signature raises.
    The same id with the same words by the same person answers the same record.
    """
    if command.kind is VoidKind.DRUNK_BY_OTHER and command.drinker not in ("", UNKNOWN):
        raise ValueError("Somebody who is known drank it: services.wrong_doses records it as theirs.")
    proven = None
    if command.second is not None and RULES[command.kind].needs_witness:
        proven = attestations.prove(second=command.second, actor=by, facility_id=by.facility_id or 0, now=now)
    with transaction.atomic():
        dose = Dose.objects.select_related("patient").get(pk=command.dose_id, facility_id=by.facility_id or 0)
        lock_patient(dose.patient_id)
        earlier = DoseVoid.objects.filter(dose_id=dose.pk).first()
        if earlier is not None and _says(earlier) == (command.id, command.kind, command.reason.strip(), by.actor_id):
            return earlier
        _check(command, dose, earlier, by)
        made = DoseVoid(
            id=command.id,
            dose=dose,
            kind=command.kind,
            reason=command.reason.strip(),
            drinker=command.drinker,
            voided_at=now,
            voided_by_id=by.actor_id,
        )
        digest = sha256_of(document(made))
        if RULES[command.kind].destination is not None:
            _return_stock(made, digest, by)
        if proven is not None:
            made.attestation = attestations.attest(
                act_kind="dose_void", act_id=made.id, digest=digest, facility_id=dose.facility_id, actor=by,
                second=proven, now=now,
            )  # fmt: skip
        made.save(force_insert=True)
        _hand_over_day(dose)
        days.after_the_day(patient_id=dose.patient_id, day=dose.covers_day, by=by, now=now, why=Why.VOID)
        audit.record(
            action="dose.voided", by=by, now=now, subject_kind="dose", subject_id=dose.pk, patient_id=dose.patient_id,
            kind=command.kind, void=str(made.id),
        )  # fmt: skip
        if case and RULES[command.kind].opens_wrong_dose_case:
            cases.open_case(
                kind=CaseKind.WRONG_DOSE, facility_id=dose.facility_id, subject_kind="dose", subject_id=dose.pk,
                patient_id=dose.patient_id, findings=[{"code": "void_opens_case", "data": {}}], by=by, now=now,
            )  # fmt: skip
    return made


def _says(void: DoseVoid) -> tuple[UUID, str, str, int]:
    return void.id, void.kind, void.reason, void.voided_by_id


def _check(command: NewVoid, dose: Dose, earlier: DoseVoid | None, by: Access) -> None:
    alone = isinstance(command.second, Alone)
    found = check_void(
        draft=VoidDraft(
            kind=command.kind,
            reason=command.reason,
            actor_id=by.person_id or 0,
            witness_id=UNSIGNED if command.second is not None and not alone else None,
            alone=alone,
            drinker_stated=bool(command.drinker),
        ),
        dose=DoseFact(dose.pk, dose.covers_day, dose.slot, dose.kind, dose.mg, dose.given_at, dose.facility_id, None),
        already_voided=earlier is not None,
        day_closed=False,
    )
    stops = tuple(v for v in found if v.level is not Level.NOTE)
    if stops:
        raise VoidRefused(stops)


def _return_stock(made: DoseVoid, digest: str, by: Access) -> None:
    """Never poured: back into the books of the bottle. Poured, not drunk: to poured-out, never into the bottle."""
    moves = withdrawals.void_moves(
        act_id=made.dose_id,
        destination=str(RULES[VoidKind(made.kind)].destination),
        again=made.kind == VoidKind.RECORDED_AGAIN,
    )
    ledger.post(
        NewAct(
            id=made.id,
            kind=ActKind.DOSE_VOID,
            actor_id=made.voided_by_id,
            actor_label=by.label,
            occurred_at=made.voided_at,
            recorded_at=made.voided_at,
            document_digest=digest,
            moves=moves,
            corrects=made.dose_id,
        ),
        facility_id=made.dose.facility_id,
    )
    withdrawals.explain_void(act_id=made.id, moves=moves, facility_id=made.dose.facility_id, by=by, now=made.voided_at)
    made.act = Act(pk=made.id)


def _hand_over_day(dose: Dose) -> None:
    """The day goes to the earliest conflicting dose that still stands, or becomes free."""
    claim = CoveredDay.objects.filter(patient_id=dose.patient_id, day=dose.covers_day, slot=dose.slot, dose_id=dose.pk)
    heir = (
        Dose.objects.filter(patient_id=dose.patient_id, covers_day=dose.covers_day, slot=dose.slot, void__isnull=True)
        .exclude(pk=dose.pk)
        .order_by("given_at", "pk")
        .first()
    )
    if heir is not None:
        claim.update(dose=heir)
    else:
        claim.delete()
