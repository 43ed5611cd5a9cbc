"""`manage.py simulate`: the demo's simulator at any scale, into an empty database or beside what is there."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core import clock
from demo.history import advance
from demo.province import generated


class Command(BaseCommand):
    help = "Simulate a province of any scale. The same seed again goes on from where it stopped."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sites", type=int, default=10)
        parser.add_argument("--patients", type=int, default=50, help="patients of each site")
        parser.add_argument("--days", type=int, default=30, help="whole days of history before this morning")
        parser.add_argument("--seed", default="1", help="letters and digits: another seed is another province")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo province is invented: nothing of it comes into a production database.")
        sites, patients, days, seed = (options[name] for name in ("sites", "patients", "days", "seed"))
        if not (seed.isascii() and seed.isalnum() and len(seed) <= 12):
            raise CommandError("--seed takes up to twelve letters and digits.")
        if min(sites, patients) < 1 or days < 0:
            raise CommandError("--sites and --patients begin with 1, --days with 0.")
        began = time.monotonic()

        def say(line: str) -> None:
            self.stdout.write(f"{line}, {time.monotonic() - began:.0f} s")

        spec = generated(sites=sites, patients=patients, seed=seed)
        passed = advance(spec, days=days, now=clock.now(), say=say)
        took = time.monotonic() - began
        self.stdout.write(
            f"{passed.doses} doses on {passed.site_days} site-days in {took:.1f} s: {passed.doses / took:.0f} doses/s"
        )
