"""Bring a backup back into an empty database, and prove one by doing so in a scratch place."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import psycopg
from django.conf import settings
from django.db import connection
from pyrage import x25519

from config.backup import archive, shelf, streams
from config.backup.errors import BackupError
from config.backup.programs import Target, program
from core import proofs
from core.proofs import Broken
from core.tables import APP_ROLE

_FOLDERS: Final = (archive.FILES, archive.HEADS)
_RELATIONS: Final = (
    "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'v', 'S')"
)


@dataclass(frozen=True)
class Restored:
    """What came back."""

    made_at: str
    files: int


def restore(path: Path, identity: x25519.Identity, *, into: Target, files: Path, heads: Path) -> Restored:
    """Fill the empty database and both folders. Roles must be there (config/sql/roles.sql).

    Raises BackupError: the database is not empty, the key or the file is not right, pg_restore refused. The database is
    filled whole or not at all.
    """
    if shelf.label_of(path).is_file():
        shelf.check(path)
    _make_ready(into)
    folders = dict(zip(_FOLDERS, (files, heads), strict=True))
    made_at, count = "", 0
    with streams.decrypted(path, identity) as stream, _pg_restore(into) as database:
        for member in archive.members(stream):
            if member.name == archive.ABOUT:
                made_at = str(archive.said(member)["made_at"])
            elif member.name.startswith(archive.DATABASE):
                database.write(member.content)
            else:
                prefix = next(each for each in _FOLDERS if member.name.startswith(each))
                count += _put(folders[prefix] / member.name.removeprefix(prefix), member.content)
    return Restored(made_at, count)


def _make_ready(target: Target) -> None:
    """See that the database is empty, and let new tables carry no rights but those of the archive: what a role gets by
    default would come on top of what the archive grants, and facts could be changed. The archive brings the defaults
    back at its end."""
    try:
        with psycopg.connect(
            host=target.host, port=target.port, user=target.user, password=target.password, dbname=target.name
        ) as opened:
            found = (opened.execute(_RELATIONS).fetchone() or (0,))[0]
            if not found:
                for kind in ("TABLES", "SEQUENCES", "FUNCTIONS"):
                    opened.execute(f"ALTER DEFAULT PRIVILEGES REVOKE ALL ON {kind} FROM {APP_ROLE}")
    except psycopg.OperationalError as error:
        raise BackupError(f"The database to restore into does not answer: {error}") from error
    if found:
        raise BackupError(f"The database {target.name} is not empty; a backup is restored into an empty one only.")


@contextmanager
def _pg_restore(target: Target) -> Iterator[IO[bytes]]:
    """pg_restore's standard input; one transaction, so that half of a database is never there."""
    command = [
        str(program("pg_restore")),
        "--exit-on-error",
        "--single-transaction",
        "--no-password",
        "--dbname",
        target.name,
    ]
    with tempfile.TemporaryFile() as complaints:
        running = subprocess.Popen(  # noqa: S603
            command, env=target.environment(), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=complaints
        )
        assert running.stdin is not None  # noqa: S101
        well = False
        try:
            yield running.stdin
            well = True
        except BrokenPipeError:
            well = True  # it says itself, below, why it stopped
        finally:
            if not well:
                running.kill()
            _close(running.stdin)
            status = running.wait()
        if status != 0:
            complaints.seek(0)
            said = [line for line in complaints.read().decode(errors="replace").splitlines() if "error:" in line]
            raise BackupError(f"pg_restore failed: {said[0] if said else f'exit status {status}'}")


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except BrokenPipeError:
        return


def _put(path: Path, content: bytes) -> int:
    """Write a file that is not there yet. Answers 1; raises BackupError where another one is."""
    if path.exists():
        if path.read_bytes() != content:
            raise BackupError(f"{path} is there already and is another; restore into empty folders.")
        return 1
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(content)
    return 1


def prove(path: Path, identity: x25519.Identity, *, into: Target, folder: Path, heads_key: bool) -> list[Broken]:
    """Restore into an empty scratch database and run every proof there; what they find broken.

    `heads_key`: whether this machine has the key of the signed heads, so that they can be held against the chains.
    """
    files, heads = folder / "files", folder / "day-heads"
    heads.mkdir(parents=True, exist_ok=True)
    restore(path, identity, into=into, files=files, heads=heads)
    with standing_on(into, files=files, heads=heads):
        found = [broken for name in proofs.names() for broken in proofs.run(name)]
        if heads_key and any(heads.rglob("*.jsonl")):
            found += [broken for name in proofs.names_against() for broken in proofs.run_against(name, heads)]
    return found


@contextmanager
def standing_on(target: Target, *, files: Path, heads: Path) -> Iterator[None]:
    """This process on another database and other folders, for as long as the proofs run."""
    said: dict[str, Any] = {
        "HOST": target.host, "PORT": target.port, "USER": target.user, "PASSWORD": target.password, "NAME": target.name
    }  # fmt: skip
    before = {key: connection.settings_dict[key] for key in said}
    folders = settings.FILES_DIR, settings.DAY_HEADS_DIR
    connection.close()
    connection.settings_dict.update(said)
    settings.FILES_DIR, settings.DAY_HEADS_DIR = files, heads
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)
        settings.FILES_DIR, settings.DAY_HEADS_DIR = folders
