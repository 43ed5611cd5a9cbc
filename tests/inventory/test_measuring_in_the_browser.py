"""Measuring as people do it: at the cupboard, with a phone in the hand, the book hidden until the number is kept."""

import pytest
from playwright.sync_api import Page, expect

from core.ids import new_id
from inventory.models import BottleMeasure, Key, MeasuringDevice
from inventory.services import keys
from tests import cast, world_stock
from tests.browser.eyes import Eyes
from tests.entrance import signed_in
from tests.inventory.site import Site
from tests.plugins.clones import CommittedDatabase
from tests.world import NOW

pytestmark = pytest.mark.browser

PATHS = (
    "/inventory/bottles/{opened}/measure/",
    "/inventory/checks/",
    "/inventory/closed/",
    "/inventory/naloxone/",
    "/inventory/devices/new/",
    "/inventory/devices/{device}/check/",
    "/inventory/keys/",
    "/dispensing/handover/",
)


@pytest.fixture
def site(committed_db: CommittedDatabase) -> Site:
    return Site(world_stock.act_as(cast.DISPENSER, now=NOW))


def come_in(page: Page, served: str) -> None:
    cookie = signed_in(cast.DISPENSER).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": served}])


def test_pages_of_findings_are_within_the_screen_and_legible(site: Site, served: str, page: Page) -> None:
    keys.take(command=keys.Take(new_id(), (Key.STORAGE,)), by=site.by, now=NOW)
    device = MeasuringDevice.objects.get(facility_id=site.here).pk
    come_in(page, served)
    eyes = Eyes()
    for path in PATHS:
        page.goto(served + path.format(opened=site.opened, device=device))
        assert (path, eyes.look(page)) == (path, [])


def test_measure_is_entered_before_the_book_shows(site: Site, served: str, page: Page) -> None:
    site.dose(site.opened, 13_700)
    come_in(page, served)
    page.set_viewport_size({"width": 360, "height": 740})

    page.goto(f"{served}/inventory/bottles/{site.opened}/")
    expect(page.get_by_text("986,3")).to_have_count(0)
    page.get_by_role("link", name="Đo chai").click()
    expect(page.get_by_text("986,3")).to_have_count(0)
    page.get_by_label("Số đọc trên ống đong (mL)").fill("250 + 250 + 250")  # the last filling forgotten
    page.get_by_text("Tôi ở một mình").click()
    page.get_by_label("Vì sao chỉ có một mình").fill("mở cửa một mình")
    page.get_by_role("button", name="Ghi số đo").click()

    expect(page.get_by_text("Đo lại và gõ lại số vừa đọc.")).to_be_visible()
    expect(page.get_by_label("Số đọc trên ống đong (mL)")).to_have_value("")
    expect(page.get_by_text("986,3")).to_have_count(0)
    assert Eyes().look(page) == []
    page.get_by_label("Số đọc trên ống đong (mL)").fill("250 + 250 + 250 + 234")
    page.get_by_role("button", name="Ghi số đo").click()

    expect(page.get_by_text("986,3 mL")).to_be_visible()
    expect(page.get_by_text("thiếu 2,3 mL")).to_be_visible()
    expect(page.get_by_text("trong mức cho phép")).to_be_visible()
    assert BottleMeasure.objects.get().readings == ["250", "250", "250", "234"]
