"""What a process keeps for a minute is forgotten before each test, so that no test counts on what ran before it."""

import pytest

from core import clock
from core.queries import nights
from facilities.services import overdose, settings

A_RUN = 3600.0  # seconds: on a busy machine a minute ends in the middle of what a test counts the statements of
settings.KEPT_FOR = A_RUN
setattr(overdose, "KEPT_FOR", A_RUN)  # noqa: B010  it is final to everybody else


@pytest.fixture(autouse=True)
def a_clock_set_anew() -> None:
    """Each test begins at the set time, however long its worker has run."""
    clock._shift.cache_clear()


@pytest.fixture(autouse=True)
def nothing_kept_of_the_overdose_card() -> None:
    overdose.forget()


@pytest.fixture(autouse=True)
def a_good_night() -> None:
    """Every page would ask once; a test of the night forgets this."""
    nights.keep(())
