"""The pictures of the documentation, taken anew by hand: `python -m pytest tests/browser/pictures.py`.

Not collected by the suite: its name is not a test's. With Pillow installed the files become smaller by a palette.
"""

import importlib.util
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from core import clock
from patients.models import Patient
from tests import cast, world, world_prescriptions
from tests.browser import week
from tests.browser.hands import PHONE, WIDE, Hands
from tests.dispensing import morning
from tests.plugins.served import Server

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "images"
LARGEST = 150_000
DRUNK = ("4010", "4028", "4036", "4044", "4116", "4161")
CARD = week.MISSED_TWO


@pytest.fixture
def half_past_six(site: None) -> None:
    """Some have been here already."""
    by = morning.access(cast.DISPENSER)
    for number, code in enumerate(DRUNK):
        at = world.NOW + timedelta(minutes=2 * number)
        with clock.at(at):
            morning.drink(Patient.objects.get(code=code), by, now=at)


@pytest.mark.parametrize(("size", "suffix"), [(WIDE, "1280"), (PHONE, "360")])
def test_pictures_of_the_board(
    half_past_six: None, server: Server, browser: Browser, size: dict[str, Any], suffix: str
) -> None:
    hands = at_the_window(browser, server, size)
    take(hands, f"board-{suffix}.png")
    hands.open(CARD)
    hands.tap("đường khó đi")
    hands.press("Tiếp tục")
    hands.settled()
    take(hands, f"card-{suffix}.png")
    hands.board()
    hands.open(week.BLOCKED)
    take(hands, f"refused-{suffix}.png")


def test_pictures_of_other_pages(half_past_six: None, server: Server, browser: Browser) -> None:
    hands = at_the_window(browser, server, WIDE)
    hands.go("/inventory/")
    take(hands, "stock.png")
    hands.come_in(cast.PHYSICIAN, "/dispensing/prescriptions/")
    patient = Patient.objects.get(code=world_prescriptions.ENDS_TOMORROW)
    hands.go(f"/dispensing/prescriptions/patients/{patient.pk}/new/")
    hands.page.locator("button[name=step][value=review], button[value=review]").first.click()
    expect(hands.page.locator("#id_pin")).to_be_visible()
    take(hands, "prescription.png")
    hands.page.context.clear_cookies()
    hands.go("/staff/sign-in/")
    take(hands, "sign-in.png")


def at_the_window(browser: Browser, server: Server, size: dict[str, Any]) -> Hands:
    context = browser.new_context(**size, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
    hands = Hands(context.new_page(), server.address)
    hands.come_in(cast.DISPENSER)
    return hands


def take(hands: Hands, name: str) -> None:
    expect(hands.page.locator("[data-network][data-state=live]")).to_be_visible()
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / name
    hands.page.screenshot(path=path, animations="disabled")
    if importlib.util.find_spec("PIL"):
        from PIL import Image

        with Image.open(path) as picture:
            few = picture.convert("RGB").quantize(128, dither=Image.Dither.NONE)
        few.save(path, optimize=True)
    assert path.stat().st_size < LARGEST
