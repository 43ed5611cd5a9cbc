"""`manage.py prove_backup FILE --identity KEY`: restore into a scratch server and run every proof there."""

import os
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.backup import keys, restoring, shelf
from config.backup.errors import BackupError
from config.backup.programs import Target
from config.environment import database_from_url
from core import clock

SCRATCH = "TRAM_SCRATCH_DATABASE_URL"


class Command(BaseCommand):
    help = "Restore an archive into a scratch server, run every proof there, and leave nothing behind."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--identity", type=Path, required=True, metavar="KEY", help="the private key's file")
        parser.add_argument("--folder", type=Path, help="where the scratch server lies meanwhile; a folder in memory")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        heads_key = not str(settings.DAY_HEADS_KEY).startswith("outside-production")
        try:
            identity = keys.identity(options["identity"])
            with _scratch(options["folder"]) as (target, folder):
                broken = restoring.prove(path, identity, into=target, folder=folder, heads_key=heads_key)
        except BackupError as error:
            raise CommandError(str(error)) from error
        for row in broken[:10]:
            self.stdout.write(f"BROKEN  {row.proof}: {row.row}: {row.what}")
        if broken:
            raise CommandError(f"{path.name} was restored, and {len(broken)} rows are broken in it.")
        self._note(path)
        if not heads_key:
            self.stdout.write("The signed heads were not looked at: DAY_HEADS_KEY is not set on this machine.")
        self.stdout.write(f"{path.name}: restored, and every proof holds.")

    def _note(self, path: Path) -> None:
        """Write beside the archive that it was proved, where that can be."""
        try:
            shelf.write_label(path, replace(shelf.read_label(path), proved_at=clock.now().isoformat()))
        except (BackupError, OSError):
            self.stdout.write("This proof stands in your own notes only: its label cannot be written here.")


@contextmanager
def _scratch(folder: Path | None) -> Iterator[tuple[Target, Path]]:
    url = os.environ.get(SCRATCH)
    if url:
        with tempfile.TemporaryDirectory(prefix="tram-proof-", dir=folder) as name:
            yield Target.of(database_from_url(url)), Path(name)
        return
    from config.backup.scratch import scratch

    with scratch(folder) as made:
        yield made
