"""Spills, breakages and losses: booked at once, with who saw it and a deadline."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core import proofs
from core.ids import new_id
from followup.models import Case, CaseKind
from inventory.models import AccountKind, Bottle
from inventory.rules.countkinds import Gone, LossKind, SpillKind
from inventory.rules.kinds import Reason, Why
from inventory.rules.violations import Code
from inventory.services import losses, measures, spills
from inventory.services.acts import OtherContent, StockRefused
from inventory.services.losses import Loss, Sent, Told
from inventory.services.measures import Measure
from inventory.services.proofs import PROOFS
from inventory.services.spills import Spilling
from staff.services.attestations import SamePerson
from tests import cast, world_stock
from tests.inventory.counting import lost, spilt
from tests.inventory.road import Road, place_of, stored
from tests.inventory.site import ALONE, WITNESSED, Site, codes
from tests.world import NOW


@pytest.fixture
def site(db: None) -> Site:
    return Site(world_stock.act_as(cast.DISPENSER))


def sound() -> None:
    assert [f"{row.row}: {row.what}" for name in PROOFS for row in proofs.run(name)] == []


def findings(kind: CaseKind = CaseKind.STOCK_LOSS) -> list[str]:
    return [finding["code"] for finding in Case.objects.get(kind=kind).findings]


def test_spill_from_the_opened_bottle_books_the_estimate_and_measures_the_rest(site: Site):
    before = site.state(site.opened).book_ul
    row = spilt(site, readings=(str((before - 21_000) / 1000),))
    assert (row.estimated, row.booked, row.measure.difference_ul) == (20_000, 20_000, -1_000)
    assert site.state(site.opened).book_ul == before - 20_000
    assert findings() == [Code.SPILT]
    sound()


def test_spill_beyond_the_book_takes_what_the_book_has(site: Site):
    before = site.state(site.opened).book_ul
    assert spilt(site, estimated=before + 5_000).booked == before
    sound()


def test_spill_seen_by_fewer_than_two_stays_visible(site: Site):
    spilt(site, second=ALONE, other=None)
    assert findings() == [Code.SPILT, Code.FEW_WITNESSES]


def test_spill_signed_twice_by_one_person_is_refused(site: Site):
    with pytest.raises(SamePerson):
        spilt(site, other=WITNESSED)


def test_breakage_of_a_closed_bottle_takes_it_out_of_the_world(site: Site):
    number = site.closed()[0]
    row = spilt(site, kind=SpillKind.BREAKAGE, number=number, estimated=1_000_000)
    assert row.booked == 1_000_000
    assert site.moved(number, Reason.BROKEN) == 1_000_000
    assert Bottle.objects.get(number=number).gone_how == Gone.BROKEN
    assert site.state(number).place is None
    sound()


def test_breakage_of_the_opened_bottle_settles_what_it_gave_beyond(site: Site):
    number = site.opened
    held = site.state(number).book_ul
    act = site.dose(number, held + 3_000)
    site.void(act)
    spilt(site, kind=SpillKind.BREAKAGE, number=number)
    assert site.state(number).place is None
    sound()


def test_spill_sent_twice_is_one(site: Site):
    same = new_id()
    assert spilt(site, id=same) == spilt(site, id=same)
    assert site.moved(site.opened, Reason.SPILT) == 20_000


def test_loss_books_the_bottles_and_counts_the_deadline_from_when_it_was_found(site: Site):
    number = site.closed()[0]
    row = lost(site, numbers=(number,), found_at=NOW - timedelta(hours=5), danger_words="bị dọa bằng dao")
    assert row.due_at == NOW + timedelta(hours=43)
    case = Case.objects.get(kind=CaseKind.STOCK_LOSS)
    assert (case.due_at, case.findings[0]["data"]["danger"]) == (row.due_at, "1")
    assert site.state(number).place is None
    assert row.act_id
    sound()


def test_loss_of_an_opened_bottle_leaves_nothing_open(site: Site):
    lost(site, kind=LossKind.LOSS, numbers=(site.opened,))
    sound()


def test_loss_says_once_whom_it_told_and_where_it_went(site: Site):
    row = lost(site)
    losses.tell_police(command=Told(row.pk, "Công an xã", NOW), by=site.by, now=NOW)
    losses.tell_police(command=Told(row.pk, "đơn vị khác", NOW), by=site.by, now=NOW)
    sent = losses.send(command=Sent(row.pk, "12/BC", "Sở Y tế", NOW), by=site.by, now=NOW)
    assert (sent.police_unit, sent.report_number) == ("Công an xã", "12/BC")


def test_loss_that_says_nothing_is_asked_back(site: Site):
    with pytest.raises(StockRefused) as refused:
        lost(site, words=" ", found_by="")
    assert codes(refused) == [Code.WORDS_NEEDED, Code.WORDS_NEEDED]


def test_loss_of_what_is_not_here_is_refused(site: Site):
    number = site.closed()[0]
    lost(site, numbers=(number,))
    with pytest.raises(StockRefused):
        lost(site, numbers=(number,))
    assert site.closed(AccountKind.STORAGE)
    assert replace(site) == site


def test_what_a_carrier_has_is_neither_lost_nor_broken_nor_measured_at_the_place_that_sent_it(db: None):
    keeper = Site(world_stock.act_as(cast.STORE_KEEPER))
    road = Road(stored(cast.MAIN_CLINIC, 1)).leave()
    [number] = road.numbers
    second = world_stock.present(cast.CLINIC_PHYSICIAN)

    for work in (
        lambda: losses.record(
            command=Loss(new_id(), LossKind.LOSS, NOW, "x", "không thấy", second, numbers=(number,)),
            by=keeper.by, now=NOW,
        ),
        lambda: spills.record(
            command=Spilling(new_id(), SpillKind.BREAKAGE, 1_000, "rơi", NOW, second, number=number),
            by=keeper.by, now=NOW,
        ),
        lambda: measures.record(command=Measure(new_id(), number, Why.WEEKLY, ("500",)), by=keeper.by, now=NOW),
    ):  # fmt: skip
        with pytest.raises(StockRefused) as refused:
            work()
        assert codes(refused) == [Code.NOT_HERE]
    assert place_of(number)[1] == AccountKind.TRANSIT


def test_spill_sent_again_with_another_hour_is_other_content(site: Site):
    made = spilt(site, id=(act_id := new_id()))
    assert spilt(site, id=act_id).pk == made.pk
    with pytest.raises(OtherContent):
        spilt(site, id=act_id, happened_at=NOW - timedelta(hours=1))
