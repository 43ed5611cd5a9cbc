"""Hands for tests of what goes wrong: a dose that somebody else drank, vomiting, an order, somebody watched."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from core.access import Access
from core.ids import new_id
from dispensing.models import DoseOrder, Observation, VomitRecord, WrongDose
from dispensing.rules.facts import Answers
from dispensing.rules.incident_codes import FoundHow, ObservationWhy, VomitSeen
from dispensing.services import dose_orders, doses, observations, vomits, wrong_doses
from dispensing.services.dose_orders import NewOrder
from dispensing.services.doses import DoseReceipt
from dispensing.services.observations import NewObservation
from dispensing.services.phone_orders import Told
from dispensing.services.vomits import NewVomit
from dispensing.services.wrong_doses import NewWrongDose
from patients.models import Patient
from tests import cast, world
from tests.dispensing import morning


def drunk_by(
    code: str, dose_id: UUID, by: Access, *, now: datetime = world.NOW, id_: UUID | None = None, told: str = ""
) -> WrongDose:
    """Somebody else (a code, or "unknown") drank what is recorded."""
    command = NewWrongDose(
        id_ or new_id(),
        dose_id=dose_id,
        drinker=code,
        found_how=FoundHow.OWNER_CAME,
        advice=("danger_signs",),
        told=told,
    )
    return wrong_doses.record(command=command, by=by, now=now)


def other_amount(
    ul: int, dose_id: UUID, by: Access, *, now: datetime = world.NOW, id_: UUID | None = None
) -> WrongDose:
    """The right person drank another amount than is recorded."""
    command = NewWrongDose(id_ or new_id(), dose_id=dose_id, actual_ul=ul, found_how=FoundHow.MEASURED)
    return wrong_doses.record(command=command, by=by, now=now)


def vomited(
    dose_id: UUID, by: Access, *, minutes: int = 8, witnessed: bool = True, at: datetime = world.NOW
) -> VomitRecord:
    """So many minutes after a dose drunk at `at`."""
    then = at + timedelta(minutes=minutes)
    command = NewVomit(new_id(), dose_id, then, witnessed, VomitSeen.MEDICINE)
    return vomits.record(command=command, by=by, now=then)


def ordered_by_phone(vomit: VomitRecord, by: Access, *, mg: str, now: datetime, id_: UUID | None = None) -> DoseOrder:
    """The site's physician says on the phone: replace so much."""
    told = Told(
        new_id(), vomit.patient_id, world.person(cast.PHYSICIAN).pk, now, f"cho uống bù {mg} mg", read_back=True
    )
    return dose_orders.by_phone(command=NewOrder(id_ or new_id(), Decimal(mg), vomit.pk), told=told, by=by, now=now)


def watched(patient_id: UUID, by: Access, *, now: datetime = world.NOW) -> Observation:
    command = NewObservation(new_id(), patient_id, ObservationWhy.INTOXICATED)
    return observations.begin(command=command, by=by, now=now)


def replaced(patient: Patient, by: Access, *, now: datetime) -> DoseReceipt:
    """The dose that an order allows is chosen and drunk."""
    slip = morning.slip(patient, by, now=now, answers=Answers(alert_confirmed=True, last_dose_proof="card"))
    return doses.confirm(confirmation=morning.confirmation(slip), by=by, now=now, screen="s1")
