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
from django.db.models.expressions import DatabaseDefault

Shape = tuple[type[models.Model], tuple[str, ...]]  # a table, and its columns that the database is to fill


def insert(*rows: models.Model) -> None:
    """Write unsaved rows of one or several tables in the caller's transaction: all of them, or an error and none.

    A key that the database counts is not brought back; nor is a `db_default`, which the database fills where the row
    has no value of its own.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    shapes = tuple(_shape(row) for row in rows)
    values = [value for row, shape in zip(rows, shapes, strict=True) for value in _values(row, shape, connection)]
    with connection.cursor() as cursor:
        cursor.execute(_statement(shapes), values)


def insert_many(rows: Iterable[models.Model]) -> None:
    """Write any number of unsaved rows of one table in one statement: all of them, or an error and none.

    They travel as one JSON text, which PostgreSQL reads by the table's own columns: a third of the ORM's time for
    thousands. A key that the database counts is not brought back. Raises TypeError for a value that is no plain one:
    so a `db_default` is left to the database for all of the rows, as the first of them has it, or for none.
    """
    written = list(rows)
    if not written:
        return
    shape = _shape(written[0])
    if _defaulted(shape[0]) and any(_shape(row) != shape for row in written):
        raise TypeError("Rows that leave different columns to the database cannot travel together.")
    columns = [(field.column, field.attname) for field in _fields(shape)]
    content = json.dumps(
        [{column: getattr(row, name) for column, name in columns} for row in written],
        default=_plain,
        ensure_ascii=False,
    )
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(_from_json(shape), [content])


@lru_cache
def _from_json(shape: Shape) -> str:
    quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
    table = quote(shape[0]._meta.db_table)
    columns = ", ".join(quote(str(field.column)) for field in _fields(shape))
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
def _statement(shapes: tuple[Shape, ...]) -> str:
    """Every table but the last in a WITH of its own; PostgreSQL carries these out whether they are read or not."""
    *first, last = (_insert_into(shape) for shape in shapes)
    parts = ", ".join(f"new_{number} AS ({text})" for number, text in enumerate(first))
    return f"WITH {parts} {last}" if parts else last


def _insert_into(shape: Shape) -> str:
    quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
    fields = _fields(shape)
    columns = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join("%s" for _ in fields)
    return f"INSERT INTO {quote(shape[0]._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608  the model's own names


def _shape(row: models.Model) -> Shape:
    """The row's table, and which of its columns the database is to fill."""
    model = type(row)
    return model, tuple(name for name in _defaulted(model) if isinstance(getattr(row, name), DatabaseDefault))


@lru_cache
def _defaulted(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.local_concrete_fields if field.has_db_default())


@lru_cache
def _fields(shape: Shape) -> "tuple[models.Field[Any, Any], ...]":
    """The columns that a new row brings along."""
    model, left = shape
    return tuple(
        field
        for field in model._meta.local_concrete_fields
        if not isinstance(field, models.AutoField) and field.attname not in left
    )


def _values(row: models.Model, shape: Shape, connection: BaseDatabaseWrapper) -> list[Any]:
    return [field.get_db_prep_save(getattr(row, field.attname), connection) for field in _fields(shape)]
