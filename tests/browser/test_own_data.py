"""A patient asks what is kept of them: opened with a reason, written down, answered; and has a photo taken. At a desk
and on a telephone."""

import os
from io import BytesIO
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect

from demo.portraits import drawn
from tests import cast
from tests.browser.eyes import runs_over
from tests.browser.hands import Hands
from tests.dispensing import morning
from tests.patients import records
from tests.plugins.clones import CommittedDatabase

pytestmark = pytest.mark.browser


def looked_at(page: Page, name: str) -> None:
    """Legible, and within the screen. TRAM_SHOTS: a folder to keep pictures in."""
    assert [rule["id"] for rule in Axe().run(page).response["violations"]] == []
    assert runs_over(page) == 0
    if folder := os.environ.get("TRAM_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def takes_a_photo(hands: Hands, code: str, card: str) -> None:
    """From the card with the telephone, and back: the face stands there, the dose and the button below it still too."""
    page = hands.page
    hands.go(card)
    looked_at(page, "card-without-360")
    page.get_by_role("link", name="Chụp ảnh").click()
    page.get_by_text("Người bệnh đồng ý cho chụp và giữ ảnh").click()
    heavy = BytesIO()  # of a kind that the server does not take: the telephone makes a light one of it first
    Image.open(BytesIO(drawn("a", woman=False))).save(heavy, "BMP")
    photo = {"name": "IMG_0412.bmp", "mimeType": "image/bmp", "buffer": heavy.getvalue()}
    page.locator("input[name=taken]").set_input_files(photo)  # type: ignore[arg-type]
    page.wait_for_function("document.querySelector('[name=taken]').files[0].type === 'image/jpeg'")
    looked_at(page, "photo-360")
    hands.press("Lưu ảnh")
    expect(page.get_by_text("Đã lưu ảnh.")).to_be_visible()
    looked_at(page, "photo-kept-360")
    hands.press("Về thẻ")
    hands.stands(code)
    hands.tap("thẻ điều trị")
    hands.press("Tiếp tục")
    for width, height in ((360, 740), (1280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        for shown in (".who-face img", ".dose-big >> nth=0", "[data-confirm-button]"):
            expect(page.locator(shown)).to_be_in_viewport(ratio=1)
        looked_at(page, f"card-face-{width}")
    page.get_by_alt_text("chạm để xem lớn").click()
    expect(page.locator(".who-face[open]")).to_be_visible()


@pytest.mark.browser_context_args(has_touch=True)
def test_what_a_patient_asks_is_opened_written_down_and_answered(
    committed_db: CommittedDatabase, served: str, page: Page
):
    morning.opened_bottle()
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

    takes_a_photo(hands, patient.code, f"/dispensing/patients/{patient.pk}/")

    hands.come_in(cast.PROVINCE_MANAGER, "/patients/retention/")
    expect(page.get_by_text(gone.code)).to_be_visible()
    looked_at(page, "retention-360")
    page.get_by_label("PIN của bạn").fill(cast.PIN)
    page.get_by_role("button", name="Ký bỏ danh tính của danh sách này").click()
    expect(page.get_by_text("chờ quản trị máy chủ chạy lệnh")).to_be_visible()
