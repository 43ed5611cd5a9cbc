"""An overdose at the site on a phone: found, injected, held; then the request at the clinic, and the shelf checked."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dispensing.models import Hold
from tests import cast, world_patients
from tests.browser import eyes
from tests.browser.eyes import runs_over
from tests.entrance import signed_in
from tests.inventory import shelf_hands
from tests.plugins.clones import CommittedDatabase

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("TRAM_PICTURES", "")
PHONG = world_patients.PHONG.code


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


def test_overdose_takes_ampoules_holds_the_doses_and_asks_the_clinic_for_more(
    committed_db: CommittedDatabase, served: str, page: Page
) -> None:
    shelf_hands.receive(6)
    as_somebody(page, served, cast.DISPENSER, 360)
    page.goto(f"{served}/dispensing/")
    page.locator("header [data-overdose-open]").click()
    page.get_by_role("link", name="Ghi sự cố").click()
    look(page, "overdose-new", 360)
    page.get_by_label("Mã số người bệnh").fill(PHONG)
    page.get_by_role("button", name="Bắt đầu ghi ngay").click()
    expect(page.get_by_text("Liều của người này đã dừng")).to_be_visible()
    look(page, "overdose", 360)
    page.get_by_role("button", name="Đã gọi cấp cứu").click()
    expect(page.get_by_text("Đã ghi: Đã gọi cấp cứu.")).to_be_visible()
    page.get_by_text("Naloxone: vừa tiêm").click()
    page.get_by_role("button", name="Ghi naloxone").click()
    expect(page.get_by_text("1 ống lô NX-0528")).to_be_visible()
    look(page, "overdose-timeline", 360)
    assert Hold.objects.filter(reason="overdose", patient__code=PHONG, lifted_at__isnull=True).exists()
    assert shelf_hands.stands().need.usable == 5

    page.goto(f"{served}/inventory/shelf/")
    expect(page.get_by_text("Naloxone còn 5 ống dùng được")).to_be_visible()
    look(page, "shelf", 360)
    page.get_by_role("link", name="Kiểm tra và ký").click()
    look(page, "shelf-check", 360)
    page.goto(f"{served}/inventory/shelf/ampoules/")
    look(page, "ampoules-out", 360)

    as_somebody(page, served, cast.STORE_KEEPER, 1280)
    page.goto(f"{served}/inventory/")
    look(page, "stock-of-the-clinic", 1280)
    page.get_by_role("link", name=cast.SITE).click()
    look(page, "restock", 1280)
    page.get_by_text("Đã gửi", exact=True).click()
    page.get_by_role("button", name="Trả lời trạm").click()
    expect(page.get_by_text("Báo đã gửi")).to_be_visible()

    as_somebody(page, served, cast.DISPENSER, 1280)
    page.goto(f"{served}/inventory/shelf/")
    expect(page.get_by_text("cơ sở điều trị báo đã gửi")).to_be_visible()
    look(page, "shelf", 1280)
    page.goto(f"{served}/dispensing/overdoses/")
    page.locator("main .line-title").first.click()
    look(page, "overdose", 1280)
    page.get_by_role("link", name="Viết báo cáo").click()
    look(page, "overdose-report", 1280)
