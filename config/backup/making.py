"""Make a backup: the database, the pictures and the signed heads at one moment, encrypted as they stream."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

from django.conf import settings
from django.db import connection, transaction

from config.backup import archive, keys, shelf, streams
from config.backup.errors import BackupError
from config.backup.programs import Target, program
from config.backup.setup import BackupSetup
from config.backup.shelf import Kept, Label

_HEADS: Final = "SELECT facility_id, sequence, encode(hash, 'hex') FROM inventory_chainhead ORDER BY facility_id"


def make(setup: BackupSetup, *, now: datetime) -> Kept:
    """Write an archive and its label, read it back, and let go of what is too old. Raises BackupError; then no file is
    left, and nothing was let go of."""
    if not setup.recipient:
        raise BackupError("TRAM_BACKUP_RECIPIENT is not set: there is no key to encrypt for.")
    recipient = keys.recipient(setup.recipient)
    began = time.monotonic()
    try:
        setup.folder.mkdir(parents=True, exist_ok=True, mode=0o750)
        path = setup.folder / shelf.name("tram", now)
        if path.exists():
            raise BackupError(f"{path} is there already.")
        with streams.encrypted(path, recipient) as (stream, counted):
            manifest, files = _write(stream, now)
    except OSError as error:
        raise BackupError(f"The backup could not be written: {error}.") from error
    label = Label(
        made_at=now.isoformat(),
        size=counted.size,
        sha256=counted.sha256.hexdigest(),
        seconds=round(time.monotonic() - began, 1),
        recipient=setup.recipient,
        files=files,
        chains=len(manifest.heads),
    )
    shelf.write_label(path, label)
    shelf.check(path)
    shelf.prune(setup)
    return Kept(path, now, label)


def _write(stream: IO[bytes], now: datetime) -> tuple[archive.Manifest, int]:
    writer = archive.Writer(stream, moment=int(now.timestamp()))
    with ExitStack() as undo:
        undo.callback(writer.abandon)
        made = _fill(writer, now)
        undo.pop_all()
    return made


def _fill(writer: archive.Writer, now: datetime) -> tuple[archive.Manifest, int]:
    with _snapshot() as (snapshot, heads, server):
        writer.about({"made_at": now.isoformat(), "postgres": server})
        with _dump(snapshot) as dump:
            writer.database(dump)
    # Pictures are written before the row that names them, so every picture of the snapshot is there by now.
    files = writer.folder(archive.FILES, Path(settings.FILES_DIR), "*.jpg")
    writer.folder(archive.HEADS, Path(settings.DAY_HEADS_DIR), "*.jsonl")
    return writer.close(heads), files


@contextmanager
def _snapshot() -> Iterator[tuple[str, dict[str, list[Any]], str]]:
    """One moment of the database: its name for pg_dump, the chains' heads in it, and the server's version."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute(_HEADS)
        heads = {str(facility): [sequence, digest] for facility, sequence, digest in cursor.fetchall()}
        cursor.execute("SELECT pg_export_snapshot(), current_setting('server_version')")
        snapshot, server = cursor.fetchone() or ("", "")
        yield str(snapshot), heads, str(server)


@contextmanager
def _dump(snapshot: str) -> Iterator[IO[bytes]]:
    """pg_dump as the application's role, which may read every table. Raises BackupError where it did not end well."""
    target = Target.of(connection.settings_dict)
    command = [
        str(program("pg_dump")),
        "--format=custom",
        "--compress=gzip:4",
        "--no-password",
        f"--snapshot={snapshot}",
    ]
    with tempfile.TemporaryFile() as complaints:
        dump = subprocess.Popen(  # noqa: S603
            command,
            env=target.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
        )
        try:
            assert dump.stdout is not None  # noqa: S101
            yield dump.stdout
            status = dump.wait()
        finally:
            if dump.poll() is None:
                dump.kill()
            if dump.stdout is not None:
                dump.stdout.close()
            dump.wait()
        if status != 0:
            complaints.seek(0)
            said = complaints.read().decode(errors="replace").strip().splitlines()
            raise BackupError(f"pg_dump failed: {said[-1] if said else f'exit status {status}'}")
