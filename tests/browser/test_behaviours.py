"""The behaviours of static/js/ in a real browser, each on a page of its own, under the product's policy."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import BOARD, LIST_ONLY, SETTLED, Answer, Stage, open_card, scan

pytestmark = pytest.mark.browser

CODE = "1000004188"
VIETNAMESE_KEYS = dict(zip("1234567890", "ăâêô\u0300\u0309\u0303\u0301đ₫", strict=True))


def open_card_with_clock(stage: Stage, *, idle_seconds: int = 0) -> Page:
    """The same under a clock that the test can move. Keys get their times from it, too: no scans here."""
    stage.page.clock.install()
    stage.open(BOARD, body_class="page-board card-open", idle_seconds=idle_seconds)
    stage.page.clock.run_for(SETTLED)
    return stage.page


# --- the scanner ---


@pytest.mark.parametrize("focus", ["input[data-search]", "body", "[data-roster-row] >> nth=1"])
def test_scan_wherever_the_focus_is_opens_the_code_and_leaves_no_digit(stage: Stage, focus: str) -> None:
    stage.answers["/scan/"] = Answer(204)
    stage.open(LIST_ONLY, body_class="page-board")
    stage.page.locator("input[data-search]").fill("V.A")
    stage.page.locator(focus).focus()

    scan(stage.page, CODE)

    expect(stage.page.locator("input[data-search]")).to_have_value("V.A")
    assert [body["code"] for _, body in stage.sent_in_a_moment()] == [[CODE]]
    assert stage.refusals == []


@pytest.mark.parametrize("focus", ["input[name=note]", "[data-confirm-button]", "body"])
def test_scan_with_a_confirm_step_open_never_confirms_and_says_so(stage: Stage, focus: str) -> None:
    page = open_card(stage)
    page.locator(focus).focus()

    scan(page, CODE)

    expect(page.locator("[data-alert]")).to_have_text("Hoàn tất hoặc rời người bệnh này trước")
    expect(page.locator("input[name=note]")).to_have_value("")
    assert stage.sent_in_a_moment() == []


def test_scan_by_a_slow_scanner_never_confirms(stage: Stage) -> None:
    page = open_card(stage)

    scan(page, CODE, gap_ms=60)

    assert stage.sent_in_a_moment() == []


def test_scan_through_a_vietnamese_layout_is_read_by_its_physical_keys(stage: Stage) -> None:
    stage.answers["/scan/"] = Answer(204)
    stage.open(LIST_ONLY, body_class="page-board")
    stage.page.locator("input[data-search]").focus()

    scan(stage.page, CODE, keys=VIETNAMESE_KEYS)

    expect(stage.page.locator("input[data-search]")).to_have_value("")
    assert [body["code"] for _, body in stage.sent_in_a_moment()] == [[CODE]]


def test_scan_event_taken_over_by_a_page_posts_nothing(stage: Stage) -> None:
    stage.open(LIST_ONLY, body_class="page-board")
    stage.page.evaluate(
        "document.addEventListener('tram:scan', e => { e.preventDefault(); window.heard = e.detail.digits; })"
    )

    scan(stage.page, CODE)

    assert stage.page.evaluate("window.heard") == CODE
    assert stage.sent_in_a_moment() == []


def test_digits_typed_by_hand_stay_in_the_field(stage: Stage) -> None:
    stage.open(LIST_ONLY, body_class="page-board")
    stage.page.locator("input[data-search]").focus()

    scan(stage.page, "0999999", gap_ms=120)

    assert stage.posts("/scan/") == []
    expect(stage.page).to_have_url("http://tram.test/find/?q=0999999")


def test_burst_pure_needs_six_digits_close_together_and_an_enter(stage: Stage) -> None:
    stage.open(LIST_ONLY)
    result = stage.page.evaluate(
        """async () => {
          const { Burst, digitOf } = await import("/static/js/scanner.js");
          const run = (digits, gap, enter) => {
            const burst = new Burst();
            digits.split("").forEach((digit, index) => burst.digit(digit, index * gap));
            return burst.enter((digits.length - 1) * gap + enter);
          };
          const key = (key, code, more) => digitOf({ key, code, ...more });
          return [run("123456", 34, 10), run("12345", 5, 5), run("123456", 36, 5), run("123456", 5, 400),
            key("7", "Numpad7"), key("ă", "Digit1"), key("!", "Digit1", { shiftKey: true }),
            key("1", "Digit1", { ctrlKey: true }), key("ArrowLeft", "Numpad4"),
            key("1", "Digit1", { repeat: true })];
        }"""
    )
    assert result == ["123456", "", "", "", "7", "1", "", "", "", ""]


# --- the confirm step ---


def test_confirm_by_enter_passes_only_after_the_card_has_settled(stage: Stage) -> None:
    arrival = 1_795_216_200  # any moment, in seconds: the clock stands still, so no slow machine can pass it
    stage.page.clock.set_fixed_time(arrival)
    stage.answers["/confirm/"] = Answer(204)
    stage.open(BOARD, body_class="page-board card-open")

    stage.page.clock.set_fixed_time(arrival + (SETTLED - 1) / 1000)
    stage.page.keyboard.press("Enter")
    stage.page.locator("[data-confirm-button]").click()
    assert stage.sent_in_a_moment() == []

    stage.page.clock.set_fixed_time(arrival + SETTLED / 1000)
    with stage.page.expect_response("**/confirm/"):
        stage.page.keyboard.press("Enter")
    assert stage.sent_in_a_moment()[0][1]["id"] == ["0193-7c"]
    assert len(stage.sent) == 1


def test_confirm_ignores_a_held_enter(stage: Stage) -> None:
    page = open_card(stage)
    page.locator("[data-confirm-button]").focus()

    page.keyboard.down("Enter")  # the first counts where it is a press of its own
    for _ in range(3):
        page.keyboard.down("Enter")  # Playwright marks these as repeats
    page.keyboard.up("Enter")

    assert len(stage.sent_in_a_moment()) == 1


def test_confirm_ignores_an_enter_that_only_repeats(stage: Stage) -> None:
    page = open_card(stage)
    page.evaluate(
        """() => document.body.dispatchEvent(
          new KeyboardEvent("keydown", { key: "Enter", repeat: true, bubbles: true, cancelable: true }))"""
    )
    assert stage.sent_in_a_moment() == []


def test_confirm_with_enter_right_after_another_key_is_ignored(stage: Stage) -> None:
    page = open_card(stage)

    scan(page, "5", gap_ms=200)
    assert stage.sent_in_a_moment() == []

    with page.expect_request("**/confirm/"):
        scan(page, "5", gap_ms=300)


def test_confirm_is_not_meant_by_enter_on_another_control(stage: Stage) -> None:
    page = open_card(stage)

    page.locator("[data-back]").focus()
    page.keyboard.press("Enter")

    expect(page).to_have_url("http://tram.test/left/")
    assert stage.sent_in_a_moment() == []


def test_confirm_clicked_twice_is_sent_once(stage: Stage) -> None:
    page = open_card(stage)

    page.locator("[data-confirm-button]").dblclick()

    assert len(stage.sent_in_a_moment()) == 1


def test_confirm_after_the_hold_has_ended_still_passes_and_says_what_it_means(stage: Stage) -> None:
    page = open_card_with_clock(stage)
    expect(page.locator("[data-hold-left]")).to_have_text(re.compile("^(3:00|2:5.)$"))

    page.clock.run_for(181_000)
    expect(page.locator("[data-hold-ended]")).to_be_visible()
    expect(page.locator("[data-hold-running]")).to_be_hidden()

    page.locator("[data-confirm-button]").click()
    assert len(stage.sent_in_a_moment()) == 1


def test_confirmed_card_gone_makes_the_next_search_ready(stage: Stage) -> None:
    page = open_card(stage)
    stage.answers["/confirm/"] = Answer(body="<p>đã ghi</p>")
    page.locator("input[data-search]").fill("0418")

    page.locator("[data-confirm-button]").click()

    expect(page.locator("input[data-search]")).to_be_focused()
    expect(page.locator("input[data-search]")).to_have_value("")
    expect(page.locator("body")).not_to_have_class(re.compile("card-open"))


# --- keys and search ---


def test_keys_slash_arrows_and_escape_move_through_the_list(stage: Stage) -> None:
    stage.open(LIST_ONLY + '<a href="/back/" data-back>về</a>', body_class="page-board")
    stage.page.keyboard.press("/")  # the search has the focus already: a slash is no part of a code
    expect(stage.page.locator("input[data-search]")).to_have_value("")
    page = stage.page
    page.locator("[data-back]").focus()

    page.keyboard.press("/")
    expect(page.locator("input[data-search]")).to_be_focused()
    expect(page.locator("input[data-search]")).to_have_value("")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-code='0418']")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("input[data-search]")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page).to_have_url("http://tram.test/back/")


def test_escape_in_a_field_leaves_the_field_before_the_page(stage: Stage) -> None:
    page = open_card(stage)
    page.locator("input[name=note]").fill("đến muộn")

    page.keyboard.press("Escape")

    expect(page).to_have_url("http://tram.test/")
    expect(page.locator("input[name=note]")).to_have_value("đến muộn")


def test_search_by_initials_without_marks_narrows_and_a_whole_code_chooses(stage: Stage) -> None:
    stage.open(LIST_ONLY, body_class="page-board")
    page = stage.page
    field = page.locator("input[data-search]")

    field.fill("ldp")
    expect(page.locator("[data-roster-row]:visible")).to_have_count(1)
    expect(page.locator("[data-search-count]")).to_have_text("Tìm thấy 1")
    field.press("Enter")
    expect(page.locator("[data-code='0418']")).to_be_focused()

    field.fill("9999")
    expect(page.locator("[data-search-empty]")).to_be_visible()
    field.fill("0425")
    field.press("Enter")
    expect(page).to_have_url("http://tram.test/open/0425/")


# --- the idle lock ---


def test_idle_lock_covers_the_page_and_the_pin_gives_it_back_as_it_was(stage: Stage) -> None:
    page = open_card_with_clock(stage, idle_seconds=300)
    stage.answers["/staff/lock/"] = Answer(204)
    stage.answers["/staff/unlock/"] = Answer(
        422, body='{"message": "PIN chưa đúng. Còn 4 lần thử."}', content_type="application/json"
    )
    page.locator("input[name=note]").fill("đến muộn")

    page.clock.run_for(301_000)
    expect(page.locator("[data-lock]")).to_be_visible()
    expect(page.locator("[data-card-title]")).to_be_hidden()
    expect(page.get_by_role("heading", name="0418")).to_have_count(0)
    assert len(stage.posts("/staff/lock/")) == 1

    page.keyboard.press("Enter")
    page.locator("#unlock_pin").fill("000000")
    page.locator("#unlock_pin").press("Enter")
    expect(page.locator("[data-unlock-error]")).to_have_text("PIN chưa đúng. Còn 4 lần thử.")

    stage.answers["/staff/unlock/"] = Answer(204)
    page.locator("#unlock_pin").fill("482913")
    page.locator("#unlock_pin").press("Enter")
    expect(page.locator("[data-lock]")).to_be_hidden()
    expect(page.locator("input[name=note]")).to_have_value("đến muộn")
    expect(page.locator("input[name=note]")).to_be_focused()
    assert stage.posts("/confirm/") == []


def test_idle_lock_survives_a_reload_without_network(stage: Stage) -> None:
    page = open_card_with_clock(stage, idle_seconds=300)
    stage.answers["/staff/lock/"] = Answer(0)

    page.locator("[data-menu] summary").click()
    page.get_by_role("button", name="Khóa màn hình").click()
    page.reload()

    expect(page.locator("[data-lock]")).to_be_visible()
    expect(page.locator("[data-confirm-button]")).to_be_hidden()


# --- the time that is left ---


def test_time_left_is_said_in_minutes_and_from_an_hour_on_in_hours(stage: Stage) -> None:
    left = {59: "còn 59 phút", 60: "còn 1 giờ 00 phút", 231: "còn 3 giờ 51 phút", -1: "còn 0 phút"}
    times = "".join(f'<b data-until="{minutes * 60_000}"></b>' for minutes in left)
    words = 'data-countdown-words="còn # phút" data-countdown-hours="còn # giờ ## phút"'
    stage.open(f'<p data-countdown-now="0" {words}>{times}</p>')

    expect(stage.page.locator("b[data-until]")).to_have_text(list(left.values()))
