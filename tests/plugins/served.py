"""The product behind its real web server, for tests in a browser and over HTTP."""

import os
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx
import pytest

from config.embedded import processes
from tests.plugins.clones import CommittedDatabase
from tests.plugins.servers import ROOT
from tests.plugins.warm import Child, Warm

START_SECONDS = 30.0
PLAIN: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # httpx would read all certificates, for each client anew
GRANIAN = (sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "1")


@dataclass
class Server:
    """The web server of one test: it can be killed, and started again at the same address.

    Forked from `warm`, which has the product loaded already; without one, by its command from nothing. `program`: what
    serves, where it is not the product as it stands.
    """

    environment: dict[str, str]
    log: Path
    warm: Warm | None = None
    program: tuple[str, ...] = GRANIAN
    port: int = field(default_factory=processes.free_port)
    process: subprocess.Popen[bytes] | Child | None = None

    @property
    def address(self) -> str:
        """Without a slash at its end."""
        return f"http://{processes.LOOPBACK}:{self.port}"

    def start(self, *, clock: str = "") -> None:
        """Serve, with the product's clock at `clock` and running on from there (the tests' time unless told)."""
        own_clock = {"TRAM_CLOCK": clock} if clock else {}
        command = [*self.program, "--host", processes.LOOPBACK, "--port", str(self.port), "config.wsgi:application"]
        env = {**os.environ, **self.environment, **own_clock}
        if self.warm is None:
            self.process = processes.spawn(command, env=env, log=self.log, folder=ROOT)
        else:
            self.process = self.warm.spawn(command, env=env, log=self.log)
        deadline = time.monotonic() + START_SECONDS
        while not self._healthy():
            if self.process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"The web server did not start:\n{processes.tail(self.log, lines=40)}")
            time.sleep(0.05)

    def kill(self) -> None:
        """End it at once, with whatever it was doing."""
        if self.process is not None:
            processes.end_group(self.process.pid)
            self.process.wait()

    def stop(self) -> None:
        if self.process is not None:
            processes.stop(self.process)

    def _healthy(self) -> bool:
        try:
            return httpx.get(f"{self.address}/healthz", timeout=5, verify=PLAIN).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    """One process per worker with the product loaded, from which every server of its tests is forked."""
    warm = Warm()
    yield warm
    warm.close()


@pytest.fixture
def server(committed_db: CommittedDatabase, warm: Warm, tmp_path: Path) -> Iterator[Server]:
    """Serve this test's own database, on a Tuesday at 06:10."""
    server = Server(environment=committed_db.environment, log=tmp_path / "web.log", warm=warm)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def served(server: Server) -> str:
    """The address of this test's own server."""
    return server.address
