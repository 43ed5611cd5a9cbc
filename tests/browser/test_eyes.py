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
