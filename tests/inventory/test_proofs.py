"""Every kind of tampering is found, and a rewriting that proves itself is found by the signed heads outside."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from pytest_django.fixtures import Settings

from core import clock, proofs
from core.ids import new_id
from inventory.models import AccountKind, ActKind, Bottle
from inventory.queries import chain as chain_queries
from inventory.rules.chain import GENESIS, content_digest, link_hash
from inventory.rules.kinds import Why
from inventory.services import bottles, dayheads, measures
from inventory.services.bottles import Emptying
from inventory.services.measures import Measure
from inventory.services.proofs import PROOFS, WITH_DOCUMENT
from inventory.tasks import sign_day_heads
from tests import cast, world, world_stock
from tests.plugins.clones import CommittedDatabase, Prepare
from tests.world import NOW
from tests.world_stock import Shelf

Tamper = Callable[[psycopg.Connection], Any]


@pytest.fixture(scope="module")
def template(prepare: Prepare) -> str:
    return prepare(one_emptied_bottle)


def one_emptied_bottle() -> None:
    """A bottle is dosed from, measured and emptied."""
    by = world_stock.act_as(cast.DISPENSER, now=NOW)
    shelf = Shelf(facility=world.facility(cast.SITE), by=by, item=world_stock.methadone(), now=NOW)
    opened = Bottle.objects.get(balance__account=shelf.accounts[AccountKind.OPENED])
    shelf.dose(opened, 600_000)
    read = Measure(new_id(), opened.number, Why.WEEKLY, ("380",), world_stock.present(cast.WITNESS))
    measures.record(command=read, by=by, now=NOW)
    for ul in (375_000, 6_000):
        shelf.dose(opened, ul)
    bottles.empty(
        command=Emptying(id=new_id(), number=opened.number, residue_ul=0, second=world_stock.present(cast.WITNESS)),
        by=by,
        now=NOW,
    )


@pytest.fixture
def books(committed_db: CommittedDatabase, superuser: psycopg.Connection) -> psycopg.Connection:
    """Those books; a connection that no trigger and no right stops."""
    superuser.execute("SET session_replication_role = replica")
    return superuser


def broken() -> dict[str, list[str]]:
    """What each proof of stock finds."""
    found = {name: [f"{row.row}: {row.what}" for row in proofs.run(name)] for name in PROOFS}
    return {name: rows for name, rows in found.items() if rows}


def last_act(kind: str) -> str:
    return f"(SELECT id FROM inventory_act WHERE kind = '{kind}' ORDER BY recorded_at DESC, id DESC LIMIT 1)"


DOSE = last_act("dose")
WAYS: dict[str, tuple[str, set[str]]] = {
    "a quantity": (
        f"UPDATE inventory_movement SET quantity = quantity + 1 WHERE act_id = {DOSE}",
        {"ledger.balances", "ledger.chain"},
    ),
    "a time": (
        f"UPDATE inventory_act SET occurred_at = occurred_at - interval '1 microsecond' WHERE id = {DOSE}",
        {"ledger.chain"},
    ),
    "a time of recording": (
        f"UPDATE inventory_act SET recorded_at = recorded_at - interval '1 hour' WHERE id = {DOSE}",
        {"ledger.chain"},
    ),
    "an actor": (
        f"UPDATE inventory_act SET actor_id = (SELECT max(id) FROM staff_person) WHERE id = {DOSE}",
        {"ledger.chain"},
    ),
    "an actor's label": (f"UPDATE inventory_act SET actor_label = 'X' WHERE id = {DOSE}", {"ledger.chain"}),
    "what an account means": (
        "DELETE FROM inventory_account WHERE kind = 'spill';"
        " UPDATE inventory_account SET kind = 'spill' WHERE kind = 'patients'",
        {"ledger.chain"},
    ),
    "the flag of an account": (
        "ALTER TABLE inventory_account DROP CONSTRAINT inventory_account_negative_only_outside;"
        " UPDATE inventory_account SET may_be_negative = true WHERE kind = 'surplus'",
        {"ledger.accounts"},
    ),
    "an act": (f"DELETE FROM inventory_act WHERE id = {DOSE}", {"ledger.chain"}),
    "an act with its movements": (
        f"WITH gone AS (DELETE FROM inventory_movement WHERE act_id = {DOSE})"
        f" DELETE FROM inventory_act WHERE id = {DOSE}",
        {"ledger.balances", "ledger.chain"},
    ),
    "the last link": (
        "DELETE FROM inventory_chainlink WHERE (facility_id, sequence) ="
        " (SELECT facility_id, max(sequence) FROM inventory_chainlink GROUP BY 1 ORDER BY 2 DESC LIMIT 1)",
        {"ledger.chain"},
    ),
    "a link between": ("DELETE FROM inventory_chainlink WHERE sequence = 2", {"ledger.chain"}),
    "all links": ("DELETE FROM inventory_chainlink", {"ledger.chain", "measures.book"}),
    "the hash of a link": (
        "UPDATE inventory_chainlink SET hash = sha256(hash) WHERE sequence = 2",
        {"ledger.chain"},
    ),
    "the content of a link": (
        "UPDATE inventory_chainlink SET content_digest = sha256(content_digest) WHERE sequence = 2",
        {"ledger.chain"},
    ),
    "a head": ("UPDATE inventory_chainhead SET sequence = sequence + 1", {"ledger.chain"}),
    "an act outside the chain": (
        """INSERT INTO inventory_act
           (id, kind, facility_id, actor_id, actor_label, occurred_at, recorded_at, document_digest)
           SELECT gen_random_uuid(), 'dose', facility_id, actor_id, actor_label, now(), now(), document_digest
           FROM inventory_act LIMIT 1""",
        {"ledger.chain"},
    ),
    "a balance": (
        "UPDATE inventory_balance SET quantity = quantity - 1 WHERE id = (SELECT min(id) FROM inventory_balance"
        " WHERE quantity > 0)",
        {"ledger.balances", "ledger.sums"},
    ),
    "a balance's flag": (
        "UPDATE inventory_balance SET may_be_negative = true, quantity = -5 WHERE id ="
        " (SELECT min(id) FROM inventory_balance WHERE NOT may_be_negative)",
        {"ledger.accounts", "ledger.balances", "ledger.sums"},
    ),
    "a balance away": (
        "DELETE FROM inventory_balance WHERE id = (SELECT min(id) FROM inventory_balance WHERE NOT may_be_negative)",
        {"bottles.places", "ledger.balances", "ledger.sums"},
    ),
    "a document": (
        "UPDATE inventory_document SET content = jsonb_set(content, '{stated,supplier}', '\"X\"')"
        " WHERE content -> 'stated' ? 'supplier'",
        {"ledger.documents"},
    ),
    "a document away": (
        f"DELETE FROM inventory_document WHERE act_id = {last_act('emptying')}",
        {"ledger.documents"},
    ),
    "a strength": ("UPDATE inventory_lot SET concentration = 5", {"bottles.as_received"}),
    "an expiry": ("UPDATE inventory_lot SET expires_on = expires_on + 365", {"bottles.as_received"}),
    "a size": (
        "UPDATE inventory_bottle SET size_ul = 500000 WHERE number = (SELECT min(number) FROM inventory_bottle)",
        {"bottles.as_received", "bottles.places"},
    ),
    "the book beside a measure": (
        "UPDATE inventory_bottlemeasure SET book_ul = book_ul + 1, difference_ul = difference_ul - 1",
        {"measures.book", "measures.posted"},
    ),
    "a measure away": ("DELETE FROM inventory_bottlemeasure", {"measures.posted"}),
    "an opening": (
        "UPDATE inventory_bottle SET opened_at = now(), opened_by_id = (SELECT min(id) FROM staff_person)"
        " WHERE number = (SELECT min(number) FROM inventory_bottle WHERE opened_at IS NULL)",
        {"bottles.places"},
    ),
    "an opening away": (
        "UPDATE inventory_bottle SET opened_at = NULL, opened_by_id = NULL WHERE opened_at IS NOT NULL"
        " AND emptied_at IS NULL",
        {"bottles.places"},
    ),
    "a bottle's lot": (
        """WITH other AS (INSERT INTO inventory_lot (item_id, number, manufacturer, registration, expires_on,
        concentration) SELECT item_id, 'OTHER', manufacturer, '', expires_on, 5 FROM inventory_lot LIMIT 1
        RETURNING id) UPDATE inventory_bottle SET lot_id = (SELECT id FROM other) WHERE number = (SELECT
        min(number) FROM inventory_bottle)
        """,
        {"bottles.as_received", "bottles.places"},
    ),
}


def test_honest_books_hold_every_proof(books: psycopg.Connection) -> None:
    assert broken() == {}


@pytest.mark.parametrize("way", sorted(WAYS))
def test_tampering_is_found_by_its_proofs(books: psycopg.Connection, way: str) -> None:
    statement, expected = WAYS[way]
    cursor = books.execute(statement)
    while cursor.nextset():
        pass
    assert cursor.rowcount > 0
    assert set(broken()) == expected


def rewrite_chain(books: psycopg.Connection, facility_id: int) -> None:
    """Make every link of a facility fit what the tables say now, and the head: what a forger with all rights
    would do.
    """
    previous, sequence = GENESIS, 0
    for row in list(chain_queries.rows()):
        if row.facility_id != facility_id or row.link is None or row.link.act is None:
            continue
        sequence += 1
        content = content_digest(row.link.act)
        own = link_hash(
            previous=previous,
            facility_id=facility_id,
            sequence=sequence,
            kind="act",
            subject_id=row.link.subject_id,
            content=content,
        )
        books.execute(
            "UPDATE inventory_chainlink SET content_digest = %s, previous_hash = %s, hash = %s, recorded_at ="
            " (SELECT recorded_at FROM inventory_act WHERE id = %s) WHERE subject_id = %s",
            [content, previous, own, row.link.subject_id, row.link.subject_id],
        )
        previous = own
    books.execute(
        "UPDATE inventory_chainhead SET sequence = %s, hash = %s WHERE facility_id = %s",
        [sequence, previous, facility_id],
    )


@pytest.fixture
def heads(settings: Settings, tmp_path: Path) -> Path:
    settings.DAY_HEADS_DIR = tmp_path / "day-heads"
    return settings.DAY_HEADS_DIR


TOMORROW = NOW + timedelta(days=1)


def test_whole_chain_rewritten_is_found_only_against_the_signed_heads(books: psycopg.Connection, heads: Path) -> None:
    [file] = dayheads.sign(now=TOMORROW)
    site = world.facility(cast.SITE).pk
    act: UUID = books.execute(f"SELECT {DOSE}").fetchone()[0]  # type: ignore[index]
    books.execute("UPDATE inventory_act SET actor_label = 'X.Y.' WHERE id = %s", [act])
    rewrite_chain(books, site)
    assert broken() == {}
    for path in (file, heads):
        [found] = list(dayheads.compare(path))
        assert f"facility {site}" in found.what
        assert "rewritten" in found.what


def test_tail_cut_with_its_traces_is_found_only_against_the_signed_heads(
    books: psycopg.Connection, heads: Path
) -> None:
    dayheads.sign(now=TOMORROW)
    site = world.facility(cast.SITE).pk
    act = books.execute("SELECT subject_id FROM inventory_chainlink WHERE facility_id = %s"
                        " ORDER BY sequence DESC LIMIT 1", [site]).fetchone()  # fmt: skip
    # the emptying, and everything it left: its movements and their balances, its document, the bottle's own
    # column
    for statement in (
        "DELETE FROM inventory_movement WHERE act_id = %s",
        "DELETE FROM inventory_document WHERE act_id = %s",
        "DELETE FROM inventory_chainlink WHERE subject_id = %s",
        "DELETE FROM inventory_act WHERE id = %s",
    ):
        books.execute(statement, act)
    books.execute("UPDATE inventory_bottle SET emptied_at = NULL, emptied_by_id = NULL WHERE emptied_at IS NOT NULL")
    books.execute("TRUNCATE inventory_balance")
    books.execute(
        """INSERT INTO inventory_balance (account_id, lot_id, bottle_id, quantity, may_be_negative) SELECT
        a.id, e.lot_id, CASE WHEN a.by_bottle THEN e.bottle_id END, sum(e.quantity), a.may_be_negative FROM
        (SELECT target_id AS account_id, lot_id, bottle_id, quantity FROM inventory_movement UNION ALL SELECT
        source_id, lot_id, bottle_id, -quantity FROM inventory_movement) e JOIN inventory_account a ON a.id =
        e.account_id GROUP BY a.id, e.lot_id, CASE WHEN a.by_bottle THEN e.bottle_id END HAVING
        sum(e.quantity) <> 0 OR a.kind = 'opened'
        """
    )
    rewrite_chain(books, site)
    assert broken() == {}
    [found] = list(dayheads.compare(heads))
    assert "no longer in the chain" in found.what


def test_sign_day_heads_is_one_file_a_day_and_safe_to_run_twice(books: psycopg.Connection, heads: Path) -> None:
    assert dayheads.sign(now=NOW) == []  # no day is over yet
    first = dayheads.sign(now=TOMORROW)
    assert [path.relative_to(heads).as_posix() for path in first] == ["2026/2026-11-24.jsonl"]
    written = first[0].read_text()
    assert dayheads.sign(now=TOMORROW + timedelta(hours=1)) == []
    assert first[0].read_text() == written
    assert len(written.splitlines()) == 3  # the clinic and two sites have a chain
    later = dayheads.sign(now=TOMORROW + timedelta(days=2))
    assert [path.stem for path in later] == ["2026-11-25", "2026-11-26"]
    assert list(dayheads.compare(heads)) == []


def test_sign_day_heads_job_asks_the_products_clock(books: psycopg.Connection, heads: Path) -> None:
    with clock.at(TOMORROW):
        sign_day_heads()
    assert [path.stem for path in sorted(heads.rglob("*.jsonl"))] == ["2026-11-24"]


def test_sign_day_heads_finishes_a_line_that_was_cut_short(books: psycopg.Connection, heads: Path) -> None:
    [file] = dayheads.sign(now=TOMORROW)
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:2]) + lines[2][:30])
    assert dayheads.sign(now=TOMORROW) == [file]
    [found] = list(dayheads.compare(file))
    assert (found.row, found.what) == ("2026-11-24.jsonl line 3", "it cannot be read")


@pytest.mark.parametrize("forgery", ["another key", "another hash"])
def test_day_head_that_was_not_signed_so_is_found(
    books: psycopg.Connection, heads: Path, settings: Settings, forgery: str
) -> None:
    [file] = dayheads.sign(now=TOMORROW)
    if forgery == "another key":
        settings.DAY_HEADS_KEY = "somebody else's key"
    else:
        file.write_text(file.read_text().replace('"hash":"', '"hash":"0'))
    found = list(dayheads.compare(file))
    assert len(found) == 3
    assert "signature" in found[0].what


def test_every_act_kind_of_stock_has_a_document() -> None:
    window = {ActKind.DOSE, ActKind.DOSE_VOID, ActKind.NOT_SWALLOWED, ActKind.TAKE_HOME, ActKind.TAKE_HOME_VOID}
    assert set(ActKind) - WITH_DOCUMENT == window
