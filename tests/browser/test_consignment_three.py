"""One consignment in three browsers: the store-keeper's desk, the carrier's phone, the site's desk and phone."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from core.scanning import encode
from inventory.models import Consignment, CustodyEvent
from inventory.rules.custody import State
from inventory.rules.scancodes import BOTTLE
from tests import cast
from tests.browser import eyes
from tests.browser.eyes import runs_over
from tests.entrance import signed_in
from tests.inventory.road import SEALS, Road, stored
from tests.plugins.clones import CommittedDatabase

pytestmark = [pytest.mark.browser, pytest.mark.slow(15)]
PICTURES = os.environ.get("TRAM_PICTURES", "")
WHERE = {"latitude": 21.386021, "longitude": 103.023012}
Door = Callable[[cast.Member, int], Page]


@pytest.fixture
def door(committed_db: CommittedDatabase, served: str, browser: Browser) -> Iterator[Door]:
    """A browser of its own for each person; the device gives its position."""
    with ExitStack() as stack:

        def come_in(member: cast.Member, width: int) -> Page:
            context = stack.enter_context(
                browser.new_context(
                    viewport={"width": width, "height": 780}, geolocation=WHERE, permissions=["geolocation"],
                    base_url=served, locale="vi-VN",
                )
            )  # fmt: skip
            cookie = signed_in(member).cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": served}])
            return context.new_page()

        yield come_in


def look(page: Page, name: str) -> None:
    """Within the screen, legible for assistive technology; a picture where one is asked for."""
    found = eyes.faults(page)
    assert (name, found) == (name, [])
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert runs_over(page) == 0, name
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"three-{name}-{width}.png"), full_page=True)


def picture() -> dict[str, object]:
    out = BytesIO()
    Image.new("RGB", (320, 240), (90, 120, 60)).save(out, "JPEG")
    return {"name": "thung.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def page_of(consignment: Consignment, step: str = "") -> str:
    return f"/inventory/consignments/{consignment.pk}/{step}"


def ask(site: Page) -> None:
    """The site's request (dự trù): proposed by the product, two figures changed, signed and sent."""
    site.goto("/inventory/requests/")
    site.get_by_role("link", name="Lập dự trù").click()
    site.get_by_text("Xem và sửa từng con số").click()
    site.get_by_label("Tổng liều mỗi ngày (mg)").fill("4800")
    site.get_by_role("button", name="Tính lại").click()
    expect(site.get_by_text("Đề xuất 8 chai 1000 mL")).to_be_visible()
    site.get_by_role("button", name="Ghi dự trù, rồi xem lại").click()
    site.get_by_role("link", name="Ký và gửi").click()
    site.get_by_label("PIN của bạn").fill(cast.DISPENSER.pin)
    site.get_by_role("button", name="Ký và gửi").click()
    expect(site.get_by_text("Đã gửi dự trù.")).to_be_visible()


def approve(keeper: Page) -> None:
    """The store-keeper's answer: two bottles, and why not more."""
    keeper.goto("/inventory/requests/month/")
    keeper.get_by_role("link", name="Duyệt", exact=True).click()
    keeper.get_by_label("Duyệt", exact=True).first.fill("2")
    keeper.get_by_label("Vì sao khác").first.fill("Kho còn ít, giao thêm tuần sau.")
    keeper.get_by_label("PIN của bạn").fill(cast.STORE_KEEPER.pin)
    keeper.get_by_role("button", name="Ký duyệt").click()


def prepare(keeper: Page) -> Consignment:
    """What was approved, picked lot by lot."""
    keeper.get_by_role("link", name="Chuẩn bị chuyến thuốc").click()
    expect(keeper.locator("[name=take_b0]")).to_have_value("2")
    keeper.get_by_label("Người vận chuyển").select_option(label=cast.CARRIER.full_name)
    keeper.get_by_label("Phương tiện").fill("xe máy")
    keeper.get_by_label("Đường đi").fill("QL279")
    keeper.get_by_label("Dự kiến đến ngày").fill("2026-11-24")
    keeper.get_by_label("Lúc", exact=True).fill("11:00")
    keeper.get_by_role("button", name="Ghi chuyến này, rồi đóng gói").click()
    keeper.wait_for_url("**/consignments/**")
    return Consignment.objects.get()


def another_way(carrier: Page) -> None:
    """A new leg: the road is closed, the same carrier goes round."""
    carrier.get_by_role("link", name="Đổi người chở, đổi đường").click()
    carrier.get_by_text("Còn nguyên", exact=True).click()
    carrier.get_by_label("Vì sao đổi").fill("sạt lở ở chân đèo")
    carrier.get_by_label("Đường đi tiếp").fill("đường tránh Nà Tấu")
    carrier.get_by_label("Lúc", exact=True).fill("14:30")
    carrier.get_by_label("PIN của bạn").fill(cast.CARRIER.pin)
    look(carrier, "new-leg")
    carrier.get_by_role("button", name="Ký, sang chặng mới").click()
    expect(carrier.get_by_text("Đã ghi chặng mới")).to_be_visible()
    expect(carrier.get_by_text("đường tránh Nà Tấu")).to_be_visible()


