"""A lot is called back: set apart at every facility in its own chain, and never opened or stored again."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied

from core import proofs
from core.access import Access, Permission
from core.ids import new_id
from followup.models import Task
from inventory.models import AccountKind, Balance, Bottle, ChainLink, Recall, RecallAct
from inventory.rules.consignments import Fate
from inventory.rules.custody import State
from inventory.rules.kinds import Reason
from inventory.rules.violations import Code
from inventory.services import recalls
from inventory.services.acts import OtherContent, StockRefused
from inventory.services.proofs import PROOFS
from tests import cast, world_stock
from tests.inventory.destroying import of_lot
from tests.inventory.road import Road, broken, place_of, stored
from tests.inventory.site import Site, codes
from tests.world import NOW


@pytest.fixture
def site(db: None) -> Site:
    return Site(world_stock.act_as(cast.DISPENSER))


@pytest.fixture
def keeper(db: None) -> Access:
    return world_stock.act_as(cast.STORE_KEEPER)


def test_recall_sets_the_lot_apart_at_every_facility_opened_bottles_too(site: Site, keeper: Access):
    opened = site.opened
    row = recalls.declare(command=of_lot(), by=keeper, now=NOW)
    assert recalls.waiting(row) == []
    assert site.state(opened).place is AccountKind.QUARANTINE
    done = RecallAct.objects.filter(recall=row)
    places = {each.facility_id for each in done}
    assert len(places) == done.count() >= 3
    for each in done:
        assert ChainLink.objects.get(subject_id=each.pk).facility_id == each.facility_id
    assert set(Task.objects.filter(kind=recalls.TASK).values_list("facility_id", flat=True)) == places
    assert [f"{b.row}: {b.what}" for name in PROOFS for b in proofs.run(name)] == []


def test_recall_sent_twice_is_one_and_the_job_finds_nothing_left(keeper: Access):
    command = of_lot()
    assert recalls.declare(command=command, by=keeper, now=NOW) == recalls.declare(command=command, by=keeper, now=NOW)
    assert recalls.finish(now=NOW) == 0
    with pytest.raises(OtherContent):
        recalls.declare(command=replace(command, reason="khác"), by=keeper, now=NOW)
    with pytest.raises(StockRefused) as refused:
        recalls.declare(command=replace(command, id=new_id()), by=keeper, now=NOW)
    assert codes(refused) == [Code.RECALLED_ALREADY]


def test_recall_that_stopped_half_way_is_finished_by_the_job(site: Site, keeper: Access):
    command = of_lot()
    row = Recall.objects.create(
        id=command.id,
        facility_id=keeper.facility_id,
        declared_by_id=keeper.actor_id,
        declared_at=NOW,
        **command.columns,
    )
    recalls.carry_out(recall=row, facility_id=site.here, by=keeper, now=NOW)
    left = recalls.waiting(row)
    assert site.here not in left
    assert left
    assert recalls.finish(now=NOW) == len(left)
    assert recalls.waiting(row) == []
    assert recalls.finish(now=NOW) == 0


def test_bottle_of_a_recalled_lot_is_never_opened(site: Site, keeper: Access):
    number = site.closed()[0]
    command = of_lot()
    Recall.objects.create(
        id=command.id,
        facility_id=keeper.facility_id,
        declared_by_id=keeper.actor_id,
        declared_at=NOW,
        **command.columns,
    )
    with pytest.raises(StockRefused) as refused:
        site.open(number)
    assert codes(refused) == [Code.LOT_RECALLED]


def test_delivery_of_a_recalled_lot_goes_into_quarantine(site: Site, keeper: Access):
    recalls.declare(command=of_lot(), by=keeper, now=NOW)
    number = site.receive()
    assert Bottle.objects.get(number=number).lot.number == world_stock.LOT
    assert site.state(number).place is AccountKind.QUARANTINE


def test_missing_bottle_of_a_recalled_lot_that_turns_up_goes_into_quarantine(keeper: Access):
    road = Road(stored(cast.MAIN_CLINIC, 2))
    road.at_the_door()
    road.receive(road.all_of_them()[1:])
    missing = road.numbers[0]
    command = replace(of_lot(), lot_id=Bottle.objects.get(number=missing).lot_id)
    recalls.declare(command=command, by=keeper, now=NOW)
    assert place_of(missing) == (cast.MAIN_CLINIC, "discrepancy")  # in nobody's hands: the act finds it nowhere
    assert road.settle(Fate.INTO_STORE, by_receiver=True).state is State.SETTLED
    assert place_of(missing) == (cast.SITE, "quarantine")
    assert broken() == []


def test_recall_needs_the_permission(site: Site):
    assert not site.by.may(Permission.RECALL_LOT)
    with pytest.raises(PermissionDenied):
        recalls.declare(command=of_lot(), by=site.by, now=NOW)


def test_recall_moves_what_it_says(site: Site, keeper: Access):
    held = Balance.objects.filter(account__facility_id=site.here, account__kind__in=["storage", "dispensing", "opened"])
    before = sum(row.quantity for row in held if row.lot.number == world_stock.LOT)
    recalls.declare(command=of_lot(), by=keeper, now=NOW)
    assert RecallAct.objects.get(facility_id=site.here).quantity == before
    assert site.moved(site.closed(AccountKind.QUARANTINE)[0], Reason.RECALLED) > 0
