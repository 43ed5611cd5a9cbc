"""`manage.py new_identity_key NAME`: a fresh key, to be put in front of IDENTITY_KEYS."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.sealing import new_key


class Command(BaseCommand):
    help = "Prints a new key for IDENTITY_KEYS. Nothing is stored: keep a copy away from this server."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="such as 2026-11")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            self.stdout.write(new_key(options["name"]))
        except ValueError as error:
            raise CommandError(str(error)) from error
