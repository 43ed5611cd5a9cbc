"""What a process keeps for a minute is forgotten before each test, so that no test counts on what ran before it."""

import pytest

from core.queries import nights
from facilities.services import overdose


@pytest.fixture(autouse=True)
def nothing_kept_of_the_overdose_card() -> None:
    overdose.forget()


@pytest.fixture(autouse=True)
def a_good_night() -> None:
    """Every page would ask once; a test of the night forgets this."""
    nights.keep(())
