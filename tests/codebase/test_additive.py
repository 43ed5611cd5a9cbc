"""Old and new code run on one schema during an upgrade: after a release, migrations only add; taking away waits for the
release after. `config/production/released.json` says what a release has; before the first one anything may change."""

import re
from typing import Any, Final

import pytest
from django.db import migrations, models
from django.db.migrations import operations as ops
from django.db.migrations.loader import MigrationLoader

from config.production.released import released
from core.tables import OUR_APPS

ALWAYS: Final = (ops.CreateModel, ops.AddIndex, ops.RemoveIndex, ops.RemoveConstraint, ops.AlterModelOptions,
                 ops.AlterModelManagers)  # fmt: skip
TAKES_AWAY: Final = re.compile(
    r"\b(DROP\s+(TABLE|COLUMN|VIEW|FUNCTION)|RENAME|TRUNCATE|SET\s+NOT\s+NULL|ALTER\s+COLUMN|ADD\s+CONSTRAINT)\b", re.I
)


def objections(migration: migrations.Migration, known: list[str]) -> list[str]:
    """What in it the code of the release before could not live with. A migration that takes away what that release no
    longer uses says so: `contracts = "0012_…"`, the released migration by which the new way came."""
    contracts = getattr(migration, "contracts", None)
    if contracts is not None:
        return [] if contracts in known else [f"it contracts {contracts}, which is not released yet"]
    made = {operation.name.lower() for operation in migration.operations if isinstance(operation, ops.CreateModel)}
    return [said for operation in migration.operations if (said := objection(operation, made))]


def objection(operation: Any, made: set[str]) -> str:
    table = str(getattr(operation, "model_name", "")).lower()
    if isinstance(operation, ALWAYS) or (table and table in made):
        return ""
    if isinstance(operation, ops.AddField):
        field = operation.field
        harmless = field.null or field.many_to_many or field.has_db_default()
        return "" if harmless else f"{table}.{operation.name}: old code would not fill it; null=True or db_default=…"
    if isinstance(operation, ops.RunSQL):
        words = TAKES_AWAY.search(str(operation.sql))
        return f"SQL that takes away: {words[0]}" if words else ""
    if isinstance(operation, ops.SeparateDatabaseAndState):
        return "; ".join(filter(None, (objection(each, made) for each in operation.database_operations)))
    return f"{type(operation).__name__} {table}: not an addition"


def test_migrations_after_a_release_only_add():
    known = released()
    loader = MigrationLoader(None)
    wrong = {
        f"{app}.{name}": said
        for (app, name), migration in loader.disk_migrations.items()
        if app in OUR_APPS and app in known and name not in known[app]
        if (said := objections(migration, known[app]))
    }
    gone = {
        app: sorted(set(names) - {n for a, n in loader.disk_migrations if a == app}) for app, names in known.items()
    }

    assert not wrong
    assert not any(gone.values()), "a released migration is never taken out or renamed"


def migration(*made: Any, contracts: str | None = None) -> migrations.Migration:
    found = migrations.Migration("0002_next", "core")
    found.operations = list(made)
    if contracts:
        found.contracts = contracts  # type: ignore[attr-defined]
    return found


NEW: Final = models.CharField(max_length=5)


@pytest.mark.parametrize(
    "operation",
    [
        ops.AddField("jobrun", "note", models.CharField(max_length=5, null=True)),
        ops.AddField("jobrun", "note", models.CharField(max_length=5, db_default="")),
        ops.CreateModel("Note", [("id", models.BigAutoField(primary_key=True))]),
        ops.AddIndex("jobrun", models.Index(fields=["job"], name="x")),
        ops.RunSQL("CREATE FUNCTION x() RETURNS integer LANGUAGE sql AS 'SELECT 1'"),
    ],
)
def test_additions_pass(operation: Any):
    assert objections(migration(operation), []) == []


@pytest.mark.parametrize(
    "operation",
    [
        ops.AddField("jobrun", "note", models.CharField(max_length=5, default="")),
        ops.RemoveField("jobrun", "job"),
        ops.RenameField("jobrun", "job", "name"),
        ops.AlterField("jobrun", "job", NEW),
        ops.DeleteModel("JobRun"),
        ops.RenameModel("JobRun", "Run"),
        ops.AddConstraint("jobrun", models.CheckConstraint(condition=models.Q(job="x"), name="x")),
        ops.RunSQL("ALTER TABLE core_jobrun DROP COLUMN job"),
        ops.RunPython(migrations.RunPython.noop),
    ],
)
def test_what_old_code_could_not_live_with_is_named(operation: Any):
    assert objections(migration(operation), [])
    assert objections(migration(operation, contracts="0001_initial"), ["0001_initial"]) == []
    assert objections(migration(operation, contracts="0002_next"), ["0001_initial"])
