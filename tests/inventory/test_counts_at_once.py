"""A count beside doses, and two people who count at once: each compares with the book of its own moment."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from django.db import close_old_connections, connection

from core import proofs
from core.ids import new_id
from inventory.models import ChainLink, StockCount
from inventory.rules.kinds import Reason
from inventory.services import counts
from inventory.services.counts import OpenedFound
from inventory.services.proofs import PROOFS
from tests import cast, world_stock
from tests.inventory.counting import honest
from tests.inventory.site import ALONE, Site
from tests.plugins.clones import CommittedDatabase
from tests.world import NOW

DOSES = 8
UL = 2_000


def _apart(work: object) -> object:
    close_old_connections()
    try:
        return work()  # type: ignore[operator]
    finally:
        connection.close()


def test_count_while_doses_are_recorded_is_compared_as_of_its_movement(committed_db: CommittedDatabase):
    site = Site(world_stock.act_as(cast.DISPENSER))
    number = site.opened
    full = site.state(number).book_ul
    command = honest(site, second=ALONE, opened=(OpenedFound(number, (str(full / 1000),)),))
    with ThreadPoolExecutor(4) as pool:
        doses = [pool.submit(_apart, lambda: site.dose(number, UL)) for _n in range(DOSES)]
        counted = pool.submit(_apart, lambda: counts.record(command=command, by=site.by, now=NOW))
        for each in (*doses, counted):
            each.result()
    row = StockCount.objects.get()
    line = row.lines.get(measure__isnull=False)
    before = ChainLink.objects.filter(facility_id=site.here, sequence__lte=line.as_of, kind="act")
    poured = sum(
        UL for link in before.values_list("subject_id", flat=True) if link in {dose.result().id for dose in doses}
    )
    assert line.book == full - poured
    assert line.found - line.book == poured
    assert site.state(number).book_ul == full - (DOSES * UL - poured)
    assert [f"{b.row}: {b.what}" for name in PROOFS for b in proofs.run(name)] == []


def test_two_who_count_at_once_post_a_missing_bottle_once(committed_db: CommittedDatabase):
    site = Site(world_stock.act_as(cast.DISPENSER))
    other = Site(world_stock.act_as(cast.SECOND_DISPENSER))
    missing, *there = site.closed()
    command = honest(site, second=ALONE, storage=tuple(there))
    with ThreadPoolExecutor(2) as pool:
        both = [
            pool.submit(
                _apart, lambda who=who: counts.record(command=replace(command, id=new_id()), by=who.by, now=NOW)
            )
            for who in (site, other)
        ]
        for each in both:
            each.result()
    assert site.moved(missing, Reason.COUNTED_MISSING) == 1_000_000
    assert sorted(StockCount.objects.values_list("agrees", flat=True)) == [False, True]
