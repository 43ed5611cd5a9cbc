"""What goes wrong, by one person at the window: another drank it; vomiting, the order, the replacement."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from core import proofs
from dispensing.models import CoveredDay, Dose, WrongDose
from tests import cast, world
from tests.browser.eyes import runs_over
from tests.browser.hands import PHONE, WIDE, Hands

pytestmark = [pytest.mark.browser]

OWNER, DRINKER = "4010", "4028"
VOMITS = "4036"
UNDER_A_MINUTE = 60

BOTH = pytest.mark.parametrize(
    "size",
    [
        pytest.param("desk", marks=pytest.mark.browser_context_args(**WIDE)),
        pytest.param("phone", marks=pytest.mark.browser_context_args(**PHONE)),
    ],
)


def dosed(hands: Hands, code: str) -> None:
    hands.open(code)
    hands.confirm()
    expect(hands.page.get_by_text(re.compile(f"{code}: đã ghi"))).to_be_visible()


def mishap(hands: Hands, words: str) -> None:
    """Open the folded ways on of the card and take one of them."""
    hands.touch(hands.page.locator("#card summary").filter(has_text="Có chuyện ngoài ý muốn"))
    hands.press(words)


@BOTH
def test_another_drank_it_and_both_are_put_right_in_under_a_minute(hands: Hands, size: str) -> None:
    page = hands.page
    dosed(hands, OWNER)
    hands.board()
    began = time.monotonic()
    hands.open(OWNER)
    mishap(hands, "Uống nhầm, khác số mL…")
    hands.tap("Người khác đã uống")
    page.get_by_label("Mã số người đã uống").fill(DRINKER)
    hands.tap("người kia đến sau")
    hands.press("Ghi lại, xem việc cần làm")
    expect(page.get_by_role("heading", name="Việc cần làm bây giờ")).to_be_visible()
    assert time.monotonic() - began < UNDER_A_MINUTE
    expect(page.get_by_text("115").first).to_be_visible()
    expect(page.get_by_text(world.person(cast.PHYSICIAN).full_name).first).to_be_visible()
    no_sideways_scrolling(page)
    made = WrongDose.objects.get()
    assert made.drunk is not None
    assert made.drunk.patient.code == DRINKER
    assert not CoveredDay.objects.filter(patient__code=OWNER, day=world.TODAY).exists()
    hands.press(f"Mở thẻ {OWNER}")
    hands.confirm()
    expect(page.get_by_text(re.compile(f"{OWNER}: đã ghi"))).to_be_visible()
    for name in ("dose.stock", "dose.covered_days", "dose.ordered"):
        assert proofs.run(name) == []


@BOTH
def test_vomiting_an_order_over_the_phone_and_the_replacement(hands: Hands, size: str) -> None:
    page = hands.page
    dosed(hands, VOMITS)
    hands.board()
    hands.open(VOMITS)
    mishap(hands, "Nôn sau uống…")
    hands.tap("nhân viên thấy")
    hands.tap("thấy thuốc trong chất nôn")
    hands.press("Ghi lại, xem được bù bao nhiêu")
    expect(page.get_by_text("Được uống bù nhiều nhất")).to_be_visible()
    no_sideways_scrolling(page)
    hands.tap(world.person(cast.PHYSICIAN).full_name)
    page.get_by_label("Bác sĩ dặn gì?").fill("cho uống bù đủ liều")
    hands.touch(page.locator("label.tick"))
    hands.press("Ghi y lệnh")
    hands.press("Mở thẻ, cho uống bù")
    expect(page.get_by_text("liều uống bù sau nôn theo y lệnh")).to_be_visible()
    hands.confirm()
    expect(page.get_by_text(re.compile(f"{VOMITS}: đã ghi"))).to_be_visible()
    kinds = Dose.objects.filter(patient__code=VOMITS, covers_day=world.TODAY).order_by("given_at", "recorded_at")
    assert sorted(kinds.values_list("kind", flat=True)) == ["replacement", "scheduled"]


LEFT = re.compile(r"còn (\d+ giờ )?\d+ phút")


@BOTH
def test_who_is_watched_stands_on_the_board_and_counts_after_a_reload(hands: Hands, size: str) -> None:
    page = hands.page
    hands.open(OWNER)
    mishap(hands, "Theo dõi người này…")
    hands.tap("có dấu hiệu say, phê")
    hands.press("Bắt đầu theo dõi")
    expect(page.locator("[data-until]").first).to_have_text(LEFT)
    no_sideways_scrolling(page)
    hands.board()
    left = page.locator(".board-matters > .matter [data-until]")
    expect(left).to_have_text(LEFT)
    page.reload()
    expect(left).to_have_text(LEFT)
    hands.touch(page.locator(".board-matters > .matter a"))
    hands.tap("tỉnh táo, thở đều")
    hands.press("Ghi lần xem")
    expect(page.get_by_text("Đã ghi lần xem.")).to_be_visible()


def no_sideways_scrolling(page: Page) -> None:
    assert runs_over(page) == 0
