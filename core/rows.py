"""New rows of one act, or many of one table, written in one statement.

For the dosing path: the ORM takes several times as long to compose an INSERT as PostgreSQL to carry it out, and
every statement is a way there and back (docs/performance.md). The text is made once from the models' fields, and kept.
"""

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper


def insert(*rows: models.Model) -> None:
    """Write unsaved rows of one or several tables in the caller's transaction: all of them, or an error and none.

    A key that the database counts is not brought back.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    values = [value for row in rows for value in _values(row, connection)]
    with connection.cursor() as cursor:
        cursor.execute(_statement(tuple(type(row) for row in rows)), values)


def insert_many(rows: Iterable[models.Model]) -> None:
    """Write any number of unsaved rows of one table in one statement: all of them, or an error and none.

    They travel as one JSON text, which PostgreSQL reads by the table's own columns: a third of the ORM's time for
    thousands. A key that the database counts is not brought back. Raises TypeError for a value that is no plain one.
    """
    written = list(rows)
    if not written:
        return
    model = type(written[0])
    columns = [(field.column, field.attname) for field in _fields(model)]
    content = json.dumps(
        [{column: getattr(row, name) for column, name in columns} for row in written],
        default=_plain,
        ensure_ascii=False,
    )
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(_from_json(model), [content])


@lru_cache
def _from_json(model: type[models.Model]) -> str:
    quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
    table = quote(model._meta.db_table)
    columns = ", ".join(quote(str(field.column)) for field in _fields(model))
    return (
        f"INSERT INTO {table} ({columns}) "  # noqa: S608  the model's own names
        f"SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s::json)"
    )


def _plain(value: object) -> str:
    """What JSON has no form of its own for, as PostgreSQL reads it."""
    if isinstance(value, (date, Decimal, UUID)):
        return str(value)
    raise TypeError(f"A {type(value).__name__} cannot travel in a row.")


@lru_cache
def _statement(tables: tuple[type[models.Model], ...]) -> str:
    """Every table but the last in a WITH of its own; PostgreSQL carries these out whether they are read or not."""
    *first, last = (_insert_into(model) for model in tables)
    parts = ", ".join(f"new_{number} AS ({text})" for number, text in enumerate(first))
    return f"WITH {parts} {last}" if parts else last


def _insert_into(model: type[models.Model]) -> str:
    quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in _fields(model))
    places = ", ".join("%s" for _ in _fields(model))
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608  the model's own names


@lru_cache
def _fields(model: type[models.Model]) -> "tuple[models.Field[Any, Any], ...]":
    """The columns that a new row brings along."""
    return tuple(field for field in model._meta.local_concrete_fields if not isinstance(field, models.AutoField))


def _values(row: models.Model, connection: BaseDatabaseWrapper) -> list[Any]:
    return [field.get_db_prep_save(getattr(row, field.attname), connection) for field in _fields(type(row))]
