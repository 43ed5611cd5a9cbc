"""A backup is whole, opens with the right key alone, and brings back a province whose every proof holds."""

import io
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from config.backup import figures, keys, making, restoring, shelf
from config.backup.errors import BackupError
from config.backup.kept import to_keep
from config.backup.setup import BackupSetup
from core import attachments, proofs
from core.access import NOBODY
from core.attachments import Picture
from core.models import JobRun
from inventory.models import ChainHead
from inventory.services import dayheads
from tests import world
from tests.dispensing import morning
from tests.plugins.clones import CommittedDatabase
from tests.plugins.servers import ROOT, Servers
from tests.production import keeping

NIGHT = world.NOW + timedelta(days=1)
RIGHTS = (
    "SELECT c.relname, r.* FROM pg_class c, aclexplode(c.relacl) r WHERE c.relnamespace = 'public'::regnamespace"
    " ORDER BY 1, 3, 4, 5",
    "SELECT p.proname, p.proowner, r.* FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) r"
    " WHERE p.pronamespace = 'public'::regnamespace ORDER BY 1, 2, 4, 5, 6",
    "SELECT d.defaclobjtype, r.* FROM pg_default_acl d, aclexplode(d.defaclacl) r ORDER BY 1, 2, 3, 4",
    "SELECT n.nspname, n.nspowner, r.* FROM pg_namespace n, aclexplode(n.nspacl) r WHERE n.nspname = 'public'"
    " ORDER BY 4, 5",
    "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2",
    "SELECT conrelid::regclass::text, conname, convalidated FROM pg_constraint ORDER BY 1, 2",
)
CANARY = "Lường Thị Chim Hoàng Yến"


@dataclass(frozen=True)
class Place:
    setup: BackupSetup
    key: Path
    folder: Path


@pytest.fixture
def place(committed_db: CommittedDatabase, tmp_path: Path, settings: Settings) -> Place:
    """A site with a picture, signed heads and somebody with an unmistakable name."""
    key, recipient = keeping.pair(tmp_path)
    settings.FILES_DIR, settings.DAY_HEADS_DIR = tmp_path / "files", tmp_path / "heads"
    settings.BACKUP = keeping.setup(tmp_path, recipient, daily=2, weekly=0, monthly=0)
    morning.opened_bottle()
    attachments.keep([Picture(b"a picture", 1, 1)], by=NOBODY, now=world.NOW)
    dayheads.sign(now=NIGHT)
    with psycopg.connect(committed_db.owner_url) as connection:
        connection.execute(
            "UPDATE staff_person SET full_name = %s WHERE id = (SELECT min(id) FROM staff_person)", [CANARY]
        )
    return Place(settings.BACKUP, key, tmp_path)


def told(command: str, *arguments: object) -> str:
    out = io.StringIO()
    call_command(command, *(str(each) for each in arguments), stdout=out)
    return out.getvalue()