def scan(page: Page, *numbers: int) -> None:
    for number in numbers:
        page.evaluate(
            "digits => document.dispatchEvent(new CustomEvent('tram:scan', {detail: {digits}, cancelable: true}))",
            encode(BOTTLE, number),
        )


def second_signs(page: Page, member: cast.Member) -> None:
    page.get_by_label("Người ký cùng", exact=True).select_option(member.username)
    page.get_by_label("PIN của người đó").fill(member.pin)


def inspected(receiver: Page, consignment: Consignment, *, whole: bool) -> None:
    receiver.goto(page_of(consignment))
    receiver.get_by_role("link", name="Đọc niêm phong trên thùng").click()
    receiver.get_by_label("Số đọc được trên niêm phong").fill(" ".join(SEALS))
    receiver.get_by_text("Còn nguyên" if whole else "Không còn nguyên", exact=True).click()
    receiver.locator("input[type=file]").set_input_files(picture())  # type: ignore[arg-type]
    look(receiver, f"inspect-{'whole' if whole else 'broken'}")
    receiver.get_by_role("button", name="Ghi niêm phong như đã đọc").click()
    receiver.wait_for_url("**/receive/")


def counted(receiver: Page, *numbers: int) -> None:
    scan(receiver, *numbers)
    second_signs(receiver, cast.WITNESS)
    receiver.get_by_label("PIN của bạn").fill(cast.DISPENSER.pin)
    receiver.get_by_role("button", name="Đây là tất cả những gì có trong thùng").click()


def test_a_consignment_from_request_to_closed_in_three_browsers(door: Door) -> None:
    keeper, carrier, receiver = door(cast.STORE_KEEPER, 1280), door(cast.CARRIER, 360), door(cast.DISPENSER, 1280)
    ask(receiver)
    approve(keeper)
    sent = prepare(keeper)
    numbers = CustodyEvent.objects.get().content["stated"]["bottles"]

    carrier.goto(page_of(sent, "transport/"))
    carrier.get_by_text("Người đi cùng", exact=True).click()
    carrier.get_by_label("Vì sao").fill("đường vắng")
    look(carrier, "ask")
    carrier.get_by_role("button", name="Gửi yêu cầu").click()
    expect(carrier.get_by_text("đang chờ trả lời")).to_be_visible()

    keeper.goto(page_of(sent))
    keeper.get_by_role("link", name="Đóng gói và niêm phong").click()
    for number in numbers:
        keeper.get_by_text(encode(BOTTLE, number)).click()
    keeper.get_by_label("Số niêm phong của thùng").fill(" ".join(SEALS))
    keeper.locator("input[type=file]").set_input_files(picture())  # type: ignore[arg-type]
    second_signs(keeper, cast.CLINIC_PHYSICIAN)
    keeper.get_by_role("button", name="thùng đã niêm phong").click()
    keeper.get_by_role("link", name="Giao cho người vận chuyển").click()
    keeper.get_by_label("PIN của bạn (người giao)").fill(cast.STORE_KEEPER.pin)
    keeper.get_by_label("PIN của người vận chuyển").fill(cast.CARRIER.pin)
    keeper.get_by_role("button", name="Hai người ký").click()
    expect(keeper.get_by_text("không trả lời").first).to_be_visible()
    look(keeper, "handed-over")

    carrier.goto("/inventory/carry/")
    carrier.get_by_role("link", name="Niêm phong còn nguyên? Báo").click()
    expect(carrier.get_by_text("vị trí máy báo")).to_be_visible()
    look(carrier, "position")
    carrier.get_by_text("Còn nguyên", exact=True).click()
    carrier.get_by_role("button", name="Báo ngay").click()
    expect(carrier.get_by_text("Đã báo.")).to_be_visible()
    point = CustodyEvent.objects.get(step="check_point").content["stated"]
    assert point["position"] == ["21.38602", "103.02301"]
    another_way(carrier)
    carrier.get_by_role("link", name="Đã đến nơi").click()
    carrier.get_by_role("button", name="Thùng đã ở đây, chưa mở").click()

    inspected(receiver, sent, whole=True)
    counted(receiver, *numbers)
    expect(receiver.get_by_text("đã nhận đủ").first).to_be_visible()
    look(receiver, "received")
    keeper.goto(page_of(sent))
    expect(keeper.locator(".custody-photos img")).to_have_count(2)
    keeper.get_by_role("link", name="Kết thúc chuyến").click()
    keeper.locator("main form button[type=submit]").click()
    expect(keeper.get_by_text("đã kết thúc").first).to_be_visible()
    look(keeper, "closed")


def test_a_broken_seal_counts_down_on_both_sides(door: Door) -> None:
    road = Road(stored(cast.MAIN_CLINIC, 2))
    road.leave()
    road.arrive()
    sent = road.row()
    receiver, keeper = door(cast.DISPENSER, 360), door(cast.STORE_KEEPER, 1280)
    inspected(receiver, sent, whole=False)
    counted(receiver, *road.numbers)
    for page in (receiver, keeper):
        page.goto(page_of(sent))
        expect(page.get_by_text("Vụ việc đang mở")).to_be_visible()
        expect(page.get_by_text("còn")).not_to_have_count(0)
        expect(page.get_by_text("Hạn báo cáo")).to_contain_text("còn")
        look(page, "broken-seal")
    assert road.state() is State.DISPUTED
