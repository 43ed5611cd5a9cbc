"""A lot is called back: set apart at every facility in its own chain, and never opened or stored again."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from core import proofs
from core.access import Access, Permission
from core.ids import new_id
from followup.models import Case, Notice, Task
from followup.services import tasks
from inventory.models import AccountKind, Balance, Bottle, ChainLink, Lot, Recall, RecallAct
from inventory.queries.recalls import get_recall
from inventory.rules.consignments import Fate
from inventory.rules.countkinds import Answer
from inventory.rules.custody import State
from inventory.rules.kinds import Reason
from inventory.rules.violations import Code
from inventory.services import recalls
from inventory.services.acts import OtherContent, StockRefused
from inventory.services.proofs import PROOFS
from inventory.services.recalls import Recalling
from tests import cast, world_stock
from tests.entrance import signed_in
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


def nowhere() -> Recalling:
    """The recall of a lot that nobody holds."""
    known = Lot.objects.get(pk=of_lot().lot_id)
    lot = Lot.objects.create(
        item=known.item, number="LT-0", manufacturer="x", expires_on=known.expires_on, concentration=known.concentration
    )
    return replace(of_lot(), lot_id=lot.pk)


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


def test_recall_tells_places_that_hold_none_once_and_they_answer(site: Site, keeper: Access):
    """One notice, no case and no task; what they answered stands on the recall's page."""
    row = recalls.declare(command=nowhere(), by=keeper, now=NOW)
    told = Notice.objects.filter(kind=recalls.NOTICE)
    assert site.by.person_id in set(told.values_list("person_id", flat=True))
    assert told.values("person_id").distinct().count() == told.count()
    assert not Task.objects.filter(kind=recalls.TASK).exists()
    assert not Case.objects.exists()
    before = {each.name: each.kind for each in get_recall(row.pk, access=keeper).places}
    assert before[cast.SITE] is Answer.WAITED_FOR

    answered = recalls.answer_none(recall_id=row.pk, by=site.by, now=NOW)
    assert recalls.answer_none(recall_id=row.pk, by=site.by, now=NOW) == answered
    after = {each.name: each for each in get_recall(row.pk, access=keeper).places}
    assert (after[cast.SITE].kind, after[cast.SITE].by) == (Answer.NONE, site.by.label)
    assert after[cast.OTHER_SITE].kind is Answer.WAITED_FOR


def test_place_that_holds_some_cannot_answer_that_it_has_none(site: Site, keeper: Access):
    row = recalls.declare(command=of_lot(), by=keeper, now=NOW)
    with pytest.raises(StockRefused):
        recalls.answer_none(recall_id=row.pk, by=site.by, now=NOW)
    shown = {each.name: each.kind for each in get_recall(row.pk, access=keeper).places}
    assert shown[cast.SITE] is Answer.APART
    assert not Notice.objects.filter(kind=recalls.NOTICE, person_id=site.by.person_id).exists()


def test_place_that_sealed_its_bottles_is_shown_as_such(site: Site, keeper: Access):
    row = recalls.declare(command=of_lot(), by=keeper, now=NOW)
    task = Task.objects.get(kind=recalls.TASK, facility_id=site.here)
    tasks.done(task_id=task.pk, outcome="sealed", words="", by=world_stock.act_as(cast.SITE_HEAD), now=NOW)
    [here] = [each for each in get_recall(row.pk, access=keeper).places if each.facility_id == site.here]
    assert (here.kind, here.tone) == (Answer.SEALED, "go")
    assert get_recall(row.pk, access=keeper).places[-1] == here  # who is waited for stands first


def test_lot_that_is_called_back_on_the_road_arrives_in_quarantine(keeper: Access):
    road = Road(stored(cast.MAIN_CLINIC, 2))
    road.at_the_door()
    lot_id = Bottle.objects.get(number=road.numbers[0]).lot_id
    row = recalls.declare(command=replace(of_lot(), lot_id=lot_id), by=keeper, now=NOW)
    assert {place_of(number)[1] for number in road.numbers} == {"transit"}
    road.receive(road.all_of_them())
    assert {place_of(number) for number in road.numbers} == {(cast.SITE, "quarantine")}
    [here] = [each for each in get_recall(row.pk, access=keeper).places if each.name == cast.SITE]
    assert here.kind is Answer.APART
    assert broken() == []


def test_lot_that_is_called_back_on_the_road_and_taken_back_stands_in_quarantine(keeper: Access):
    road = Road(stored(cast.MAIN_CLINIC, 2)).leave()
    lot_id = Bottle.objects.get(number=road.numbers[0]).lot_id
    recalls.declare(command=replace(of_lot(), lot_id=lot_id), by=keeper, now=NOW)
    road.turn_back()
    road.take_back()
    assert {place_of(number) for number in road.numbers} == {(cast.MAIN_CLINIC, "quarantine")}
    assert broken() == []


def test_lot_that_is_called_back_before_the_hand_over_does_not_leave(keeper: Access):
    road = Road(stored(cast.MAIN_CLINIC, 2))
    road.prepare()
    road.pack()
    lot_id = Bottle.objects.get(number=road.numbers[0]).lot_id
    recalls.declare(command=replace(of_lot(), lot_id=lot_id), by=keeper, now=NOW)
    with pytest.raises(StockRefused):
        road.hand_over()
    assert {place_of(number) for number in road.numbers} == {(cast.MAIN_CLINIC, "quarantine")}


def test_answer_in_the_page_takes_the_button_away(site: Site, keeper: Access):
    row = recalls.declare(command=nowhere(), by=keeper, now=NOW)
    client = signed_in(cast.DISPENSER)
    page, button = reverse("inventory:recall", args=[row.pk]), reverse("inventory:recall-none", args=[row.pk])
    assert button in client.get(page).content.decode()
    assert client.post(button).status_code == 302
    shown = client.get(page).content.decode()
    assert button not in shown
    assert "đã tìm, không có chai nào" in shown
    assert signed_in(cast.WITNESS).post(button).status_code == 403
