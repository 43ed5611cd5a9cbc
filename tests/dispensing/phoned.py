"""Hands for tests of orders in a physician's name: a patient whose order ended yesterday, the words over the phone."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from core.access import Access
from core.ids import new_id
from dispensing.models import Delegation, Hold, PhoneOrder, Prescription
from dispensing.rules.choices import HoldReason
from dispensing.rules.named_orders import OrderKind
from dispensing.rules.violations import Unlocker
from dispensing.services import delegations, holds, phone_orders
from dispensing.services.delegations import InTheName, NewDelegation
from dispensing.services.holds import NewHold
from dispensing.services.phone_orders import TakeDown, Told
from patients.models import Patient
from tests import cast, world
from tests.dispensing import morning

YESTERDAY = world.TODAY - timedelta(days=1)
WORDS = "Cho uống tiếp liều cũ, mai tôi xuống ký."


def dispenser() -> Access:
    return morning.access(cast.DISPENSER)


def physician(now: datetime = world.NOW) -> Access:
    return morning.access(cast.PHYSICIAN, now=now)


def assistant() -> Access:
    return morning.access(cast.ASSISTANT_PHYSICIAN)


def ended(*, on: date = YESTERDAY, mg: str = "65", **more: Any) -> Patient:
    """Somebody of the site whose order ended."""
    return morning.patient(mg=mg, starts_on=on - timedelta(days=29), days=30, **more)


def told(patient: Patient, **more: Any) -> Told:
    values: dict[str, Any] = {
        "id": new_id(), "patient_id": patient.pk, "ordered_by_id": world.person(cast.PHYSICIAN).pk,
        "told_at": world.NOW - timedelta(minutes=5), "words": WORDS, "read_back": True,
    }  # fmt: skip
    return Told(**values | more)


def bridging(patient: Patient, *, days: int = 3, **more: Any) -> TakeDown:
    return TakeDown(told=told(patient, **more), kind=OrderKind.BRIDGING, days=days)


def take(command: TakeDown, by: Access | None = None, *, now: datetime = world.NOW) -> PhoneOrder:
    return phone_orders.take_down(command=command, by=by or dispenser(), now=now)


def phone_order() -> PhoneOrder:
    """An order over the phone that goes on, for somebody whose order has just ended."""
    return take(bridging(ended()))


def prescribed(order: PhoneOrder) -> Prescription:
    return Prescription.objects.get(phone_order=order)


def hold(patient: Patient, *, unlocker: Unlocker = Unlocker.PHYSICIAN) -> Hold:
    command = NewHold(new_id(), patient.pk, HoldReason.ILLNESS, unlocker)
    return holds.place(command=command, by=assistant(), now=world.NOW - timedelta(hours=1))


def delegation(*, days: int = 7, starts_on: date = world.TODAY, **more: Any) -> Delegation:
    """The site's physician lets its assistant physician act."""
    values: dict[str, Any] = {
        "id": new_id(), "facility_id": morning.site().pk, "assistant_id": world.person(cast.ASSISTANT_PHYSICIAN).pk,
        "starts_on": starts_on, "ends_on": starts_on + timedelta(days=days - 1),
    }  # fmt: skip
    command = NewDelegation(**values | more)
    return delegations.delegate(command=command, by=physician(), pin=cast.PIN, now=world.NOW)


def in_the_name(patient: Patient, under: Delegation, kind: OrderKind = OrderKind.BRIDGING, **more: Any) -> InTheName:
    number: UUID = more.pop("id", None) or new_id()
    return InTheName(number, patient.pk, under.pk, kind, **more)
