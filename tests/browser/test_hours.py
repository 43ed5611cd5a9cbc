"""Working time as people meet it: the tap on the board, a proposal confirmed on a telephone, approved, then paid; and
the rota: a proposal taken, a duty swapped between two telephones."""

import pytest
from playwright.sync_api import Page, expect

from staff.models import DutyApproval, DutyInterval, PayBatch, RotaDuty
from staff.services import proposals
from tests import cast
from tests.browser import eyes
from tests.browser.eyes import runs_over
from tests.entrance import signed_in
from tests.plugins.clones import CommittedDatabase
from tests.staff.working import seen_at_work, typed
from tests.world import NOW

pytestmark = pytest.mark.browser


def test_dispenser_confirms_head_approves_and_payroll_pays(
    committed_db: CommittedDatabase, served: str, page: Page
) -> None:
    typed(day=NOW.date().replace(day=15), begins="05:00", ends="21:30")  # a Sunday beyond the day's limit
    seen_at_work()
    seen_at_work(day=NOW.date().replace(day=21))
    proposals.propose(now=NOW)

    def come(member: cast.Member, path: str, width: int) -> None:
        cookie = signed_in(member).cookies["sessionid"].value
        page.context.clear_cookies()
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": served}])
        page.set_viewport_size({"width": width, "height": 740})
        page.goto(served + path)
        look(path)

    def look(path: str) -> None:
        assert (path, runs_over(page)) == (path, 0)
        found = eyes.faults(page)
        assert (path, found) == (path, [])

    come(cast.DISPENSER, "/dispensing/", 360)
    page.get_by_role("button", name="Bắt đầu ca của tôi").click()
    expect(page.get_by_role("button", name="Kết thúc ca của tôi")).to_be_visible()
    look("/dispensing/")

    come(cast.DISPENSER, "/staff/hours/", 360)
    page.get_by_role("button", name="Đúng cả 2 lần, tôi đồng ý làm thêm").click()
    expect(page.get_by_text("Đã xác nhận 2 lần ghi.")).to_be_visible()
    page.get_by_text("Giải thích từng phút").click()
    expect(page.get_by_text("quá mức trong ngày").first).to_be_visible()
    look("/staff/hours/")
    assert DutyInterval.objects.filter(confirmed_at__isnull=False, ended_at__isnull=True).count() == 3

    come(cast.SITE_HEAD, "/staff/hours/approve/", 1280)
    page.get_by_label("PIN của bạn").fill(cast.PIN)
    page.get_by_role("button", name="Tôi đã xem và duyệt các lần đã chọn").click()
    expect(page.get_by_text("Đã duyệt 3 lần ghi.")).to_be_visible()
    assert DutyApproval.objects.count() == 3

    come(cast.PAYROLL, "/staff/hours/payroll/", 1280)
    page.get_by_label("Số chứng từ").fill("PC 31")
    page.get_by_role("button", name="theo chứng từ này").click()
    expect(page.get_by_text("PC 31").first).to_be_visible()
    assert PayBatch.objects.count() == 1

    come(cast.SITE_HEAD, "/staff/rota/", 1280)
    page.get_by_role("link", name="Xem lịch đề nghị cho các ca trống").click()
    look("/staff/rota/propose/")
    page.get_by_role("button", name="Xếp các ca đã chọn").click()
    expect(page.get_by_text("Đã xếp")).to_be_visible()
    expect(page.get_by_text("Bốn tuần tới ngày nào cũng đủ người.")).to_be_visible()
    look("/staff/rota/ planned")

    come(cast.DISPENSER, "/staff/rota/mine/", 360)
    page.get_by_role("link", name="Đổi ca").first.click()
    look("/staff/rota/mine/…/")
    page.get_by_label(cast.SECOND_DISPENSER.full_name, exact=False).first.check()
    page.get_by_role("button", name="Hỏi người này").click()
    expect(page.get_by_text("Đã hỏi. Ca chỉ đổi khi người đó nhận.")).to_be_visible()

    come(cast.SECOND_DISPENSER, "/staff/rota/mine/", 360)
    page.get_by_role("button", name="Tôi nhận").click()
    expect(page.get_by_text("Đã đổi ca. Lịch trực đã thay.")).to_be_visible()
    assert RotaDuty.objects.filter(how="swapped", ended_at__isnull=True).exists()
    for path in ("/staff/rota/", "/staff/leave/", "/staff/certificates/", "/staff/rota/fair/"):
        come(cast.SITE_HEAD, path, 360)
