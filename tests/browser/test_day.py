"""A day at Mường Pồn from its opening to its sheet, in Vietnamese, at a desk and on a phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from core import proofs
from core.quantities import format_ml
from dispensing.models import DayClose, DayOpening, DayOutcome, Dose
from dispensing.queries.day_sheet import day_sheet
from inventory.models import BottleMeasure, NightSeal
from inventory.queries.window import WindowBottle, site_window
from patients.models import Patient
from tests import cast, world
from tests.browser import eyes
from tests.browser.eyes import runs_over
from tests.browser.hands import PHONE, WIDE, Hands
from tests.dispensing import morning

pytestmark = [pytest.mark.browser, pytest.mark.slow]


CODES = ("4010", "4028", "4116")
MISSING = "4161"


@pytest.mark.parametrize(
    "width",
    [
        pytest.param(1280, id="desk", marks=pytest.mark.browser_context_args(**WIDE)),
        pytest.param(360, id="phone", marks=pytest.mark.browser_context_args(**PHONE)),
    ],
)
def test_day_from_opening_to_sheet(hands: Hands, width: int) -> None:
    expect(hands.page.get_by_text("chưa mở ngày").first).to_be_visible()
    open_the_day(hands, width)
    for code in CODES:
        hands.open(code)
        hands.confirm()
        expect(hands.row(code)).to_have_class(re.compile("row-done"))
    close_the_day(hands, width)
    look_at_the_sheet(hands)
    agree_with_the_database()


def open_the_day(hands: Hands, width: int) -> None:
    page = hands.page
    hands.press("Mở ngày")
    expect(page.get_by_role("heading", name="Mở ngày")).to_be_visible()
    fits(page)
    hands.tap("đã khóa, nguyên vẹn")
    hands.press("Mở ngày")
    expect(page.get_by_text(f"Mở ngày lúc 06:10 · {cast.DISPENSER.initials}")).to_be_visible()


def close_the_day(hands: Hands, width: int) -> None:
    """Measured as the books would have it, which nobody at the window sees before."""
    page = hands.page
    hands.go("/dispensing/close/")
    fits(page)
    page.get_by_label("Vẫn đóng ngày bây giờ").check()
    page.locator(f"[name=end_{patient(MISSING).pk.hex}]").select_option("absent.road")
    for bottle in opened():
        page.locator(f"[name=reading_{bottle.number}]").fill(format_ml(bottle.balance_ul))
        page.locator(f"[name=seal_{bottle.number}]").fill(f"NP {bottle.number}")
    hands.alone("đồng nghiệp đi họp")
    hands.press("Đóng ngày")
    expect(page.get_by_role("heading", name="Đã đóng ngày")).to_be_visible()
    expect(page.get_by_text("Danh sách, sổ chai và tờ ngày khớp nhau.")).to_be_visible()
    fits(page)


def look_at_the_sheet(hands: Hands) -> None:
    page = hands.page
    hands.press("In tờ ngày")
    for code in (*CODES, MISSING):
        expect(page.get_by_role("cell", name=code, exact=True)).to_be_visible()
    expect(page.get_by_text("đường khó đi, không có xe")).to_be_visible()
    assert faults(page) == []


def agree_with_the_database() -> None:
    """Roster, ledger and sheet to the microlitre."""
    shown = day_sheet(facility_id=morning.site().pk, day=world.TODAY, zone="Asia/Ho_Chi_Minh")
    doses = Dose.objects.filter(patient__code__in=CODES, covers_day=world.TODAY)
    assert DayOpening.objects.count() == 1
    assert shown.totals.ul == shown.given_ul == DayClose.objects.get().figures["ul"]
    assert shown.totals.mg == sum(dose.mg for dose in doses)
    assert {row.difference_ul for row in BottleMeasure.objects.filter(why="close")} == {0}
    assert NightSeal.objects.count() == len(opened())
    decided = DayOutcome.objects.filter(day=world.TODAY)
    assert {decided.get(patient__code=code).how for code in CODES} == {"dose"}
    assert decided.get(patient__code=MISSING).reason_known
    assert [row for name in proofs.names() for row in proofs.run(name)] == []


def patient(code: str) -> Patient:
    return Patient.objects.get(code=code)


def opened() -> list[WindowBottle]:
    return [one for one in site_window(facility_id=morning.site().pk).bottles if not one.quarantined]


def fits(page: Page) -> None:
    assert faults(page) == []
    assert runs_over(page) == 0


def faults(page: Page) -> list[str]:
    return eyes.faults(page)
