"""An area manager finds the site that will run out, at a desk and on a telephone, and looks at what went wrong."""

import pytest
from playwright.sync_api import Page, expect

from core.models import AuditEvent
from dispensing.services import demand
from facilities.models import Facility
from inventory.models import AccountKind, Balance
from oversight.models import IncidentLook
from tests import cast, world, world_patients
from tests.browser import eyes
from tests.browser.eyes import runs_over
from tests.entrance import access, signed_in
from tests.inventory.site import Site
from tests.oversight.hands import said
from tests.oversight.test_hours import row
from tests.plugins.clones import CommittedDatabase

pytestmark = pytest.mark.browser
MINUTE = 61_000
PLACES = {cast.MAIN_CLINIC: (21.4, 103.0), cast.SITE: (21.6, 102.9), cast.OTHER_SITE: (21.3, 103.3)}


@pytest.fixture
def shelf_nearly_empty(committed_db: CommittedDatabase, at_six_ten: None) -> None:
    """The first site keeps less than half its opened bottle; somebody was turned away there, and hours were worked."""
    for name, (north, east) in PLACES.items():
        Facility.objects.filter(name=name).update(latitude=north, longitude=east)
    site = Site(access(cast.DISPENSER))
    closed = Balance.objects.filter(
        account__facility__name=cast.SITE, account__kind__in=[AccountKind.STORAGE, AccountKind.DISPENSING],
        quantity__gt=0, bottle__isnull=False,
    )  # fmt: skip
    for number in closed.order_by("bottle__number").values_list("bottle__number", flat=True):
        site.quarantine(number)
    site.dose(site.opened, 600_000)
    demand.push(now=world.NOW)
    said(world_patients.PHONG, "stock_out")
    row(overtime=150 * 60, payable=40 * 60, paid=30 * 60)
    row(cast.OTHER_DISPENSER, at=cast.OTHER_SITE)


def test_manager_finds_the_site_that_will_run_out(shelf_nearly_empty: None, served: str, page: Page) -> None:
    cookie = signed_in(cast.AREA_MANAGER).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": served}])
    page.clock.install()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if one.headers.get("hx-request") else None)

    def come(path: str, width: int) -> None:
        page.set_viewport_size({"width": width, "height": 740})
        page.goto(served + path)
        look(path)

    def look(path: str) -> None:
        width = page.viewport_size["width"] if page.viewport_size else 0
        assert (path, width, runs_over(page)) == (path, width, 0)
        found = eyes.faults(page)
        assert (path, found) == (path, [])

    for width in (1280, 360):
        come("/oversight/", width)
        first = page.locator(".chart-map a[aria-label]").first
        expect(first).to_have_attribute("aria-label", f"{cast.SITE}: 1 người không được uống")
        come("/oversight/hours/", width)
        expect(page.locator("#near")).to_contain_text("tới mức khoảng")

    come("/oversight/stock/", 360)
    expect(page.locator("#sites tbody tr").first).to_contain_text(cast.SITE)
    page.locator("#sites tbody tr").first.get_by_role("link", name=cast.SITE).click()
    expect(page.get_by_role("heading", name=cast.SITE)).to_be_visible()
    look("site")
    page.get_by_role("link", name="Từng lần không được uống, 30 ngày").click()
    expect(page.get_by_label("Lý do, bằng lời của bạn")).to_be_visible()
    look("why")
    page.get_by_label("giúp cơ sở xử lý").check()
    page.get_by_label("Lý do, bằng lời của bạn").fill("sắp hết thuốc, hỏi trạm")
    page.get_by_role("button", name="Ghi lý do và xem").click()
    expect(page.get_by_text("hết thuốc", exact=True)).to_be_visible()
    look("incidents")
    expect(page.get_by_text(world_patients.PHONG.code)).to_have_count(0)
    assert IncidentLook.objects.get().person_id == world.person(cast.AREA_MANAGER).pk
    assert AuditEvent.objects.filter(action="incidents.looked_at").count() == 1

    stays_true_without_moving(page, served, asked)


def stays_true_without_moving(page: Page, served: str, asked: list[str]) -> None:
    """Every minute the figures come anew; what somebody is at stays; nothing is asked while a filter is filled."""
    page.set_viewport_size({"width": 1280, "height": 740})
    page.goto(f"{served}/oversight/hours/")
    asked.clear()
    table = page.locator("#sites details")
    table.locator("summary").click()
    page.locator("#sites tbody a").first.focus()
    where = page.evaluate("window.scrollY")
    before = page.locator("[data-figures]").element_handle()

    page.clock.run_for(MINUTE)
    page.wait_for_function("old => !old.isConnected", arg=before)

    assert len(asked) == 1
    assert page.evaluate("document.activeElement.closest('#sites') !== null")
    assert page.evaluate("window.scrollY") == where
    expect(page.locator("#sites details")).to_have_attribute("open", "")

    page.get_by_label("Khu vực").focus()
    page.clock.run_for(MINUTE)
    assert len(asked) == 1
