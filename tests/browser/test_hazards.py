"""What goes wrong at a window, against the served product: scanners, fast hands, lost networks, other screens."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from core import proofs, valkey
from dispensing.models import Dose, Outcome
from inventory.models import Movement
from tests import cast, world, world_stock
from tests.browser import week
from tests.browser.hands import PHONE, WIDE, Hands
from tests.browser.stage import scan
from tests.plugins.served import Server

pytestmark = [pytest.mark.browser, pytest.mark.browser_context_args(**WIDE)]

CODE = "4116"
FINISH_FIRST = "Hoàn tất hoặc rời người bệnh này trước"


def given_today(code: str = CODE) -> int:
    return Dose.objects.filter(patient__code=code, covers_day=world.TODAY).count()


def posts(page: Page) -> list[str]:
    """The paths of everything that the page sends from now on."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    return sent


# --- the scanner ---


def test_scan_over_an_open_card_or_a_begun_form_does_nothing_but_say_so(hands: Hands) -> None:
    page, another, label = hands.page, week.card_of("4161"), "2000000139"
    hands.open(CODE)
    hands.settled()
    sent = posts(page)
    for focus, digits in [
        ("[data-confirm-button]", another),
        ("[data-card-title]", another),
        ("input[name=identified_by] >> nth=1", another),
        ("body", label),
    ]:
        page.locator(focus).focus()
        scan(page, digits)
        says_finish_first(page)
        hands.stands(CODE)
    assert sent == []

    hands.press("Không uống…")
    page.locator("[name=note]").fill("về sớm")
    page.locator("[name=note]").focus()
    scan(page, another)
    says_finish_first(page)
    expect(page.locator("[name=note]")).to_have_value("về sớm")
    assert [url for url in sent if not url.endswith("/not-given/")] == []
    assert given_today() == 0
    assert not Outcome.objects.exists()


def says_finish_first(page: Page) -> None:
    line = page.locator("[data-alert]")
    expect(line).to_have_text(FINISH_FIRST)
    expect(line).to_be_visible()
    page.wait_for_timeout(300)  # anything on its way has left by now
    line.evaluate("line => line.hidden = true")


# --- one deliberate act ---


