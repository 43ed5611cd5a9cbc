"""What is left out because it was seen, and what is not."""

import pytest
from playwright.sync_api import Page

from tests.browser.eyes import Eyes

pytestmark = pytest.mark.browser

FRAME = '<html lang="vi"><head><title>Trạm</title></head><body><main><h1>Trạm</h1>{}</main></body></html>'
LEGIBLE = '<p class="row"><span>65 mg</span></p>'
PALE = '<p class="row"><span style="color: #ccc">65 mg</span></p>'
PALE_GROUND = '<section style="background: #555">{}</section>'


def faults(eyes: Eyes, page: Page, body: str) -> list[str]:
    page.set_content(FRAME.format(body))
    return [fault.id for fault in eyes.faults(page)]


def test_new_colours_are_measured_wherever_they_stand_and_known_ones_once(page: Page) -> None:
    eyes = Eyes()
    assert faults(eyes, page, LEGIBLE * 3) == []
    assert faults(eyes, page, LEGIBLE * 3 + PALE) == ["color-contrast"]
    assert faults(eyes, page, LEGIBLE + PALE_GROUND.format(LEGIBLE)) == ["color-contrast"]
    assert faults(eyes, page, LEGIBLE + '<input style="color: #ddd" aria-label="mg" value="65">') == ["color-contrast"]
    assert faults(eyes, page, LEGIBLE + "<img src=x>") == ["image-alt"]
    assert faults(eyes, page, LEGIBLE * 3) == []


def test_eyes_for_what_is_grave_see_exactly_that(page: Page) -> None:
    page.set_content("<html><body><img src=x><input><h4>Trạm</h4><p style='color: #ccc'>65 mg</p></body></html>")

    all_of_it = Eyes().faults(page)

    assert {"region", "landmark-one-main"} <= {fault.id for fault in all_of_it if fault.impact == "moderate"}
    assert Eyes(grave=True).faults(page) == [fault for fault in all_of_it if fault.impact in {"serious", "critical"}]
