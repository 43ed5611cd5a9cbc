"""docker-compose.yml: every container is held small, no secret is in it, and its very commands serve the product."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg
import pytest

from config.embedded import processes
from config.embedded.postgres import _SETTINGS
from tests.plugins.clones import CommittedDatabase
from tests.plugins.databases import valkey_number
from tests.plugins.servers import ROOT, Servers
from tests.production import keeping
from tests.production.composed import Composed, compose, filled, secrets

pytestmark = pytest.mark.slow(20)

HOST: Final = "tram.example.vn"
PATIENCE: Final = 90.0
LONG_RUNNING: Final = {"db", "valkey", "web", "worker", "beat", "wal", "caddy"}
PRODUCT: Final = ("migrate", "web", "worker", "beat", "wal", "manage", "point")
FILES: Final = ("docker-compose.yml", "Dockerfile", ".env.example", "config/production/Caddyfile")
HOSTS_OF_REGISTRIES: Final = re.compile(
    r"\b(?:docker\.io|ghcr\.io|quay\.io|gcr\.io|pypi|registry[.-])|https?://(?!127|\$|tram)"
)


@pytest.fixture
def services() -> dict[str, Any]:
    return compose()["services"]


def test_every_container_is_held_small(services: dict[str, Any]):
    assert set(services) >= {*LONG_RUNNING, "migrate"}
    for name, service in services.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert "cap_add" not in service, name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert service["user"] not in {"root", "0", "0:0"}, name
        assert {"cpus", "memory", "pids"} <= set(service["deploy"]["resources"]["limits"]), name
        assert {"max-size", "max-file"} <= set(service["logging"]["options"]), name
        assert "privileged" not in service, name
        if name in LONG_RUNNING:
            assert service["restart"] == "unless-stopped", name
            assert name == "wal" or service["healthcheck"]["test"], name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in compose()["volumes"] or source in {"./certs", "./keys"}, volume


def test_nobody_gets_more_than_their_work_needs(services: dict[str, Any]):
    owners = [name for name, service in services.items() if "database_owner_password" in service.get("secrets", [])]
    copiers = [name for name, service in services.items() if "database_backup_password" in service.get("secrets", [])]
    published = [name for name, service in services.items() if service.get("ports")]

    assert set(owners) == {"db", "migrate", "manage"}
    assert set(copiers) == {"db", "worker", "wal"}
    assert published == ["caddy"]
    assert "outside" not in services["db"]["networks"] + services["valkey"]["networks"] + services["wal"]["networks"]
    assert compose()["networks"]["inside"]["internal"]
    assert services["web"]["healthcheck"]["test"][-1] == "web"
    assert services["web"]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    asked = {name for service in services.values() for name in service.get("secrets", [])}
    assert asked == set(compose()["secrets"])


def test_no_file_holds_a_secret_or_the_address_of_a_registry():
    for file in FILES:
        text = (ROOT / file).read_text(encoding="utf-8")
        assert not HOSTS_OF_REGISTRIES.search(text), file
        assert not re.search(r"AGE-SECRET-KEY|://[^/\s:]+:[^/\s@$]+@", text), file
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines():
        if re.search(r"PASSWORD|SECRET|KEY", line.partition("=")[0]) and not line.startswith("#"):
            assert line.endswith("="), line
    with pytest.raises(KeyError, match="TRAM_HOST"):
        filled(compose()["x-environment"]["ALLOWED_HOSTS"], {})
    known = {line.partition("=")[0] for line in (ROOT / ".env.example").read_text().splitlines() if line[:1].isalpha()}
    assert set(re.findall(r"(?<!\$)\$\{(\w+)", (ROOT / "docker-compose.yml").read_text())) <= known


def test_what_an_installation_keeps_beside_the_source_is_never_part_of_it():
    """An upgrade is a git checkout in the very folder that holds the secrets."""
    beside = set(re.findall(r"\./([a-z]+)[/:]", (ROOT / "docker-compose.yml").read_text(encoding="utf-8")))
    ignored = set((ROOT / ".gitignore").read_text(encoding="utf-8").splitlines())

    assert beside >= {"secrets", "certs", "keys"}
    assert {f"/{folder}/" for folder in beside} | {"/.env"} <= ignored


def test_database_is_the_one_that_the_tests_run_on(services: dict[str, Any], super_url: str):
    with psycopg.connect(super_url) as connection:
        major = connection.execute("SELECT current_setting('server_version_num')::int / 10000").fetchone()
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert (
        re.findall(r"^FROM postgres:(\d+) AS database$", dockerfile, re.MULTILINE) == [str(major[0])] if major else []
    )
    made = services["db"]["environment"]["POSTGRES_INITDB_ARGS"].split()
    here = (ROOT / "config/embedded/postgres.py").read_text(encoding="utf-8")
    assert made == [argument for argument in made if f'"{argument}"' in here]
    assert f"timezone={_SETTINGS['timezone']}" in services["db"]["command"]


@pytest.fixture
def composed(committed_db: CommittedDatabase, servers: Servers, tmp_path: Path) -> Composed:
    secrets(tmp_path / "secrets", servers)
    _key, recipient = keeping.pair(tmp_path)
    port = processes.free_port()
    valkey = f"127.0.0.1:{servers.valkey.port}"
    places = {
        "db:5432/tram": f"127.0.0.1:{servers.postgres.port}/{committed_db.name}",
        "valkey:6379/0": f"{valkey}/{valkey_number()}",
        "valkey:6379/1": f"{valkey}/{valkey_number()}",
        "web:8000": f"127.0.0.1:{port}",
        "0.0.0.0": "127.0.0.1",  # noqa: S104
        "8000": str(port),
        "/srv/": f"{tmp_path}/",
        "/tmp/beat": str(tmp_path / "beat"),  # noqa: S108
        "/tmp/metrics": str(tmp_path / "metrics"),  # noqa: S108
    }
    for name in ("files", "day-heads", "backups", "wal"):
        (tmp_path / name).mkdir()
    variables = {"TRAM_HOST": HOST, "TRAM_BACKUP_RECIPIENT": recipient}
    made = Composed(tmp_path, variables=variables, places=places)
    return made


@pytest.mark.slow
def test_the_very_commands_of_migration_web_worker_and_beat_serve_the_product_in_production(composed: Composed):
    alone = {name: composed.environment("web")[name] for name in ("PATH", "STATIC_ROOT")}  # as the image is made
    collected = composed.run("web", ["python", "-m", "config.production.collect"], only=alone)
    assert collected.returncode == 0, collected.stdout
    migrated = composed.run("migrate", composed.command("migrate"))
    assert migrated.returncode == 0, migrated.stdout
    checked = composed.run("manage", composed.command("manage", "check", "--deploy", "--fail-level", "WARNING"))
    assert checked.returncode == 0, checked.stdout
    started = []
    try:
        started = [composed.start(name) for name in ("web", "worker", "beat")]
        address = f"http://127.0.0.1:{composed.places['8000']}"
        with httpx.Client(base_url=address, headers={"Host": HOST, "X-Forwarded-Proto": "https"}, timeout=10) as client:
            until(lambda: ready(client), composed)
            page = client.get("/staff/sign-in/")
            assert page.status_code == httpx.codes.OK
            assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
            assert "unsafe" not in page.headers["Content-Security-Policy"]
            assert {"Secure", "SameSite=Lax"} <= set(page.headers["Set-Cookie"].split("; "))
            [style, *_more] = re.findall(r'href="(/static/[^"]+\.[0-9a-f]{12}\.css)"', page.text)
            assert client.get(style).headers["Cache-Control"].startswith("max-age=315360000")
            assert client.get("/staff/sign-in/", headers={"X-Forwarded-Proto": "http"}).status_code == 301
            assert client.get("/staff/sign-in/", headers={"Host": "elsewhere.example"}).status_code == 400
            assert client.get("/metrics").status_code == 401
            token = (composed.folder / "secrets" / "metrics_token").read_text().strip()
            told = client.get("/metrics", headers={"Authorization": f"Bearer {token}"}).text
            assert re.search(r'tram_requests_total\{method="GET",route="staff:sign-in",status="200"\} 1.0', told)
            assert 'tram_part_up{part="beat"} 1.0' in told
        for name in ("web", "worker", "beat"):
            lines = [line for line in (composed.folder / f"{name}.log").read_text().splitlines() if line[:1] == "{"]
            assert all({"time", "level", "logger", "message"} <= json.loads(line).keys() for line in lines), name
            assert lines or name == "beat"
        for name in ("web", "worker", "beat"):
            assert composed.run(name, composed.check(name)).returncode == 0, name
    finally:
        for process in reversed(started):
            processes.stop(process)
    assert composed.run("web", composed.check("web")).returncode == 1


def ready(client: httpx.Client) -> bool:
    try:
        answer = client.get("/readyz")
    except httpx.TransportError:
        return False
    return answer.status_code == httpx.codes.OK and all(part["ok"] for part in json.loads(answer.text).values())


def until(happened: Callable[[], bool], composed: Composed) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        logs = "\n".join(processes.tail(log) for log in sorted(composed.folder.glob("*.log")))
        assert time.monotonic() < deadline, logs
        time.sleep(0.2)


def test_settings_that_production_cannot_do_without_are_refused_in_a_sentence(tmp_path: Path):
    variables = {"TRAM_HOST": HOST, "TRAM_BACKUP_RECIPIENT": keeping.pair(tmp_path)[1]}
    composed = Composed(tmp_path, variables=variables, places={})
    whole = composed.environment("web")
    for name in [name for name in whole if name.endswith("_FILE")]:
        file = tmp_path / "secrets" / Path(whole[name]).name
        file.parent.mkdir(exist_ok=True)
        file.write_text("k1:b3V0c2lkZS1wcm9kdWN0aW9uLW9ubHktMDEyMzQ1Njc=" if "identity" in name.lower() else "x" * 60)
    asking = (
        "import os\nfrom config.backup import setup\nfrom config.environment import Environment\n"
        "from pathlib import Path\nfrom django.core.exceptions import ImproperlyConfigured\nimport runpy\n"
        "whole = dict(os.environ)\nsaid = []\n"
        "for left_out in os.environ['LEFT_OUT'].split():\n"
        "    os.environ.clear(); os.environ.update({k: v for k, v in whole.items() if k != left_out})\n"
        "    try:\n        runpy.run_path('config/settings.py')\n    except ImproperlyConfigured as error:\n"
        "        said.append(left_out); assert left_out.removesuffix('_FILE') in str(error), error\n"
        "print(' '.join(said))\n"
    )
    needed = [
        "SECRET_KEY_FILE", "ALLOWED_HOSTS", "DATABASE_URL", "CELERY_BROKER_URL", "DAY_HEADS_KEY_FILE",
        "IDENTITY_KEYS_FILE", "TRAM_BACKUPS", "TRAM_BACKUP_RECIPIENT",
    ]  # fmt: skip
    ran = subprocess.run(
        [sys.executable, "-c", asking], cwd=ROOT, env={**whole, "LEFT_OUT": " ".join(needed)}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == needed
