"""One day at Mường Pồn as it really happens, from its opening to its paper and to what is typed in the next day."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from core import proofs
from core.quantities import format_ml
from dispensing.models import DayClose, DayOutcome, Dose, LateEntry, Sheet
from dispensing.queries.day_sheet import day_sheet
from inventory.models import Bottle
from inventory.queries.window import site_window
from patients.models import Patient
from tests import cast, world
from tests.browser.eyes import runs_over
from tests.browser.hands import PHONE, WIDE, Hands
from tests.dispensing import morning, phoned
from tests.plugins.served import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow(15)]

NEXT_DAY = "2026-11-25T08:10:00+07:00"
AS_USUAL = ("4010", "4161")
WITHHELD = "4157"
OWNER, DRINKER = "4028", "4036"
VOMITS = "4044"
ON_PAPER = "4165"  # drank in the last minute, when the power had gone
UL_PER_MG = 100


@pytest.mark.parametrize(
    "whole",
    [
        pytest.param(True, id="desk", marks=pytest.mark.browser_context_args(**WIDE)),
        pytest.param(False, id="phone", marks=pytest.mark.browser_context_args(**PHONE)),
    ],
)
def test_whole_day(hands: Hands, server: Server, whole: bool) -> None:
    """At a desk everything; on a phone the steps that differ there."""
    away = phoned.ended(name="Giàng A Chứ")
    open_the_day(hands)
    for code in AS_USUAL:
        drink(hands, code)
    withhold(hands)
    wrong_person(hands)
    if whole:
        vomit(hands)
        call_the_physician(hands, away)
    close_the_day(hands)
    print_the_sheets(hands, whole)
    if whole:
        type_in_the_next_day(hands, server)
    agree_with_the_database(away, whole=whole)


# --- the day ---


def open_the_day(hands: Hands) -> None:
    hands.press("Mở ngày")
    hands.tap("đã khóa, nguyên vẹn")
    hands.press("Mở ngày")
    expect(hands.page.get_by_text(f"Mở ngày lúc 06:10 · {cast.DISPENSER.initials}")).to_be_visible()


def drink(hands: Hands, code: str) -> None:
    hands.open(code)
    hands.confirm()
    expect(hands.page.get_by_text(re.compile(rf"{code}: đã ghi [\d,.]+ mg"))).to_be_visible()


def withhold(hands: Hands) -> None:
    hands.open(WITHHELD)
    hands.press("Không uống…")
    hands.tap("tạm ngừng cấp liều")
    hands.tap("lơ mơ, buồn ngủ")
    hands.press("Ghi lại: không uống")
    expect(hands.row(WITHHELD)).to_contain_text("xem lại lúc")


def mishap(hands: Hands, code: str, words: str) -> None:
    hands.board()
    hands.open(code)
    hands.touch(hands.page.locator("#card summary").filter(has_text="Có chuyện ngoài ý muốn"))
    hands.press(words)


def wrong_person(hands: Hands) -> None:
    """Recorded for one, drunk by another; then its owner drinks."""
    page = hands.page
    drink(hands, OWNER)
    mishap(hands, OWNER, "Uống nhầm, khác số mL…")
    hands.tap("Người khác đã uống")
    page.get_by_label("Mã số người đã uống").fill(DRINKER)
    hands.press("Ghi lại, xem việc cần làm")
    expect(page.get_by_role("heading", name="Việc cần làm bây giờ")).to_be_visible()
    fits(page)
    hands.press(f"Mở thẻ {OWNER}")
    hands.confirm()
    expect(page.get_by_text(re.compile(rf"{OWNER}: đã ghi [\d,.]+ mg"))).to_be_visible()
    expect(hands.row(DRINKER)).to_have_class(re.compile("row-done"))


def vomit(hands: Hands) -> None:
    page = hands.page
    drink(hands, VOMITS)
    mishap(hands, VOMITS, "Nôn sau uống…")
    hands.tap("nhân viên thấy")
    hands.tap("thấy thuốc trong chất nôn")
    hands.press("Ghi lại, xem được bù bao nhiêu")
    hands.tap(cast.PHYSICIAN.full_name)
    page.get_by_label("Bác sĩ dặn gì?").fill("cho uống bù đủ liều")
    hands.touch(page.locator("label.tick"))
    hands.press("Ghi y lệnh")
    hands.press("Mở thẻ, cho uống bù")
    hands.confirm()
    expect(page.get_by_text(re.compile(rf"{VOMITS}: đã ghi [\d,.]+ mg"))).to_be_visible()


def call_the_physician(hands: Hands, patient: Patient) -> None:
    """The order ended yesterday: words over the phone, then the dose."""
    page = hands.page
    hands.board()
    hands.open(patient.code)
    hands.touch(page.get_by_role("link", name="Bác sĩ ra y lệnh qua điện thoại"))
    hands.touch(page.get_by_text(cast.PHYSICIAN.full_name))
    hands.touch(page.get_by_text("2 ngày", exact=True))
    page.get_by_label("Bác sĩ dặn gì?").fill(phoned.WORDS)
    hands.touch(page.get_by_text("Đã đọc lại y lệnh"))
    hands.touch(page.get_by_role("button", name="Ghi y lệnh"))
    expect(page.get_by_text("Y lệnh thực hiện thay bác sĩ")).to_be_visible()
    hands.touch(page.get_by_role("button", name="Không có", exact=True))
    expect(page.get_by_role("button", name="Không có", exact=True)).to_have_count(0)
    hands.tap("thẻ điều trị")
    hands.press("Tiếp tục")
    hands.confirm()
    expect(page.get_by_text(re.compile(rf"{patient.code}: đã ghi [\d,.]+ mg"))).to_be_visible()


def close_the_day(hands: Hands) -> None:
    page = hands.page
    hands.go("/dispensing/close/")
    fits(page)
    page.get_by_label("Vẫn đóng ngày bây giờ").check()
    page.locator(f"[name=end_{by_code(WITHHELD).pk.hex}]").select_option("sent_away")
    bottle = in_use()
    page.locator(f"[name=reading_{bottle.number}]").fill(format_ml(held(bottle)))
    page.locator(f"[name=seal_{bottle.number}]").fill("NP 0412")
    hands.alone("đồng nghiệp đi họp")
    hands.press("Đóng ngày")
    expect(page.get_by_role("heading", name="Đã đóng ngày")).to_be_visible()
    expect(page.get_by_text("Danh sách, sổ chai và tờ ngày khớp nhau.")).to_be_visible()
    fits(page)


def print_the_sheets(hands: Hands, whole: bool) -> None:
    """The day's own sheet and tomorrow's, each a file that a printer takes."""
    page = hands.page
    hands.press("In tờ ngày")
    expect(page.get_by_role("cell", name=OWNER, exact=True).first).to_be_visible()
    if not whole:
        return
    assert page.pdf(format="A4").startswith(b"%PDF")
    hands.go(f"/dispensing/sheets/{Sheet.objects.get().pk}/")
    expect(page.get_by_text(VOMITS, exact=True).first).to_be_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def type_in_the_next_day(hands: Hands, server: Server) -> None:
    page = hands.page
    server.kill()
    server.start(clock=NEXT_DAY)
    hands.come_in(cast.DISPENSER, f"/dispensing/later/?day={world.TODAY}")
    page.get_by_label("Vì sao ghi muộn").select_option(label="Mất điện")
    page.get_by_label(f"{ON_PAPER}: Giờ").fill("0620")
    hands.press("Ghi các dòng đã điền")
    expect(page.get_by_text("Đã ghi bù 1 dòng")).to_be_visible()
    hands.go(f"/dispensing/days/{world.TODAY}/")
    above, below = page.locator("main").inner_text().split("Dưới vạch", 1)
    assert ON_PAPER in below
    assert VOMITS in above


# --- what the database says of it ---


def agree_with_the_database(away: Patient, *, whole: bool) -> None:
    ordered = {code: mg_of(code) for code in (*AS_USUAL, OWNER)}
    drunk = sum(ordered.values()) + mg_of(OWNER)  # once by its owner, once by another
    if whole:
        drunk += 2 * mg_of(VOMITS) + 65
    sheet = day_sheet(facility_id=morning.site().pk, day=world.TODAY, zone="Asia/Ho_Chi_Minh")
    assert sheet.totals.ul == sheet.given_ul == DayClose.objects.get().figures["ul"] == drunk * UL_PER_MG
    assert held(in_use()) == in_use().size_ul - (drunk + (mg_of(ON_PAPER) if whole else 0)) * UL_PER_MG
    assert [line.code for line in sheet.late_doses] == ([ON_PAPER] if whole else [])
    assert decided(WITHHELD) == ("nothing", "sent_away")
    assert {decided(code)[0] for code in (*AS_USUAL, OWNER, DRINKER)} == {"dose"}
    if whole:
        assert {decided(code)[0] for code in (VOMITS, ON_PAPER, away.code)} == {"dose"}
        assert LateEntry.objects.get().dose == Dose.objects.get(patient__code=ON_PAPER, covers_day=world.TODAY)
    assert [row for name in proofs.names() for row in proofs.run(name)] == []


def decided(code: str) -> tuple[str, str]:
    stands = DayOutcome.objects.filter(patient__code=code, day=world.TODAY).latest("version")
    return stands.how, stands.outcome


def by_code(code: str) -> Patient:
    return Patient.objects.get(code=code)


def mg_of(code: str) -> Decimal:
    """What the order of today gives."""
    order = by_code(code).prescriptions.get(starts_on__lte=world.TODAY, ends_on__gte=world.TODAY, ended_on__isnull=True)
    return Decimal(order.dose_mg)


def in_use() -> Bottle:
    [number] = [one.number for one in site_window(facility_id=morning.site().pk).bottles if not one.quarantined]
    return Bottle.objects.get(number=number)


def held(bottle: Bottle) -> int:
    [ul] = [one.balance_ul for one in site_window(facility_id=morning.site().pk).bottles if one.number == bottle.number]
    return ul


def fits(page: Page) -> None:
    assert runs_over(page) == 0
