"""Many hands at one consignment: one receipt, the others told; and journeys both ways beside each other."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections

from core.ids import new_id
from inventory.models import AccountKind, ConsignmentLeg, CustodyEvent
from inventory.rules.custody import ConsignmentKind, State
from inventory.rules.quarantine import QuarantineReason
from inventory.rules.violations import Code
from inventory.services import bottles, receipts
from inventory.services.acts import StockRefused
from inventory.services.bottles import Quarantining
from inventory.services.custody import Stepped
from staff.models import Proof
from staff.services import pins
from staff.services.pins import Proven
from tests import cast, world, world_stock
from tests.inventory.road import Road, acting, broken, place_of, second_carrier, stored
from tests.plugins.clones import CommittedDatabase
from tests.world import NOW
from tests.world_stock import Shelf, present


@pytest.fixture(autouse=True)
def proven_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    """PINs are checked before a step's transaction; here only what lies inside is looked at."""
    monkeypatch.setattr(pins, "verify", lambda *, person_id, now, **_: Proven(person_id, Proof.PIN, now))


def at_once(*works: Callable[[], object]) -> list[object]:
    """Run these side by side, each with its own connection; a refusal is an answer."""
    barrier = Barrier(len(works))

    def mine(work: Callable[[], object]) -> object:
        try:
            barrier.wait(timeout=30)
            return work()
        except StockRefused as refused:
            return refused.violations[0].code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(mine, works))


@pytest.fixture
def road(committed_db: CommittedDatabase) -> Road:
    return Road(stored(cast.MAIN_CLINIC, 3))


def test_two_people_who_receive_at_once_make_one_receipt_and_the_other_is_told(road: Road) -> None:
    road.at_the_door()
    other = Road(road.numbers, id=road.id, receiver=cast.PHARMACIST, receiver_second=cast.SITE_HEAD)
    answers = at_once(lambda: road.receive(), lambda: other.receive())
    assert Counter(getattr(answer, "state", answer) for answer in answers) == {State.RECEIVED: 1, Code.NOT_NOW: 1}
    assert CustodyEvent.objects.filter(consignment_id=road.id, step="receive").count() == 1
    assert broken() == []


def test_new_leg_beside_a_step_of_the_giving_carrier_leaves_one_carrier(road: Road) -> None:
    """Either the step was taken before the boxes changed hands, or it is no longer theirs."""
    other = second_carrier()
    road.leave()
    giving = Road(road.numbers, id=road.id)
    taken, stepped = at_once(lambda: road.new_leg(other), lambda: told(giving.check_point))
    assert isinstance(taken, Stepped)
    events = CustodyEvent.objects.filter(consignment_id=road.id).order_by("position")
    after = list(events.values_list("step", flat=True))[3:]
    assert after in (["new_leg"], ["check_point", "new_leg"])
    assert (stepped == "not theirs any more") == (after == ["new_leg"])
    assert broken() == []


def test_two_new_legs_at_once_make_one(road: Road) -> None:
    other = second_carrier()
    road.leave()
    same = Road(road.numbers, id=road.id)
    at_once(lambda: told(lambda: road.new_leg(other)), lambda: told(lambda: same.new_leg(other)))
    assert ConsignmentLeg.objects.count() == 1
    assert broken() == []


def told(work: Callable[[], object]) -> object:
    try:
        return work()
    except PermissionDenied:
        return "not theirs any more"


def test_same_count_sent_eight_times_is_one_receipt(road: Road) -> None:
    road.at_the_door()
    command, by = road.counting(), acting(cast.DISPENSER)
    answers = at_once(*[lambda: receipts.receive(command=command, by=by, now=NOW)] * 8)
    assert Counter(answer.known for answer in answers) == {False: 1, True: 7}  # type: ignore[attr-defined]
    assert broken() == []


def test_hand_over_and_cancel_at_once_do_one_of_them(road: Road) -> None:
    road.prepare()
    road.pack()
    answers = at_once(lambda: road.hand_over(), lambda: road.cancel())
    assert answers.count(Code.NOT_NOW) == 1
    assert {place_of(number)[1] for number in road.numbers} in ({"transit"}, {"storage"})
    assert broken() == []


def test_one_bottle_packed_into_two_boxes_at_once_goes_into_one(road: Road) -> None:
    other = Road(road.numbers)
    road.prepare()
    other.prepare()
    answers = at_once(lambda: road.pack(), lambda: other.pack())
    assert answers.count(Code.PACKED_ALREADY) == 1


def test_journeys_both_ways_and_doses_beside_each_other_never_wait_for_ever(road: Road) -> None:
    [apart] = stored(cast.SITE, 1)
    site = acting(cast.DISPENSER)
    command = Quarantining(new_id(), apart, QuarantineReason.DAMAGED, "", present(cast.WITNESS))
    bottles.quarantine(command=command, by=site, now=NOW)
    back = Road(
        [apart],
        kind=ConsignmentKind.RETURN,
        sender=cast.PHARMACIST,
        sender_second=cast.WITNESS,
        receiver=cast.STORE_KEEPER,
        receiver_second=cast.CLINIC_PHYSICIAN,
        to=cast.MAIN_CLINIC,
    )
    more = Road(stored(cast.MAIN_CLINIC, 6)[3:])
    shelf = Shelf(facility=world.facility(cast.SITE), by=site, item=world_stock.methadone(), now=NOW)
    opened = shelf.bottle(place=AccountKind.OPENED)
    at_once(
        lambda: road.at_the_door().receive(),
        lambda: back.at_the_door().receive(),
        lambda: more.at_the_door().receive(more.all_of_them()[1:]),
        lambda: [shelf.dose(opened, 5_000) for _ in range(30)],
    )
    assert (road.state(), back.state(), more.state()) == (State.RECEIVED, State.RECEIVED, State.PARTIAL)
    assert [line for line in broken() if "document" not in line] == []
