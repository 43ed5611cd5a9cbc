"""`manage.py demo_data`: the demo province, at first with two months of history, later topped up to this moment."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core import clock
from demo import accounts
from demo.history import advance
from demo.province import DEMO

DAYS = 60


class Command(BaseCommand):
    help = "Build the demo province, or bring it up to this moment. Running it again changes nothing."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=DAYS, help=f"whole days of history at first, {DAYS} by default")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo province is invented: nothing of it comes into a production database.")
        began = time.monotonic()
        say = self.stdout.write if options["verbosity"] > 1 else lambda _: None
        passed = advance(DEMO, days=options["days"], now=clock.now(), say=say)
        file = accounts.write(DEMO, settings.DATA_DIR)
        self.stdout.write(
            f"{passed.site_days} site-days, {passed.mornings} mornings in progress, {passed.doses} doses"
            f" in {time.monotonic() - began:.1f} s; sign-ins in {file}"
        )
