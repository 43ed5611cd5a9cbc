"""Ampoules of Mường Pồn: received, taken off the shelf, checked; for tests."""

from datetime import date, datetime, timedelta

from core.access import Access
from core.ids import new_id
from inventory.models import Lot, RestockRequest
from inventory.queries.naloxone import Usable, usable_naloxone
from inventory.rules.deliveries import DeliveredLine
from inventory.rules.shelf_codes import AmpouleFate, Equipment, Readiness
from inventory.services import ampoules, deliveries, shelf_checks
from inventory.services.acts import Done
from inventory.services.ampoules import Withdrawal
from inventory.services.deliveries import Delivery
from inventory.services.shelf_checks import ShelfFound
from staff.services.attestations import Alone, SecondPerson
from tests import cast, world, world_stock
from tests.world import NOW

LATER = date(2028, 6, 30)
ALONE = Alone("cấp cứu, một mình")


def line(count: int, *, lot: str = "NX-0528", expires_on: date = LATER) -> DeliveredLine:
    return DeliveredLine(
        item_id=world_stock.naloxone().pk, lot_number=lot, manufacturer="Rotexmedica", registration="VN-17327",
        expires_on=expires_on, concentration=None, size_ul=0, bottles=count, in_bottles=False,
    )  # fmt: skip


def receive(
    count: int,
    *,
    by: Access | None = None,
    second: cast.Member = cast.WITNESS,
    now: datetime = NOW,
    lot: str = "NX-0528",
    expires_on: date = LATER,
) -> Lot:
    """Ampoules arrive at Mường Pồn, with its own witness."""
    delivery = Delivery(
        id=new_id(), supplier="Mường Ảng", document_number="PX-9", lines=(line(count, lot=lot, expires_on=expires_on),),
        second=world_stock.present(second),
    )  # fmt: skip
    deliveries.receive(delivery=delivery, by=by or world_stock.act_as(cast.DISPENSER, now=now), now=now)
    return Lot.objects.get(number=lot)


def take(
    count: int,
    lot: Lot,
    *,
    fate: AmpouleFate = AmpouleFate.USED,
    second: SecondPerson = ALONE,
    by: Access | None = None,
    now: datetime = NOW,
) -> Done:
    command = Withdrawal(new_id(), lot.pk, count, fate, second)
    return ampoules.withdraw(command=command, by=by or world_stock.act_as(cast.DISPENSER, now=now), now=now)


def found(usable: int = 8, **states: Readiness) -> ShelfFound:
    expiry = LATER if usable else None
    every = {thing: states.get(str(thing), Readiness.OK) for thing in Equipment}
    return ShelfFound(new_id(), usable, expiry, every, cast.DISPENSER.pin)


def check(usable: int = 8, *, now: datetime = NOW, **states: Readiness) -> None:
    shelf_checks.record(command=found(usable, **states), by=world_stock.act_as(cast.DISPENSER, now=now), now=now)


def stands(place: str = cast.SITE, *, now: datetime = NOW) -> Usable:
    pk = world.facility(place).pk
    return usable_naloxone([pk], now)[pk]


def open_request(place: str = cast.SITE) -> RestockRequest | None:
    return RestockRequest.objects.filter(facility=world.facility(place), ended_at__isnull=True).first()


def days(count: int) -> timedelta:
    return timedelta(days=count)
