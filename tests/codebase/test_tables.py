"""Every table is kept as its model declares: by right against the application, by trigger against everybody.

Each guarded table gets a row of made-up values, as its owner and with its constraints set aside inside a transaction
that is rolled back; its triggers are left as they are.
"""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import errors, sql

from core.tables import Kept, our_models

MODELS = {model._meta.db_table: model for model in our_models()}
GUARDED = sorted(table for table, model in MODELS.items() if model.kept is not Kept.MUTABLE)
APPEND_ONLY = [table for table in GUARDED if MODELS[table].kept is Kept.APPEND_ONLY]
SET_ONCE = [table for table in GUARDED if MODELS[table].kept is Kept.SET_ONCE]

# For each type a value and another one, as SQL.
VALUES = {
    "int8": ("1000001", "1000002"),
    "int4": ("1", "2"),
    "int2": ("1", "2"),
    "numeric": ("1", "2"),
    "varchar": ("'x'", "'y'"),
    "text": ("'x'", "'y'"),
    "bpchar": ("'x'", "'y'"),
    "uuid": ("gen_random_uuid()", "gen_random_uuid()"),
    "timestamptz": ("now()", "now() + interval '1 hour'"),
    "date": ("current_date", "current_date + 1"),
    "time": ("'05:30'", "'06:30'"),
    "bool": ("false", "true"),
    "jsonb": ("'{}'", "'[]'"),
    "bytea": ("'\\x00'", "'\\x01'"),
}


class Row:
    """One made-up row in a guarded table, seen by the owner."""

    def __init__(self, connection: psycopg.Connection, table: str) -> None:
        self.connection = connection
        self.table = table
        self.key = MODELS[table]._meta.pk.column
        self.types: dict[str, str] = dict(
            connection.execute(
                "SELECT column_name::text, udt_name::text FROM information_schema.columns WHERE table_name = %s",
                [table],
            ).fetchall()
        )
        self._set_constraints_aside()
        self.id = self._insert()

    def _set_constraints_aside(self) -> None:
        found = self.connection.execute(
            "SELECT c.conname FROM pg_constraint c WHERE c.conrelid = %s::regclass AND c.contype IN ('c', 'f', 'x')",
            [self.table],
        )
        for (name,) in found.fetchall():
            self.run("ALTER TABLE {table} DROP CONSTRAINT {name}", name=sql.Identifier(name))

    def _insert(self) -> Any:
        needed = [
            column
            for (column,) in self.connection.execute(
                "SELECT column_name::text FROM information_schema.columns WHERE table_name = %s AND is_nullable = 'NO'"
                " AND column_default IS NULL AND is_identity = 'NO'",
                [self.table],
            ).fetchall()
        ]
        made = self.run(
            "INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE VALUES ({values}) RETURNING {key}",
            columns=sql.SQL(", ").join(map(sql.Identifier, needed)),
            values=sql.SQL(", ").join(self.value(column) for column in needed),
        ).fetchone()
        assert made
        return made[0]

    def value(self, column: str, *, other: bool = False) -> sql.SQL:
        kind = self.types[column]
        return sql.SQL(("'{}'", "'{1}'")[other] if kind.startswith("_") else VALUES[kind][other])

    def run(self, text: str, **parts: sql.Composable) -> psycopg.Cursor:
        names = {"table": sql.Identifier(self.table), "key": sql.Identifier(self.key)}
        return self.connection.execute(sql.SQL(text).format(**names, **parts))

    def change(self, column: str, *, other: bool = False) -> None:
        self.run(
            "UPDATE {table} SET {column} = {value} WHERE {key} = {id}",
            column=sql.Identifier(column),
            value=self.value(column, other=other),
            id=sql.Literal(self.id),
        )

    def change_twice(self, column: str) -> None:
        """To one value and to another: at least one of them is not the present one."""
        self.change(column, other=True)
        self.change(column)

    def refuses(self, text: str, **parts: sql.Composable) -> bool:
        """True where a trigger says no: the table's own or, for TRUNCATE … CASCADE, another guarded one's."""
        try:
            with self.connection.transaction():
                self.run(text, **parts)
        except errors.RestrictViolation:
            return True
        return False


