"""`manage.py deidentify [--carry-out]`: who somebody was is removed, once a province manager has signed the list."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core import clock
from patients.services import retention


class Command(BaseCommand):
    help = (
        "Lists the codes of signed lists whose identity is still there; with --carry-out removes name, photo, HIV "
        "status and initials. Codes, doses and the ledger stay. The list itself is signed on the page “Hết hạn lưu”."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--carry-out", action="store_true", help="Do it; without this nothing is changed.")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not options["carry_out"]:
            for line in retention.waiting():
                self.stdout.write(
                    f"{line.patient.code}  ended {line.ended_on}  kept {line.kept_years} years  "
                    f"name left in {line.texts} texts  list {line.listed_id} of {line.listed.signed_at:%Y-%m-%d}"
                )
            self.stdout.write("Nothing was changed. Run it with --carry-out to remove these identities.")
            return
        done = retention.carry_out(now=clock.now())
        self.stdout.write(f"{done.removed} identities removed.")
        if done.left:
            self.stdout.write(f"Left as they are, because treatment or something else goes on: {', '.join(done.left)}.")
        self.stdout.write("Backups made before still hold them, until they are thrown away (docs/operations.md).")
