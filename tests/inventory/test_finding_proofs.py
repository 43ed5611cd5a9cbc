"""Counts, spills, losses and destructions that were tampered with are found, though the chain itself is whole."""

from collections.abc import Iterable

import psycopg
import pytest

from core import proofs
from inventory.services import destructions
from inventory.services.destructions import Destroying
from tests import cast, world_stock
from tests.inventory.counting import count, lost, spilt
from tests.inventory.destroying import COMMITTEE, plan
from tests.inventory.site import Site
from tests.inventory.test_proofs import broken
from tests.plugins.clones import CommittedDatabase, Prepare
from tests.world import NOW


@pytest.fixture(scope="module")
def template(prepare: Prepare) -> str:
    return prepare(everything_found)


def everything_found() -> None:
    """A dose, a spill, a count with a bottle too few, its report and one of its own, a destruction."""
    site = Site(world_stock.act_as(cast.DISPENSER))
    site.dose(site.opened, 300_000)
    spilt(site)
    row = count(site, storage=tuple(site.closed()[1:]))
    lost(site, line_id=row.lines.get(outcome="missing").pk)
    lost(site, numbers=(site.closed()[0],))
    keeper = world_stock.act_as(cast.STORE_KEEPER)
    planned = destructions.plan(command=plan(keeper), by=keeper, now=NOW)
    destructions.destroy(command=Destroying(planned.pk, "đã hủy", COMMITTEE), by=keeper, now=NOW)


@pytest.fixture
def books(committed_db: CommittedDatabase, superuser: psycopg.Connection) -> psycopg.Connection:
    """The books after all that; a connection that nothing stops."""
    superuser.execute("SET session_replication_role = replica")
    return superuser


BOOK, SIGNED = "findings.book", "findings.signed"
LINE = "UPDATE inventory_countline SET"
WAYS: dict[str, tuple[str, Iterable[str]]] = {
    "a line's book and what was found": (
        f"{LINE} book = book - 1, found = found - 1 WHERE outcome = 'agrees' AND bottle_id IS NOT NULL", {BOOK, SIGNED},
    ),
    "where a bottle was found": (
        f"{LINE} place = 'quarantine' WHERE outcome = 'agrees' AND place = 'storage'", {SIGNED},
    ),
    "the link of an opened bottle": (f"{LINE} as_of = 1 WHERE measure_id IS NOT NULL", {BOOK, SIGNED}),
    "the missing line away": ("DELETE FROM inventory_countline WHERE outcome = 'missing'", {SIGNED}),
    "the estimate of a spill": ("UPDATE inventory_spill SET estimated = 1000", {SIGNED}),
    "a spill's record away": ("DELETE FROM inventory_spill", {SIGNED}),
    "the words of a loss that booked nothing": (
        "UPDATE inventory_lossreport SET words = 'khác' WHERE act_id IS NULL", {SIGNED},
    ),
    "when a booked loss was found": (
        "UPDATE inventory_lossreport SET found_at = found_at - interval '1 day' WHERE act_id IS NOT NULL", {SIGNED},
    ),
    "the minutes of a destruction": ("UPDATE inventory_destruction SET minutes = 'khác'", {SIGNED}),
    "somebody of the committee": ("DELETE FROM inventory_destructionmember WHERE duty = 'member'", {SIGNED}),
    "how much was listed": ("UPDATE inventory_destructionline SET quantity = quantity - 1", {SIGNED}),
}  # fmt: skip


def test_honest_findings_hold_every_proof(books: psycopg.Connection) -> None:
    assert broken() == {}
    assert {BOOK, SIGNED} <= set(proofs.names())


@pytest.mark.parametrize("way", sorted(WAYS))
def test_tampered_finding_is_found(books: psycopg.Connection, way: str) -> None:
    statement, expected = WAYS[way]
    assert books.execute(statement).rowcount > 0
    assert set(broken()) == set(expected)
