"""A database for each worker and, where a test commits, for that test alone.

Ordinary tests use pytest-django's `db`: a transaction, rolled back. Nothing is flushed: TRUNCATE is refused.
"""

import fcntl
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from tests.plugins.databases import database_name, valkey_number
from tests.plugins.servers import WORLD, Servers

committed_numbers = itertools.count(1)
Prepare = Callable[[Callable[[], object]], str]
PrepareForAll = Callable[[str, Callable[[], object]], str]


@dataclass(frozen=True)
class CommittedDatabase:
    """A database that this test may commit to: Django's connections, in every thread, point at it."""

    name: str
    test_url: str
    app_url: str
    owner_url: str
    super_url: str
    environment: dict[str, str]


@pytest.fixture(scope="session")
def servers() -> Servers:
    """The run's PostgreSQL and Valkey."""
    return Servers.running()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker, servers: Servers
) -> Iterator[None]:
    """In place of pytest-django's: clone this worker's database, which the settings name, from the world."""
    servers.clone(database_name())
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    servers.drop(database_name())


@pytest.fixture(scope="module")
def prepare(django_db_setup: None, django_db_blocker: DjangoDbBlocker, servers: Servers) -> Iterator[Prepare]:
    """Build something in a clone of the world once for all tests of a module; answers what `template` is to name."""
    made: list[str] = []

    def prepared(build: Callable[[], object]) -> str:
        name = f"{database_name()}_{next(committed_numbers)}"
        made.append(name)
        with django_db_blocker.unblock():
            _build(servers, name, build)
        return name

    yield prepared
    for name in made:
        servers.drop(name)


@pytest.fixture(scope="session")
def prepare_for_all(django_db_setup: None, django_db_blocker: DjangoDbBlocker, servers: Servers) -> PrepareForAll:
    """The same once for the whole run, under a name: for what several modules look at and none of them changes.

    Whichever worker comes first builds it, the others wait. It goes with the run's servers.
    """

    def prepared(name: str, build: Callable[[], object]) -> str:
        made = servers.folder / f"{name}.made"
        with (servers.folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                servers.drop(name)  # of a worker that failed at it
                with django_db_blocker.unblock():
                    _build(servers, name, build)
                made.touch()
        return name

    return prepared


@pytest.fixture(scope="module")
def template() -> str:
    """What `committed_db` clones: the world; a module with more in it overrides this by way of `prepare`."""
    return WORLD


@pytest.fixture
def beginning(template: str) -> str:
    """What the `committed_db` of this one test clones: its module's template, unless its folder overrides this."""
    return template


@pytest.fixture
def committed_db(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    servers: Servers,
    beginning: str,
    request: pytest.FixtureRequest,
) -> Iterator[CommittedDatabase]:
    """A fresh clone of what the test begins with, for one that commits, uses threads or serves the product."""
    if {"db", "transactional_db"}.intersection(request.fixturenames):
        pytest.fail("committed_db is a database of its own; do not also ask for db or mark the test django_db.")
    name = f"{database_name()}_{next(committed_numbers)}"
    servers.clone(name, template=beginning)
    with django_db_blocker.unblock():
        _point_at(name)
        yield CommittedDatabase(
            name=name,
            test_url=servers.test_url(name),
            app_url=servers.postgres.application_url(name),
            owner_url=servers.postgres.owner_url(name),
            super_url=servers.postgres.superuser_url(name),
            environment=servers.environment(name, valkey_number=valkey_number()),
        )
        _point_at(database_name())
    servers.drop(name)


@pytest.fixture
def current_database(request: pytest.FixtureRequest, django_db_setup: None) -> str:
    """The name of the database that this test works on."""
    if "committed_db" in request.fixturenames:
        name: str = request.getfixturevalue("committed_db").name
        return name
    return database_name()


@pytest.fixture
def app_url(servers: Servers, current_database: str) -> str:
    """The current database as the application's role itself, without a clock of its own."""
    return servers.postgres.application_url(current_database)


@pytest.fixture
def super_url(servers: Servers, current_database: str) -> str:
    return servers.postgres.superuser_url(current_database)


@pytest.fixture(scope="session")
def idle_owners(django_db_setup: None) -> Iterator[list[psycopg.Connection]]:
    """The connection that the owner's tests on this worker's database lend each other: a new one takes 15 ms."""
    idle: list[psycopg.Connection] = []
    yield idle
    for connection in idle:
        connection.close()


@pytest.fixture
def owner_connection(
    servers: Servers, current_database: str, idle_owners: list[psycopg.Connection]
) -> Iterator[psycopg.Connection]:
    """A connection as the owner, rolled back at the end. To commit, ask for committed_db too."""
    lent = current_database == database_name()
    connection = idle_owners.pop() if lent and idle_owners else _as_owner(servers, current_database)
    try:
        yield connection
    finally:
        connection.rollback()
        if lent and not connection.autocommit:
            idle_owners.append(connection)
        else:
            connection.close()


def _as_owner(servers: Servers, database: str) -> psycopg.Connection:
    """Nothing is prepared on it: what one test rolls back would make that stale for the next."""
    url = servers.postgres.owner_url(database)
    return psycopg.connect(url, options="-c lock_timeout=10s", prepare_threshold=None)


@pytest.fixture(scope="session")
def valkey_url(servers: Servers) -> str:
    """This worker's own Valkey database."""
    return servers.valkey.url(valkey_number())


def _build(servers: Servers, name: str, build: Callable[[], object]) -> None:
    """A clone of the world with more in it."""
    before = connections.settings["default"]["NAME"]
    servers.clone(name)
    _point_at(name)
    try:
        build()
    finally:
        _point_at(before)


def _point_at(name: str) -> None:
    connections.close_all()
    connections.settings["default"]["NAME"] = name  # the dictionary that every thread's connection is made from
