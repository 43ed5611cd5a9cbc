"""The monthly cycle in a real browser: the site proposes and sends, the clinic changes a line and prepares the box."""

import pytest
from playwright.sync_api import Page, expect

from inventory.models import Consignment, Request
from tests import cast
from tests.browser.test_custody import as_somebody, look
from tests.inventory.asking import Asking
from tests.plugins.clones import CommittedDatabase

pytestmark = pytest.mark.browser


def test_site_asks_and_the_clinic_changes_approves_and_prepares(
    committed_db: CommittedDatabase, served: str, page: Page
) -> None:
    as_somebody(page, served, cast.DISPENSER, 360)
    page.goto(f"{served}/inventory/requests/")
    look(page, "requests", 360)
    page.get_by_role("link", name="Lập dự trù").click()
    page.get_by_text("Xem và sửa từng con số").click()
    page.get_by_label("Tổng liều mỗi ngày (mg)").fill("4800")
    page.get_by_role("button", name="Tính lại").click()
    expect(page.get_by_text("Đề xuất 8 chai 1000 mL")).to_be_visible()
    look(page, "request-draft", 360)
    page.get_by_role("button", name="Ghi dự trù, rồi xem lại").click()
    expect(page.get_by_role("link", name="Ký và gửi")).to_be_visible()
    look(page, "request", 360)
    page.get_by_role("link", name="Ký và gửi").click()
    page.get_by_label("PIN của bạn").fill(cast.DISPENSER.pin)
    page.get_by_role("button", name="Ký và gửi").click()
    expect(page.get_by_text("Đã gửi dự trù.")).to_be_visible()

    as_somebody(page, served, cast.STORE_KEEPER, 1280)
    page.goto(f"{served}/inventory/requests/month/")
    look(page, "requests-month", 1280)
    page.get_by_role("link", name="Duyệt", exact=True).click()
    page.get_by_label("Duyệt", exact=True).first.fill("4")
    page.get_by_label("Vì sao khác").first.fill("Kho còn ít, giao thêm tuần sau.")
    page.get_by_label("PIN của bạn").fill(cast.STORE_KEEPER.pin)
    look(page, "request-approve", 1280)
    page.get_by_role("button", name="Ký duyệt").click()
    expect(page.get_by_role("link", name="Chuẩn bị chuyến thuốc")).to_be_visible()
    look(page, "request-approved", 1280)
    page.get_by_role("link", name="Chuẩn bị chuyến thuốc").click()
    expect(page.locator("[name=take_b0]")).to_have_value("4")
    page.get_by_label("Phương tiện").fill("xe máy")
    page.get_by_label("Đường đi").fill("QL279")
    page.get_by_label("Dự kiến đến ngày").fill("2026-11-25")
    page.get_by_label("Lúc").fill("10:00")
    look(page, "request-prepare", 1280)
    page.get_by_role("button", name="Ghi chuyến này, rồi đóng gói").click()
    page.wait_for_url("**/consignments/**")

    assert Asking(id=Request.objects.get().pk).last().consignment_id == Consignment.objects.get().pk
    as_somebody(page, served, cast.SITE_HEAD, 1280)
    page.goto(f"{served}/inventory/reports/use/")
    look(page, "use-report", 1280)
    page.set_viewport_size({"width": 360, "height": 740})
    look(page, "use-report", 360)
