"""Fixtures of the browser tests."""

import pytest
from playwright.sync_api import Page

from tests.browser.stage import Stage


@pytest.fixture
def stage(page: Page) -> Stage:
    return Stage(page)
