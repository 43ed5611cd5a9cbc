"""Who may write to the ledger: its own functions, and nobody past them.

That every constraint refuses by its name stands in tests/codebase/test_constraints.py, that facts are never changed in
tests/codebase/test_tables.py.
"""

import psycopg
import pytest
from psycopg import errors

CLOSED = (
    "inventory_act", "inventory_movement", "inventory_balance", "inventory_chainhead", "inventory_chainlink",
    "inventory_custodyevent", "inventory_consignmentleg",
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("table", CLOSED)
def test_ledger_table_is_closed_to_the_application(app_url: str, table: str) -> None:
    columns = {
        "inventory_act": "kind",
        "inventory_movement": "reason",
        "inventory_custodyevent": "step",
        "inventory_consignmentleg": "route",
    }
    column = columns.get(table, "sequence")
    column = "quantity" if table == "inventory_balance" else column
    with psycopg.connect(app_url) as application:
        for statement in (
            f"INSERT INTO {table} SELECT * FROM {table}",
            f"UPDATE {table} SET {column} = {column}",
            f"DELETE FROM {table}",
            f"TRUNCATE {table} CASCADE",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                application.execute(statement)
            application.rollback()
        assert application.execute(f"SELECT count(*) FROM {table}").fetchone()


@pytest.mark.parametrize(
    "function",
    [
        "inventory_chain_append(1::bigint, 'act', gen_random_uuid(), ''::bytea, now())",
        "inventory_book(1::bigint, NULL::uuid, '{}'::jsonb, now(), now())",
        "inventory_lock_consignment(gen_random_uuid(), 1::bigint)",
    ],
)
def test_inner_functions_are_closed_to_the_application(app_url: str, function: str) -> None:
    with psycopg.connect(app_url) as application, pytest.raises(errors.InsufficientPrivilege):
        application.execute(f"SELECT {function}")


def test_door_is_closed_to_everybody_else(owner_connection: psycopg.Connection) -> None:
    [[public]] = owner_connection.execute(
        """SELECT count(*) FROM pg_proc p, aclexplode(p.proacl) AS held
            WHERE p.proname LIKE 'inventory\\_%' AND held.grantee = 0"""
    ).fetchall()
    owners = owner_connection.execute(
        """SELECT DISTINCT pg_get_userbyid(proowner) FROM pg_proc WHERE proname LIKE 'inventory\\_%'"""
    ).fetchall()
    as_owner = owner_connection.execute(
        """SELECT proname::text, proconfig[1] FROM pg_proc
            WHERE prosecdef AND proname LIKE 'inventory\\_%' ORDER BY 1"""
    ).fetchall()
    assert public == 0
    assert owners == [("tram_ledger",)]
    path = "search_path=pg_catalog, public, pg_temp"
    functions = ("inventory_chain_append", "inventory_close_through", "inventory_custody", "inventory_post")
    assert as_owner == [(function, path) for function in functions]


def test_bottle_is_opened_once(owner_connection: psycopg.Connection, app_url: str) -> None:
    again = "UPDATE inventory_bottle SET opened_at = now() WHERE opened_at IS NOT NULL"
    with pytest.raises(errors.RestrictViolation):
        owner_connection.execute(again)
    with psycopg.connect(app_url) as application:
        with pytest.raises(errors.RestrictViolation):
            application.execute(again)
        application.rollback()
        with pytest.raises(errors.InsufficientPrivilege):
            application.execute("UPDATE inventory_bottle SET size_ul = 1")
