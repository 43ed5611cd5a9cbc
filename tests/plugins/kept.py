"""What a process keeps for a minute is forgotten before each test, so that no test counts on what ran before it."""

import pytest

from facilities.services import overdose


@pytest.fixture(autouse=True)
def nothing_kept_of_the_overdose_card() -> None:
    overdose.forget()
