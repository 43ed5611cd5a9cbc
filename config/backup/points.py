"""Points in time: a base backup now and then, and every file of the write-ahead log since, encrypted like the rest.

`pg_receivewal` (config.backup.receive) writes the log as it is made; here its finished files are encrypted beside the
other backups. From a base and the log after it, any moment comes back (opening.py).
"""

import gzip
import re
import subprocess
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Final

from pyrage import x25519

from config.backup import keys, shelf, streams
from config.backup.errors import BackupError
from config.backup.programs import Target, program
from config.backup.setup import BackupSetup
from config.backup.shelf import Kept, Label
from config.environment import database_from_url

SEGMENT: Final = re.compile(r"^[0-9A-F]{24}$")
HISTORY: Final = re.compile(r"^[0-9A-F]{8}\.history$")
SHIPPED: Final = ".gz.age"
_START: Final = re.compile(rb"START WAL LOCATION: \S+ \(file ([0-9A-F]{24})\)")


def log_folder(setup: BackupSetup) -> Path:
    """Where the encrypted files of the log lie."""
    return setup.folder / "wal"


def log_folder_of(base: Path) -> Path:
    """The same, from the path of a base backup."""
    return base.parent / "wal"


def due(setup: BackupSetup, *, now: datetime) -> bool:
    """Whether the last base backup is old enough for another."""
    last = shelf.newest(setup.folder, "base")
    return last is None or now - last.made_at >= timedelta(days=setup.base_days) - timedelta(hours=1)


def base(setup: BackupSetup, *, now: datetime) -> Kept:
    """Copy the whole cluster as it runs. Raises BackupError."""
    recipient = keys.recipient(setup.recipient)
    target = Target.of(database_from_url(setup.replication_url))
    command = [
        str(program("pg_basebackup")), "--pgdata=-", "--format=tar", "--wal-method=fetch", "--checkpoint=fast",
        "--no-password",
    ]  # fmt: skip
    began = time.monotonic()
    try:
        setup.folder.mkdir(parents=True, exist_ok=True, mode=0o750)
        path = setup.folder / shelf.name("base", now)
        with streams.encrypted(path, recipient) as (stream, counted), tempfile.TemporaryFile() as complaints:
            with subprocess.Popen(  # noqa: S603
                command, env=target.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints
            ) as copying:
                assert copying.stdout is not None  # noqa: S101
                first = _pass_on(copying.stdout, stream)
            if copying.returncode != 0 or first is None:
                complaints.seek(0)
                said = complaints.read().decode(errors="replace").strip().splitlines()
                raise BackupError(f"pg_basebackup failed: {said[-1] if said else 'it named no start'}")
    except OSError as error:
        raise BackupError(f"The base backup could not be written: {error}.") from error
    label = Label(
        made_at=now.isoformat(),
        size=counted.size,
        sha256=counted.sha256.hexdigest(),
        seconds=round(time.monotonic() - began, 1),
        recipient=setup.recipient,
        wal=first,
    )
    shelf.write_label(path, label)
    shelf.check(path)
    _prune(setup)
    return Kept(path, now, label)


def _pass_on(source: IO[bytes], stream: IO[bytes]) -> str | None:
    """Compress what comes; answers the first file of the log that this base needs, as its own label says."""
    found: str | None = None
    with gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=4, mtime=0) as packed:
        while piece := source.read(streams.BLOCK):
            if found is None and (start := _START.search(piece)):
                found = start[1].decode()
            packed.write(piece)
    return found


def ship(setup: BackupSetup) -> int:
    """Encrypt every finished file of the log that is not encrypted yet, and let go of the plain ones but the newest, by
    which pg_receivewal knows where it was. Answers how many were encrypted. Raises BackupError."""
    if setup.wal is None:
        return 0
    recipient = keys.recipient(setup.recipient)
    try:
        log_folder(setup).mkdir(parents=True, exist_ok=True, mode=0o750)
        finished = sorted(path for path in setup.wal.iterdir() if SEGMENT.match(path.name) or HISTORY.match(path.name))
        shipped = [_ship(path, log_folder(setup) / f"{path.name}{SHIPPED}", recipient) for path in finished]
        segments = [path for path in finished if SEGMENT.match(path.name)]
        for path in segments[:-1]:
            path.unlink()
    except OSError as error:
        raise BackupError(f"The log could not be encrypted: {error}.") from error
    return sum(shipped)


def _ship(path: Path, to: Path, recipient: x25519.Recipient) -> bool:
    if to.exists():
        return False
    with (
        streams.encrypted(to, recipient) as (stream, _counted),
        gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=4, mtime=0) as packed,
    ):
        packed.write(path.read_bytes())
    return True


def _prune(setup: BackupSetup) -> None:
    """Keep the newest bases, and the log since the oldest of them."""
    bases = shelf.archives(setup.folder, "base")
    stay, gone = bases[-setup.bases :], bases[: -setup.bases]
    for one in gone:
        one.path.unlink(missing_ok=True)
        shelf.label_of(one.path).unlink(missing_ok=True)
    oldest = min(one.label.wal[8:] for one in stay)
    for path in log_folder(setup).glob(f"*{SHIPPED}"):
        segment = path.name.removesuffix(SHIPPED)
        if SEGMENT.match(segment) and segment[8:] < oldest:
            path.unlink()
