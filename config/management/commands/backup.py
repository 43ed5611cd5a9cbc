"""`manage.py backup`: one archive now, as the nightly job makes it. Exit status 1 and a sentence where it did not.

`--base` copies the whole cluster instead, `--log` encrypts what has arrived of its log: for points in time.
"""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.backup import making, points
from config.backup.errors import BackupError
from core import clock


class Command(BaseCommand):
    help = "Write an encrypted archive of database, pictures and signed heads, and read it back."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--base", action="store_true", help="a copy of the whole cluster, for points in time")
        what.add_argument("--log", action="store_true", help="encrypt what has arrived of the database's log")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(self._log() if options["log"] else self._archive(base=options["base"]))
        except BackupError as error:
            raise CommandError(str(error)) from error

    def _log(self) -> str:
        return f"{points.ship(settings.BACKUP)} files of the log encrypted."

    def _archive(self, *, base: bool) -> str:
        if base and settings.BACKUP.wal is None:
            raise BackupError("TRAM_WAL and DATABASE_BACKUP_URL are not set: there are no points in time here.")
        made = (points.base if base else making.make)(settings.BACKUP, now=clock.now())
        label = made.label
        told = f"{made.path}\n{label.size / 1_000_000:.1f} MB in {label.seconds:.0f} s; whole by its digest."
        if base:
            return f"{told} It needs the log from {label.wal}."
        return (
            f"{told} {label.chains} chains, {label.files} pictures. Only the private key shows that it can be restored:"
            " manage.py prove_backup."
        )
