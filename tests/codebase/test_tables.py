"""Every table is kept as its model declares: by right against the application, by trigger against everybody."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors, sql

from core.tables import Kept
from tests.codebase.made_up import MODELS, Row

GUARDED = sorted(table for table, model in MODELS.items() if model.kept is not Kept.MUTABLE)
APPEND_ONLY = [table for table in GUARDED if MODELS[table].kept is Kept.APPEND_ONLY]
SET_ONCE = [table for table in GUARDED if MODELS[table].kept is Kept.SET_ONCE]


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
