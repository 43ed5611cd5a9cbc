"""`manage.py verify_ledger`: run every registered proof; exit 1 and name the first broken row where one does
not hold.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import proofs
from core.proofs import Broken

SHOWN = 10


class Command(BaseCommand):
    help = "Run every proof of ledger, bottles, doses and chain. Exit status 1 where one does not hold."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--against",
            type=Path,
            metavar="PATH",
            help="signed day heads, a file or a folder of them: finds a chain that was rewritten as a whole",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found: list[Broken] = []
        for name in proofs.names():
            found += self._tell(name, proofs.run(name))
        against: Path | None = options["against"]
        if against is not None:
            if not against.exists():
                raise CommandError(f"{against}: no such file or folder")
            for name in proofs.names_against():
                found += self._tell(name, proofs.run_against(name, against))
        if found:
            first = found[0]
            raise CommandError(f"{len(found)} broken. First: {first.proof}: {first.row}: {first.what}")

    def _tell(self, name: str, broken: list[Broken]) -> list[Broken]:
        """One line for a proof that holds; for one that does not, its first rows."""
        if not broken:
            self.stdout.write(f"holds   {name}")
        for row in broken[:SHOWN]:
            self.stdout.write(f"BROKEN  {name}: {row.row}: {row.what}")
        if len(broken) > SHOWN:
            self.stdout.write(f"BROKEN  {name}: {len(broken) - SHOWN} more")
        return broken
