"""Backups in tests: a key pair made for the test, a folder, and an empty database with the product's roles."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from config.backup import keys
from config.backup.programs import Target
from config.backup.setup import BackupSetup
from config.embedded.postgres import OWNER, Postgres
from config.embedded.roles import prepare_database


def pair(folder: Path) -> tuple[Path, str]:
    """The file of a new private key, and the public one."""
    file = folder / "identity.txt"
    return file, keys.make(file)


def setup(folder: Path, recipient: str, **more: object) -> BackupSetup:
    return BackupSetup(folder=folder / "backups", recipient=recipient, **more)  # type: ignore[arg-type]


def target(server: Postgres, name: str) -> Target:
    """A database of the server as its owner."""
    return Target("127.0.0.1", str(server.port), OWNER, server.credentials.owner, name)


@contextmanager
def empty_database(server: Postgres, name: str) -> Iterator[Target]:
    prepare_database(server, name=name)
    try:
        yield target(server, name)
    finally:
        with psycopg.connect(server.superuser_url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
