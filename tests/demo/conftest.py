"""The tiny province as it stands after its history: lived through once for all tests that only look at it."""

import pytest

from tests.demo.tiny import at, run
from tests.plugins.clones import PrepareForAll


@pytest.fixture(scope="session")
def lived(prepare_for_all: PrepareForAll) -> str:
    """The database that `run(at(6, 10))` leaves, committed. `template` of the modules that clone it."""
    return prepare_for_all("tram_lived", lambda: run(at(6, 10)))