@pytest.fixture
def row(request: pytest.FixtureRequest, owner_connection: psycopg.Connection) -> Row:
    return Row(owner_connection, request.param)


@pytest.fixture
def application(app_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(app_url, autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("model", list(MODELS.values()), ids=lambda model: model.__name__)
def test_every_model_declares_how_it_is_kept(model):
    assert isinstance(model.__dict__.get("kept"), Kept)


@pytest.mark.parametrize("row", GUARDED, indirect=True)
def test_the_owner_cannot_delete_or_empty_a_guarded_table(row: Row):
    assert row.refuses("DELETE FROM {table} WHERE {key} = {id}", id=sql.Literal(row.id))
    assert row.refuses("TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("row", APPEND_ONLY, indirect=True)
def test_the_owner_cannot_change_a_fact(row: Row):
    for column in row.types:
        assert row.refuses(
            "UPDATE {table} SET {column} = {column} WHERE {key} = {id}",
            column=sql.Identifier(column),
            id=sql.Literal(row.id),
        ), column


@pytest.mark.parametrize("row", SET_ONCE, indirect=True)
def test_the_owner_can_set_the_named_columns_once_and_nothing_else(row: Row):
    (arguments,) = row.connection.execute(
        "SELECT tgargs FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname = %s",
        [row.table, f"{row.table}_set_once"],
    ).fetchone() or (b"",)
    once = [name for name in bytes(arguments).decode().split("\0") if name]
    assert once
    assert set(once) <= set(row.types)

    for column in once:
        row.change(column)
        assert row.refuses(
            "UPDATE {table} SET {column} = {value} WHERE {key} = {id}",
            column=sql.Identifier(column),
            value=row.value(column, other=True),
            id=sql.Literal(row.id),
        ), column
    for column in set(row.types) - set(once) - {row.key}:
        with pytest.raises(errors.RestrictViolation), row.connection.transaction():
            row.change_twice(column)


@pytest.mark.parametrize("table", GUARDED)
def test_the_application_has_no_right_to_change_delete_or_empty_a_guarded_table(
    table: str, application: psycopg.Connection
):
    name, key = sql.Identifier(table), sql.Identifier(MODELS[table]._meta.pk.column)

    for text in ("UPDATE {name} SET {key} = {key}", "DELETE FROM {name}", "TRUNCATE {name}"):
        with pytest.raises(errors.InsufficientPrivilege):
            application.execute(sql.SQL(text).format(name=name, key=key))


@pytest.mark.parametrize("table", sorted(MODELS))
def test_triggers_are_those_of_the_declaration_and_switched_on(table: str, owner_connection: psycopg.Connection):
    found = dict(
        owner_connection.execute(
            "SELECT t.tgname::text, t.tgenabled::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE t.tgrelid = %s::regclass AND p.proname IN ('tram_refuse_change', 'tram_set_once')",
            [table],
        ).fetchall()
    )
    wanted = {
        Kept.APPEND_ONLY: {f"{table}_append_only", f"{table}_never_truncated"},
        Kept.SET_ONCE: {f"{table}_set_once", f"{table}_never_deleted", f"{table}_never_truncated"},
        Kept.MUTABLE: set(),
    }[MODELS[table].kept]

    assert set(found) == wanted
    assert set(found.values()) <= {"O", "A"}


def test_the_application_owns_nothing(owner_connection: psycopg.Connection):
    owned = owner_connection.execute(
        "SELECT relname::text FROM pg_class WHERE relowner = 'tram_app'::regrole"
        " UNION SELECT proname::text FROM pg_proc WHERE proowner = 'tram_app'::regrole"
    ).fetchall()

    assert not owned
