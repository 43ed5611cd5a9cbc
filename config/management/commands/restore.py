"""`manage.py restore FILE --identity KEY`: a backup into an empty database, as the owner."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from config.backup import keys, restoring
from config.backup.errors import BackupError
from config.backup.programs import Target


class Command(BaseCommand):
    help = "Restore an archive into an empty database (whole or not at all) and into the folders of files and heads."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--identity", type=Path, required=True, metavar="KEY", help="the private key's file")

    def handle(self, *args: Any, **options: Any) -> None:
        target = Target.of(connection.settings_dict)
        connection.close()
        try:
            done = restoring.restore(
                options["file"],
                keys.identity(options["identity"]),
                into=target,
                files=Path(settings.FILES_DIR),
                heads=Path(settings.DAY_HEADS_DIR),
            )
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"The database is as it was at {done.made_at}, with {done.files} files. Now prove it:"
            f" manage.py verify_ledger --against {settings.DAY_HEADS_DIR}"
        )
