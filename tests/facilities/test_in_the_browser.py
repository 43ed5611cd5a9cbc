"""The settings as people meet them: within the screen, legible, and a change made by keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from tests import cast, world
from tests.browser.eyes import Eyes
from tests.entrance import signed_in
from tests.plugins.clones import CommittedDatabase

pytestmark = [pytest.mark.browser, pytest.mark.slow(11)]


def test_settings_are_within_the_screen_and_changed_by_keyboard(
    committed_db: CommittedDatabase, served: str, page: Page
) -> None:
    cookie = signed_in(cast.PROVINCE_MANAGER).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": served}])
    eyes = Eyes()
    site = world.facility(cast.SITE).pk

    def look(path: str) -> None:
        page.goto(served + path)
        assert (path, eyes.look(page)) == (path, [])

    look(f"/facilities/settings/?facility={site}")
    look(f"/facilities/settings/{site}/DosingSettings.missed_half_dose_cap_mg/")
    value = page.get_by_label("Giá trị mới")
    value.fill("37,5")
    value.press("Enter")  # the decision is still missing: the browser or the server asks for it, nothing is lost
    expect(value).to_have_value("37,5")
    source = page.get_by_label("Căn cứ")
    source.fill("QĐ 12/QĐ-SYT ngày 20/11/2026")
    source.press("Enter")

    expect(page.get_by_text("sắp áp dụng")).to_be_visible()
    look(f"/facilities/settings/{site}/DosingSettings.missed_half_dose_cap_mg/")
    look(f"/facilities/settings/?facility={site}")
