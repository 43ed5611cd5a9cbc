"""The orders of the tests' patients, signed on paper by the main clinic's physician.

Everybody in treatment has an order in force at the tests' time: thirty days of maintenance, signed ten days ago after
an earlier one of the same dose, but for those named here. One has none, and who dropped out has only an old one.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from core.ids import new_id
from dispensing.rules.facts import IfMissedStep, Phase
from dispensing.services.prescription_batches import PastPrescription, sign_many
from patients.models import Patient
from tests import cast, world, world_patients

ENDS_TOMORROW: Final = "4010"
ENDS_IN_THREE_DAYS: Final = "4028"
ENDS_IN_SEVEN_DAYS: Final = "4036"
IN_INDUCTION: Final = "4052"
IN_ADJUSTMENT: Final = "4069"
RAISED_FIVE_DAYS_AGO: Final = "4077"
WITH_A_STEP: Final = "4085"
WITHOUT_ANY: Final = "4093"
DIVIDED: Final = "4108"

STEP: Final = IfMissedStep(4, 5, Decimal("40"), 1)
DOSES: Final = (65, 80, 45, 110, 75, 60, 90, 55, 100, 70)
MONTH: Final = 30


def build() -> None:
    """Sign everybody's orders, each at the place where they drink."""
    known = {patient.code: patient for patient in Patient.objects.all()}
    for place in (cast.MAIN_CLINIC, cast.SITE, cast.OTHER_SITE):
        orders = [
            order
            for number, someone in enumerate(world_patients.PATIENTS)
            if someone.place == place
            for order in _orders(known[someone.code], Decimal(DOSES[number % len(DOSES)]), world.facility(place).pk)
        ]
        sign_many(prescriptions=orders, by=world_patients.physician_at(place, world.NOW))


def _orders(patient: Patient, mg: Decimal, facility_id: int) -> list[PastPrescription]:
    def order(
        starts: int, days: int, *parts: Decimal, phase: Phase = Phase.MAINTENANCE, steps: tuple[IfMissedStep, ...] = ()
    ) -> PastPrescription:
        first = world.TODAY + timedelta(days=starts)
        return PastPrescription(
            id=new_id(), patient_id=patient.pk, facility_id=facility_id, phase=phase, slot_mg=parts or (mg,),
            starts_on=first, ends_on=first + timedelta(days=days - 1), if_missed=steps,
            signed_at=_the_afternoon_before(first),
        )  # fmt: skip

    before = order(-40, MONTH)
    if patient.code == world_patients.DROPPED_OUT.code:
        return [order(-70, MONTH)]
    if patient.code == WITHOUT_ANY:
        return []
    if patient.code == IN_INDUCTION:
        return [order(0, 1, Decimal(20), phase=Phase.INDUCTION)]
    if patient.code == IN_ADJUSTMENT:
        adjusting = Phase.ADJUSTMENT
        return [order(-6, 3, Decimal(35), phase=adjusting), order(-3, 5, Decimal(45), phase=adjusting)]
    if patient.code == RAISED_FIVE_DAYS_AGO:
        return [before, order(-10, MONTH), order(-5, MONTH, mg + 10)]
    if patient.code == WITH_A_STEP:
        return [before, order(-10, MONTH, steps=(STEP,))]
    if patient.code == DIVIDED:
        return [before, order(-10, MONTH, mg - 20, Decimal(20))]
    left = {ENDS_TOMORROW: 1, ENDS_IN_THREE_DAYS: 3, ENDS_IN_SEVEN_DAYS: 7}.get(patient.code)
    if left is not None:
        return [order(-(MONTH - 1 - left) - MONTH, MONTH), order(-(MONTH - 1 - left), MONTH)]
    return [before, order(-10, MONTH)]


def _the_afternoon_before(day: date) -> datetime:
    """When an order is signed at the clinic."""
    return datetime.combine(day - timedelta(days=1), time(15, 0), tzinfo=world_patients.ZONE)
