"""A site asks its main clinic by taps, a physician there signs the advice, the site reads it; a slip is written."""

import pytest
from playwright.sync_api import Page, expect

from dispensing.models import DoseElsewhere, Question
from tests import cast
from tests.browser import eyes
from tests.browser.eyes import runs_over
from tests.browser.hands import PHONE, Hands
from tests.dispensing import morning
from tests.plugins.clones import CommittedDatabase

pytestmark = pytest.mark.browser


def looks_right(page: Page) -> None:
    found = eyes.faults(page)
    assert found == []
    assert runs_over(page) == 0


@pytest.mark.browser_context_args(**PHONE)
def test_question_is_asked_answered_and_read_and_a_slip_is_written_down(
    committed_db: CommittedDatabase, at_six_ten: None, served: str, page: Page
) -> None:
    morning.opened_bottle()
    patient = morning.patient()
    hands = Hands(page, served)

    hands.come_in(cast.DISPENSER, f"/dispensing/patients/{patient.pk}/")
    hands.touch(page.get_by_role("link", name="Hỏi cơ sở điều trị").first)
    ask(hands)
    answer(hands)
    read(hands)
    write_down_the_slip(hands, f"/dispensing/patients/{patient.pk}/following/")


def ask(hands: Hands) -> None:
    page = hands.page
    hands.touch(page.get_by_text("Thuốc khác uống cùng"))
    hands.touch(page.get_by_role("button", name="Gửi câu hỏi"))
    expect(page.get_by_text("Ghi câu hỏi.")).to_be_visible()
    page.get_by_label("Câu hỏi").fill("Mới uống rifampicin từ hôm qua, có cho uống liều như đơn không?")
    looks_right(page)
    hands.touch(page.get_by_role("button", name="Gửi câu hỏi"))
    expect(page.get_by_text("Đang chờ bên kia")).to_be_visible()
    hands.board()
    expect(page.get_by_text("Chờ cơ sở điều trị trả lời 1 câu").first).to_be_attached()


def answer(hands: Hands) -> None:
    page = hands.page
    hands.come_in(cast.CLINIC_PHYSICIAN, "/dispensing/questions/")
    looks_right(page)
    hands.touch(page.get_by_role("link", name="rifampicin"))
    page.get_by_role("textbox", name="Trả lời").fill("Cho uống liều như đơn, theo dõi dấu hiệu thiếu thuốc.")
    page.get_by_label("PIN của bạn, để ký").fill(cast.PIN)
    looks_right(page)
    hands.touch(page.get_by_role("button", name="Ký trả lời"))
    expect(page.get_by_text("Đã ký trả lời. Trạm thấy ngay.")).to_be_visible()


def read(hands: Hands) -> None:
    page = hands.page
    hands.come_in(cast.DISPENSER, "/dispensing/questions/")
    hands.touch(page.get_by_role("link", name="rifampicin"))
    expect(page.get_by_text("Trả lời là lời khuyên, không phải y lệnh.")).to_be_visible()
    looks_right(page)
    hands.touch(page.get_by_role("button", name="Đã đọc, xong"))
    expect(page.get_by_text("Đã xong câu hỏi.")).to_be_visible()
    assert Question.objects.get().closed_at is not None


def write_down_the_slip(hands: Hands, following: str) -> None:
    page = hands.page
    hands.go(following)
    looks_right(page)
    hands.touch(page.get_by_role("link", name="Ghi từ giấy của nơi khác"))
    page.get_by_label("Uống ngày").fill("2026-11-23")
    page.get_by_label("Mỗi ngày uống (mg)").fill("65")
    page.get_by_label("Tên nơi đó").fill("Bệnh viện đa khoa tỉnh")
    page.get_by_label("Số giấy").fill("214/PX")
    page.get_by_label("Ai ở nơi đó xác nhận?").fill("ĐD. Hạnh")
    looks_right(page)
    hands.touch(page.get_by_role("button", name="Ghi liều ở nơi khác"))
    expect(page.get_by_text("Bệnh viện đa khoa tỉnh (bệnh viện)")).to_be_visible()
    looks_right(page)
    assert DoseElsewhere.objects.get().counts
