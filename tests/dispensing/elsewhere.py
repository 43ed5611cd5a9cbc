"""Hands for tests of doses that other places documented."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from core.ids import new_id
from dispensing.models import DoseElsewhere
from dispensing.rules.elsewhere_codes import PlaceKind
from dispensing.services import elsewhere
from dispensing.services.elsewhere import NewElsewhere
from patients.models import Patient
from tests import cast, world
from tests.dispensing import morning

YESTERDAY = world.TODAY - timedelta(days=1)
PLACE = "Bệnh viện đa khoa tỉnh"


def new(patient: Patient, **more: Any) -> NewElsewhere:
    said: dict[str, Any] = {
        "id": new_id(), "patient_id": patient.pk, "day": YESTERDAY, "mg": Decimal(65),
        "place_kind": PlaceKind.HOSPITAL, "place": PLACE, "confirmed_by": "ĐD. Hạnh, khoa Nội",
        "slip_number": "12/2026",
    }  # fmt: skip
    return NewElsewhere(**(said | more))


def documented(
    patient: Patient | None = None, *, member: cast.Member = cast.DISPENSER, now: datetime = world.NOW, **more: Any
) -> list[DoseElsewhere]:
    command = new(patient or morning.patient(), **more)
    return elsewhere.record(command=command, by=morning.access(member, now=now), now=now)


def corrected() -> DoseElsewhere:
    """Put right: it never happened."""
    [old] = documented()
    [row] = documented(old.patient, corrects=old.pk, took_place=False)
    return row
