"""`manage.py open_point BASE --identity KEY --into FOLDER --until MOMENT`: the cluster of a moment that was."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.backup import keys, opening
from config.backup.errors import BackupError


class Command(BaseCommand):
    help = "Open a base backup and its log into an empty folder; PostgreSQL started there comes up at the moment."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--identity", type=Path, required=True, metavar="KEY", help="the private key's file")
        parser.add_argument("--into", type=Path, required=True, metavar="FOLDER")
        parser.add_argument("--until", metavar="MOMENT", help="2026-11-22T06:40:00+07:00; without it, all of the log")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            until = datetime.fromisoformat(options["until"]) if options["until"] else None
        except ValueError as error:
            raise CommandError("Write the moment as 2026-11-22T06:40:00+07:00.") from error
        if until is not None and until.tzinfo is None:
            raise CommandError("Say the moment's zone, too: 2026-11-22T06:40:00+07:00.")
        try:
            count = opening.open_point(
                options["file"], keys.identity(options["identity"]), into=options["into"], until=until
            )
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{options['into']} is ready with {count} files of the log; start PostgreSQL on it.")
