"""The pictures of the documentation, taken anew by hand: `python -m pytest tests/browser/pictures.py`.

Not collected by the suite: its name is not a test's. With Pillow installed the files become smaller by a palette.
"""

import importlib.util
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from core import clock
from core.quantities import format_ml
from dispensing.models import Sheet
from inventory.queries.window import site_window
from patients.models import Patient
from tests import cast, world, world_prescriptions
from tests.browser import week
from tests.browser.hands import PHONE, WIDE, Hands
from tests.dispensing import morning
from tests.inventory.road import Road, stored
from tests.patients import photos
from tests.plugins.served import Server

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "images"
LARGEST = 150_000
DRUNK = ("4010", "4028", "4036", "4044", "4116", "4161")
CARD = week.MISSED_TWO


@pytest.fixture
def half_past_six(site: None) -> None:
    """Some have been here already, and one of those to come agreed to a photo."""
    photos.kept(Patient.objects.get(code=CARD).pk)
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
    shoot(hands.page, name)


def shoot(page: Page, name: str, *, colours: int = 128) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / name
    page.screenshot(path=path, animations="disabled")
    if importlib.util.find_spec("PIL"):
        from PIL import Image

        with Image.open(path) as picture:
            few = picture.convert("RGB").quantize(colours, dither=Image.Dither.NONE)
        few.save(path, optimize=True)
    assert path.stat().st_size < LARGEST


def test_pictures_of_the_day(half_past_six: None, server: Server, browser: Browser) -> None:
    """Opening, what goes wrong, close, and the papers."""
    hands = at_the_window(browser, server, WIDE)
    page = hands.page
    hands.go("/dispensing/open/")
    take(hands, "day-open.png")
    hands.tap("đã khóa, nguyên vẹn")
    hands.press("Mở ngày")
    hands.open(DRUNK[0])
    hands.touch(page.locator("#card summary").filter(has_text="Có chuyện ngoài ý muốn"))
    take(hands, "what-goes-wrong.png")
    hands.press("Uống nhầm, khác số mL…")
    hands.tap("Người khác đã uống")
    page.get_by_label("Mã số người đã uống").fill(CARD)
    hands.press("Ghi lại, xem việc cần làm")
    expect(page.get_by_role("heading", name="Việc cần làm bây giờ")).to_be_visible()
    take(hands, "what-to-do-now.png")
    hands.go("/dispensing/close/")
    take(hands, "day-close.png")
    close(hands)
    take(hands, "day-closed.png")
    take_paper(hands, f"/dispensing/days/{world.TODAY}/", "day-sheet.png")
    take_paper(hands, f"/dispensing/sheets/{Sheet.objects.get().pk}/", "next-morning-sheet.png")


@pytest.mark.parametrize(("size", "suffix"), [(WIDE, "1280"), (PHONE, "360")])
def test_pictures_of_the_overdose_card(
    half_past_six: None, server: Server, browser: Browser, size: dict[str, Any], suffix: str
) -> None:
    hands = at_the_window(browser, server, size)
    hands.page.locator("[data-overdose-open]").first.click()
    expect(hands.page.locator("dialog[open]")).to_be_visible()
    take(hands, f"overdose-{suffix}.png")


def test_pictures_of_a_journey(site: None, server: Server, browser: Browser) -> None:
    """The carrier's phone, the count before the list is shown, and the whole life of one consignment."""
    road = Road(stored(cast.MAIN_CLINIC, 3))
    road.leave()
    hands = at_the_window(browser, server, PHONE)
    hands.come_in(cast.CARRIER, "/inventory/carry/")
    take(hands, "carry-360.png")
    road.arrive()
    hands.page.set_viewport_size(WIDE["viewport"])
    hands.come_in(cast.DISPENSER, f"/inventory/consignments/{road.id}/inspect/")
    take(hands, "count-blind.png")
    road.inspect()
    road.receive(road.all_of_them()[1:])
    hands.come_in(cast.STORE_KEEPER, f"/inventory/consignments/{road.id}/")
    take(hands, "consignment.png")


def close(hands: Hands) -> None:
    """As the books would have it."""
    page = hands.page
    page.get_by_label("Vẫn đóng ngày bây giờ").check()
    for bottle in site_window(facility_id=morning.site().pk).bottles:
        if not bottle.quarantined:
            page.locator(f"[name=reading_{bottle.number}]").fill(format_ml(bottle.balance_ul))
            page.locator(f"[name=seal_{bottle.number}]").fill("NP 0412")
    hands.alone("đồng nghiệp đi họp")
    hands.press("Đóng ngày")
    expect(page.get_by_role("heading", name="Đã đóng ngày")).to_be_visible()


def take_paper(hands: Hands, path: str, name: str) -> None:
    """As a printer has it, in grey: the day upright, the next morning's sheet across."""
    page = hands.page
    long, short = 1123, 794
    across = "/sheets/" in path
    page.set_viewport_size({"width": long, "height": short} if across else {"width": short, "height": long})
    page.emulate_media(media="print")
    hands.go(path)
    shoot(page, name, colours=16)
    page.emulate_media(media="screen")
