import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import psycopg
import pytest

from config.embedded import processes
from tests.plugins.clones import CommittedDatabase
from tests.plugins.served import PLAIN, Server
from tests.plugins.servers import ROOT
from tests.plugins.warm import Warm

SHOWN = (sys.executable, "-m", "tests.embedded.shown")


def answers(server: Server) -> bool:
    return httpx.get(f"{server.address}/healthz", verify=PLAIN).status_code == httpx.codes.OK


def who_asks(database: CommittedDatabase) -> list[tuple[str]]:
    with psycopg.connect(database.super_url) as connection:
        return connection.execute(
            "SELECT DISTINCT usename::text FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'tram'"
        ).fetchall()


def test_product_served_by_its_own_command_is_killed_and_served_again(
    committed_db: CommittedDatabase, tmp_path: Path
) -> None:
    server = Server(environment=committed_db.environment, log=tmp_path / "web.log")
    try:
        server.start()
        assert answers(server)
        server.kill()
        with pytest.raises(httpx.TransportError):
            answers(server)
        server.start()
        assert answers(server)
        assert who_asks(committed_db) == [("tram_test",)]
    finally:
        server.stop()


def test_served_product_works_on_this_tests_own_database(server: Server, committed_db: CommittedDatabase) -> None:
    with httpx.Client(base_url=server.address, follow_redirects=True, verify=PLAIN) as client:
        assert client.get("/healthz").status_code == httpx.codes.OK
        page = client.get("/")
        assert (page.status_code, page.url.path) == (httpx.codes.OK, "/staff/sign-in/")
    assert who_asks(committed_db) == [("tram_test",)]
    server.kill()
    with pytest.raises(httpx.TransportError):
        answers(server)


def test_process_started_warm_has_what_its_environment_says_and_nothing_of_another(warm: Warm, tmp_path: Path) -> None:
    own = {
        "TRAM_ENV": "test",
        "TRAM_CLOCK": "2031-05-06T07:08:09+07:00",
        "DATABASE_URL": "postgresql://somebody:secret@127.0.0.1:1/elsewhere?sslmode=disable",
        "VALKEY_URL": "redis://127.0.0.1:2/3",
        "CELERY_BROKER_URL": "redis://127.0.0.1:4/5",
        "DAY_HEADS_DIR": str(tmp_path),
        "TRAM_IDLE_LOCK_SECONDS": "7",
        "TRAM_FILES": str(tmp_path / "files"),
    }
    cold = subprocess.run(SHOWN, env={**own, "PATH": os.environ["PATH"]}, cwd=ROOT, capture_output=True, text=True)
    assert cold.returncode == 0, cold.stderr

    child = warm.spawn([*SHOWN, "3"], env=own, log=tmp_path / "shown.log")

    assert child.wait(timeout=20) == 3
    assert json.loads(processes.tail(tmp_path / "shown.log")) == json.loads(cold.stdout)
