"""docker-compose.yml as a test reads it, and its commands as they run on this machine's embedded servers.

There is no container engine here. So what a container would be given is given to a process: its command, its
environment, its secrets as files; only addresses and folders are those of this machine.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import yaml

from config.embedded import processes
from tests.plugins.servers import ROOT, Servers

FILE: Final = ROOT / "docker-compose.yml"
_VARIABLE: Final = re.compile(r"\$\{(?P<name>\w+)(?::(?P<how>[-?])(?P<word>[^}]*))?\}")
SECRETS: Final = "/run/secrets"


def compose() -> dict[str, Any]:
    """The file, its anchors merged, its variables as they stand."""
    read: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return read


def filled(text: str, variables: dict[str, str]) -> str:
    """As docker compose puts variables in: `:-` for a default, `:?` for one that must be set."""

    def put(found: re.Match[str]) -> str:
        value = variables.get(found["name"], "")
        if not value and found["how"] == "?":
            raise KeyError(f"{found['name']}: {found['word']}")
        return value or (found["word"] or "" if found["how"] == "-" else "")

    return _VARIABLE.sub(put, text).replace("$$", "$")


class Composed:
    """The services of the file as processes on a database and a Valkey of this run."""

    def __init__(self, folder: Path, *, variables: dict[str, str], places: dict[str, str]) -> None:
        self.services: dict[str, Any] = compose()["services"]
        self.folder = folder
        self.variables = variables
        self.places = {SECRETS: str(folder / "secrets"), **places}

    def local(self, text: str) -> str:
        """With this machine's addresses and folders."""
        theirs = "|".join(re.escape(place) for place in sorted(self.places, key=len, reverse=True))
        return re.sub(theirs, lambda found: self.places[found[0]], filled(text, self.variables))

    def environment(self, service: str) -> dict[str, str]:
        """What the service is given, and nothing of this test's own settings."""
        said = {name: self.local(str(value)) for name, value in self.services[service]["environment"].items()}
        path = f"{Path(sys.executable).parent}{os.pathsep}/usr/bin:/bin"
        return {"PATH": path, "PYTHONUNBUFFERED": "1", "STATIC_ROOT": str(self.folder / "static"), **said}

    def command(self, service: str, *more: str) -> list[str]:
        said = self.services[service]
        words = [*said.get("entrypoint", []), *([] if more else said.get("command", [])), *more]
        return [self.local(word) for word in words]

    def check(self, service: str) -> list[str]:
        """The service's health check."""
        kind, *words = self.services[service]["healthcheck"]["test"]
        assert kind == "CMD"
        return [self.local(word) for word in words]

    def start(self, service: str) -> subprocess.Popen[bytes]:
        return processes.spawn(
            self.command(service), env=self.environment(service), log=self.folder / f"{service}.log", folder=ROOT
        )

    def run(
        self, service: str, words: list[str], *, only: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """A command to its end, in the service's environment or in `only` that."""
        return subprocess.run(
            words,
            cwd=ROOT,
            env=self.environment(service) if only is None else only,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )


def secrets(folder: Path, servers: Servers) -> None:
    """By the very script that production runs, and then this run's own passwords of the servers."""
    made = subprocess.run(
        ["sh", "config/production/secrets.sh", str(folder)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "Copy" in made.stdout
    known = servers.postgres.credentials
    for name, word in (
        ("database_owner_password", known.owner),
        ("database_app_password", known.application),
        ("valkey_password", known.valkey),
    ):
        (folder / name).chmod(0o600)
        (folder / name).write_text(f"{word}\n")
