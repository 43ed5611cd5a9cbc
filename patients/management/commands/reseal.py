"""`manage.py reseal`: everything that an older key sealed is sealed by the current one."""

from typing import Any

from django.core.management.base import BaseCommand

from core.sealing import keyring
from patients.services import persons


class Command(BaseCommand):
    help = "Seals names and photos with the first of IDENTITY_KEYS; may be stopped and started again at any time."

    def handle(self, *_args: Any, **_options: Any) -> None:
        done = 0
        while made := persons.reseal():
            done += made
        left = persons.sealed_before()
        self.stdout.write(f"{done} rows sealed anew with the key {keyring().current}; {left} left with older keys.")
        if not left:
            self.stdout.write("Older keys open nothing any more here. Backups made before still need them: keep both.")
