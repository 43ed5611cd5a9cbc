"""The throw-away PostgreSQL and Valkey of one test run, shared by its workers."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO

import psutil
import psycopg
from psycopg import sql

from config.embedded import places
from config.embedded.credentials import Credentials, generate
from config.embedded.files import read_json, write_private_json
from config.embedded.places import Place, Programs
from config.embedded.postgres import Postgres
from config.embedded.roles import prepare_database, set_password
from config.embedded.valkey import Valkey
from tests.plugins import kept_template

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER_VARIABLE = "TRAM_TEST_SERVERS"
FOLDER_PREFIX = "tram-tests-"
MEMORY = Path("/dev/shm")  # noqa: S108 - a file system in memory; nothing here is to outlive the run
ROOM = 2 * 1024**3  # several times what a run was seen to need
TEMPLATE = "tram_template"
WORLD = "tram_world"
TESTER = "tram_test"
CLOCK = "2026-11-24T06:10:00+07:00"  # a Tuesday, ten minutes after opening
NO_PLACE = Place(None, Path(os.devnull), Programs(Path(os.devnull), Path(os.devnull)))


@dataclass(frozen=True)
class Servers:
    """The running servers, as every process of the run knows them."""

    folder: Path
    postgres: Postgres
    valkey: Valkey

    @classmethod
    def running(cls) -> "Servers":
        """The servers of this run. Only to be called in a run that has some."""
        folder = Path(os.environ[FOLDER_VARIABLE])
        known = read_json(folder / "servers.json")
        credentials = Credentials(**known["credentials"])
        log = Path(os.devnull)
        return cls(
            folder,
            Postgres(NO_PLACE, credentials, log, port=known["postgres_port"]),
            Valkey(NO_PLACE, credentials, log, port=known["valkey_port"]),
        )

    def test_url(self, database: str) -> str:
        """As the tests' own role: the application's rights and the right to a clock of one's own."""
        return self.postgres.url(role=TESTER, password=self.postgres.credentials.application, database=database)

    def environment(self, database: str, *, valkey_number: int = 0) -> dict[str, str]:
        """The variables of a process of the product on that database, its clock set as tests expect."""
        return {
            "TRAM_ENV": "test",
            "TRAM_CLOCK": CLOCK,
            "DATABASE_URL": self.test_url(database),
            "DATABASE_OWNER_URL": self.postgres.owner_url(database),
            "CELERY_BROKER_URL": self.valkey.url(valkey_number),
            "VALKEY_URL": self.valkey.url(valkey_number),
            "TRAM_DATA_DIR": str(self.folder),
            "DAY_HEADS_DIR": str(self.folder / f"day-heads-{database}"),
        }

    @contextlib.contextmanager
    def maintenance(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(self.postgres.superuser_url("postgres"), autocommit=True) as connection:
            yield connection

    def clone(self, name: str, *, template: str = WORLD) -> None:
        """Make a database with everything that the template holds."""
        with self.maintenance() as connection:
            names = {"name": sql.Identifier(name), "template": sql.Identifier(template)}
            for statement in (
                "CREATE DATABASE {name} TEMPLATE {template} OWNER tram_owner STRATEGY FILE_COPY",
                "REVOKE ALL ON DATABASE {name} FROM PUBLIC",
                "GRANT CONNECT ON DATABASE {name} TO tram_app",
            ):
                connection.execute(sql.SQL(statement).format(**names))

    def drop(self, name: str) -> None:
        """Drop a database, ending the connections that a test left open."""
        with self.maintenance() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextlib.contextmanager
def started() -> Iterator[Servers]:
    """Start both servers in a folder of their own, known to later processes; leave nothing behind."""
    _remove_abandoned()
    folder = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX, dir=places.PRIVATE_ROOT))
    places.make_data_folder(folder)
    with contextlib.ExitStack() as stack:
        stack.callback(places.remove, folder)
        stack.enter_context(_held(folder))
        place = stack.enter_context(_in_memory(places.settle(folder), folder.name))
        credentials = generate()
        postgres = Postgres(place, credentials, folder / "postgres.log", durable=False)
        stack.callback(postgres.stop)
        postgres.start()
        valkey = Valkey(place, credentials, folder / "valkey.log", durable=False)
        stack.callback(valkey.stop)
        valkey.start()
        known = {
            "postgres_port": postgres.port,
            "valkey_port": valkey.port,
            "credentials": asdict(credentials),
        }
        write_private_json(folder / "servers.json", known)
        os.environ[FOLDER_VARIABLE] = str(folder)
        yield Servers(folder, postgres, valkey)


