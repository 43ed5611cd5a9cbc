"""Somebody stays away three days: the list says what to do, a call is written down by taps, the item is gone."""

import pytest
from playwright.sync_api import Page, expect

from dispensing.models import ContactAttempt
from patients.models import Patient
from tests import cast
from tests.browser import eyes
from tests.browser.eyes import runs_over
from tests.browser.hands import PHONE, Hands
from tests.dispensing import staying_away
from tests.plugins.clones import CommittedDatabase

pytestmark = pytest.mark.browser


def looks_right(page: Page) -> None:
    found = eyes.faults(page)
    assert found == []
    assert runs_over(page) == 0


@pytest.mark.browser_context_args(**PHONE)
def test_third_missed_day_is_called_by_taps_and_leaves_the_list(
    committed_db: CommittedDatabase, at_six_ten: None, served: str, page: Page
) -> None:
    away, gone = staying_away.patient("DDDDMMM"), staying_away.patient("D" + 31 * "M")
    staying_away.refresh(away, gone)
    hands = Hands(page, served)

    hands.come_in(cast.DISPENSER, "/dispensing/work/")
    expect(page.get_by_text("Bỏ liều 3 ngày liên tiếp")).to_be_visible()
    looks_right(page)
    call(hands, away)
    announce(hands, away)
    close_the_road_and_confirm(hands, gone)


def call(hands: Hands, of: Patient) -> None:
    page = hands.page
    item = page.locator(".work-item", has_text=of.code)
    hands.touch(item.get_by_role("link", name="Ghi liên hệ"))
    hands.touch(page.get_by_text("Gọi điện", exact=True))
    page.get_by_label("Ghi thêm: vì sao vắng, hẹn gì").fill("xe hỏng, mai đến")
    hands.touch(page.get_by_role("button", name="Ghi lần liên hệ này"))
    expect(page.get_by_text("Chọn kết quả.")).to_be_visible()
    expect(page.get_by_label("Ghi thêm: vì sao vắng, hẹn gì")).to_have_value("xe hỏng, mai đến")
    looks_right(page)
    hands.touch(page.get_by_text("Gặp được, sẽ đến uống"))
    hands.touch(page.get_by_role("button", name="Ghi lần liên hệ này"))
    expect(page.get_by_text("Đã ghi: Gọi điện: Gặp được, sẽ đến uống")).to_be_visible()
    assert ContactAttempt.objects.get(patient=of).words == "xe hỏng, mai đến"
    hands.touch(page.get_by_role("link", name="Chưa phải gọi"))
    expect(page.locator(".work-item", has_text=of.code)).to_be_visible()


def announce(hands: Hands, of: Patient) -> None:
    page = hands.page
    hands.touch(page.locator(".work-item", has_text=of.code).get_by_role("link").first)
    expect(page.get_by_text("xe hỏng, mai đến")).to_be_visible()
    looks_right(page)
    hands.touch(page.get_by_role("link", name="Báo vắng"))
    page.get_by_label("Đến hết ngày").fill("2026-11-26")
    hands.touch(page.get_by_text("Đi làm xa"))
    looks_right(page)
    hands.touch(page.get_by_role("button", name="Ghi báo vắng"))
    expect(page.get_by_text("Vắng 3 ngày: khi về phải được đánh giá tại chỗ")).to_be_visible()


def close_the_road_and_confirm(hands: Hands, gone: Patient) -> None:
    """The head: the road, and who has been away for a month."""
    page = hands.page
    hands.come_in(cast.SITE_HEAD, "/dispensing/road/")
    hands.touch(page.get_by_text("Sạt lở", exact=True))
    page.get_by_label("Dự kiến đến hết ngày").fill("2026-11-26")
    looks_right(page)
    hands.touch(page.get_by_role("button", name="Ghi đợt này, báo cơ sở điều trị và khu vực"))
    expect(page.get_by_text("Ai chưa đến được hôm nay")).to_be_visible()
    looks_right(page)
    hands.go(f"/dispensing/patients/{gone.pk}/drop-out/")
    expect(page.get_by_text("Chưa ghi lần liên hệ nào")).to_be_visible()
    page.get_by_label("Đã tìm người bệnh thế nào, vì sao xác nhận").fill("đến nhà hai lần")
    page.get_by_label("PIN của bạn").fill(cast.PIN)
    looks_right(page)
    hands.touch(page.get_by_role("button", name="Tôi xác nhận: người này đã bỏ điều trị"))
    expect(page.get_by_text("Đã xác nhận bỏ điều trị.")).to_be_visible()
    gone.refresh_from_db()
    assert gone.status == "dropped_out"
