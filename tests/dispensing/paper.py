"""Hands for tests of paper: a sheet for a morning, and its rows typed in the day after."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from core.access import Access
from core.ids import new_id
from dispensing.models import Sheet
from dispensing.rules.late import LateReason, SheetReason
from dispensing.services import sheets
from dispensing.services.past import Hand, PastFact
from patients.models import Patient
from tests import world

THEN = world.NOW + timedelta(minutes=20)  # 06:30, the morning without power
NEXT_DAY = world.NOW + timedelta(days=1)  # when it is typed in


def sheet(by: Access, now: datetime = world.NOW) -> Sheet:
    """The sheet of this morning."""
    return sheets.issue(facility_id=by.facility_id or 0, for_day=world.TODAY, by=by, now=now, why=SheetReason.ON_DEMAND)


def drank(
    patient: Patient, by: Access, *, mg: str = "65", at: datetime = THEN, id_: UUID | None = None, **more: object
) -> PastFact:
    """One row: what this patient drank, poured and seen by the one who types."""
    hand = Hand(by.person_id)
    values: dict[str, object] = {
        "id": id_ or new_id(), "patient_id": patient.pk, "occurred_at": at, "reason": LateReason.NO_POWER,
        "mg": Decimal(mg), "poured_by": hand, "observed_by": hand,
    }  # fmt: skip
    return PastFact(**values | more)


def stated(patient: Patient, outcome: str, *, at: datetime = THEN, **more: object) -> PastFact:
    """One row: why this patient drank nothing."""
    values: dict[str, object] = {
        "id": new_id(), "patient_id": patient.pk, "occurred_at": at, "reason": LateReason.NO_POWER, "outcome": outcome,
    }  # fmt: skip
    return PastFact(**values | more)
