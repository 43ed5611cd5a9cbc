"""The product behind its real web server, for tests in a browser and over HTTP."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from config.embedded import processes
from tests.plugins.clones import CommittedDatabase
from tests.plugins.servers import ROOT

START_SECONDS = 30.0
GRANIAN = (sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "1")


@dataclass
class Server:
    """The web server of one test: it can be killed, and started again at the same address."""

    environment: dict[str, str]
    log: Path
    port: int = field(default_factory=processes.free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Without a slash at its end."""
        return f"http://{processes.LOOPBACK}:{self.port}"

    def start(self, *, clock: str = "") -> None:
        """Serve, with the product's clock at `clock` and running on from there (the tests' time unless told)."""
        own_clock = {"TRAM_CLOCK": clock} if clock else {}
        self.process = processes.spawn(
            [*GRANIAN, "--host", processes.LOOPBACK, "--port", str(self.port), "config.wsgi:application"],
            env={**os.environ, **self.environment, **own_clock},
            log=self.log,
            folder=ROOT,
        )
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
            return httpx.get(f"{self.address}/healthz", timeout=5).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False


@pytest.fixture
def server(committed_db: CommittedDatabase, tmp_path: Path) -> Iterator[Server]:
    """Serve this test's own database, on a Tuesday at 06:10."""
    server = Server(environment=committed_db.environment, log=tmp_path / "web.log")
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def served(server: Server) -> str:
    """The address of this test's own server."""
    return server.address
