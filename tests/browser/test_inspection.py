"""An inspection in a real browser: the head marks the moment on a phone, the dispenser counts, the head signs."""

import pytest
from playwright.sync_api import Page, expect

from inventory.models import AccountKind, Inspection
from inventory.services import ledger, recalls
from tests import cast, world, world_stock
from tests.browser.test_custody import as_somebody, look
from tests.inventory.destroying import of_lot
from tests.inventory.site import Site
from tests.plugins.clones import CommittedDatabase

pytestmark = pytest.mark.browser


def count(page: Page, site: Site) -> None:
    """Read every label and the opened bottle, as the book has them now."""
    state = site.state(site.opened)
    page.get_by_label(f"{state.label}:").fill(str(state.book_ul / 1000).replace(".", ","))
    page.get_by_label("Tủ bảo quản: nhãn từng chai").fill(" ".join(map(str, site.closed())))
    page.get_by_label("Tủ cấp phát: nhãn từng chai còn nguyên").fill(
        " ".join(map(str, site.closed(AccountKind.DISPENSING)))
    )
    page.locator("[name=second_username]").select_option(cast.WITNESS.username)
    page.locator("[name=second_pin]").fill(cast.WITNESS.pin)
    page.get_by_role("button", name="Đây là tất cả những gì có trong kho").click()


def test_head_marks_the_moment_the_dispenser_counts_and_the_head_signs(
    committed_db: CommittedDatabase, served: str, page: Page
) -> None:
    site = Site(world_stock.act_as(cast.DISPENSER))
    as_somebody(page, served, cast.SITE_HEAD, 360)
    page.goto(f"{served}/inventory/")
    page.get_by_role("link", name="Thanh tra", exact=True).click()
    look(page, "inspections", 360)
    page.get_by_role("link", name="Đoàn đã đến: ghi mốc").click()
    page.get_by_label("Trưởng đoàn: họ tên").fill("Ông Lò Văn Thanh")
    page.get_by_label("Cơ quan").fill("Thanh tra Sở Y tế")
    page.get_by_label("Số quyết định, giấy giới thiệu").fill("112/QĐ-TTr")
    page.get_by_label("Ngày của văn bản").fill("2026-11-20")
    look(page, "inspection-new", 360)
    page.get_by_role("button", name="Ghi mốc, bắt đầu đếm").click()
    expect(page.get_by_text("Đếm trước. Số trên sổ hiện ra sau khi đếm.")).to_be_visible()
    expect(page.locator("main").get_by_text("mL")).to_have_count(0)
    look(page, "inspection-blind", 360)

    ledger.post(site.dose(site.opened, 6_500), facility_id=site.here)  # dosing goes on
    as_somebody(page, served, cast.DISPENSER, 360)
    page.goto(f"{served}/oversight/inspections/")
    page.get_by_role("link", name="Đếm thuốc cho đoàn").click()
    look(page, "inspection-count", 360)
    count(page, site)
    expect(page.get_by_text("Đã kiểm kê: khớp sổ.")).to_be_visible()

    as_somebody(page, served, cast.SITE_HEAD, 1280)
    page.goto(f"{served}/oversight/inspections/{Inspection.objects.get().pk}/")
    expect(page.get_by_text("ghi sau mốc")).to_be_visible()
    look(page, "inspection", 1280)
    page.set_viewport_size({"width": 360, "height": 740})
    look(page, "inspection", 360)
    page.get_by_role("link", name="Kết thúc, ký").click()
    page.get_by_label("Trưởng đoàn tự ghi họ tên").fill("Lò Văn Thanh")
    page.get_by_label("PIN của bạn").fill(cast.SITE_HEAD.pin)
    look(page, "inspection-end", 360)
    page.get_by_role("button", name="Ký kết thúc thanh tra").click()
    expect(page.get_by_text("Đã ký kết thúc thanh tra.")).to_be_visible()
    page.get_by_role("link", name="Danh tính theo văn bản").click()
    expect(page.get_by_text("Chưa ghi văn bản pháp lý: danh tính không mở.")).to_be_visible()
    look(page, "inspection-identities", 360)


def test_recall_shows_each_places_answer(committed_db: CommittedDatabase, served: str, page: Page) -> None:
    row = recalls.declare(command=of_lot(), by=world_stock.act_as(cast.STORE_KEEPER), now=world.NOW)
    as_somebody(page, served, cast.DISPENSER, 360)
    page.goto(f"{served}/inventory/recalls/{row.pk}/")
    expect(page.get_by_text("Từng cơ sở trả lời")).to_be_visible()
    look(page, "recall", 360)
    page.get_by_role("link", name="Ai đã uống từ lô này").click()
    look(page, "recall-drinkers", 360)
