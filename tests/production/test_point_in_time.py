"""Somebody ruins the database; it comes back as it was a moment before, from the encrypted base and log alone."""

import os
import shutil
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import psycopg
import pytest
from django.conf import settings

from config.backup import keys, opening, points, restoring, shelf
from config.backup.errors import BackupError
from config.embedded import processes
from config.embedded.postgres import Postgres
from core import proofs
from tests.dispensing import morning
from tests.plugins.clones import CommittedDatabase
from tests.plugins.servers import ROOT, Servers
from tests.production import keeping
from tests.production.composed import Composed
from tests.production.own_server import SETTINGS, Own, own_server, target

PATIENCE: Final = 30.0
DAY: Final = "INSERT INTO facilities_holiday (day, kind, name) VALUES (%s, 'holiday', 'thử')"

pytestmark = pytest.mark.slow


def test_ruined_database_comes_back_as_it_was_a_moment_before(
    committed_db: CommittedDatabase, servers: Servers, tmp_path: Path
):
    morning.opened_bottle()
    key, recipient = keeping.pair(tmp_path)
    with own_server(servers, tmp_path, committed_db) as own:
        known = own.server.credentials
        url = own.server.url(role="tram_backup", password=known.owner, database="postgres")
        setup = keeping.setup(tmp_path, recipient, replication_url=url, wal=tmp_path / "wal", bases=1)
        (tmp_path / "wal").mkdir()
        receiver = receiving(own, tmp_path)
        try:
            until(lambda: any((tmp_path / "wal").iterdir()), receiver)
            older = earlier(setup.folder)
            base = points.base(setup, now=datetime.fromisoformat("2026-11-20T03:05:00+07:00"))
            with psycopg.connect(own.server.owner_url(), autocommit=True) as owner:
                owner.execute(DAY, ["2027-01-04"])
                moment = owner.execute("SELECT clock_timestamp()").fetchone()
                time.sleep(0.02)
                owner.execute(DAY, ["2027-01-05"])
                owner.execute("DROP TABLE dispensing_dose CASCADE")
            with psycopg.connect(own.server.superuser_url(), autocommit=True) as keeper:
                named = keeper.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
            assert moment is not None
            assert named is not None
            until(lambda: (tmp_path / "wal" / named[0]).exists(), receiver)
            assert points.ship(setup) >= 1
            assert points.ship(setup) == 0
        finally:
            processes.stop(receiver)
        own.kill()

        assert not older.exists()
        assert [one.path for one in shelf.archives(setup.folder, "base")] == [base.path]
        assert {path.suffix for path in points.log_folder(setup).iterdir()} == {".age"}
        assert len([path for path in (tmp_path / "wal").iterdir() if points.SEGMENT.match(path.name)]) == 1
        place = own.place("again")
        into = place.folder / "postgres"
        with pytest.raises(BackupError, match="younger than the moment"):
            opening.open_point(
                base.path, keys.identity(key), into=into, until=datetime.fromisoformat("2026-11-02T00:00:00+07:00")
            )
        assert opening.open_point(base.path, keys.identity(key), into=into, until=moment[0]) >= 1
        if place.account:
            for path in [into, *into.rglob("*")]:
                os.chown(path, place.account.uid, place.account.gid, follow_symlinks=False)
        back = Postgres(place, known, tmp_path / "back.log", settings=SETTINGS)
        try:
            back.start()
            with psycopg.connect(back.owner_url(), autocommit=True) as owner:
                until(lambda: owner.execute("SELECT pg_is_in_recovery()").fetchone() == (False,), None)
                days = "SELECT day::text FROM facilities_holiday WHERE name = 'thử' ORDER BY day"
                assert owner.execute(days).fetchall() == [("2027-01-04",)]
            shutil.rmtree(into / opening.LOG)
            with restoring.standing_on(target(back), files=settings.FILES_DIR, heads=settings.DAY_HEADS_DIR):
                assert [row for name in proofs.names() for row in proofs.run(name)] == []
        finally:
            back.stop()


def earlier(folder: Path) -> Path:
    """A base backup of some weeks ago, as far as the shelf sees it, with the log that only it needs."""
    (folder / "wal").mkdir(parents=True)
    (folder / "wal" / f"{'0' * 23}1.gz.age").touch()
    path = folder / "base-20261101T030500Z.age"
    path.touch()
    shelf.write_label(path, shelf.Label("2026-11-01T10:05:00+07:00", 0, "", 0.0, "", wal="0" * 23 + "1"))
    return path


def receiving(own: Own, folder: Path):
    """The very command of docker-compose.yml's service for the log."""
    (folder / "secrets").mkdir()
    (folder / "secrets" / "database_backup_password").write_text(own.server.credentials.owner)
    places = {"db:5432": f"127.0.0.1:{own.server.port}", "/srv/": f"{folder}/"}
    return Composed(folder, variables={}, places=places).start("wal")


def until(happened: Callable[[], object], process) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert process is None or process.poll() is None, f"ended by itself; see {ROOT}"
        assert time.monotonic() < deadline
        time.sleep(0.05)
