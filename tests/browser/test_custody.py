"""A consignment in a real browser: the carrier's phone, then the site's blind count with a scanner."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.scanning import encode
from inventory.rules.custody import State
from inventory.rules.scancodes import BOTTLE
from tests import cast
from tests.browser import eyes
from tests.browser.eyes import runs_over
from tests.entrance import signed_in
from tests.inventory.road import Road, stored
from tests.plugins.clones import CommittedDatabase

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("TRAM_PICTURES", "")


def as_somebody(page: Page, served: str, member: cast.Member, width: int) -> None:
    cookie = signed_in(member).cookies["sessionid"].value
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": served}])
    page.set_viewport_size({"width": width, "height": 740})


def look(page: Page, name: str, width: int) -> None:
    """Within the screen, legible for assistive technology; a picture where one is asked for."""
    found = eyes.faults(page)
    assert (name, found) == (name, [])
    assert runs_over(page) == 0, name
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}-{width}.png"), full_page=True)


def test_carrier_reports_on_a_phone_and_the_site_counts_blind(
    committed_db: CommittedDatabase, served: str, page: Page
) -> None:
    road = Road(stored(cast.MAIN_CLINIC, 2))
    road.leave()
    as_somebody(page, served, cast.CARRIER, 360)
    page.goto(f"{served}/inventory/carry/")
    look(page, "carry", 360)
    page.get_by_role("link", name="Niêm phong còn nguyên? Báo").click()
    look(page, "check-point", 360)
    page.get_by_text("Còn nguyên", exact=True).click()
    page.get_by_label("Đang ở đâu").fill("đỉnh đèo")
    page.get_by_role("button", name="Báo ngay").click()
    expect(page.get_by_text("Đã báo.")).to_be_visible()
    page.get_by_role("link", name="Có sự cố").click()
    look(page, "incident", 360)
    road.arrive()

    as_somebody(page, served, cast.DISPENSER, 1280)
    page.goto(f"{served}/inventory/consignments/")
    look(page, "consignments", 1280)
    page.get_by_role("link", name="Đến từ").click()
    look(page, "consignment", 1280)
    page.get_by_role("link", name="Đọc niêm phong trên thùng").click()
    page.get_by_label("Số đọc được trên niêm phong").fill("NP-7001 NP-7002")
    page.get_by_text("Còn nguyên", exact=True).click()
    page.get_by_role("button", name="Ghi niêm phong như đã đọc").click()
    page.wait_for_url("**/receive/")
    for number in (*road.numbers, road.numbers[0]):
        page.evaluate(
            "digits => document.dispatchEvent(new CustomEvent('tram:scan', {detail: {digits}, cancelable: true}))",
            encode(BOTTLE, number),
        )
    expect(page.locator("[data-counted]")).to_have_text("2")
    expect(page.get_by_text("Chai này đã quét.")).to_be_visible()
    page.get_by_label("Người ký cùng").select_option(cast.WITNESS.username)
    page.get_by_label("PIN của người đó").fill(cast.WITNESS.pin)
    page.get_by_label("PIN của bạn").fill(cast.DISPENSER.pin)
    look(page, "count", 1280)
    page.get_by_role("button", name="Đây là tất cả những gì có trong thùng").click()
    expect(page.get_by_text("đã nhận đủ").first).to_be_visible()
    look(page, "received", 1280)
    assert road.state() is State.RECEIVED


@pytest.mark.parametrize("width", [1280, 360])
def test_store_keepers_pages_are_within_the_screen(
    committed_db: CommittedDatabase, served: str, page: Page, width: int
) -> None:
    road = Road(stored(cast.MAIN_CLINIC, 2))
    road.prepare()
    as_somebody(page, served, cast.STORE_KEEPER, width)
    page.goto(f"{served}/inventory/consignments/new/?bottles=3")
    look(page, "prepare", width)
    page.goto(f"{served}/inventory/consignments/{road.id}/pack/")
    look(page, "pack", width)
    road.pack()
    page.goto(f"{served}/inventory/consignments/{road.id}/hand-over/")
    look(page, "hand-over", width)
    road.hand_over()
    road.arrive()
    road.inspect()
    road.receive(road.all_of_them()[1:])
    page.goto(f"{served}/inventory/consignments/{road.id}/settle/")
    look(page, "settle", width)
    page.goto(f"{served}/inventory/consignments/{road.id}/")
    look(page, "short", width)
