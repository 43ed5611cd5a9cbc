"""Where backups go and how many stay, from the environment: whole, or not at all."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.core.exceptions import ImproperlyConfigured

from config.backup import keys
from config.backup.errors import BackupError
from config.environment import Environment

DAILY, WEEKLY, MONTHLY = 14, 8, 24
WHY: Final = (
    "Each night's backup is encrypted for this public key, age1…; make the pair elsewhere: "
    "python -m config.backup.keys KEYFILE."
)


@dataclass(frozen=True)
class BackupSetup:
    """`recipient`: the public key, empty where nothing is backed up (never in production). `replication_url` and
    `wal`: whom base backups are asked of and where the log arrives; empty without points in time."""

    folder: Path
    recipient: str = ""
    daily: int = DAILY
    weekly: int = WEEKLY
    monthly: int = MONTHLY
    replication_url: str = ""
    wal: Path | None = None
    base_days: int = 7
    bases: int = 3


def read(env: Environment, *, folder: Path) -> BackupSetup:
    """This installation's. Raises ImproperlyConfigured."""
    recipient = env.required("TRAM_BACKUP_RECIPIENT", WHY, outside_production="-").removeprefix("-")
    if recipient:
        try:
            keys.recipient(recipient)
        except BackupError as error:
            raise ImproperlyConfigured(f"TRAM_BACKUP_RECIPIENT: {error}") from error
    where = env.required("TRAM_BACKUPS", "Name the folder that backups go to.", outside_production=str(folder))
    wal, url = env.optional("TRAM_WAL"), env.optional("DATABASE_BACKUP_URL")
    if bool(wal) is not bool(url):
        raise ImproperlyConfigured("TRAM_WAL and DATABASE_BACKUP_URL belong together: set both, or none.")
    return BackupSetup(
        folder=Path(where),
        recipient=recipient,
        daily=env.number("TRAM_BACKUPS_DAILY", DAILY, low=1),
        weekly=env.number("TRAM_BACKUPS_WEEKLY", WEEKLY, low=0),
        monthly=env.number("TRAM_BACKUPS_MONTHLY", MONTHLY, low=0),
        replication_url=env.with_password(url, "DATABASE_BACKUP_PASSWORD") if url else "",
        wal=Path(wal) if wal else None,
        base_days=env.number("TRAM_BASE_DAYS", 7, low=1),
        bases=env.number("TRAM_BASES", 3, low=1),
    )
