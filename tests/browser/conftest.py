"""Fixtures of the browser tests."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from core import clock, valkey
from tests import cast, world
from tests.browser import week
from tests.browser.hands import Hands
from tests.browser.stage import Stage
from tests.plugins.clones import CommittedDatabase, PrepareForAll
from tests.plugins.served import Server


@pytest.fixture
def stage(page: Page) -> Stage:
    return Stage(page)


@pytest.fixture
def at_six_ten() -> Iterator[None]:
    """The test's own clock stands where the served product's began; nobody is held on any screen."""
    valkey.client().flushdb()
    with clock.at(world.NOW):
        yield


@pytest.fixture
def beginning(request: pytest.FixtureRequest, template: str, prepare_for_all: PrepareForAll) -> str:
    """A test at the site begins after the week, which is lived through once."""
    return prepare_for_all("tram_week", a_week) if "site" in request.fixturenames else template


def a_week() -> None:
    with clock.at(world.NOW):
        week.build()


@pytest.fixture
def site(committed_db: CommittedDatabase, at_six_ten: None) -> None:
    """Mường Pồn after a week of doses, on this test's own database."""


@pytest.fixture
def hands(site: None, server: Server, page: Page) -> Hands:
    """The dispenser of Mường Pồn, signed in at the board."""
    hands = Hands(page, server.address)
    hands.come_in(cast.DISPENSER)
    return hands
