"""A patient asks what is kept of them: opened with a reason, written down, answered; at a desk and on a telephone."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests import cast
from tests.browser.hands import Hands
from tests.dispensing import morning
from tests.patients import records
from tests.plugins.clones import CommittedDatabase

pytestmark = pytest.mark.browser


def looked_at(page: Page, name: str) -> None:
    """Legible, and within the screen. TRAM_SHOTS: a folder to keep pictures in."""
    assert [rule["id"] for rule in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= (page.viewport_size or {"width": 0})["width"]
    if folder := os.environ.get("TRAM_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_what_a_patient_asks_is_opened_written_down_and_answered(
    committed_db: CommittedDatabase, served: str, page: Page
):
    patient, gone = morning.patient(name="Lường Văn Hỏi"), records.long_gone()
    hands = Hands(page, served)
    page.set_viewport_size({"width": 1280, "height": 800})
    hands.come_in(cast.SITE_HEAD, f"/patients/{patient.pk}/")
    page.get_by_role("link", name="Mọi điều đã ghi").click()
    expect(page.get_by_text("Lường Văn Hỏi")).to_have_count(0)
    page.get_by_label("người bệnh hỏi, đang ở đây").check()
    page.get_by_role("button", name="Mở", exact=True).click()
    expect(page.get_by_role("heading", name="Lường Văn Hỏi")).to_be_visible()
    looked_at(page, "opened-1280")

    page.set_viewport_size({"width": 360, "height": 740})
    looked_at(page, "opened-360")
    page.get_by_text("Nhận yêu cầu mới…").click()
    page.get_by_label("sửa thông tin sai").check()
    page.get_by_label("Cụ thể").fill("năm sinh")
    page.get_by_role("button", name="Ghi yêu cầu").click()
    page.get_by_text("Ghi việc đã làm…").click()
    looked_at(page, "asked-360")
    page.get_by_label("đã trả lời người bệnh").check()
    page.get_by_role("button", name="Ghi", exact=True).click()
    expect(page.get_by_text("đã trả lời, làm xong trước hết")).to_be_visible()

    hands.come_in(cast.PROVINCE_MANAGER, "/patients/retention/")
    expect(page.get_by_text(gone.code)).to_be_visible()
    looked_at(page, "retention-360")
    page.get_by_label("PIN của bạn").fill(cast.PIN)
    page.get_by_role("button", name="Ký bỏ danh tính của danh sách này").click()
    expect(page.get_by_text("chờ quản trị máy chủ chạy lệnh")).to_be_visible()
