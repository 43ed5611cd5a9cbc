"""The product behind its real web server, for tests in a browser and over HTTP."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from config.embedded import processes
from tests.plugins.clones import CommittedDatabase
from tests.plugins.servers import ROOT

START_SECONDS = 30.0


@pytest.fixture
def served(committed_db: CommittedDatabase, tmp_path: Path) -> Iterator[str]:
    """Serve this test's own database, on a Tuesday at 06:10. The address has no slash at its end."""
    port = processes.free_port()
    log = tmp_path / "web.log"
    process = processes.spawn(
        [
            *(
                sys.executable,
                "-m",
                "granian",
                "--interface",
                "wsgi",
                "--workers",
                "1",
                "--blocking-threads",
                "1",
            ),
            *("--host", processes.LOOPBACK, "--port", str(port), "config.wsgi:application"),
        ],
        env={**os.environ, **committed_db.environment},
        log=log,
        folder=ROOT,
    )
    address = f"http://{processes.LOOPBACK}:{port}"
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _healthy(address):
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"The web server did not start:\n{processes.tail(log, lines=40)}")
            time.sleep(0.05)
        yield address
    finally:
        processes.stop(process)


def _healthy(address: str) -> bool:
    try:
        return httpx.get(f"{address}/healthz", timeout=5).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
