"""`manage.py backup`: one archive now, as the nightly job makes it. Exit status 1 and a sentence where it did not."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.backup import making
from config.backup.errors import BackupError
from core import clock


class Command(BaseCommand):
    help = "Write an encrypted archive of database, pictures and signed heads, and read it back."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = making.make(settings.BACKUP, now=clock.now())
        except BackupError as error:
            raise CommandError(str(error)) from error
        label = made.label
        self.stdout.write(
            f"{made.path}\n{label.size / 1_000_000:.1f} MB in {label.seconds:.0f} s, {label.chains} chains,"
            f" {label.files} pictures; whole by its digest. Only the private key shows that it can be restored:"
            " manage.py prove_backup."
        )