def test_only_one_deliberate_act_confirms_and_confirms_once(hands: Hands) -> None:
    """Not an Enter that bounces off the choosing one, not one held down; two fast clicks are one."""
    page = hands.page
    page.keyboard.press("/")
    page.keyboard.type(CODE, delay=10)
    page.keyboard.press("Enter")
    expect(page.locator("form[data-opened-at]")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_timeout(900)
    hands.stands(CODE)
    assert given_today() == 0

    hands.leave()
    expect(page.locator("[data-card]")).to_have_count(0)
    page.locator("input[data-search]").fill(CODE)
    page.keyboard.down("Enter")
    hands.stands(CODE)
    hands.settled()
    for _ in range(5):
        page.keyboard.down("Enter")  # the key's own repeats
    page.keyboard.up("Enter")
    page.wait_for_timeout(300)
    hands.stands(CODE)
    assert given_today() == 0

    sent = posts(page)
    hands.confirm_button.dblclick()
    hands.recorded(CODE, "65")
    assert len(sent) == 1
    assert given_today() == 1


# --- the network and the server ---


def test_network_away_at_confirm_keeps_the_screen_and_sends_the_same_again(hands: Hands) -> None:
    page = hands.page
    hands.open(CODE)
    hands.settled()
    hands.tap("ảnh")
    page.context.set_offline(True)

    hands.confirm()

    expect(page.locator("[data-send-failed-words]")).to_have_text("Chưa gửi được. Giữ nguyên màn hình, thử lại.")
    expect(page.locator("[data-network]")).to_contain_text("Mất mạng từ")
    expect(page.locator("[data-network]")).to_contain_text("Chưa gửi: 1")
    hands.stands(CODE)
    page.locator("[data-retry]").click()
    expect(page.locator("[data-send-failed]")).to_be_visible()
    assert given_today() == 0

    page.context.set_offline(False)
    page.locator("[data-retry]").click()

    hands.recorded(CODE, "65")
    expect(page.locator("[data-network]")).to_have_text("Có mạng")
    assert Dose.objects.get(patient__code=CODE, covers_day=world.TODAY).identified_by == "photo"


def test_answer_lost_on_its_way_back_is_asked_for_again_and_recorded_once(hands: Hands) -> None:
    """The dose was written, its receipt never arrived: the same id gives the same receipt. A colleague had poured."""
    page = hands.page
    hands.open(CODE)
    hands.settled()
    page.locator("details[data-said] summary").click()
    hands.tap(cast.SECOND_DISPENSER.initials)
    expect(page.locator("[data-said-words]")).to_have_text(cast.SECOND_DISPENSER.initials)

    def swallow(route: Any) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route("**/confirm/", swallow)
    hands.confirm()
    expect(page.locator("[data-send-failed]")).to_be_visible()
    page.unroute("**/confirm/")
    page.locator("[data-retry]").click()

    hands.recorded(CODE, "65")
    assert given_today() == 1
    dose = Dose.objects.get(patient__code=CODE, covers_day=world.TODAY)
    assert (dose.findings, dose.poured_by) == ([], world.person(cast.SECOND_DISPENSER))
    assert dose.recorded_by == world.person(cast.DISPENSER)
    assert [name for name in proofs.names() if proofs.run(name)] == []


def test_server_killed_between_choosing_and_confirming_records_once(hands: Hands, server: Server) -> None:
    hands.open(CODE)
    hands.settled()
    server.kill()

    hands.confirm()
    expect(hands.page.locator("[data-send-failed]")).to_be_visible()
    server.start()
    hands.page.locator("[data-retry]").click()

    hands.recorded(CODE, "65")
    assert given_today() == 1


# --- other screens, nobody at the screen ---


def test_patient_open_elsewhere_is_shown_with_where_and_opens_once_left(
    hands: Hands, new_context: Callable[..., Any]
) -> None:
    other = Hands(new_context().new_page(), hands.address)
    other.come_in(cast.SECOND_DISPENSER)
    hands.open(CODE)
    hands.settled()

    other.open(CODE)
    expect(other.card).to_contain_text("đang mở ở màn hình khác: L.T.H., Mường Pồn, từ 06:1")
    expect(other.confirm_button).to_have_count(0)

    hands.leave()
    expect(hands.page.locator("[data-card]")).to_have_count(0)
    other.leave()
    other.open(CODE)
    other.confirm()
    other.recorded(CODE, "65")


def test_dose_recorded_on_another_screen_meanwhile_is_a_conflicting_dose_and_says_a_case_is_open(
    hands: Hands, new_context: Callable[..., Any]
) -> None:
    """The hold ended, another screen dosed: what was drunk here is still recorded, and somebody is told."""
    hands.open(CODE)
    hands.settled()
    valkey.client().flushdb()
    other = Hands(new_context().new_page(), hands.address)
    other.come_in(cast.SECOND_DISPENSER)
    other.open(CODE)
    other.confirm()
    other.recorded(CODE, "65")

    hands.confirm()

    expect(hands.card).to_contain_text(f"{CODE}: đã ghi 65 mg")
    expect(hands.card).to_contain_text("Đã mở việc cho người phụ trách xem lại.")
    kinds = Dose.objects.filter(patient__code=CODE, covers_day=world.TODAY).values_list("kind", flat=True)
    assert sorted(kinds) == ["conflicting", "scheduled"]
    expect(hands.row(CODE)).to_contain_text("ghi nhiều liều trong ngày")


def test_idle_lock_covers_the_page_keeps_it_and_the_pin_gives_it_back(hands: Hands) -> None:
    page = hands.page
    page.clock.install()
    hands.board()
    hands.open(CODE)
    page.clock.fast_forward(1000)
    hands.tap("ảnh")

    page.clock.fast_forward(301_000)

    cover = page.locator("[data-lock]")
    expect(cover).to_be_visible()
    expect(page.locator("#card")).to_be_hidden()
    scan(page, week.card_of("4161"))
    page.keyboard.press("Enter")
    page.locator("#unlock_pin").fill(cast.OTHER_PIN)
    page.keyboard.press("Enter")
    expect(page.locator("[data-unlock-error]")).to_contain_text("PIN")
    assert given_today() == 0

    page.locator("#unlock_pin").fill(cast.PIN)
    page.keyboard.press("Enter")

    expect(cover).to_be_hidden()
    hands.stands(CODE)
    expect(page.locator("[name=identified_by][value=photo]")).to_be_checked()
    hands.confirm_button.click()
    hands.recorded(CODE, "65")


def test_locked_screen_stays_locked_on_a_reload_and_in_another_tab(hands: Hands) -> None:
    page = hands.page
    hands.menu("Khóa màn hình")
    expect(page.locator("[data-lock]")).to_be_visible()
    page.wait_for_timeout(200)

    page.reload()
    expect(page.get_by_text("Lò Thị Hoa").or_(page.get_by_text("L.T.H.")).first).to_be_visible()
    expect(page.locator("[data-roster-row]")).to_have_count(0)
    tab = page.context.new_page()
    tab.goto(f"{hands.address}/dispensing/")
    expect(tab.locator("[data-roster-row]")).to_have_count(0)
    tab.locator("[name=pin]").fill(cast.PIN)
    tab.keyboard.press("Enter")
    expect(tab.locator("[data-roster-row]").first).to_be_visible()


# --- without scripts, and on paper ---


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desk", "phone"])
def test_board_works_without_scripts(site: None, server: Server, browser: Browser, size: dict[str, Any]) -> None:
    context = browser.new_context(**size, java_script_enabled=False, locale="vi-VN")
    hands = Hands(context.new_page(), server.address)
    hands.come_in(cast.DISPENSER)

    hands.touch(hands.row(CODE))
    hands.stands(CODE)
    hands.touch(hands.confirm_button)
    expect(hands.page.get_by_text(re.compile(f"{CODE}: đã ghi 65 mg"))).to_be_visible()

    hands.touch(hands.row("4161"))
    hands.press("Không uống…")
    hands.tap("có dấu hiệu say, phê")
    hands.press("Ghi lại: không uống")
    expect(hands.page.get_by_text("Chọn ít nhất một dấu hiệu.")).to_be_visible()
    hands.tap("có mùi rượu")
    hands.press("Ghi lại: không uống")
    expect(hands.row("4161")).to_contain_text("xem lại lúc")

    hands.page.locator("input[data-search]").fill("4245")
    hands.page.keyboard.press("Enter")
    expect(hands.page.get_by_text("Ngoài danh sách sáng nay")).to_be_visible()
    expect(hands.row("4245")).to_be_visible()
    context.close()
    assert given_today() == 1


def test_labels_print_on_a_sheet_without_the_frame(hands: Hands) -> None:
    by = world_stock.act_as(cast.DISPENSER, now=world.NOW)
    numbers = world_stock.receive(by, cast.WITNESS, world_stock.line(lot_number="MTD-2606", bottles=6))
    delivery = Movement.objects.get(bottle__number=numbers[0]).act_id
    page = hands.page
    hands.go(f"/inventory/deliveries/{delivery}/labels/")
    page.emulate_media(media="print")

    expect(page.locator(".label")).to_have_count(6)
    expect(page.locator(".label svg").first).to_be_visible()
    for hidden in ("header.top", "[data-network]", "[data-print]"):
        for each in page.locator(hidden).all():
            expect(each).to_be_hidden()
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1
