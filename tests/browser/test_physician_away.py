"""The order has ended and the physician is away: a word over the phone, the dose, and the signature of the next day."""

import pytest
from playwright.sync_api import Browser, Page, expect

from dispensing.models import Dose, PhoneOrder
from patients.models import Patient
from tests import cast, world
from tests.browser import eyes
from tests.browser.eyes import runs_over
from tests.browser.hands import PHONE, WIDE, Hands
from tests.dispensing import morning, phoned
from tests.plugins.clones import CommittedDatabase
from tests.plugins.served import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NEXT_DAY = "2026-11-25T08:30:00+07:00"
SAID = "Cho uống tiếp 65 mg, mai tôi xuống ký."


@pytest.mark.parametrize(
    "width",
    [
        pytest.param(1280, id="desk", marks=pytest.mark.browser_context_args(**WIDE)),
        pytest.param(360, id="phone", marks=pytest.mark.browser_context_args(**PHONE)),
    ],
)
def test_physician_away_is_called_and_signs_the_next_day(
    committed_db: CommittedDatabase, at_six_ten: None, server: Server, browser: Browser, page: Page, width: int
) -> None:
    morning.opened_bottle()
    patient = phoned.ended(name="Giàng A Chứ")
    hands = Hands(page, server.address)

    hands.come_in(cast.DISPENSER, f"/dispensing/patients/{patient.pk}/")
    expect(page.get_by_text("Đơn thuốc đã hết ngày")).to_be_visible()
    take_down(hands, width)
    drink(hands, patient)

    server.kill()
    server.start(clock=NEXT_DAY)
    fresh = browser.new_context(viewport=page.viewport_size, has_touch=width == 360)
    countersign(Hands(fresh.new_page(), server.address), patient, width)
    fresh.close()


def take_down(hands: Hands, width: int) -> None:
    """One step from the card; what is missing is said, and nothing typed is lost."""
    page = hands.page
    hands.touch(page.get_by_role("link", name="Bác sĩ ra y lệnh qua điện thoại"))
    hands.touch(page.get_by_text("Tòng Văn Đức"))
    hands.touch(page.get_by_text("2 ngày", exact=True))
    page.get_by_label("Bác sĩ dặn gì?").fill(SAID)
    hands.touch(page.get_by_role("button", name="Ghi y lệnh"))
    expect(page.get_by_text("Đọc lại y lệnh cho bác sĩ nghe, rồi đánh dấu.").first).to_be_visible()
    expect(page.get_by_label("Bác sĩ dặn gì?")).to_have_value(SAID)
    looks_right(page)
    hands.touch(page.get_by_text("Đã đọc lại y lệnh"))
    hands.touch(page.get_by_role("button", name="Ghi y lệnh"))
    expect(page.locator("b", has_text="bác sĩ chưa ký")).to_be_visible()


def drink(hands: Hands, patient: Patient) -> None:
    """The card offers the dose at once."""
    page = hands.page
    hands.touch(page.get_by_role("button", name="Không có", exact=True))
    expect(page.get_by_role("button", name="Không có", exact=True)).to_have_count(0)
    if page.get_by_role("button", name="Tiếp tục").count():
        hands.tap("thẻ điều trị")
        hands.press("Tiếp tục")
    hands.confirm()
    hands.recorded(patient.code, "65")
    assert Dose.objects.get(patient=patient).findings == []


def countersign(hands: Hands, patient: Patient, width: int) -> None:
    """The next day: unsigned for a day, shown as it is signed, one PIN."""
    page, order = hands.page, PhoneOrder.objects.get(patient=patient)
    hands.come_in(cast.PHYSICIAN, "/dispensing/prescriptions/")
    hands.touch(page.get_by_role("link", name="Làm thay tên bác sĩ"))
    expect(page.get_by_text("chưa ký 1 ngày")).to_be_visible()
    expect(page.get_by_text(SAID)).to_be_visible()
    looks_right(page)
    page.get_by_label("PIN của bạn").first.fill(cast.PIN)
    hands.touch(page.get_by_role("button", name="Ký y lệnh này"))
    expect(page.get_by_text("Đã ký y lệnh.")).to_be_visible()
    order.refresh_from_db()
    assert (order.signature is not None, order.ordered_by) == (True, world.person(cast.PHYSICIAN))


def looks_right(page: Page) -> None:
    """Accessible, and within the screen."""
    found = eyes.faults(page)
    assert (page.url, found) == (page.url, [])
    assert runs_over(page) == 0, page.url
