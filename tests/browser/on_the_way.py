"""Consignments and requests at each step of their way, so that each step's page can be opened by who takes it."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from core.ids import new_id
from inventory.models import ConsignmentLine
from inventory.rules.consignments import Arrived, Fate
from tests import cast, world_stock
from tests.inventory.asking import Asking
from tests.inventory.road import Road, stored

MANY: Final = 50


def stock_up() -> None:
    """Enough bottles at the clinic for all of them, of a lot that nothing else is about: a recall takes a whole lot."""
    line = world_stock.line(lot_number="MTD-2611", bottles=MANY)
    world_stock.receive(world_stock.act_as(cast.STORE_KEEPER), cast.CLINIC_PHYSICIAN, line)


def _next() -> int:
    """The last bottle of the clinic's store that lies in no box yet; other tests take the first."""
    packed = set(ConsignmentLine.objects.values_list("bottle__number", flat=True))
    return max(number for number in stored(cast.MAIN_CLINIC, 2 * MANY) if number not in packed)


def _road() -> Road:
    """One bottle for the site."""
    return Road([_next()], id=new_id())


def prepared() -> Road:
    road = _road()
    road.prepare()
    return road


def packed() -> Road:
    road = prepared()
    road.pack()
    return road


def left() -> Road:
    return _road().leave()


def arrived() -> Road:
    road = left()
    road.arrive()
    return road


def at_the_door() -> Road:
    return _road().at_the_door()


def turned_back() -> Road:
    road = left()
    road.turn_back()
    return road


def disputed() -> Road:
    """One bottle is missing, and another lay in the box."""
    road = at_the_door()
    road.receive([Arrived(_next())])
    return road


def settled() -> Road:
    road = at_the_door()
    road.receive([])
    road.settle(Fate.LOST)
    return road


def drafted() -> Asking:
    """Beside the month's own request, which other pages may have made."""
    asking = Asking()
    asking.draft(monthly=False)
    return asking


def approved() -> Asking:
    asking = drafted()
    asking.send()
    asking.approve()
    return asking


Step = tuple[cast.Member, Callable[[], UUID]]
STEPS: Final[dict[str, Step]] = {
    "inventory:consignment-pack": (cast.STORE_KEEPER, lambda: prepared().id),
    "inventory:consignment-cancel": (cast.STORE_KEEPER, lambda: prepared().id),
    "inventory:consignment-hand-over": (cast.STORE_KEEPER, lambda: packed().id),
    "inventory:carry-check-point": (cast.CARRIER, lambda: left().id),
    "inventory:carry-leg": (cast.CARRIER, lambda: left().id),
    "inventory:carry-incident": (cast.CARRIER, lambda: left().id),
    "inventory:consignment-turn-back": (cast.CARRIER, lambda: left().id),
    "inventory:consignment-arrive": (cast.DISPENSER, lambda: left().id),
    "inventory:consignment-not-arrived": (cast.STORE_KEEPER, lambda: left().id),
    "inventory:consignment-inspect": (cast.DISPENSER, lambda: arrived().id),
    "inventory:consignment-receive": (cast.DISPENSER, lambda: at_the_door().id),
    "inventory:consignment-take-back": (cast.STORE_KEEPER, lambda: turned_back().id),
    "inventory:consignment-settle": (cast.STORE_KEEPER, lambda: disputed().id),
    "inventory:consignment-admit": (cast.STORE_KEEPER, lambda: disputed().id),
    "inventory:consignment-close": (cast.STORE_KEEPER, lambda: settled().id),
    "inventory:request-revise": (cast.DISPENSER, lambda: drafted().id),
    "inventory:request-prepare": (cast.STORE_KEEPER, lambda: approved().id),
}