def make_templates(servers: Servers) -> None:
    """Make the migrated template and the one with the tests' cast of people and sites in it.

    Raises subprocess.CalledProcessError with the output of the step that failed.
    """
    make_template(servers)
    _close(servers, TEMPLATE)
    servers.clone(WORLD, template=TEMPLATE)
    if (ROOT / "tests" / "world.py").exists() or (ROOT / "tests" / "world").is_dir():
        _run(["-m", "tests.plugins.world"], servers, WORLD)
    _close(servers, WORLD)


def make_template(servers: Servers) -> None:
    """Make the migrated template: from the dump of an earlier run, else by migrating, and keep a dump of it."""
    prepare_database(servers.postgres, name=TEMPLATE)
    with servers.maintenance() as connection:
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN IN ROLE tram_app, tram_own_clock").format(sql.Identifier(TESTER))
        )
        set_password(connection, role=TESTER, password=servers.postgres.credentials.application)
    programs = places.programs_in_wheels().postgres
    dump = kept_template.dump()  # named before migrating: a file that changes meanwhile must not have its name on it
    with kept_template.by_one_alone(dump):
        if not kept_template.restore(servers.postgres, TEMPLATE, programs, dump=dump):
            _run(["manage.py", "migrate", "--verbosity", "0"], servers, TEMPLATE)
            kept_template.keep(servers.postgres, TEMPLATE, programs, dump=dump)


def _run(arguments: list[str], servers: Servers, database: str) -> None:
    subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **servers.environment(database)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )


def _close(servers: Servers, template: str) -> None:
    """Gather statistics for the planner, then let nobody in: a template in use cannot be cloned."""
    with psycopg.connect(servers.postgres.superuser_url(template), autocommit=True) as connection:
        connection.execute("ANALYZE")
    with servers.maintenance() as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(template)))
        connection.execute("CHECKPOINT")


@contextlib.contextmanager
def _in_memory(place: Place, name: str) -> Iterator[Place]:
    """The place with its data in memory, where that has the room; else as it is.

    A clone is over a thousand small files: half a second of a core on a disk, a twentieth of that in memory.
    """
    folder = MEMORY / name
    try:
        room = min(shutil.disk_usage(MEMORY).free, psutil.virtual_memory().available // 2)
    except OSError:
        room = 0
    if room < ROOM:
        yield place
        return
    places.make_data_folder(folder)
    try:
        yield replace(place, folder=folder)
    finally:
        shutil.rmtree(folder)


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold the folder's lock for the whole run, so that a later run sees whether this one still lives."""
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _remove_abandoned() -> None:
    """Remove what runs left behind that were ended by force (their servers ended with them)."""
    for folder in places.PRIVATE_ROOT.glob(f"{FOLDER_PREFIX}*"):
        try:
            with (folder / "lock").open() as file:
                if _nobody_holds(file):
                    places.remove(folder)
        except OSError:  # another user's, or one that is just being made or removed
            continue
    for folder in MEMORY.glob(f"{FOLDER_PREFIX}*"):
        if not (places.PRIVATE_ROOT / folder.name).exists():
            shutil.rmtree(folder, ignore_errors=True)


def _nobody_holds(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
