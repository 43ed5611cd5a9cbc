"""Custody that was tampered with is found, and what one chain says is held against the other."""

import psycopg
import pytest

from core import proofs
from inventory.queries import chain as chain_queries
from inventory.rules.chain import event_digest
from inventory.rules.consignments import Fate
from inventory.services.proofs import PROOFS
from tests import cast
from tests.inventory.road import Road, second_carrier, stored
from tests.plugins.clones import CommittedDatabase, Prepare


@pytest.fixture(scope="module")
def template(prepare: Prepare) -> str:
    return prepare(two_journeys)


def two_journeys() -> None:
    """One consignment received whole, one in part and settled."""
    whole, short = Road(stored(cast.MAIN_CLINIC, 2)), Road(stored(cast.MAIN_CLINIC, 4)[2:])
    other = second_carrier()
    whole.leave().new_leg(other)
    whole.arrive()
    whole.inspect()
    whole.receive()
    short.at_the_door()
    short.receive(short.all_of_them()[1:])
    short.settle(Fate.LOST)


@pytest.fixture
def books(committed_db: CommittedDatabase, superuser: psycopg.Connection) -> psycopg.Connection:
    """The books of both journeys; a connection that nothing stops."""
    superuser.execute("SET session_replication_role = replica")
    return superuser


def broken() -> dict[str, list[str]]:
    found = {name: [f"{row.row}: {row.what}" for row in proofs.run(name)] for name in PROOFS}
    return {name: rows for name, rows in found.items() if rows}


def last(step: str) -> str:
    return f"(SELECT id FROM inventory_custodyevent WHERE step = '{step}' ORDER BY recorded_at, id LIMIT 1)"


EVENT = "UPDATE inventory_custodyevent SET"
WAYS: dict[str, tuple[str, set[str]]] = {
    "an actor's label": (f"{EVENT} actor_label = 'X' WHERE id = {last('pack')}", {"ledger.chain"}),
    "a time": (
        f"{EVENT} occurred_at = occurred_at - interval '1 minute' WHERE id = {last('arrive')}",
        {"custody.documents", "ledger.chain"},
    ),
    "who received": (
        f"{EVENT} actor_id = (SELECT max(id) FROM staff_person) WHERE id = {last('receive')}",
        {"custody.documents", "custody.steps", "ledger.chain"},
    ),
    "a paper": (
        f"{EVENT} content = jsonb_set(content, '{{stated,note}}', '\"X\"') WHERE id = {last('pack')}",
        {"custody.documents"},
    ),
    "a paper with its digest": (
        f"{EVENT} digest = repeat('0', 64) WHERE id = {last('pack')}",
        {"custody.documents", "ledger.chain"},
    ),
    "an event away": (
        f"DELETE FROM inventory_custodyevent WHERE id = {last('arrive')}",
        {"custody.steps", "ledger.chain"},
    ),
    "the receipt away": (
        f"DELETE FROM inventory_custodyevent WHERE id = {last('receive')}",
        {"custody.matches", "custody.steps", "ledger.chain"},
    ),
    "the act from its event": (
        f"{EVENT} act_id = NULL WHERE id = {last('hand_over')}",
        {"custody.matches", "ledger.chain"},
    ),
    "an event outside the chain": (
        "INSERT INTO inventory_custodyevent SELECT (json_populate_record(e, json_build_object('id', gen_random_uuid(),"
        " 'position', 99, 'act_id', NULL))).* FROM inventory_custodyevent e WHERE step = 'arrive' LIMIT 1",
        {"custody.documents", "custody.steps", "ledger.chain"},
    ),
    "a seal of a bottle": (
        "UPDATE inventory_consignmentline SET seal_number = 'X' WHERE id = (SELECT min(id) FROM"
        " inventory_consignmentline)",
        {"custody.manifests"},
    ),
    "a quantity on the manifest": (
        "UPDATE inventory_consignmentline SET quantity = quantity - 1 WHERE id = (SELECT min(id) FROM"
        " inventory_consignmentline)",
        {"custody.manifests", "custody.matches"},
    ),
    "a line of the manifest": (
        "DELETE FROM inventory_consignmentline WHERE id = (SELECT min(id) FROM inventory_consignmentline)",
        {"custody.manifests", "custody.matches"},
    ),
    "the seals of the boxes": (
        "UPDATE inventory_consignment SET seals = ARRAY['X']",
        {"custody.manifests"},
    ),
    "the carrier": (
        "UPDATE inventory_consignment SET carrier_id = (SELECT max(id) FROM staff_person)",
        {"custody.steps"},
    ),
    "the carrier of a leg": (
        "UPDATE inventory_consignmentleg SET carrier_id = (SELECT max(id) FROM staff_person)",
        {"custody.steps"},
    ),
    "the way of a leg": ("UPDATE inventory_consignmentleg SET route = 'X'", {"custody.steps"}),
    "a leg away": ("DELETE FROM inventory_consignmentleg", {"custody.steps"}),
    "the books that answer for it": (
        "UPDATE inventory_account SET facility_id = (SELECT max(to_facility_id) FROM inventory_consignment)"
        " WHERE consignment_id IS NOT NULL",
        {"custody.matches"},
    ),
    "what arrived": (
        f"UPDATE inventory_movement SET quantity = quantity - 1 WHERE act_id = (SELECT act_id FROM"
        f" inventory_custodyevent WHERE id = {last('receive')}) AND position = 1",
        {"custody.matches", "ledger.balances", "ledger.chain"},
    ),
}


def test_honest_custody_holds_every_proof(books: psycopg.Connection) -> None:
    assert broken() == {}


@pytest.mark.parametrize("way", sorted(WAYS))
def test_tampering_with_custody_is_found_by_its_proofs(books: psycopg.Connection, way: str) -> None:
    statement, expected = WAYS[way]
    assert books.execute(statement).rowcount > 0
    assert set(broken()) == expected


def test_custody_links_of_sql_equal_those_of_python(books: psycopg.Connection) -> None:
    links = [row.link for row in chain_queries.rows() if row.link is not None and row.link.kind == "custody"]
    assert len(links) == 14
    assert all(link.event is not None and event_digest(link.event) == link.content_digest for link in links)
