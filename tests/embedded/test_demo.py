import signal
import socket
import stat
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
import redis

from config.embedded import demo
from config.embedded import launcher as launching
from config.embedded.environment import demo_environment
from config.embedded.errors import EmbeddedError
from config.embedded.files import read_json
from config.embedded.leftovers import still_running
from config.embedded.reset import reset
from tests.embedded.stub import StubDemo, family


def test_demo_when_ready_serves_names_its_databases_and_keeps_its_secrets_from_other_users(stub_demo: StubDemo) -> None:
    with stub_demo.running():
        with urllib.request.urlopen(f"http://127.0.0.1:{stub_demo.port}/healthz") as answer:
            assert answer.read() == b"ok"
        addresses = read_json(stub_demo.data / "database.json")
        roles = {}
        for name, url in addresses.items():
            with psycopg.connect(url) as connection:
                roles[name] = connection.execute("SELECT current_user, current_database()").fetchone()
        environment = demo_environment(stub_demo.data)
        with redis.Redis.from_url(environment["CELERY_BROKER_URL"]) as broker:
            assert broker.ping()
        modes = {
            path.name: stat.S_IMODE(path.stat().st_mode) for path in stub_demo.data.iterdir() if path.suffix == ".json"
        }
    assert {"credentials.json", "database.json", "environment.json"} <= modes.keys()
    assert set(modes.values()) == {0o600}
    assert roles == {
        "application": ("tram_app", "tram"),
        "owner": ("tram_owner", "tram"),
        "superuser": ("tram_super", "tram"),
    }
    assert environment["DATABASE_URL"] == addresses["application"]


def test_demo_on_stop_signal_leaves_no_process(stub_demo: StubDemo) -> None:
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        with stub_demo.running() as launcher:
            started = family(launcher)
            launcher.send_signal(stop)
            launcher.send_signal(stop)  # an impatient second one must not cut the stopping short
            _, said = launcher.communicate(timeout=60)
        assert launcher.returncode == 0, stop
        assert said == "", stop
        assert still_running(started) == [], stop


def test_demo_on_port_in_use_says_so_in_one_sentence(stub_demo: StubDemo) -> None:
    with socket.create_server(("127.0.0.1", stub_demo.port)):
        launcher = stub_demo.launch()
        _, said = launcher.communicate(timeout=60)
    assert launcher.returncode == 1
    assert said.splitlines() == [
        f"Port {stub_demo.port} is in use by another program; "
        "stop it or take another port, for example make demo PORT=8010."
    ]


def test_demo_started_twice_refuses_the_second_and_keeps_the_first(stub_demo: StubDemo) -> None:
    with stub_demo.running() as first:
        second = stub_demo.launch()
        _, said = second.communicate(timeout=60)
        assert second.returncode == 1
        assert said.startswith("A demo is already running from this folder")
        with pytest.raises(EmbeddedError, match="already running"):
            reset(stub_demo.data)
        assert first.poll() is None


def test_demo_with_crashed_child_names_it_and_stops_everything(stub_demo: StubDemo) -> None:
    with stub_demo.running() as launcher:
        started = family(launcher)
        stub_demo.child("beat").kill()
        _, said = launcher.communicate(timeout=60)
    assert launcher.returncode == 1
    assert said.startswith("The beat process stopped by itself (by signal SIGKILL); everything was stopped.")
    assert still_running(started) == []


def test_demo_with_child_that_cannot_start_shows_the_end_of_its_log(stub_demo: StubDemo) -> None:
    stub_demo.write("config/wsgi.py", "raise RuntimeError('the web is out of order')\n")
    launcher = stub_demo.launch()
    _, said = launcher.communicate(timeout=60)
    assert launcher.returncode == 1
    assert said.startswith("The web process stopped by itself")
    assert "the web is out of order" in said


def test_demo_with_failing_migration_shows_the_end_of_its_log(stub_demo: StubDemo) -> None:
    stub_demo.write("manage.py", "import sys\nsys.exit('no such column: ' + sys.argv[1])\n")
    launcher = stub_demo.launch()
    _, said = launcher.communicate(timeout=60)
    assert launcher.returncode == 1
    assert said.startswith("manage.py migrate failed; everything was stopped.")
    assert "no such column: migrate" in said


def test_demo_after_forced_end_of_launcher_starts_again_on_the_same_data(stub_demo: StubDemo) -> None:
    with stub_demo.running() as launcher:
        started = family(launcher)
        before = read_json(stub_demo.data / "database.json")
        with psycopg.connect(before["owner"]) as connection:
            connection.execute("CREATE TABLE kept (id integer)")
        launcher.kill()
    with stub_demo.running():
        assert still_running(started) == []
        with psycopg.connect(read_json(stub_demo.data / "database.json")["application"]) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_reset_removes_data_and_private_folder(stub_demo: StubDemo) -> None:
    with stub_demo.running():
        named = read_json(stub_demo.data / "private.json")
        private = Path(named["folder"]) if named else stub_demo.data
        assert private.is_dir()
    reset(stub_demo.data)
    assert not stub_demo.data.exists()
    assert not private.exists()


def test_demo_on_full_disk_says_how_much_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launching.shutil, "disk_usage", lambda folder: SimpleNamespace(free=100 * launching.MB))
    with pytest.raises(EmbeddedError, match=r"Only 100 MB are free .* needs 500 MB"):
        launching.refuse_full_disk(tmp_path)


@pytest.mark.parametrize("text", ["", "0", "65536", "80a", "-1", "８０"])
def test_port_number_of_no_port_is_refused(text: str) -> None:
    with pytest.raises(EmbeddedError, match="must be a number from 1 to 65535"):
        demo.port_number(text)


def test_demo_environment_without_demo_is_empty(tmp_path: Path) -> None:
    assert demo_environment(tmp_path / "nowhere") == {}
