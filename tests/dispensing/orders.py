"""Hands for tests of orders: an order to sign, the physician who signs it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.access import Access
from core.ids import new_id
from dispensing.models import Prescription
from dispensing.services import prescriptions
from dispensing.services.prescriptions import NewPrescription, PrescriptionRefused
from patients.models import Patient
from staff.models import Signature
from tests import cast, world
from tests.dispensing import morning


def physician(at: str = cast.SITE) -> Access:
    return morning.access(cast.PHYSICIAN, at)


def clinic_physician() -> Access:
    return morning.access(cast.CLINIC_PHYSICIAN, cast.MAIN_CLINIC)


def order(
    patient: Patient,
    *parts: str,
    phase: str = "maintenance",
    starts_on: date = world.TODAY,
    days: int = 30,
    **more: Any,
) -> NewPrescription:
    """An order of so many days; 65 mg at once unless told."""
    return NewPrescription(
        id=more.pop("id", None) or new_id(),
        patient_id=patient.pk,
        phase=phase,
        slot_mg=tuple(Decimal(part) for part in parts or ("65",)),
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=days - 1),
        **more,
    )


def sign(
    command: NewPrescription, by: Access | None = None, *, pin: str = cast.PIN, now: datetime = world.NOW, **more: Any
) -> Prescription:
    return prescriptions.sign(command=replace(command, **more), by=by or physician(), pin=pin, now=now)


def stand(patient: Patient) -> list[tuple[date, date, Decimal]]:
    """The days and doses that stand: from, to, mg, oldest first, without those that never held."""
    return [
        (held.starts_on, min(held.ends_on, held.ended_on or held.ends_on), held.dose_mg)
        for held in Prescription.objects.filter(patient=patient).order_by("starts_on", "recorded_at")
        if not (held.ended_on and held.ended_on < held.starts_on)
    ]


def refused(command: NewPrescription, by: Access | None = None, **more: Any) -> set[str]:
    """The codes that refuse the order; nothing is written."""
    before = Prescription.objects.count(), Signature.objects.count()
    with pytest.raises(PrescriptionRefused) as caught:
        sign(command, by, **more)
    assert (Prescription.objects.count(), Signature.objects.count()) == before
    return {v.code for v in caught.value.violations}
