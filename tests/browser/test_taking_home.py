"""Doses taken home in a real browser, on the phone and at the desk: allowed, handed out, labelled, brought back."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core import clock
from dispensing.models import TakeHomeVial
from tests import cast, world
from tests.browser import eyes
from tests.browser.eyes import runs_over
from tests.browser.hands import Hands
from tests.dispensing import taking_home
from tests.plugins.clones import CommittedDatabase
from tests.plugins.served import Server

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("TRAM_PICTURES", "")
BACK = world.NOW + timedelta(days=3)
WIDTHS = (1280, 360)
A4 = ("labels", "sheet")  # keeps its size on a screen


def look(page: Page, name: str) -> None:
    """Within the screen and legible at both sizes; a picture where one is asked for."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 740})
        if PICTURES:
            page.screenshot(path=str(Path(PICTURES) / f"home-{name}-{width}.png"), full_page=True)
        found = eyes.faults(page)
        assert (name, width, found) == (name, width, [])
        assert name in A4 or runs_over(page) == 0, name


@pytest.mark.browser_context_args(has_touch=True)
def test_two_days_are_allowed_handed_out_labelled_and_brought_back(
    committed_db: CommittedDatabase, at_six_ten: None, server: Server, page: Page
) -> None:
    patient = taking_home.ready(signed=False)
    hands, here = Hands(page, server.address), f"/dispensing/patients/{patient.pk}/following/"

    hands.come_in(cast.PHYSICIAN, here)
    hands.press("Ký cho mang về")
    look(page, "allow")
    hands.tap("cho mang về")
    page.get_by_label("Mỗi lần nhiều nhất").fill("2")
    page.get_by_label("PIN của bạn").fill(cast.PHYSICIAN.pin)
    hands.press("Ký")
    expect(page.get_by_text("Người bệnh tự nguyện và ký cam kết trước")).to_be_visible()
    hands.tap("Người bệnh tự nguyện")
    page.get_by_label("PIN của bạn").fill(cast.PHYSICIAN.pin)
    hands.press("Ký")
    expect(page.locator("#take-home")).to_contain_text("mỗi lần nhiều nhất 2 ngày")

    page.context.clear_cookies()
    hands.come_in(cast.DISPENSER, here)
    look(page, "allowed")
    hands.press("Giao lọ mang về")
    look(page, "hand-out")
    hands.tap("Người bệnh tự đến nhận")
    hands.alone("một mình ca sáng")
    hands.press("Ghi giao lọ")
    expect(page.locator(".label")).to_have_count(2)
    expect(page.locator(".label").first).to_contain_text("Để xa tầm tay trẻ em")
    look(page, "labels")
    hands.go(here)
    expect(page.locator("#take-home")).to_contain_text("Đang giữ 2 lọ")
    look(page, "held")
    hands.go(f"/dispensing/days/{world.TODAY}/")
    expect(page.get_by_role("heading", name="Giao lọ mang về")).to_be_visible()
    look(page, "sheet")

    server.kill()
    server.start(clock=BACK.isoformat())
    with clock.at(BACK):
        hands.come_in(cast.DISPENSER, here)
    expect(page.locator("#take-home")).to_contain_text("2 lọ đã qua ngày, chưa ghi trả.")
    look(page, "back")
    hands.press("Giao nhầm, chưa mang về…")
    look(page, "void")
    hands.press("Quay lại")
    hands.touch(page.get_by_role("link", name="Ghi về lọ này").first)
    expect(page.get_by_label("Đo được trong lọ")).to_be_hidden()
    hands.tap("trả lại lọ còn thuốc")
    page.get_by_label("Đo được trong lọ").fill("3")
    page.get_by_label("Ghi thêm").fill("uống một nửa")
    hands.alone("một mình ca sáng")
    look(page, "vial")
    hands.press("Ghi về lọ này")
    hands.press("Đã nhận đủ 1 vỏ lọ rỗng")
    expect(page.get_by_text("đã nhận 1 vỏ lọ rỗng")).to_be_visible()
    expect(page.locator("#take-home")).to_contain_text("không được tính")
    look(page, "counted")
    assert not TakeHomeVial.objects.filter(patient=patient, reports__isnull=True).exists()
