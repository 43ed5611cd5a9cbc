"""A server for a proof, out of the wheel: it is there for the proof alone, and nothing of it stays."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.backup.errors import BackupError
from config.backup.programs import Target, program
from config.embedded import places
from config.embedded.credentials import generate
from config.embedded.errors import EmbeddedError
from config.embedded.places import Place, Programs
from config.embedded.postgres import DATABASE, OWNER, Postgres
from config.embedded.processes import LOOPBACK
from config.embedded.roles import prepare_database


@contextmanager
def scratch(parent: Path | None = None) -> Iterator[tuple[Target, Path]]:
    """An empty database with the product's roles, and a folder; both are gone afterwards. Name a `parent` in memory
    where nothing may reach a disk. Raises BackupError."""
    with tempfile.TemporaryDirectory(prefix="tram-proof-", dir=parent) as name:
        base = Path(name)
        try:
            places.make_data_folder(base)
            place = _place(base)
            server = Postgres(place, generate(), base / "postgres.log", durable=False)
            try:
                server.start()
                prepare_database(server)
                yield Target(LOOPBACK, str(server.port), OWNER, server.credentials.owner, DATABASE), base
            finally:
                server.stop()
        except EmbeddedError as error:
            raise BackupError(f"No scratch server: {error} Or set TRAM_SCRATCH_DATABASE_URL.") from error
        finally:
            _forget_private(base)


def _place(base: Path) -> Place:
    """As the demo's, but without Valkey where only PostgreSQL's programs are installed (as in the image)."""
    if os.geteuid() == 0:
        return places.settle(base)
    return Place(None, base, Programs(postgres=program("postgres").parent, valkey=Path(os.devnull)))


def _forget_private(base: Path) -> None:
    """Started by root, the cluster may lie in a private folder elsewhere."""
    if (base / places.PRIVATE_FILE).is_file():
        places.remove(base)
        base.mkdir()
