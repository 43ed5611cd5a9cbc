"""The migrated template of an earlier run, kept as a dump for as long as nothing that made it has changed.

Migrating from nothing is most of the time that one test file takes. A fresh clone has no dump, and migrates.
"""

import fcntl
import hashlib
import os
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from config.embedded.postgres import LOOPBACK, SUPERUSER, Postgres

ROOT: Final = Path(__file__).resolve().parent.parent.parent
FOLDER: Final = ROOT / ".data" / "templates"
MADE_BY: Final = (
    "*/migrations/*.py", "*/sql/*.sql", "core/tables.py", "core/ids.py", "config/embedded/roles.py",
    "requirements/test.txt",
)  # fmt: skip
DUMPS_KEPT: Final = 6


@contextmanager
def by_one_alone(dump: Path) -> Iterator[None]:
    """Runs that begin at the same time do not all migrate: one does, the others wait for what it keeps."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with dump.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def restore(server: Postgres, database: str, programs: Path, *, dump: Path) -> bool:
    """Fill the database, prepared and otherwise empty, from the kept dump; answers whether there was one."""
    if not dump.exists():
        return False
    _run(server, programs / "pg_restore", "--exit-on-error", "--single-transaction", "--dbname", database, str(dump))
    return True


def keep(server: Postgres, database: str, programs: Path, *, dump: Path) -> None:
    """Keep a dump of the migrated database, and let go of the oldest ones."""
    unfinished = dump.with_suffix(f".{os.getpid()}")
    _run(server, programs / "pg_dump", "--format=custom", "--compress=1", "--file", str(unfinished), database)
    unfinished.rename(dump)
    for old in sorted(FOLDER.glob("*.dump"), key=lambda path: path.stat().st_mtime)[:-DUMPS_KEPT]:
        old.unlink(missing_ok=True)
        old.with_suffix(".lock").unlink(missing_ok=True)


def _run(server: Postgres, program: Path, *arguments: str) -> None:
    subprocess.run(
        [program, "--host", LOOPBACK, "--port", str(server.port), "--username", SUPERUSER, "--no-password", *arguments],
        env={**os.environ, "PGPASSWORD": server.credentials.superuser},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )


def dump() -> Path:
    """Where the dump of what now makes a database stands, or would."""
    digest = hashlib.sha256()
    for path in sorted(_sources()):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return FOLDER / f"{digest.hexdigest()[:24]}.dump"


def _sources() -> Iterable[Path]:
    for pattern in MADE_BY:
        yield from ROOT.glob(pattern)
