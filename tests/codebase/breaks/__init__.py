"""What breaks each constraint of the database: one violating row for each, made out of a valid one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from core.tables import our_models

_MODELS: Final = {model._meta.db_table: model for model in our_models()}


@dataclass(frozen=True)
class Break:
    """A statement that breaks exactly one constraint.

    `given` makes the valid row where the world has none of the kind. `aside`: a constraint that would speak first,
    because it forbids the same and more; it is dropped, as the owner, in a transaction that is rolled back.
    """

    sql: str
    given: Callable[[], object] | None = None
    aside: str = ""


def copied(table: str, where: str = "true", **changes: str) -> str:
    """An INSERT of a valid row of the table once more, with only these columns changed (to expressions in SQL)."""
    values = {field.column: _again(field.column, field.get_internal_type()) for field in _fields(table)}
    values |= changes
    taken = {column: value for column, value in values.items() if value}
    columns = ", ".join(f'"{column}"' for column in taken)
    return f"INSERT INTO {table} ({columns}) SELECT {', '.join(taken.values())} FROM {table} WHERE {where} LIMIT 1"


def _fields(table: str) -> list:
    return list(_MODELS[table]._meta.concrete_fields)


def _again(column: str, kind: str) -> str:
    """A new key by itself, every other column as it is."""
    if column == "id":
        return "" if kind == "BigAutoField" else "gen_random_uuid()"
    return f'"{column}"'
