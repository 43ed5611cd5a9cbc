"""Old and new code run on one schema during an upgrade: after a release, migrations only add; taking away waits for the
release after. `config/production/released.json` says what a release has; before the first one anything may change."""

import re
from collections.abc import Iterable
from typing import Any, Final

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.migrations import operations as ops
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from config.production.released import released
from core.tables import OUR_APPS, append_only, set_once
from tests.plugins.servers import ROOT

ALWAYS: Final = (ops.CreateModel, ops.AddIndex, ops.RemoveIndex, ops.RemoveConstraint, ops.AlterModelOptions,
                 ops.AlterModelManagers)  # fmt: skip
CONCURRENT: Final = (AddIndexConcurrently, RemoveIndexConcurrently)
TAKES_AWAY: Final = re.compile(
    r"\b(DROP\s+(TABLE|COLUMN|VIEW|FUNCTION)|RENAME|TRUNCATE(?!\s+ON\b)|SET\s+NOT\s+NULL|ALTER\s+COLUMN"
    r"|ADD\s+CONSTRAINT|CREATE\s+UNIQUE)\b",
    re.I,
)
# What a table that old code writes would then refuse; a new table is guarded like this.
REFUSES: Final = re.compile(r"\b(?:REVOKE|CREATE\s+(?:CONSTRAINT\s+)?TRIGGER)\b[^;]*?\sON\s+(?!FUNCTION\b)(\w+)", re.I)


def objections(
    migration: migrations.Migration, known: list[str], *, before: ProjectState | None = None, new: Iterable[str] = ()
) -> list[str]:
    """What in it the code of the release before could not live with. A migration that takes away what that release no
    longer uses says so: `contracts = "0012_…"`, the released migration by which the new way came. `before`: the models
    as they are when it begins; `new`: tables that are not released yet."""
    contracts = getattr(migration, "contracts", None)
    if contracts is not None:
        return [] if contracts in known else [f"it contracts {contracts}, which is not released yet"]
    made = {*new, *made_by(migration)}
    told = [said for operation in migration.operations if (said := objection(operation, migration, made, before))]
    if not migration.atomic and not all(isinstance(operation, CONCURRENT) for operation in migration.operations):
        told.append("it is not atomic: then nothing but concurrent indexes, or half of it may stay")
    return told


def made_by(migration: migrations.Migration) -> set[str]:
    """The tables that it makes."""
    return {
        str(operation.options.get("db_table", f"{migration.app_label}_{operation.name}")).lower()
        for operation in migration.operations
        if isinstance(operation, ops.CreateModel)
    }


def objection(operation: Any, migration: migrations.Migration, made: set[str], before: ProjectState | None) -> str:
    table = f"{migration.app_label}_{getattr(operation, 'model_name', '')}".lower()
    if table in made:
        return ""
    if isinstance(operation, ops.RemoveConstraint):
        kept_by = constraint(operation, migration, before)
        decides = not isinstance(kept_by, models.CheckConstraint | None)
        return f"{table}: old code may count on {operation.name} (ON CONFLICT, a double refused)" if decides else ""
    if isinstance(operation, ALWAYS):
        return ""
    if isinstance(operation, ops.AddField):
        field = operation.field
        harmless = field.null or field.many_to_many or field.has_db_default()
        return "" if harmless else f"{table}.{operation.name}: old code would not fill it; null=True or db_default=…"
    if isinstance(operation, ops.RunSQL):
        words = TAKES_AWAY.search(str(operation.sql))
        refusing = sorted({found.lower() for found in REFUSES.findall(str(operation.sql))} - made)
        return f"SQL that takes away: {words[0]}" if words else f"SQL that refuses: {refusing}" if refusing else ""
    if isinstance(operation, ops.SeparateDatabaseAndState):
        return "; ".join(
            filter(None, (objection(each, migration, made, before) for each in operation.database_operations))
        )
    return f"{type(operation).__name__} {table}: not an addition"


