"""manage.py rebuild_summaries [--from DAY] [--to DAY]: the managers' figures again from ledger and registers."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from core import clock
from oversight.services import summaries


class Command(BaseCommand):
    help = "Make the managers' daily and monthly figures again from the facts; all of them, or those of some days."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="first", type=date.fromisoformat, help="first day, as 2026-11-24")
        parser.add_argument("--to", dest="last", type=date.fromisoformat, help="last day")

    def handle(self, *args: Any, **options: Any) -> None:
        done = summaries.rebuild(now=clock.now(), first=options["first"], last=options["last"])
        self.stdout.write(f"{done['days']} facility-days, {done['people']} people's years.")
