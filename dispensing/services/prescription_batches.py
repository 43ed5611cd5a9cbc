"""Many orders of one physician in a few statements: the start-up import, the demo province, the simulator,
the bench.

The caller answers for the rules, which belonged to the day of signing; the database's constraints hold here
as anywhere.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db import transaction

from core import audit, rows
from core.access import Access, Role
from core.digests import sha256_of
from core.ids import new_id
from dispensing.models import EndReason, Prescription
from dispensing.queries.prescribing import last_covered
from dispensing.rules.facts import IfMissedStep
from dispensing.services.prescriptions import SIGNED, SUBJECT, document, steps_as_stored
from patients.models import Patient
from staff.models import Proof, Signature

BATCH: Final = 1000
COPIED: Final = "prescription.copied_from_paper"


@dataclass(frozen=True)
class PastPrescription:
    """An order signed on paper at `signed_at`; `facility_id` is where the patient drank then."""

    id: UUID
    patient_id: UUID
    facility_id: int
    phase: str
    slot_mg: tuple[Decimal, ...]
    starts_on: date
    ends_on: date
    signed_at: datetime
    if_missed: tuple[IfMissedStep, ...] = ()
    note: str = ""
    answers_until: date | None = None
    large_change_confirmed: bool = False


def sign_many(
    *,
    prescriptions: Sequence[PastPrescription],
    by: Access,
    typed_by: Access | None = None,
    now: datetime | None = None,
) -> list[Prescription]:
    """Store orders signed by `by` on paper; each ends what would still hold on its first day. Known ids are
    left alone. `typed_by`: who copied them from the paper, `now` when: the trail names that person, not the signer.

    Answers what was written, in the order of patients and first days. Eight statements, and one more for each
    thousand that end.
    """
    if by.person_id is None:
        raise ValueError("An order is signed in somebody's name.")
    with transaction.atomic():
        _lock_patients(prescriptions)
        known = set(Prescription.objects.filter(pk__in=[p.id for p in prescriptions]).values_list("pk", flat=True))
        by_patient: defaultdict[UUID, list[PastPrescription]] = defaultdict(list)
        for past in prescriptions:
            if past.id not in known:
                by_patient[past.patient_id].append(past)
        newest = _newest(by_patient)
        made: list[Prescription] = []
        ended: list[Prescription] = []
        for patient_id, orders in by_patient.items():
            before = newest.get(patient_id)
            for past in sorted(orders, key=lambda p: (p.starts_on, p.signed_at)):
                if before is not None and before.ended_on is None and last_covered(before) >= past.starts_on:
                    _end(before, past, by)
                    if before is newest.get(patient_id):
                        ended.append(before)
                before = _order(past, before, by)
                made.append(before)
        Prescription.objects.bulk_update(ended, ["ended_on", "end_reason", "ended_by", "ended_at"], batch_size=BATCH)
        _write(made, by, typed_by or by, now)
    return made


def _lock_patients(prescriptions: Sequence[PastPrescription]) -> None:
    ids = {past.patient_id for past in prescriptions}
    list(Patient.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))


def _newest(patient_ids: Iterable[UUID]) -> dict[UUID, Prescription]:
    """The order of each patient that begins last."""
    held = Prescription.objects.filter(patient_id__in=list(patient_ids)).order_by(
        "patient_id", "-starts_on", "-recorded_at"
    )
    return {order.patient_id: order for order in held.distinct("patient_id")}


def _end(order: Prescription, successor: PastPrescription, by: Access) -> None:
    order.ended_on = successor.starts_on - timedelta(days=1)
    order.end_reason = EndReason.REPLACED
    order.ended_by_id = by.person_id
    order.ended_at = successor.signed_at


def _order(past: PastPrescription, before: Prescription | None, by: Access) -> Prescription:
    order = Prescription(
        id=past.id,
        patient_id=past.patient_id,
        facility_id=past.facility_id,
        phase=past.phase,
        dose_mg=sum(past.slot_mg, Decimal(0)),
        slot_mg=list(past.slot_mg),
        starts_on=past.starts_on,
        ends_on=past.ends_on,
        if_missed=steps_as_stored(past.if_missed),
        previous_dose_mg=before.dose_mg if before else None,
        large_change_confirmed=past.large_change_confirmed,
        answers_until=past.answers_until,
        by_main_clinic=Role.CLINIC_PHYSICIAN in by.roles,
        note=past.note.strip(),
        signed_by_id=by.actor_id,
        recorded_at=past.signed_at,
    )
    order.digest = sha256_of(document(order))
    order.signature_id = new_id()
    return order


def _write(orders: Sequence[Prescription], by: Access, typed_by: Access, now: datetime | None) -> None:
    rows.insert_many(
        Signature(
            id=order.signature_id,
            person_id=by.actor_id,
            facility_id=by.facility_id,
            meaning=SIGNED,
            subject_kind=SUBJECT,
            subject_id=order.pk,
            digest=order.digest,
            proof=Proof.PAPER,
            acting_as=by.roles_text,
            signed_at=order.recorded_at,
        )
        for order in orders
    )
    rows.insert_many(orders)
    rows.insert_many(
        audit.event(
            action=SIGNED if typed_by is by else COPIED,
            by=typed_by,
            now=now or order.recorded_at,
            subject_kind=SUBJECT,
            subject_id=order.pk,
            patient_id=order.patient_id,
            facility_id=order.facility_id,
            dose_mg=str(order.dose_mg),
            starts_on=order.starts_on.isoformat(),
        )
        for order in orders
    )
