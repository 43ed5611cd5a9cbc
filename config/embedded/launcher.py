"""Starts the demo's servers and processes in order, watches over them and stops them all."""

import contextlib
import fcntl
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from config.backup import keys as backup_keys
from config.embedded import leftovers, places, processes
from config.embedded.credentials import Credentials, load_or_generate
from config.embedded.environment import DATA, ENVIRONMENT_FILE, ROOT
from config.embedded.errors import EmbeddedError
from config.embedded.files import read_json, write_private_json
from config.embedded.postgres import Postgres
from config.embedded.processes import LOOPBACK
from config.embedded.roles import prepare_database
from config.embedded.valkey import Valkey

DATABASE_FILE = "database.json"
LOCK_FILE = "demo.lock"
BACKUP_KEY_FILE = "backup-identity.txt"
NEEDED_MB = 500
READY_SECONDS = 60.0
LOOK_SECONDS = 0.1
WEB_WORKERS = 2
MB = 1024 * 1024
ANOTHER_PORT = "take another port, for example make demo PORT=8010."

# What the person's shell may hold for other purposes and the demo's processes must not inherit.
FOREIGN_PREFIXES = ("TRAM_", "DATABASE_", "DAY_HEADS_", "GRANIAN_", "CELERY_", "DJANGO_")
FOREIGN_NAMES = {"SECRET_KEY", "ALLOWED_HOSTS", "VALKEY_URL", "STATIC_ROOT"}


@contextlib.contextmanager
def held(data: Path = DATA) -> Iterator[None]:
    """Hold the data folder, one launcher or reset at a time; the lock goes with the process that holds it.

    Raises EmbeddedError where a demo runs from this folder.
    """
    places.make_data_folder(data)
    with (data / LOCK_FILE).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise EmbeddedError(
                "A demo is already running from this folder; stop it first, with Ctrl-C in its terminal."
            ) from None
        yield


