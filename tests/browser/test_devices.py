"""A site head enrols a device, hands over its token, and revokes it when it is lost: at the desk and on a phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests import cast
from tests.browser import eyes
from tests.browser.eyes import runs_over
from tests.entrance import signed_in
from tests.plugins.clones import CommittedDatabase

pytestmark = pytest.mark.browser
DESK, PHONE = 1280, 360


def test_head_enrols_a_device_and_revokes_it(committed_db: CommittedDatabase, served: str, page: Page) -> None:
    cookie = signed_in(cast.SITE_HEAD).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": served}])

    def fits(*widths: int) -> None:
        for width in widths:
            page.set_viewport_size({"width": width, "height": 740})
            assert eyes.faults(page) == []
            assert runs_over(page) == 0

    page.goto(f"{served}/staff/devices/")
    fits(DESK, PHONE)
    page.get_by_label("Tên thiết bị").fill("Máy tính bảng ở cửa sổ")
    page.get_by_role("button", name="Đăng ký và xem mã").click()
    token = page.get_by_label("Mã", exact=True)
    expect(token).to_have_value(re.compile(r"^tram_d_[\w-]{43}$"))
    fits(DESK, PHONE)
    page.get_by_role("link", name="Về danh sách thiết bị").click()
    page.get_by_role("button", name="Thu hồi Máy tính bảng ở cửa sổ").click()
    expect(page.get_by_text("Thiết bị này không dùng được nữa.")).to_be_visible()
    expect(page.get_by_text("đã thu hồi", exact=True)).to_be_visible()
    fits(PHONE, DESK)
    page.goto(f"{served}/api/v1/")
    page.get_by_text("/api/v1/doses/confirm/").click()
    fits(DESK, PHONE)
