"""Everything at a site counted blind: what differs is posted line by line, with a case of its own."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from core import proofs
from core.ids import new_id
from followup.models import Case, CaseKind
from inventory.models import AccountKind, Act, ActKind, Balance, Bottle, ChainLink, Item, Lot, Movement
from inventory.rules.countkinds import CountWhy, Gone, Outcome
from inventory.rules.kinds import Reason
from inventory.rules.violations import Code
from inventory.services import bottles, counts
from inventory.services.acts import OtherContent, StockRefused
from inventory.services.bottles import ToDispensing
from inventory.services.counts import LooseFound, OpenedFound
from inventory.services.ledger import Move
from inventory.services.proofs import PROOFS
from staff.models import Attestation, Mode
from tests import cast, world, world_stock
from tests.inventory.counting import count, honest
from tests.inventory.road import Road, stored
from tests.inventory.site import ALONE, WITNESSED, Site, codes
from tests.world import NOW
from tests.world_stock import Shelf


@pytest.fixture
def site(db: None) -> Site:
    return Site(world_stock.act_as(cast.DISPENSER))


def ampoules(site: Site, count: int) -> Balance:
    """So many ampoules in the storage cabinet."""
    item, _made = Item.objects.get_or_create(
        code="ampoules-for-tests", name="Naloxone", base_unit="ampoule", in_bottles=False, controlled=False
    )
    shelf = Shelf(facility=world.facility(cast.SITE), by=site.by, item=item, now=NOW)
    lot = Lot.objects.create(item=item, number="NX-1", manufacturer="x", expires_on=date(2028, 1, 1))
    there = shelf.accounts
    step = Move(lot.pk, None, there[AccountKind.SUPPLIER].pk, there[AccountKind.STORAGE].pk, count, "delivery")
    shelf.post(ActKind.DOSE, step)
    return Balance.objects.get(account=there[AccountKind.STORAGE], lot=lot)


def sound() -> None:
    assert [f"{row.row}: {row.what}" for name in PROOFS for row in proofs.run(name)] == []


def test_count_that_agrees_is_an_act_in_the_chain_that_moves_nothing(site: Site):
    row = count(site)
    assert row.agrees
    assert not Movement.objects.filter(act_id=row.pk).exists()
    link = ChainLink.objects.get(subject_id=row.pk)
    assert link.sequence == row.as_of + 1
    assert not Case.objects.filter(kind=CaseKind.STOCK_COUNT).exists()
    assert Attestation.objects.get(act_id=row.pk).mode == Mode.PRESENT
    sound()


def test_count_without_a_closed_bottle_posts_its_loss_and_opens_a_case(site: Site):
    stored = site.closed()
    row = count(site, storage=tuple(stored[1:]))
    line = row.lines.get(outcome=Outcome.MISSING)
    assert (line.bottle.number, line.found, line.book, line.as_of) == (stored[0], 0, 1_000_000, row.as_of)
    assert site.moved(stored[0], Reason.COUNTED_MISSING) == 1_000_000
    assert Bottle.objects.get(number=stored[0]).gone_how == Gone.LOST
    assert Case.objects.get(kind=CaseKind.STOCK_COUNT).subject_id == line.pk
    assert count(site).agrees
    sound()


def test_count_that_finds_the_lost_bottle_again_is_a_surplus_into_quarantine(site: Site):
    stored = site.closed()
    count(site, storage=tuple(stored[1:]))
    row = count(site, storage=tuple(stored))
    assert row.lines.get(outcome=Outcome.EXTRA).found == 1_000_000
    assert site.state(stored[0]).place is AccountKind.QUARANTINE
    assert Case.objects.filter(kind=CaseKind.STOCK_COUNT).count() == 2
    sound()


def test_count_never_nets_a_loss_with_a_surplus(site: Site):
    stored = site.closed()
    count(site, storage=tuple(stored[1:]))
    count(site, storage=tuple(stored[:1] + stored[2:]))
    moved = {reason: site.moved(stored[n], reason) for n, reason in ((1, Reason.COUNTED_MISSING),)}
    assert moved == {Reason.COUNTED_MISSING: 1_000_000}
    assert site.moved(stored[0], Reason.COUNTED_EXTRA) == 2_000_000  # by way of surplus
    sound()


def test_count_finds_a_bottle_in_the_other_cabinet_and_the_book_follows(site: Site):
    stored, daily = site.closed(), site.closed(AccountKind.DISPENSING)
    row = count(site, storage=tuple(stored[1:]), dispensing=(*daily, stored[0]))
    assert row.lines.get(outcome=Outcome.ELSEWHERE).bottle.number == stored[0]
    assert site.state(stored[0]).place is AccountKind.DISPENSING
    sound()


def test_count_keeps_a_label_that_the_site_knows_nothing_of(site: Site):
    row = count(site, storage=(*site.closed(), 88_888_888))
    assert row.lines.get(outcome=Outcome.STRANGE).number == 88_888_888
    assert Case.objects.get(kind=CaseKind.STOCK_COUNT).findings[0]["code"] == Code.COUNTED_STRANGE
    sound()


def test_count_posts_a_difference_inside_the_tolerance_without_a_case(site: Site):
    book = site.state(site.opened).book_ul
    row = count(site, opened=(OpenedFound(site.opened, (str((book - 3_000) / 1000),)),))
    line = row.lines.get(measure__isnull=False)
    assert (line.outcome, line.within, line.book - line.found) == (Outcome.LESS, True, 3_000)
    assert site.state(site.opened).book_ul == book - 3_000
    assert not Case.objects.filter(kind__in=[CaseKind.STOCK_COUNT, CaseKind.BOTTLE_MEASURE]).exists()
    sound()


def test_count_outside_the_tolerance_opens_the_case_of_the_measure(site: Site):
    book = site.state(site.opened).book_ul
    count(site, opened=(OpenedFound(site.opened, (str((book - 40_000) / 1000),)),))
    assert Case.objects.get(kind=CaseKind.BOTTLE_MEASURE)
    sound()


def test_count_settles_what_was_given_beyond_the_book(site: Site):
    held = site.state(site.opened).book_ul
    site.dose(site.opened, held + 2_000)
    count(site, opened=(OpenedFound(site.opened, ("5",)),))
    state = site.state(site.opened)
    assert (state.book_ul, state.beyond_ul) == (5_000, 0)
    sound()


def test_count_of_an_opened_bottle_that_nobody_finds_is_a_loss(site: Site):
    number = site.opened
    book = site.state(number).book_ul
    count(site, opened=(OpenedFound(number),))
    assert site.moved(number, Reason.COUNTED_MISSING) == book
    assert site.state(number).place is None
    sound()


def test_count_asks_for_every_opened_bottle_and_for_who_asked_a_surprise(site: Site):
    with pytest.raises(StockRefused) as refused:
        count(site, opened=(), why=CountWhy.SURPRISE)
    assert codes(refused) == [Code.WORDS_NEEDED, Code.READING_NEEDED]
    assert not Act.objects.filter(kind="count").exists()


def test_count_of_ampoules_posts_less_and_more_apart(site: Site):
    held = ampoules(site, 6)
    usual = honest(site)
    fewer = tuple(replace(each, quantity=each.quantity - 1) for each in usual.loose if each.quantity)
    row = count(site, loose=fewer)
    less = row.lines.filter(outcome=Outcome.LESS, bottle=None)
    assert less.count() == len(fewer)
    more = count(site, loose=tuple(LooseFound(e.place, e.lot_id, e.quantity + 1) for e in fewer))
    assert more.lines.filter(outcome=Outcome.MORE).count() == len(fewer)
    held.refresh_from_db()
    assert held.quantity == 6
    sound()


def test_count_sent_twice_is_one_and_with_other_content_is_refused(site: Site):
    command = honest(site, storage=tuple(site.closed()[1:]))
    first = counts.record(command=command, by=site.by, now=NOW)
    again = counts.record(command=command, by=site.by, now=NOW)
    assert (first.known, again.known, first.row) == (False, True, again.row)
    with pytest.raises(OtherContent):
        counts.record(command=replace(command, storage=()), by=site.by, now=NOW)
    sound()


def test_count_alone_stays_visibly_alone(site: Site):
    assert Attestation.objects.get(act_id=count(site, second=ALONE).pk).mode == Mode.ALONE


def test_count_of_an_empty_quarantine_where_the_book_has_one_is_a_loss(site: Site):
    number = site.closed()[0]
    site.quarantine(number)
    row = count(site, quarantine=())
    assert row.lines.get(outcome=Outcome.MISSING).place == AccountKind.QUARANTINE


def test_what_arrived_while_the_count_went_on_is_looked_at_again_and_is_no_loss(site: Site):
    road = Road(stored(cast.MAIN_CLINIC, 2))
    begun = replace(honest(site), started_at=NOW - timedelta(minutes=20))
    road.at_the_door()
    road.receive()

    with pytest.raises(StockRefused) as refused:
        counts.record(command=begun, by=site.by, now=NOW)
    [asked] = refused.value.violations
    assert (asked.code, asked.field) == (Code.CHANGED_MEANWHILE, "started_at")
    assert not any(str(number) in asked.words + asked.todo for number in road.numbers)  # still blind
    assert not Bottle.objects.filter(number__in=road.numbers, gone_at__isnull=False).exists()

    found = replace(begun, storage=(*begun.storage, *road.numbers))
    assert counts.record(command=found, by=site.by, now=NOW).row.agrees
    missing = replace(begun, id=new_id(), started_at=NOW)  # looked again, and they are not there
    assert not counts.record(command=missing, by=site.by, now=NOW).row.agrees
    sound()


def test_bottle_moved_by_the_book_while_the_count_went_on_is_not_moved_back(site: Site):
    begun = replace(honest(site), started_at=NOW - timedelta(minutes=20))
    moved = site.closed()[0]
    bottles.move_to_dispensing(command=ToDispensing(new_id(), (moved,), WITNESSED), by=site.by, now=NOW)
    with pytest.raises(StockRefused) as refused:
        counts.record(command=begun, by=site.by, now=NOW)
    assert codes(refused) == [Code.CHANGED_MEANWHILE]
    assert site.state(moved).place is AccountKind.DISPENSING