def constraint(
    operation: ops.RemoveConstraint, migration: migrations.Migration, before: ProjectState | None
) -> models.BaseConstraint | None:
    """What it removes, as the models had it."""
    if before is None:
        return None
    model = before.models[migration.app_label, operation.model_name_lower]
    return model.get_constraint_by_name(operation.name)  # type: ignore[no-any-return]


def test_migrations_after_a_release_only_add():
    known = released()
    loader = MigrationLoader(None)
    since = {
        (app, name): migration
        for (app, name), migration in loader.disk_migrations.items()
        if app in OUR_APPS and app in known and name not in known[app]
    }
    new = {table for migration in since.values() for table in made_by(migration)}
    wrong = {
        f"{app}.{name}": said
        for (app, name), migration in since.items()
        if (said := objections(migration, known[app], before=state_before(loader, migration), new=new))
    }
    gone = {
        app: sorted(set(names) - {n for a, n in loader.disk_migrations if a == app}) for app, names in known.items()
    }

    assert not wrong
    assert not any(gone.values()), "a released migration is never taken out or renamed"


def state_before(loader: MigrationLoader, migration: migrations.Migration) -> ProjectState | None:
    """Asked only where an answer needs it: it takes as long as all migrations before it."""
    if not any(isinstance(operation, ops.RemoveConstraint) for operation in migration.operations):
        return None
    return loader.project_state((migration.app_label, migration.name), at_end=False)


def migration(*made: Any, contracts: str | None = None, atomic: bool = True) -> migrations.Migration:
    found = migrations.Migration("0002_next", "core")
    found.operations, found.atomic = list(made), atomic
    if contracts:
        found.contracts = contracts  # type: ignore[attr-defined]
    return found


NEW: Final = models.CharField(max_length=5)
OLD_RULES: Final = [
    models.CheckConstraint(condition=models.Q(job="x"), name="a_check"),
    models.UniqueConstraint(fields=["job"], name="a_key"),
]
BEFORE: Final = ProjectState({("core", "jobrun"): ModelState("core", "JobRun", [], {"constraints": OLD_RULES})})


@pytest.mark.parametrize(
    "operation",
    [
        ops.AddField("jobrun", "note", models.CharField(max_length=5, null=True)),
        ops.AddField("jobrun", "note", models.CharField(max_length=5, db_default="")),
        ops.CreateModel("Note", [("id", models.BigAutoField(primary_key=True))]),
        ops.AddIndex("jobrun", models.Index(fields=["job"], name="x")),
        ops.RemoveConstraint("jobrun", "a_check"),
        ops.RunSQL("CREATE FUNCTION x() RETURNS integer LANGUAGE sql AS 'SELECT 1'"),
        append_only("core_made"),
        set_once("core_made", ["seen_at"]),
    ],
)
def test_additions_pass(operation: Any):
    assert objections(migration(operation), [], before=BEFORE, new={"core_made"}) == []


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
        ops.RemoveConstraint("jobrun", "a_key"),
        ops.RunSQL("ALTER TABLE core_jobrun DROP COLUMN job"),
        append_only("core_jobrun"),
        ops.RunPython(migrations.RunPython.noop),
    ],
)
def test_what_old_code_could_not_live_with_is_named(operation: Any):
    assert objections(migration(operation), [], before=BEFORE)
    assert objections(migration(operation, contracts="0001_initial"), ["0001_initial"]) == []
    assert objections(migration(operation, contracts="0002_next"), ["0001_initial"])


def test_what_is_done_outside_a_transaction_is_an_index_made_beside_the_work():
    beside = AddIndexConcurrently("jobrun", models.Index(fields=["job"], name="x"))

    assert objections(migration(beside, atomic=False), []) == []
    assert objections(migration(beside, ops.RunSQL("SELECT 1"), atomic=False), [])


def test_no_statement_answers_whatever_columns_there_are():
    """A prepared one fails in every running process from the moment on at which a column is added."""
    found = [
        str(path.relative_to(ROOT))
        for room in (*OUR_APPS, "config")
        for path in sorted((ROOT / room).rglob("*.py"))
        if re.search(r"RETURNING\s+(\w+\.)?\*", path.read_text(encoding="utf-8"))
    ]
    assert found == []
