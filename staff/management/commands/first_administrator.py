"""`manage.py first_administrator`: the one-time code with which the first system administrator comes in."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from core import clock
from staff.services import first


class Command(BaseCommand):
    help = "Print a one-time code for the first system administrator of an empty installation."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            code, until = first.hand_out(now=clock.now())
        except first.NotFirst as refused:
            raise CommandError("There is a system administrator already: they make the next one.") from refused
        page = f"{settings.START_PAGE.rstrip('/')}{reverse('staff:first')}"
        self.stdout.write(f"{code}\nGood once, for {first.GOOD_FOR.seconds // 3600} hours, at {page}")
        self.stderr.write(f"It runs out at {until:%H:%M} UTC; ask again for a new one.")
