"""How each table is kept, and the database triggers that hold it there whoever asks.

Append-only: facts. Set-once: named columns go from null to a value, once; nothing else changes. Mutable: projections,
drafts and lock rows. The application's role also loses the right itself (REVOKE); the triggers hold for the owner too.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models
from django.db.migrations.operations.special import RunSQL

APP_ROLE = "tram_app"
LEDGER_ROLE = "tram_ledger"
OUR_APPS = ("core", "facilities", "staff", "followup", "patients", "inventory", "dispensing", "oversight")


class Kept(StrEnum):
    APPEND_ONLY = "append-only"
    SET_ONCE = "set-once"
    MUTABLE = "mutable"


def our_models() -> Iterator[type[models.Model]]:
    """Every concrete model of the product."""
    for label in OUR_APPS:
        yield from apps.get_app_config(label).get_models()


def guard_functions() -> RunSQL:
    """The trigger functions that the guards below use; made once, by core."""
    return RunSQL(
        sql=[
            """
            CREATE FUNCTION tram_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
                    USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
            END $$
            """,
            """
            CREATE FUNCTION tram_set_once() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE
                before jsonb := to_jsonb(OLD);
                after jsonb := to_jsonb(NEW);
                changed text;
            BEGIN
                FOR changed IN
                    SELECT key FROM jsonb_each(after) WHERE after -> key IS DISTINCT FROM before -> key
                LOOP
                    IF NOT changed = ANY (TG_ARGV) OR before ->> changed IS NOT NULL THEN
                        RAISE EXCEPTION '%.% is set once: change refused', TG_TABLE_NAME, changed
                            USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
                    END IF;
                END LOOP;
                RETURN NEW;
            END $$
            """,
        ],
        reverse_sql=["DROP FUNCTION tram_set_once()", "DROP FUNCTION tram_refuse_change()"],
    )


def append_only(*tables: str) -> RunSQL:
    """Guard tables of facts: no UPDATE, DELETE or TRUNCATE, by right and by trigger."""
    sql: list[Any] = []
    reverse: list[Any] = []
    for table in tables:
        sql += [
            f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {APP_ROLE}",
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION tram_refuse_change()",
            f"CREATE TRIGGER {table}_never_truncated BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION tram_refuse_change()",
        ]
        reverse += [
            f"DROP TRIGGER {table}_never_truncated ON {table}",
            f"DROP TRIGGER {table}_append_only ON {table}",
            f"GRANT UPDATE, DELETE ON {table} TO {APP_ROLE}",
        ]
    return RunSQL(sql=sql, reverse_sql=reverse)


def set_once(table: str, columns: Sequence[str]) -> RunSQL:
    """Guard a table whose named columns may go from null to a value once; no other change, DELETE or TRUNCATE."""
    arguments = ", ".join(f"'{column}'" for column in columns)
    return RunSQL(
        sql=[
            f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {APP_ROLE}",
            f"GRANT UPDATE ({', '.join(columns)}) ON {table} TO {APP_ROLE}",
            f"CREATE TRIGGER {table}_set_once BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION tram_set_once({arguments})",
            f"CREATE TRIGGER {table}_never_deleted BEFORE DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION tram_refuse_change()",
            f"CREATE TRIGGER {table}_never_truncated BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION tram_refuse_change()",
        ],
        reverse_sql=[
            f"DROP TRIGGER {table}_never_truncated ON {table}",
            f"DROP TRIGGER {table}_never_deleted ON {table}",
            f"DROP TRIGGER {table}_set_once ON {table}",
            f"REVOKE UPDATE ({', '.join(columns)}) ON {table} FROM {APP_ROLE}",
            f"GRANT UPDATE, DELETE ON {table} TO {APP_ROLE}",
        ],
    )


def set_once_also(table: str, *, before: Sequence[str], more: Sequence[str]) -> RunSQL:
    """Let further columns of a guarded table be set once, beside those that were named before."""

    def guard(columns: Sequence[str]) -> str:
        arguments = ", ".join(f"'{column}'" for column in columns)
        return (
            f"CREATE OR REPLACE TRIGGER {table}_set_once BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION tram_set_once({arguments})"
        )

    return RunSQL(
        sql=[f"GRANT UPDATE ({', '.join(more)}) ON {table} TO {APP_ROLE}", guard([*before, *more])],
        reverse_sql=[guard(before), f"REVOKE UPDATE ({', '.join(more)}) ON {table} FROM {APP_ROLE}"],
    )


def written_by_the_ledger_only(*, facts: Sequence[str], moving: Sequence[str]) -> RunSQL:
    """Leave the application's role nothing but reading; the ledger's functions hold the only right to write.

    `facts` they may only add to, `moving` rows (balances, chain heads) they may also change.
    """
    sql: list[Any] = []
    reverse: list[Any] = []
    for table in (*facts, *moving):
        rights = "SELECT, INSERT, UPDATE" if table in moving else "SELECT, INSERT"
        sql += [
            f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM {APP_ROLE}",
            f"GRANT {rights} ON {table} TO {LEDGER_ROLE}",
        ]
        reverse += [
            f"REVOKE ALL ON {table} FROM {LEDGER_ROLE}",
            f"GRANT INSERT, UPDATE, DELETE ON {table} TO {APP_ROLE}",
        ]
    return RunSQL(sql=sql, reverse_sql=reverse)


def readable_by_the_ledger(*tables: str) -> RunSQL:
    """What the ledger's functions look up while they check an act."""
    return RunSQL(
        sql=[f"GRANT SELECT ON {table} TO {LEDGER_ROLE}" for table in tables],
        reverse_sql=[f"REVOKE SELECT ON {table} FROM {LEDGER_ROLE}" for table in tables],  # noqa: S608  our own names
    )


def sql_file(path: Path) -> RunSQL:
    """A migration step kept as SQL: what stands above the line `-- reverse` makes it, what stands below undoes it."""
    forward, _, reverse = path.read_text(encoding="utf-8").partition("\n-- reverse\n")
    return RunSQL(sql=forward, reverse_sql=reverse)
