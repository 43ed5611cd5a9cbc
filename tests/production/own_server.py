"""A PostgreSQL of one test's own, which it may kill: with a copy of the test's database, and a disk that is meant."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import psycopg
from django.db import connections
from psycopg import sql

from config.backup.programs import Target, program
from config.embedded import places, processes
from config.embedded.places import Place
from config.embedded.postgres import DATABASE, Postgres
from config.embedded.roles import ROLES_SQL, prepare_database, set_password
from tests.plugins.clones import CommittedDatabase
from tests.plugins.servers import ROOT, TESTER, Servers

SETTINGS: Final = {
    "wal_level": "replica", "max_wal_senders": "4", "max_replication_slots": "4", "max_connections": "40",
    "shared_buffers": "32MB", "min_wal_size": "32MB",
}  # fmt: skip


class Own:
    """The server of one test. Its log and what it loses at a crash are as in production: durable."""

    def __init__(self, servers: Servers, folder: Path) -> None:
        self.base = places.settle(servers.folder)
        self.folder = folder
        self.servers = servers
        self.server = Postgres(self.place("first"), servers.postgres.credentials, folder / "own.log", settings=SETTINGS)

    def place(self, name: str) -> Place:
        """A folder of the server's account beside those of the run's servers."""
        home = self.base.folder / f"own-{os.getpid()}-{self.folder.name}-{name}"
        if not home.exists():
            home.mkdir(mode=places.ENTER_ONLY)
            home.chmod(places.ENTER_ONLY)
        return replace(self.base, folder=home)

    def fill(self, database: CommittedDatabase) -> None:
        """Start it with everything that the test's database holds, and with its roles."""
        self.server.start()
        prepare_database(self.server)
        known = self.server.credentials
        with psycopg.connect(self.server.superuser_url(), autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN IN ROLE tram_app, tram_own_clock").format(sql.Identifier(TESTER))
            )
            set_password(connection, role=TESTER, password=known.application)
        self._roles_of_production()
        dump = [program("pg_dump"), "--format=custom", "--compress=none", "--dbname", database.super_url]
        with subprocess.Popen(dump, stdout=subprocess.PIPE) as dumping:
            into = [program("pg_restore"), "--exit-on-error", "--single-transaction", "--dbname"]
            subprocess.run([*into, self.server.superuser_url()], stdin=dumping.stdout, check=True)
        assert dumping.returncode == 0

    def _roles_of_production(self) -> None:
        """By the very script that the database's container runs when it is new, twice."""
        known = self.server.credentials
        words = {"superuser": known.superuser, "owner": known.owner, "app": known.application, "backup": known.owner}
        for role, word in words.items():
            (self.folder / f"database_{role}_password").write_text(f"{word}\n")
        said = {
            "PATH": f"{program('psql').parent}:/usr/bin:/bin", "PGHOST": processes.LOOPBACK,
            "PGPORT": str(self.server.port), "TRAM_SECRETS": str(self.folder), "TRAM_SQL": str(ROLES_SQL.parent),
        }  # fmt: skip
        for _time in range(2):
            subprocess.run(["sh", ROOT / "config" / "production" / "database.sh"], env=said, check=True)
        hba = (self.server.cluster / "pg_hba.conf").read_text()
        assert hba.count("host replication tram_backup samenet scram-sha-256") == 1

    def kill(self) -> None:
        """As a power cut would: no goodbye, nothing written any more."""
        assert self.server.process is not None
        processes.end_group(self.server.process.pid)
        self.server.process.wait()

    def again(self) -> None:
        """Start it at the address that everybody knows; it recovers from its log."""
        self.server.start(preferred_port=self.server.port)

    @property
    def test_url(self) -> str:
        return self.server.url(role=TESTER, password=self.server.credentials.application)

    def close(self) -> None:
        self.server.stop()
        for home in self.base.folder.glob(f"own-{os.getpid()}-{self.folder.name}-*"):
            shutil.rmtree(home)


def target(server: Postgres) -> Target:
    """As the tests' role on the product's database."""
    return Target("127.0.0.1", str(server.port), TESTER, server.credentials.application, DATABASE)


@contextmanager
def own_server(servers: Servers, folder: Path, database: CommittedDatabase) -> Iterator[Own]:
    connections.close_all()
    own = Own(servers, folder)
    try:
        own.fill(database)
        yield own
    finally:
        own.close()
