"""The week before the morning: who drank on which day at Mường Pồn, recorded through the services.

What the site knows of its patients begins nine days ago; earlier days are unknown, never missed. Their doses come from
a bottle of that time, which was emptied yesterday, or stands nearly empty at the window this morning.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

from core.access import Access
from core.ids import new_id
from core.scanning import encode
from dispensing.models import Prescription
from dispensing.rules.facts import Answers
from dispensing.services import batches
from dispensing.services.authorisations import Authorisation, PouredPortion
from dispensing.services.batches import PastDose
from inventory.models import AccountKind, Bottle
from inventory.rules.quarantine import QuarantineReason
from inventory.services import bottles
from inventory.services.bottles import Emptying, Opening, Quarantining
from patients.models import Card, Patient, Placement, Status
from patients.rules.scancodes import CARD
from tests import cast, world, world_patients, world_prescriptions, world_stock

DAYS: Final = 9
UL_PER_MG: Final = 100  # 10 mg/mL

MISSED_TWO: Final = "4124"
MISSED_THREE: Final = "4132"  # 75 mg: the clinic is told first
BLOCKED: Final = "4149"  # four days: only a physician unlocks
MISSED: Final[Mapping[str, int]] = {
    MISSED_TWO: 2,
    MISSED_THREE: 3,
    BLOCKED: 4,
    world_prescriptions.WITH_A_STEP: 4,
}
NEW_HERE: Final = (world_prescriptions.IN_INDUCTION, world_prescriptions.WITHOUT_ANY)  # nothing known before today


def build(*, runs_out: bool = False) -> None:
    """Let everybody of the list drink on the days before today, but for the last ones that they missed.

    `runs_out`: the old bottle is the only one open this morning; the world's own, opened today, was set apart.
    """
    first = world.TODAY - timedelta(days=DAYS)
    Patient.objects.update(known_from=first)
    Patient.objects.filter(code__in=NEW_HERE).update(known_from=world.TODAY)
    by = world_stock.act_as(cast.DISPENSER, now=world.NOW)
    shelf = world_stock.shelf(world.facility(cast.SITE), by)
    bottle = _bottle_of_the_week(by, now=_at(first, 5))
    orders = (
        Prescription.objects.filter(patient__code__in=on_the_list()).select_related("patient").order_by("patient__code")
    )
    past = [
        _dose(order, slot, day, shelf, bottle, by)
        for day in (first + timedelta(days=number) for number in range(DAYS))
        for order in orders
        if order.patient.code not in NEW_HERE and _covers(order, day) and not _missed(order.patient.code, day)
        for slot in range(1, len(order.slot_mg) + 1)
    ]
    batches.record_many(doses=past, facility_id=shelf.facility.pk, by=by)
    if runs_out:
        [other] = Bottle.objects.filter(opened_at=world.NOW, balance__account__facility=shelf.facility)
        apart = Quarantining(
            new_id(), other.number, QuarantineReason.DAMAGED, "nắp nứt", world_stock.present(cast.WITNESS)
        )
        bottles.quarantine(command=apart, by=by, now=world.NOW)
        return
    left = shelf.held(AccountKind.OPENED, bottle)
    emptying = Emptying(new_id(), bottle.number, left, world_stock.present(cast.WITNESS))
    bottles.empty(command=emptying, by=by, now=_at(world.TODAY - timedelta(days=1), 10))


def on_the_list() -> list[str]:
    """The codes of everybody whom Mường Pồn doses this morning."""
    here = Placement.objects.filter(
        facility__name=cast.SITE, starts_on__lte=world.TODAY, patient__status=Status.IN_TREATMENT
    ).exclude(ended_on__lt=world.TODAY)
    return sorted(here.values_list("patient__code", flat=True))


def card_of(code: str) -> str:
    """What a scanner reads from this patient's treatment card."""
    return encode(CARD, Card.objects.get(patient__code=code, revoked_at__isnull=True).number)


def _bottle_of_the_week(by: Access, *, now: datetime) -> Bottle:
    line = world_stock.line(lot_number="MTD-2509", expires_on=date(2027, 9, 30))
    [number] = world_stock.receive(by, cast.WITNESS, line, now=now)
    opening = Opening(new_id(), number, world_stock.present(cast.WITNESS))
    bottles.open_bottle(command=opening, by=by, now=now)
    return Bottle.objects.get(number=number)


def _covers(order: Prescription, day: date) -> bool:
    return order.starts_on <= day <= min(order.ends_on, order.ended_on or order.ends_on)


def _missed(code: str, day: date) -> bool:
    return day >= world.TODAY - timedelta(days=MISSED.get(code, 0))


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=world_patients.ZONE)


def _dose(order: Prescription, slot: int, day: date, shelf: world_stock.Shelf, bottle: Bottle, by: Access) -> PastDose:
    mg = order.slot_mg[slot - 1]
    given_at = _at(day, 6 if slot == 1 else 15)
    authorisation = Authorisation(
        dose_id=new_id(), patient_id=order.patient_id, facility_id=shelf.facility.pk, person_id=by.actor_id, day=day,
        slot=slot, mg=mg, portions=(PouredPortion(bottle.pk, bottle.lot_id, int(mg * UL_PER_MG)),),
        opened_account=shelf.accounts[AccountKind.OPENED].pk, patients_account=shelf.accounts[AccountKind.PATIENTS].pk,
        prescription_id=order.pk, reduced=False, authorised_at=given_at, answers=Answers(),
    )  # fmt: skip
    return PastDose(authorisation, "known", by.actor_id, by.actor_id, given_at, given_at)
