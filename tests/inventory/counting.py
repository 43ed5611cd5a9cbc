"""A count of everything at a site: exactly what the book has, unless a test says otherwise."""

from dataclasses import replace

from core.ids import new_id
from inventory.models import AccountKind, LossReport, Spill, StockCount
from inventory.queries.counted import bottles_here, loose_here
from inventory.rules.countkinds import CountWhy, LossKind, SpillKind
from inventory.services import counts, losses, spills
from inventory.services.counts import Counting, LooseFound, OpenedFound
from inventory.services.losses import Loss
from inventory.services.spills import Spilling
from staff.services.attestations import Present
from tests import cast
from tests.inventory.site import WITNESSED, Site
from tests.world import NOW


def honest(site: Site, **changes: object) -> Counting:
    """What a careful person finds where nothing is wrong."""
    here = bottles_here(facility_id=site.here)
    closed = {place: tuple(b.number for b in here if b.place is place) for place in AccountKind}
    opened = tuple(
        OpenedFound(b.number, (str((b.book_ul - b.beyond_ul) / 1000),)) for b in here if b.place is AccountKind.OPENED
    )
    loose = tuple(LooseFound(each.place, each.lot_id, each.held) for each in loose_here(facility_id=site.here))
    usual = Counting(
        new_id(), CountWhy.MONTHLY, NOW, WITNESSED,
        storage=closed[AccountKind.STORAGE],
        dispensing=closed[AccountKind.DISPENSING],
        quarantine=closed[AccountKind.QUARANTINE],
        opened=opened,
        loose=loose,
    )  # fmt: skip
    return replace(usual, **changes)  # type: ignore[arg-type]


def count(site: Site, **changes: object) -> StockCount:
    return counts.record(command=honest(site, **changes), by=site.by, now=NOW).row


def spilt(site: Site, **changes: object) -> Spill:
    """Something was spilt from the opened bottle; two people saw it."""
    usual = Spilling(
        new_id(), SpillKind.SPILL, 20_000, "trượt tay khi rót", NOW, WITNESSED, number=site.opened,
        other=Present(cast.SECOND_DISPENSER.username, cast.SECOND_DISPENSER.pin),
    )  # fmt: skip
    return spills.record(command=replace(usual, **changes), by=site.by, now=NOW)  # type: ignore[arg-type]


def lost(site: Site, **changes: object) -> LossReport:
    """Somebody noticed that medicine is missing."""
    usual = Loss(new_id(), LossKind.THEFT, NOW, "Anh Tủa, bảo vệ", "khóa tủ bị cạy", WITNESSED)
    return losses.record(command=replace(usual, **changes), by=site.by, now=NOW)  # type: ignore[arg-type]