@dataclass(frozen=True)
class Child:
    """A process that must run for as long as the demo does."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path


class Launcher:
    """The demo of one data folder; `stop` ends whatever `start` began, however far it came."""

    def __init__(self, *, port: int, data: Path = DATA, root: Path = ROOT) -> None:
        self.port = port
        self.data = data
        self.root = root
        self.logs = data / "logs"
        self.children: list[Child] = []
        self._stack = contextlib.ExitStack()

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.port}/"

    def start(self) -> None:
        """Start everything and return when people can use it. Raises EmbeddedError with what is wrong."""
        refuse_busy_port(self.port)
        refuse_full_disk(self.data)
        leftovers.end(self.data)
        self.logs.mkdir(mode=0o700, exist_ok=True)
        application, owner = self._start_servers(load_or_generate(self.data))
        self._manage("migrate", "--no-input", variables={**application, **owner})
        self._manage("demo_data", variables={**application, **owner})
        self._start_web(application)
        self._wait_until_healthy()
        self._start_jobs(application)

    def watch(self) -> NoReturn:
        """Wait for ever. Raises EmbeddedError, with the tail of its log, when a child ends by itself."""
        while True:
            self._refuse_ended_child()
            time.sleep(LOOK_SECONDS)

    def stop(self) -> None:
        """Stop all children, what people use before what that stands on, and wait until they are gone."""
        self._stack.close()
        self.children.clear()
        leftovers.forget(self.data)

    def _start_servers(self, credentials: Credentials) -> tuple[dict[str, str], dict[str, str]]:
        """Start PostgreSQL and Valkey; return the variables of web and worker, and the owner's."""
        place = places.settle(self.data)
        refuse_full_disk(place.folder)
        postgres = Postgres(place, credentials, self.logs / "postgres.log")
        self._stack.callback(postgres.stop)
        postgres.start(preferred_port=self._last_port(DATABASE_FILE, "application"))
        self._keep("PostgreSQL", postgres.process, postgres.log)
        valkey = Valkey(place, credentials, self.logs / "valkey.log")
        self._stack.callback(valkey.stop)
        valkey.start(preferred_port=self._last_port(ENVIRONMENT_FILE, "VALKEY_URL"))
        self._keep("Valkey", valkey.process, valkey.log)
        prepare_database(postgres)
        addresses = {
            "application": postgres.application_url(),
            "owner": postgres.owner_url(),
            "superuser": postgres.superuser_url(),
        }
        application = {
            "TRAM_ENV": "demo",
            "DATABASE_URL": addresses["application"],
            "CELERY_BROKER_URL": valkey.url(0),
            "VALKEY_URL": valkey.url(1),
            "SECRET_KEY": credentials.secret_key,
            "DAY_HEADS_KEY": credentials.day_heads_key,
            "ALLOWED_HOSTS": "127.0.0.1,localhost,[::1]",
            "TRAM_DATA_DIR": str(self.data),
            "DAY_HEADS_DIR": str(self.data / "day-heads"),
            "TRAM_BACKUP_RECIPIENT": self._backup_recipient(),
        }
        owner = {"DATABASE_OWNER_URL": addresses["owner"]}
        write_private_json(self.data / DATABASE_FILE, addresses)
        write_private_json(self.data / ENVIRONMENT_FILE, {**application, **owner})
        return application, owner

    def _backup_recipient(self) -> str:
        """The demo makes its own key pair; production's private key never lies beside the server."""
        file = self.data / BACKUP_KEY_FILE
        return str(backup_keys.identity(file).to_public()) if file.exists() else backup_keys.make(file)

    def _manage(self, *command: str, variables: Mapping[str, str]) -> None:
        """Run a management command to its end."""
        log = self.logs / f"{command[0]}.log"
        process = self._spawn(["manage.py", *command], log=log, variables=variables)
        while process.poll() is None:
            self._refuse_ended_child()
            time.sleep(LOOK_SECONDS)
        if process.returncode != 0:
            raise EmbeddedError(_failure(f"manage.py {command[0]} failed", log))

    def _start_web(self, variables: Mapping[str, str]) -> None:
        listen = ("--interface", "wsgi", "--no-ws", "--host", LOOPBACK, "--port", str(self.port))
        workers = ("--workers", str(WEB_WORKERS), "--blocking-threads", "1")
        self._start_process("web", ["-m", "granian", *listen, *workers, "config.wsgi:application"], variables)

    def _start_jobs(self, variables: Mapping[str, str]) -> None:
        celery = ("-m", "celery", "--app", "config.celery:app")
        schedule = ("--schedule", str(self.data / "beat-schedule"), "--pidfile=")
        self._start_process("worker", [*celery, "worker", "--concurrency", "1", "--loglevel", "INFO"], variables)
        self._start_process("beat", [*celery, "beat", "--loglevel", "INFO", *schedule], variables)

    def _start_process(self, name: str, arguments: Sequence[str], variables: Mapping[str, str]) -> None:
        log = self.logs / f"{name}.log"
        self._keep(f"The {name} process", self._spawn(arguments, log=log, variables=variables), log)

    def _spawn(self, arguments: Sequence[str], *, log: Path, variables: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """Start this environment's Python on the product with the given variables."""
        environment = {**_own_shell(), **variables, "PYTHONUNBUFFERED": "1"}
        process = processes.spawn([sys.executable, *arguments], env=environment, log=log, folder=self.root)
        self._stack.callback(processes.stop, process)
        return process

    def _keep(self, name: str, process: subprocess.Popen[bytes] | None, log: Path) -> None:
        if process is not None:
            self.children.append(Child(name, process, log))
        leftovers.record(self.data, [child.process for child in self.children])

    def _last_port(self, file: str, name: str) -> int:
        """The port a server had last time, so that a noted address stays good; 0 where there is none."""
        return urlsplit((read_json(self.data / file) or {}).get(name, "")).port or 0

    def _refuse_ended_child(self) -> None:
        for child in self.children:
            status = child.process.poll()
            if status is not None:
                raise EmbeddedError(_failure(f"{child.name} stopped by itself ({_how(status)})", child.log))

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not self._is_healthy():
            self._refuse_ended_child()
            if time.monotonic() > deadline:
                log = self.logs / "web.log"
                raise EmbeddedError(_failure(f"The web process gave no answer in {READY_SECONDS:.0f} seconds", log))
            time.sleep(LOOK_SECONDS)

    def _is_healthy(self) -> bool:
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def refuse_busy_port(port: int) -> None:
    """Raise EmbeddedError where the web process could not listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except PermissionError:
            raise EmbeddedError(f"This user may not use port {port}; {ANOTHER_PORT}") from None
        except OSError:
            raise EmbeddedError(f"Port {port} is in use by another program; stop it or {ANOTHER_PORT}") from None


def refuse_full_disk(folder: Path) -> None:
    """Raise EmbeddedError where the databases would not have room to grow."""
    free = shutil.disk_usage(folder).free // MB
    if free < NEEDED_MB:
        raise EmbeddedError(f"Only {free} MB are free for {folder}, the demo needs {NEEDED_MB} MB; make room.")


def _own_shell() -> dict[str, str]:
    return {
        name: value
        for name, value in os.environ.items()
        if name not in FOREIGN_NAMES and not name.startswith(FOREIGN_PREFIXES)
    }


def _how(status: int) -> str:
    if status < 0:
        return f"by signal {signal.Signals(-status).name}"
    return f"exit status {status}"


def _failure(sentence: str, log: Path) -> str:
    end = processes.tail(log)
    told = f"The end of {log}:\n{end}" if end else f"{log} says nothing."
    return f"{sentence}; everything was stopped. {told}"