def test_backup_restores_to_a_province_whose_every_proof_holds_and_nothing_of_it_is_plain(
    place: Place, committed_db: CommittedDatabase, servers: Servers, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    assert "whole by its digest" in told("backup")
    [made] = shelf.archives(place.setup.folder)
    raw = made.path.read_bytes()
    assert raw.startswith(b"age-encryption.org/v1")
    assert CANARY.encode() not in raw
    assert made.path.stat().st_mode & 0o007 == 0
    assert sorted(path.suffix for path in place.setup.folder.iterdir()) == [".age", ".json"]
    assert (made.label.files, made.label.chains) == (1, ChainHead.objects.count())

    with keeping.empty_database(servers.postgres, "tram_scratch_proof") as scratch:
        url = f"postgresql://{scratch.user}:{scratch.password}@{scratch.host}:{scratch.port}/{scratch.name}"
        monkeypatch.setenv("TRAM_SCRATCH_DATABASE_URL", url)
        settings.DAY_HEADS_KEY = "the-key-of-this-test"
        with pytest.raises(CommandError, match="rows are broken in it"):  # signed with another key
            told("prove_backup", made.path, "--identity", place.key)
        with psycopg.connect(url) as restored, psycopg.connect(committed_db.owner_url) as first:
            named = "SELECT count(*) FROM staff_person WHERE full_name = %s"
            assert restored.execute(named, [CANARY]).fetchone() == (1,)
            for rights in RIGHTS:
                assert restored.execute(rights).fetchall() == first.execute(rights).fetchall() != []
        with pytest.raises(CommandError, match="is not empty"):
            told("prove_backup", made.path, "--identity", place.key)

    settings.DAY_HEADS_KEY = "outside-production-day-heads-key"
    monkeypatch.delenv("TRAM_SCRATCH_DATABASE_URL")  # as at the desk where the key is: a server for the proof alone
    assert "every proof holds" in told("prove_backup", made.path, "--identity", place.key, "--folder", place.folder)
    assert not list(place.folder.glob("tram-proof-*"))
    assert shelf.read_label(made.path).proved_at
    assert [row for name in proofs.names() for row in proofs.run(name)] == []  # and we stand where we stood


def test_backup_that_is_damaged_cut_short_or_meant_for_another_key_is_refused_in_words(place: Place, servers: Servers):
    made = making.make(place.setup, now=NIGHT)
    whole = made.path.read_bytes()
    other = place.folder / "other"
    other.mkdir()
    stranger, _public = keeping.pair(other)

    with keeping.empty_database(servers.postgres, "tram_scratch_refused") as scratch:
        folders = {"into": scratch, "files": other / "files", "heads": other / "heads"}
        with pytest.raises(BackupError, match="another key"):
            restoring.restore(made.path, keys.identity(stranger), **folders)
        made.path.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(BackupError, match="another size"):
            restoring.restore(made.path, keys.identity(place.key), **folders)
        shelf.label_of(made.path).unlink()
        with pytest.raises(BackupError, match="damaged, cut short"):
            restoring.restore(made.path, keys.identity(place.key), **folders)
        changed = bytearray(whole)
        changed[len(whole) // 2] ^= 1
        made.path.write_bytes(changed)
        with pytest.raises(BackupError, match="damaged, cut short"):
            restoring.restore(made.path, keys.identity(place.key), **folders)
        with psycopg.connect(
            host=scratch.host, port=scratch.port, user=scratch.user, password=scratch.password, dbname=scratch.name
        ) as connection:
            left = connection.execute("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")
            assert left.fetchone() == (0,)


def test_nightly_backup_says_on_the_page_how_old_it_is_and_lets_go_of_old_ones_only_after_a_good_one(
    place: Place, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    from config.tasks import back_up

    def shown() -> dict[str, tuple[str, bool]]:
        return {str(one.label): (one.value, one.look) for one in figures.backups(world.NOW + timedelta(hours=30))}

    assert shown()["Bản sao lưu gần nhất"] == ("chưa có", True)
    for days in (-3, -2, -1):
        making.make(place.setup, now=world.NOW + timedelta(days=days))
    assert len(shelf.archives(place.setup.folder)) == 2
    assert shown()["Bản sao lưu gần nhất"] == ("54 giờ trước", True)

    with monkeypatch.context() as broken:
        broken.setenv("TRAM_POSTGRES_PROGRAMS", str(place.folder))
        (place.folder / "pg_dump").write_text(
            "#!/bin/sh\nhead -c 100000 /dev/zero\necho 'pg_dump: error: no' >&2\nexit 1\n"
        )
        (place.folder / "pg_dump").chmod(0o755)
        with pytest.raises(BackupError, match="pg_dump failed: pg_dump: error: no"):
            back_up.apply(throw=True)
        failed = JobRun.objects.filter(job="config.tasks.back_up").latest("id")
        assert (failed.ok, failed.error) == (False, "BackupError")
    assert len(list(place.setup.folder.iterdir())) == 4  # two archives with their labels, and no half of a third

    back_up.apply(throw=True)
    run = JobRun.objects.filter(job="config.tasks.back_up").latest("id")
    assert (run.ok, run.result["archives"]) == (True, 1)
    assert len(shelf.archives(place.setup.folder)) == 2
    assert shown()["Bản sao lưu gần nhất"][1]
    assert shown()["Lần thử khôi phục gần nhất"] == ("chưa lần nào", True)


@given(st.lists(st.integers(0, 24 * 900), min_size=1, max_size=60, unique=True))
def test_what_is_kept_is_the_newest_of_each_day_week_and_month(hours: list[int]):
    start = datetime(2026, 1, 1, tzinfo=UTC)
    made = {f"{hour:06d}": start + timedelta(hours=hour) for hour in hours}

    kept = to_keep(made, daily=7, weekly=4, monthly=6)

    assert max(made) in kept
    assert len(kept) <= 7 + 4 + 6
    assert to_keep({name: made[name] for name in kept}, daily=7, weekly=4, monthly=6) == kept
    assert to_keep(made, daily=len(made), weekly=0, monthly=0) >= {max(made)}


def test_key_pair_is_made_without_any_setting_and_never_over_another(tmp_path: Path):
    command = [sys.executable, "-m", "config.backup.keys", str(tmp_path / "key.txt")]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env={"PATH": "/usr/bin"})
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith("TRAM_BACKUP_RECIPIENT=age1")
    assert "AGE-SECRET-KEY" not in made.stdout
    assert (tmp_path / "key.txt").stat().st_mode & 0o077 == 0
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env={"PATH": "/usr/bin"})
    assert again.returncode == 1
    assert "never overwritten" in again.stderr
    with pytest.raises(BackupError, match="must never come to the server"):
        keys.recipient((tmp_path / "key.txt").read_text().splitlines()[-1])
