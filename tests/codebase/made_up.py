"""Rows of made-up values in any table, for what does not ask what a row means: guards, keys and foreign keys.

A row is made as the owner, with the constraints that judge values set aside, in a transaction that is rolled back;
triggers are left as they are.
"""

from typing import Any

import psycopg
from psycopg import errors, sql

from core.tables import our_models

MODELS = {model._meta.db_table: model for model in our_models()}

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
    """One made-up row in a table, seen by the owner. `dangling`: its foreign keys stay and lead nowhere."""

    def __init__(self, connection: psycopg.Connection, table: str, *, dangling: bool = False) -> None:
        self.connection = connection
        self.table = table
        self.key = MODELS[table]._meta.pk_fields[0].column
        self.types: dict[str, str] = dict(
            connection.execute(
                "SELECT column_name::text, udt_name::text FROM information_schema.columns WHERE table_name = %s",
                [table],
            ).fetchall()
        )
        self.foreign_keys: dict[str, str] = dict(self._constraints("f")) if dangling else {}
        for name, _column in self._constraints("cx" if dangling else "cfx"):
            self.run("ALTER TABLE {table} DROP CONSTRAINT {name}", name=sql.Identifier(name))
        self.id = self._insert()

    def _constraints(self, kinds: str) -> list[tuple[str, str]]:
        """The names of the table's constraints of these kinds, each with its first column."""
        return self.connection.execute(
            "SELECT c.conname::text, a.attname::text FROM pg_constraint c LEFT JOIN pg_attribute a"
            " ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
            " WHERE c.conrelid = %s::regclass AND strpos(%s, c.contype::text) > 0",
            [self.table, kinds],
        ).fetchall()

    def _insert(self) -> Any:
        needed = [
            column
            for (column,) in self.connection.execute(
                "SELECT column_name::text FROM information_schema.columns WHERE table_name = %s AND is_nullable = 'NO'"
                " AND column_default IS NULL AND is_identity = 'NO'",
                [self.table],
            ).fetchall()
        ]
        needed += sorted(set(self.foreign_keys.values()) - set(needed))
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
