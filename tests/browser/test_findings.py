"""What a site finds and a clinic destroys, in a real browser: a count with a bottle too few, its loss report and the
printed record; a destruction listed, signed by three, printed.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core import clock
from core.scanning import encode
from inventory.models import Destruction, LossReport
from inventory.rules.scancodes import BOTTLE
from tests import cast, world_stock
from tests.browser.test_custody import PICTURES, as_somebody, look
from tests.core.test_attachments import photo
from tests.inventory.counting import honest
from tests.inventory.destroying import COMMITTEE, apart
from tests.inventory.site import Site
from tests.plugins.clones import CommittedDatabase
from tests.world import NOW, TODAY

pytestmark = pytest.mark.browser


def printed(page: Page, link: str, name: str) -> None:
    """The link leads to a paper."""
    address = page.get_by_role("link", name=link).first.get_attribute("href")
    made = page.request.get(page.url.split("/inventory")[0] + str(address))
    assert made.headers["content-type"] == "application/pdf"
    assert made.body().startswith(b"%PDF-")
    if PICTURES:
        (Path(PICTURES) / f"{name}.pdf").write_bytes(made.body())


def test_count_finds_a_bottle_too_few_and_its_loss_is_reported(
    committed_db: CommittedDatabase, served: str, page: Page
) -> None:
    with clock.at(NOW):
        site = Site(world_stock.act_as(cast.DISPENSER))
        usual = honest(site)
    as_somebody(page, served, cast.DISPENSER, 360)
    page.goto(f"{served}/inventory/counts/new/")
    for each in usual.opened:
        page.locator(f"[name=reading_{each.number}]").fill(each.readings[0])
    page.get_by_label("Tủ bảo quản").fill("\n".join(encode(BOTTLE, number) for number in usual.storage[1:]))
    page.get_by_label("Tủ cấp phát").fill("\n".join(encode(BOTTLE, number) for number in usual.dispensing))
    page.locator("[name=second_username]").select_option(cast.WITNESS.username)
    page.locator("[name=second_pin]").fill(cast.WITNESS.pin)
    look(page, "count", 360)
    page.get_by_role("button", name="Đây là tất cả những gì có trong kho").click()
    expect(page.get_by_text("có chênh lệch").first).to_be_visible()
    expect(page.get_by_text("không thấy").first).to_be_visible()
    look(page, "counted", 360)
    printed(page, "In biên bản kiểm kê (PDF)", "count-record")

    page.get_by_role("link", name="Lập báo cáo mất thuốc").click()
    page.get_by_label("Người phát hiện").fill("Lò Thị Hoa")
    page.get_by_label("Diễn biến").fill("Đếm hai lần vẫn thiếu một chai")
    page.locator("[name=photos]").set_input_files({"name": "tu.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    page.locator("[name=second_username]").select_option(cast.WITNESS.username)
    page.locator("[name=second_pin]").fill(cast.WITNESS.pin)
    look(page, "loss-new", 360)
    page.get_by_role("button", name="Lập báo cáo mất thuốc").click()
    expect(page.get_by_role("img", name="Ảnh 1")).to_be_visible()
    look(page, "loss", 360)
    printed(page, "In báo cáo thất thoát (PDF)", "loss-record")
    page.set_viewport_size({"width": 1280, "height": 800})
    look(page, "loss", 1280)
    assert LossReport.objects.get().line is not None


def test_clinic_destroys_what_stands_in_quarantine_with_three_signatures(
    committed_db: CommittedDatabase, served: str, page: Page
) -> None:
    with clock.at(NOW):
        number = apart(world_stock.act_as(cast.STORE_KEEPER))
    as_somebody(page, served, cast.STORE_KEEPER, 1280)
    page.goto(f"{served}/inventory/")
    page.get_by_role("link", name="Hủy thuốc").click()
    page.get_by_role("link", name="Lập đợt hủy").click()
    page.get_by_text(encode(BOTTLE, number)).click()
    page.get_by_label("Số thông báo").fill("31/TB")
    page.get_by_role("textbox", name="Thông báo gửi đến").fill("Sở Y tế Điện Biên")
    page.get_by_label("Ngày gửi thông báo").fill(f"{TODAY - timedelta(20):%Y-%m-%d}")
    page.get_by_role("textbox", name="Ngày hủy").fill(f"{TODAY:%Y-%m-%d}")
    page.get_by_label("Nơi hủy").fill("sân sau cơ sở điều trị")
    page.get_by_label("Cách hủy").fill("trộn vôi, chôn")
    look(page, "destruction-new", 1280)
    page.set_viewport_size({"width": 360, "height": 740})
    look(page, "destruction-new", 360)
    page.get_by_role("button", name="Ghi danh mục và thông báo").click()
    look(page, "destruction-planned", 360)
    printed(page, "In danh mục (PDF)", "destruction-list")

    page.get_by_role("link", name="Hội đồng ký biên bản").click()
    page.locator("[name=minutes]").fill("Đổ vào hố vôi, trộn đều, lấp đất. Đủ danh mục.")
    for row, member in enumerate(COMMITTEE):
        page.locator(f"[name=person_{row}]").select_option(member.username)
        page.locator(f"[name=duty_{row}]").select_option(str(member.duty))
        page.locator(f"[name=pin_{row}]").fill(member.pin if row else "000000")
    look(page, "destruction-sign", 360)
    page.get_by_role("button", name="Hội đồng ký: đã hủy hết danh mục").click()
    expect(page.get_by_text("PIN chưa đúng")).to_be_visible()
    expect(page.locator("[name=minutes]")).to_have_value("Đổ vào hố vôi, trộn đều, lấp đất. Đủ danh mục.")
    page.set_viewport_size({"width": 1280, "height": 800})
    look(page, "destruction-refused", 1280)
    for row, member in enumerate(COMMITTEE):
        page.locator(f"[name=pin_{row}]").fill(member.pin)
    page.get_by_role("button", name="Hội đồng ký: đã hủy hết danh mục").click()
    expect(page.get_by_text("Hội đồng đã ký. Đã ghi sổ: đã hủy.")).to_be_visible()
    look(page, "destruction-done", 1280)
    page.set_viewport_size({"width": 360, "height": 740})
    look(page, "destruction-done", 360)
    printed(page, "In biên bản hủy (PDF)", "destruction-record")
    page.get_by_role("link", name="Về danh sách hủy thuốc").click()
    look(page, "destructions", 360)
    assert Destruction.objects.get().members.count() == 3

    as_somebody(page, served, cast.DISPENSER, 360)
    page.goto(f"{served}/inventory/destructions/")
    expect(page.get_by_text("trả về cơ sở điều trị")).to_be_visible()
    look(page, "destructions-satellite", 360)
