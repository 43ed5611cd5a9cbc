"""Starts the run's servers before Django reads its settings, and tells every process where they are.

Loaded early (`-p tests.plugins.databases`): once the settings are read it is too late to name a database.
"""

import contextlib
import os
import subprocess
from collections.abc import Generator

import pytest

from config.embedded.errors import EmbeddedError
from tests.plugins.servers import Servers, make_templates, started

WORKER_VARIABLE = "PYTEST_XDIST_WORKER"
NEEDS_NO_SERVERS = {"--collect-only", "--co", "--help", "-h", "--version", "-V", "--fixtures", "--markers"}
FOREIGN_VARIABLES = (
    "TRAM_DATABASE_ROLE",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "DAY_HEADS_KEY",
    "DAY_HEADS_DIR",
    "TRAM_DEBUG",
)
running_servers = contextlib.ExitStack()


def database_name() -> str:
    """The name of this process's own database: one per xdist worker."""
    return f"tram_{os.environ.get(WORKER_VARIABLE, 'main')}"


def valkey_number() -> int:
    """The number of this process's own Valkey database: one per xdist worker."""
    return int(os.environ.get(WORKER_VARIABLE, "gw0").removeprefix("gw")) + 1


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> Generator[None, object, object]:
    for variable in FOREIGN_VARIABLES:  # what a developer's shell holds is not what is tested
        os.environ.pop(variable, None)
    if WORKER_VARIABLE in os.environ:
        servers = Servers.running()
    elif NEEDS_NO_SERVERS.intersection(args):
        return (yield)
    else:
        try:
            servers = running_servers.enter_context(started())
        except EmbeddedError as error:
            raise pytest.UsageError(str(error)) from error
        early_config.add_cleanup(running_servers.close)
    os.environ.update(servers.environment(database_name(), valkey_number=valkey_number()))
    return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Build the templates before workers start to clone them."""
    if WORKER_VARIABLE in os.environ or "TRAM_TEST_SERVERS" not in os.environ:
        return
    try:
        make_templates(Servers.running())
    except subprocess.CalledProcessError as error:
        pytest.exit(f"{error}\n{error.stdout}", returncode=pytest.ExitCode.INTERNAL_ERROR)
