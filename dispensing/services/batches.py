"""Many past doses of one facility in a few statements, through the ledger's many-acts door.

For history that arrives together: the demo province, the simulator, the bench, and devices that were offline.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from core import audit, rows
from core.access import Access
from core.digests import sha256_of
from dispensing.models import CoveredDay, Dose, DoseKind
from dispensing.rules.violations import Code
from dispensing.services.authorisations import Authorisation
from dispensing.services.doses import answers_as_stored, document, open_case, stock_findings
from inventory.models import ActKind
from inventory.services import ledger
from inventory.services.ledger import Move, NewAct, Receipt


@dataclass(frozen=True)
class PastDose:
    """A dose that was drunk at `given_at` as `authorisation` says, with what the rules found wrong with it.

    Who poured or looked on and has no account here is `named` (`poured_by_name`, `observed_by_name`). `authorised` is
    False for a dose that no screen offered: it was poured from paper.
    """

    authorisation: Authorisation
    identified_by: str
    poured_by_id: int | None
    observed_by_id: int | None
    given_at: datetime
    recorded_at: datetime
    findings: tuple[dict[str, Any], ...] = ()
    rules_digest: str = ""
    named: Mapping[str, str] = field(default_factory=dict)
    authorised: bool = True


def record_many(
    *, doses: Sequence[PastDose], facility_id: int, by: Access, told_together: Collection[Code] = ()
) -> list[Receipt]:
    """Record doses of one facility; a day that is taken already makes the later dose a conflicting one with a case.

    Answers the ledger's receipts in the order given. Known ids are left as they are. A dose opens no case of its own
    where all that is wrong with it is `told_together`: the caller opens one for all.
    """
    with transaction.atomic():
        _lock_patients(doses)
        taken = _taken(doses)
        made: list[Dose] = []
        claims: list[CoveredDay] = []
        for past in doses:
            row = _row(past, facility_id, by)
            claim = (row.patient_id, row.covers_day, row.slot)
            if taken.setdefault(claim, row.act_id) != row.act_id:
                row.kind = DoseKind.CONFLICTING
                if not any(finding["code"] == Code.DOSE_ALREADY_TODAY for finding in row.findings):
                    row.findings.insert(0, {"code": str(Code.DOSE_ALREADY_TODAY), "data": {}})
            else:
                claims.append(CoveredDay(patient_id=claim[0], day=claim[1], slot=claim[2], dose=row))
            made.append(row)
        receipts = ledger.post_many(
            [_act(row, past, by) for row, past in zip(made, doses, strict=True)], facility_id=facility_id
        )
        new = {receipt.id: receipt for receipt in receipts if receipt.status is ledger.Status.POSTED}
        for row, past in zip(made, doses, strict=True):
            if row.act_id in new:
                row.findings += stock_findings(new[row.act_id], past.authorisation, row.recorded_at)
        written = [row for row in made if row.act_id in new]
        rows.insert_many(written)
        rows.insert_many(claim for claim in claims if claim.dose_id in new)
        rows.insert_many(
            audit.event(
                action="dose.recorded", by=by, now=row.recorded_at, subject_kind="dose", subject_id=row.act_id,
                patient_id=row.patient_id, kind=row.kind, findings=[f["code"] for f in row.findings],
            )
            for row in written
        )  # fmt: skip
        for row in written:
            if any(finding["code"] not in told_together for finding in row.findings):
                open_case(row, by, row.recorded_at)
    return receipts


def _lock_patients(doses: Sequence[PastDose]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM patients_patient WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            [list({past.authorisation.patient_id for past in doses})],
        )


def _taken(doses: Sequence[PastDose]) -> dict[tuple[UUID, date, int], UUID]:
    """Whose the days are that these doses want to cover."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT patient_id, day, slot, dose_id FROM dispensing_coveredday"
            " WHERE patient_id = ANY(%s) AND day = ANY(%s)",
            [
                list({past.authorisation.patient_id for past in doses}),
                list({past.authorisation.day for past in doses}),
            ],
        )
        return {(patient, day, slot): dose for patient, day, slot, dose in cursor.fetchall()}


def _row(past: PastDose, facility_id: int, by: Access) -> Dose:
    slip = past.authorisation
    return Dose(
        act_id=slip.dose_id,
        patient_id=slip.patient_id,
        facility_id=facility_id,
        covers_day=slip.day,
        given_on=slip.day,
        given_at=past.given_at,
        recorded_at=past.recorded_at,
        slot=slip.slot,
        kind=DoseKind.SCHEDULED,
        mg=slip.mg,
        reduced=slip.reduced,
        prescription_id=slip.prescription_id,
        poured_by_id=past.poured_by_id,
        observed_by_id=past.observed_by_id,
        recorded_by_id=by.actor_id,
        identified_by=past.identified_by,
        answers=answers_as_stored(slip.answers) | dict(past.named),
        findings=list(past.findings),
        rules_digest=past.rules_digest,
        authorised_at=slip.authorised_at if past.authorised else None,
    )


def _act(row: Dose, past: PastDose, by: Access) -> NewAct:
    slip = past.authorisation
    return NewAct(
        id=row.act_id,
        kind=ActKind.DOSE,
        actor_id=row.recorded_by_id,
        actor_label=by.label,
        occurred_at=row.given_at,
        recorded_at=row.recorded_at,
        document_digest=sha256_of(document(row)),
        moves=[
            Move(p.lot_id, p.bottle_id, slip.opened_account, slip.patients_account, p.ul, "dose") for p in slip.portions
        ],
    )
