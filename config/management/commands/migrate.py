"""Django's `migrate`, which at the window nobody waits for: it gives way, and tries again."""

import time
from typing import Any, Final

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.db.migrations import Migration

# While a migration waits for a table, everybody who comes later waits behind it. So it waits shorter than the second
# after which a dose that waits looks for a deadlock, and looks for one itself at once: where they wait for each other,
# whoever began, it is the migration that lets go.
WAITS_MS: Final = 800
LOOKS_MS: Final = 10
PAUSE_SECONDS: Final = 2.0
TRIES: Final = 150  # some seven minutes: a backup that is being written holds every table
GIVES_WAY: Final = {"55P03", "40P01"}  # lock_not_available, deadlock_detected


def patience(migration: Migration) -> tuple[str, str]:
    """What is set before it begins. Outside a transaction only what works concurrently is done (test_additive): that
    keeps nobody waiting, and half of it would stay, so it has all the time. The right to the second setting came with
    config/sql/roles.sql.
    """
    waits, looks = (f"{WAITS_MS}ms", f"{LOOKS_MS}ms") if migration.atomic else ("0", "1s")
    may = "WHERE has_parameter_privilege('deadlock_timeout', 'SET')"
    return f"SET lock_timeout = '{waits}'", f"SELECT set_config('deadlock_timeout', '{looks}', false) {may}"


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        self.database: str = options["database"]
        for _try in range(TRIES):
            try:
                super().handle(*args, **options)
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", None) not in GIVES_WAY:
                    raise
                self.stdout.write("\n  A table is in use. The migration was undone, and is tried again.")
            else:
                return
            time.sleep(PAUSE_SECONDS)
        raise CommandError("A table was in use all the time (a backup, somebody's psql). Run migrate again later.")

    def migration_progress_callback(self, action: str, migration: Migration | None = None, fake: bool = False) -> None:
        if action == "apply_start" and migration is not None:
            with connections[self.database].cursor() as cursor:
                for statement in patience(migration):
                    cursor.execute(statement)
        super().migration_progress_callback(action, migration, fake)
