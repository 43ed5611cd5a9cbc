"""`manage.py let_in_again USERNAME`: for the only system administrator, who lost password or telephone.

Anybody else is helped by a system administrator, in the browser. Who can run this on the server could change the
database itself; so the trail says that the server did it, and every other administrator is to ask why.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core import clock
from core.access import SYSTEM, Role
from staff.models import Person
from staff.services import people


class Command(BaseCommand):
    help = "Give a system administrator a one-time password, and let them enrol a new telephone."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        person = Person.objects.filter(
            username=options["username"].lower(), appointments__role=Role.SYSTEM_ADMINISTRATOR, is_active=True
        ).first()
        if person is None:
            raise CommandError("Nobody of that name is a system administrator; one of them helps everybody else.")
        with transaction.atomic():
            people.forget_second_factor(person_id=person.pk, by=SYSTEM, now=now)
            handed = people.hand_out_password(person_id=person.pk, by=SYSTEM, now=now)
        self.stdout.write(f"{handed.password}\nGood once, until {handed.until:%Y-%m-%d %H:%M} UTC.")
