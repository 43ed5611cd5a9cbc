"""Every constraint of the database refuses, by its name, whoever writes past the product.

What breaks each one stands in tests/codebase/breaks. A constraint without its entry there fails the suite, and so does
an entry whose constraint is gone.
"""

from typing import Final

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from psycopg import errors, sql

from core.constraints import violated
from tests.codebase.breaks import (
    Break,
    counts,
    custody,
    days,
    devices,
    dosing,
    flags,
    hours,
    looks,
    measures,
    messages,
    mishaps,
    named_orders,
    paper,
    patients_and_cases,
    places_and_people,
    questions,
    records,
    referrals,
    reports,
    requests,
    rota,
    shelf,
    stability,
    starting,
    stock,
    summaries,
    take_home,
    transport,
)
from tests.codebase.made_up import MODELS, Row

PARTS: Final = (
    places_and_people.BREAKS,
    hours.BREAKS,
    rota.BREAKS,
    devices.BREAKS,
    looks.BREAKS,
    patients_and_cases.BREAKS,
    records.BREAKS,
    messages.BREAKS,
    stock.BREAKS,
    measures.BREAKS,
    custody.BREAKS,
    counts.BREAKS,
    requests.BREAKS,
    shelf.BREAKS,
    dosing.BREAKS,
    days.BREAKS,
    flags.BREAKS,
    named_orders.BREAKS,
    mishaps.BREAKS,
    stability.BREAKS,
    referrals.BREAKS,
    questions.BREAKS,
    take_home.BREAKS,
    starting.BREAKS,
    paper.BREAKS,
    transport.BREAKS,
    summaries.BREAKS,
    reports.BREAKS,
)
BREAKS: Final[dict[str, Break]] = {name: each for part in PARTS for name, each in part.items()}
TABLES: Final = sorted(MODELS)
REFERRING: Final = sorted(
    table for table, model in MODELS.items() if any(field.is_relation for field in model._meta.concrete_fields)
)
ONLY_THE_LEDGER: Final = {
    "inventory_act",
    "inventory_movement",
    "inventory_balance",
    "inventory_chainlink",
    "inventory_custodyevent",
    "inventory_consignmentleg",
}

# Checks, unique and exclusion constraints, primary keys of several columns, unique indexes, and what the ledger's
# functions raise under a name. Other keys and foreign keys are tried on rows of made-up values, below.
_NAMES: Final = r"""
SELECT c.conname::text FROM pg_constraint c
 WHERE c.conrelid::regclass::text = ANY (%(tables)s)
   AND (c.contype IN ('c', 'u', 'x') OR c.contype = 'p' AND cardinality(c.conkey) > 1)
UNION
SELECT i.indexrelid::regclass::text FROM pg_index i
 WHERE i.indisunique AND i.indrelid::regclass::text = ANY (%(tables)s)
   AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
UNION
SELECT (regexp_matches(p.prosrc, $$CONSTRAINT = '(\w+)'$$, 'g'))[1] FROM pg_proc p
 WHERE p.pronamespace = 'public'::regnamespace
"""


def names(owner: psycopg.Connection) -> set[str]:
    return {name for (name,) in owner.execute(_NAMES, {"tables": TABLES}).fetchall()}


def refusal_of_the_application(tried: Break) -> str:
    """The constraint that refuses the application's role; empty where that role may not write to the table at all."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(tried.sql)
    except IntegrityError as refused:
        return violated(refused)
    except ProgrammingError as refused:
        if isinstance(refused.__cause__, errors.InsufficientPrivilege):
            return ""
        raise
    raise AssertionError("The database took it.")


def refusal_of_the_owner(owner: psycopg.Connection, tried: Break) -> str:
    with pytest.raises(errors.IntegrityError) as refused:
        owner.execute(tried.sql)
    return refused.value.diag.constraint_name or ""


def set_aside(owner: psycopg.Connection, constraint: str) -> None:
    found = owner.execute("SELECT conrelid::regclass::text FROM pg_constraint WHERE conname = %s", [constraint])
    [[table]] = found.fetchall()
    drop = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.Identifier(table), sql.Identifier(constraint))
    owner.execute(drop)


def uniques_beside_the_key(owner: psycopg.Connection, table: str) -> list[str]:
    found = owner.execute(
        """
        SELECT c.conname::text FROM pg_constraint c WHERE c.conrelid = %s::regclass AND c.contype = 'u'
           AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = c.conindid)
        """,
        [table],
    )
    return [name for (name,) in found.fetchall()]


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(BREAKS))
def test_constraint_under_raw_sql_refuses_by_name(name: str, owner_connection: psycopg.Connection):
    tried = BREAKS[name]
    if tried.aside:
        set_aside(owner_connection, tried.aside)
        assert refusal_of_the_owner(owner_connection, tried) == name
        return
    if tried.given is not None:
        tried.given()

    refusal = refusal_of_the_application(tried)

    if not refusal:
        assert ONLY_THE_LEDGER & set(tried.sql.split()[:3]), "the application may not write here"
        refusal = refusal_of_the_owner(owner_connection, tried)
    assert refusal == name


def test_every_constraint_of_the_database_is_tried(owner_connection: psycopg.Connection):
    known = names(owner_connection)

    untried, gone = known - set(BREAKS), set(BREAKS) - known
    assert not untried, "say in tests/codebase/breaks what breaks them"
    assert not gone, "no constraint has this name any more"


def test_every_constraint_of_the_models_is_in_the_database(owner_connection: psycopg.Connection):
    declared = {constraint.name for model in MODELS.values() for constraint in model._meta.constraints}

    assert declared <= names(owner_connection)


def test_no_constraint_is_tried_in_two_places():
    assert len(BREAKS) == sum(len(part) for part in PARTS)


@pytest.mark.parametrize("table", REFERRING)
def test_foreign_keys_that_lead_nowhere_refuse_by_name(table: str, owner_connection: psycopg.Connection):
    row = Row(owner_connection, table, dangling=True)
    columns = {field.column for field in MODELS[table]._meta.concrete_fields if field.is_relation}
    assert set(row.foreign_keys.values()) == columns

    for name in row.foreign_keys:
        with pytest.raises(errors.ForeignKeyViolation) as refused, owner_connection.transaction():
            owner_connection.execute(sql.SQL("SET CONSTRAINTS {} IMMEDIATE").format(sql.Identifier(name)))
        assert refused.value.diag.constraint_name == name


@pytest.mark.parametrize("table", TABLES)
def test_primary_key_that_is_taken_refuses_by_name(table: str, owner_connection: psycopg.Connection):
    row = Row(owner_connection, table)
    for name in uniques_beside_the_key(owner_connection, table):  # which of them speaks first depends on its age
        set_aside(owner_connection, name)

    with pytest.raises(errors.UniqueViolation) as refused:
        row.run("INSERT INTO {table} SELECT * FROM {table} WHERE {key} = {id}", id=sql.Literal(row.id))
    assert refused.value.diag.constraint_name == f"{table}_pkey"
