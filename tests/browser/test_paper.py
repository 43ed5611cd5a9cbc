"""A morning on paper: printed by the software, worked while the server is away, typed in the day after."""

from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from core import proofs
from dispensing.models import Dose, LateEntry, Outcome, Sheet
from followup.models import Case
from tests import cast, world
from tests.browser.hands import PHONE, WIDE, Hands
from tests.plugins.served import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NEXT_DAY = "2026-11-25T08:10:00+07:00"


@pytest.mark.parametrize(
    "size",
    [
        pytest.param("desk", marks=pytest.mark.browser_context_args(**WIDE)),
        pytest.param("phone", marks=pytest.mark.browser_context_args(**PHONE)),
    ],
)
def test_morning_on_paper(site: None, server: Server, page: Page, size: str) -> None:
    before = Dose.objects.count()
    hands = Hands(page, server.address)
    hands.come_in(cast.DISPENSER)
    hands.touch(page.locator(".board-matters summary"))
    hands.touch(page.get_by_role("link", name="Phiếu giấy"))
    hands.touch(page.get_by_role("button", name="In phiếu hôm nay"))
    expect(page.locator(".paper-big")).to_have_text("1/2026")
    sheet = Sheet.objects.get()
    first, second, third = [line for line in sheet.content["lines"] if line["mg"]][:3]

    server.kill()
    server.start(clock=NEXT_DAY)
    hands.come_in(cast.DISPENSER, "/dispensing/later/")
    page.get_by_label("Số phiếu").fill("1")
    hands.touch(page.get_by_role("button", name="Tiếp tục"))
    page.get_by_label("Vì sao ghi muộn").select_option(label="Mất điện")
    time_of(page, first).fill("0612")
    time_of(page, first).press("Enter")
    expect(time_below(page, first)).to_be_focused()
    time_of(page, second).fill("0699")
    page.get_by_label(f"{third['code']}: Chuyện đã xảy ra").select_option(label="vắng mặt")
    hands.touch(page.get_by_role("button", name="Ghi các dòng đã điền"))
    expect(page.get_by_text("Ghi giờ và phút")).to_be_visible()
    assert Dose.objects.count() == before
    time_of(page, second).fill("6h19")
    hands.touch(page.get_by_role("button", name="Ghi các dòng đã điền"))

    expect(page.get_by_text("Đã ghi bù 3 dòng")).to_be_visible()
    given = Dose.objects.filter(late__sheet=sheet).order_by("given_at")
    assert [dose.patient.code for dose in given] == [first["code"], second["code"]]
    assert [dose.given_at - world.NOW for dose in given] == [timedelta(minutes=2), timedelta(minutes=9)]
    assert Outcome.objects.get(late__sheet=sheet).code == "absent"
    assert LateEntry.objects.count() == 3
    assert Case.objects.filter(kind="typed_later").values_list("subject_id", flat=True).get() == sheet.pk
    assert not [broken for name in proofs.names() for broken in proofs.run(name)]


def time_of(page: Page, line: dict[str, str]) -> Locator:
    return page.get_by_label(f"{line['code']}: Giờ")


def time_below(page: Page, line: dict[str, str]) -> Locator:
    """The time of the next row that is still to be typed."""
    times = page.locator(".later-time")
    place = times.evaluate_all(
        "(all, id) => all.findIndex((one) => one.id === id)", time_of(page, line).get_attribute("id")
    )
    return times.nth(place + 1)
