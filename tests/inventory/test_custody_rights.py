"""Every state of a consignment x every step x every role, at its own end and elsewhere.

What the service lets in is what the page offers, and both are the table written by hand in test_custody_table.py.
"""

from collections.abc import Callable, Iterator
from typing import Final

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from core.access import Access, Permission, Role
from core.ids import new_id
from facilities.models import FacilityKind
from inventory.models import CustodyEvent
from inventory.queries.consignment_lives import sides_of
from inventory.queries.consignments import get_row
from inventory.rules.consignments import Fate
from inventory.rules.custody import PERMISSION_OF, Side, State, Step, steps_for
from inventory.rules.violations import Code
from inventory.services import custody
from inventory.services.acts import StockRefused
from inventory.services.custody import Handling
from staff.models import Person
from staff.queries.appointments import standing_at
from staff.roles import ROLES, Scope
from tests import cast, world
from tests.inventory.road import Road, stored
from tests.inventory.test_custody_table import HOLDERS, MAY
from tests.world import NOW

pytestmark = pytest.mark.django_db
SENDER, RECEIVER, ELSEWHERE = cast.MAIN_CLINIC, cast.SITE, cast.OTHER_SITE
PLACES: Final = (SENDER, RECEIVER, ELSEWHERE)
NAMED: Final = "the named carrier"


def short(road: Road) -> None:
    road.at_the_door().receive(road.all_of_them()[1:])


def returned(road: Road) -> None:
    road.leave().turn_back()
    road.take_back()


def settled(road: Road) -> None:
    short(road)
    road.settle(Fate.LOST)


def closed(road: Road) -> None:
    road.at_the_door().receive()
    road.close()


def cancelled(road: Road) -> None:
    road.prepare()
    road.cancel()


def packed(road: Road) -> None:
    road.prepare()
    road.pack()


# How a consignment comes into each state. `new` has none: there is nothing yet that anybody could take a step of.
INTO: Final[dict[State, Callable[[Road], object]]] = {
    State.PREPARED: lambda road: road.prepare(),
    State.PACKED: packed,
    State.CANCELLED: cancelled,
    State.HANDED_OVER: lambda road: road.leave(),
    State.ON_ROAD: lambda road: road.leave().check_point(),
    State.RETURNING: lambda road: road.leave().turn_back(),
    State.ARRIVED: lambda road: road.leave().arrive(),
    State.INSPECTED: lambda road: road.at_the_door(),
    State.RECEIVED: lambda road: road.at_the_door().receive(),
    State.PARTIAL: short,
    State.DISPUTED: lambda road: road.leave().not_arrived(),
    State.RETURNED: returned,
    State.SETTLED: settled,
    State.CLOSED: closed,
}


@pytest.fixture
def people() -> dict[tuple[str, str], Access]:
    """Somebody of every role in each place, as the middleware would have them; and the carrier who is named."""
    found = {}
    for role, is_a in ROLES.items():
        for place in PLACES:
            person = Person.objects.create(
                username=f"{role}.{PLACES.index(place)}", full_name=str(role), initials="X.", created_at=NOW
            )
            where = cast.AREA if is_a.scope is Scope.AREA else cast.PROVINCE if is_a.scope is Scope.PROVINCE else place
            world.appoint(person, cast.Member("", "", "", role, where))
            found[str(role), place] = standing_at(world.facility(place).pk, person_id=person.pk, now=NOW)
    carrier = world.person(cast.CARRIER)
    found |= {(NAMED, place): standing_at(world.facility(place).pk, person_id=carrier.pk, now=NOW) for place in PLACES}
    return found


def sides(role: str, place: str) -> Iterator[Side]:
    """On which sides somebody stands, by hand."""
    if place == SENDER and role in HOLDERS[Permission.DISPATCH]:
        yield Side.SENDER
    if place == RECEIVER and role in HOLDERS[Permission.RECEIVE_DELIVERY]:
        yield Side.RECEIVER
    if role == NAMED and place == RECEIVER:  # the world's carrier is appointed at the site
        yield Side.CARRIER


def answer(step: Step, road: Road, by: Access) -> str:
    """What the service says before anything else is asked: goes on, not now, or not yours."""
    try:
        with transaction.atomic():
            custody.authorise(step, by)
            custody.hold(Handling(new_id(), road.id, step, by, NOW, {}))
    except PermissionDenied:
        return "denied"
    except StockRefused as refused:
        return "not now" if refused.violations[0].code is Code.NOT_NOW else "refused"
    return "allowed"


@pytest.mark.parametrize("state", INTO)
def test_each_step_is_open_to_exactly_who_the_table_says(state: State, people: dict[tuple[str, str], Access]) -> None:
    road = Road(stored(SENDER, 2))
    INTO[state](road)
    assert road.state() is state
    row = get_row(road.id)
    for (role, place), by in people.items():
        stands = frozenset(sides(role, place))
        may = {step for side in stands for step in MAY[side].get(state, set())}
        assert set(steps_for(state=state, sides=sides_of(row, by))) == may, (role, place)
        for step in Step:
            theirs = any(step in known for side in stands for known in MAY[side].values())
            expected = "allowed" if step in may else "not now" if theirs else "denied"
            assert answer(step, road, by) == expected, (state, step, role, place)
    assert CustodyEvent.objects.filter(consignment_id=road.id).latest("position").state == state


def test_every_state_of_the_table_is_looked_at() -> None:
    assert set(INTO) == set(State) - {State.NEW}


def test_prepare_is_open_to_who_sends_and_to_nobody_else(people: dict[tuple[str, str], Access]) -> None:
    """The step out of `new`: there is no consignment yet; which way it may lead is judged when it is prepared."""
    for (role, place), by in people.items():
        try:
            custody.authorise(Step.PREPARE, by)
        except PermissionDenied:
            assert role not in HOLDERS[PERMISSION_OF[Side.SENDER]], (role, place)
        else:
            assert role in HOLDERS[PERMISSION_OF[Side.SENDER]], (role, place)


def test_a_satellite_sends_only_returns() -> None:
    assert world.facility(RECEIVER).kind == FacilityKind.SATELLITE
    with pytest.raises(StockRefused):
        Road(stored(RECEIVER, 1), sender=cast.PHARMACIST, to=ELSEWHERE).prepare()


def test_every_role_is_one_of_the_table() -> None:
    assert {str(role) for role in ROLES} == {str(role) for role in Role}
