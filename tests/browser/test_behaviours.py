"""The behaviours of static/js/ in a real browser, each on a page of its own, under the product's policy."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import SETTLED, Answer, Stage, piece, scan

pytestmark = pytest.mark.browser

CODE = "1000004188"
VIETNAMESE_KEYS = dict(zip("1234567890", "ăâêô\u0300\u0309\u0303\u0301đ₫", strict=True))
CONFIRM = piece("confirm.html")
BOARD = piece("board.html").replace("CARD", CONFIRM)
PLAIN = piece("plain.html")
LIST_ONLY = piece("board.html").replace("CARD", "")


def open_card(stage: Stage) -> Page:
    """The board with a confirm step open, its first 700 ms over."""
    stage.open(BOARD, body_class="page-board card-open")
    expect(stage.page.locator("[data-settling]")).to_have_count(0)
    return stage.page


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


# --- what fails keeps everything ---


def test_confirm_without_network_keeps_what_was_typed_and_sends_the_same_again(stage: Stage) -> None:
    page = open_card(stage)
    stage.answers["/confirm/"] = Answer(0)
    stage.answers["/healthz"] = Answer(0)
    page.locator("input[name=note]").fill("đến muộn")

    page.locator("[data-confirm-button]").click()

    expect(page.locator("[data-send-failed-words]")).to_have_text("Chưa gửi được. Giữ nguyên màn hình, thử lại.")
    expect(page.locator("[data-network]")).to_contain_text("Mất mạng từ")
    expect(page.locator("[data-network]")).to_contain_text("Chưa gửi: 1")

    stage.answers["/confirm/"] = Answer(204)
    stage.answers["/healthz"] = Answer()
    page.locator("[data-retry]").click()

    expect(page.locator("[data-send-failed]")).to_be_hidden()
    expect(page.locator("[data-network]")).to_have_text("Có mạng")
    first, second = stage.posts("/confirm/")
    assert first == second
    assert (second["id"], second["note"]) == (["0193-7c"], ["đến muộn"])


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (500, "Chưa gửi được. Giữ nguyên màn hình, thử lại."),
        (403, "Máy chủ không nhận (mã 403). Giữ nguyên màn hình, thử lại hoặc báo quản trị."),
        (401, "Phiên làm việc đã hết. Đăng nhập ở cửa sổ khác rồi thử lại ở đây."),
    ],
)
def test_confirm_refused_by_the_server_keeps_the_screen(stage: Stage, status: int, sentence: str) -> None:
    page = open_card(stage)
    stage.answers["/confirm/"] = Answer(status, headers={"HX-Redirect": "/staff/sign-in/"} if status == 401 else {})
    page.locator("input[name=note]").fill("đến muộn")

    page.locator("[data-confirm-button]").click()

    expect(page.locator("[data-send-failed-words]")).to_have_text(sentence)
    expect(page.locator("#card [data-sign-in]")).to_be_visible(visible=status == 401)
    expect(page.locator("input[name=note]")).to_have_value("đến muộn")


def test_invalid_form_comes_back_into_its_place(stage: Stage) -> None:
    page = open_card(stage)
    stage.answers["/confirm/"] = Answer(422, body='<p class="field-error">Ghi lý do.</p>')

    page.locator("[data-confirm-button]").click()

    expect(page.locator("#card")).to_have_text("Ghi lý do.")


def test_what_a_browser_refuses_by_itself_is_said_in_our_words(stage: Stage) -> None:
    fields = (
        '<input name="n" type="number" min="1" required><select name="s" required><option value=""></option></select>'
    )
    choice = '<input type="radio" name="r" value="1" required><input type="radio" name="r" value="2" required>'
    stage.open(f'<form method="post" action="/kept/">{fields}{choice}<button>Ghi</button></form>')
    page = stage.page
    said = "element => element.validationMessage"

    page.get_by_role("button", name="Ghi").click()
    assert page.locator("[name=n]").evaluate(said) == "Điền vào ô này."
    assert page.locator("[name=s]").evaluate(said) == "Chọn một mục."
    page.locator("[name=n]").fill("0")
    page.locator("[name=s]").evaluate("element => element.add(new Option('a', 'a', true, true))")
    page.get_by_role("button", name="Ghi").click()
    assert page.locator("[name=n]").evaluate(said) == "Ít nhất là 1."
    page.locator("[name=n]").fill("2")
    page.locator("[name=r]").nth(1).check()
    page.get_by_role("button", name="Ghi").click()

    expect(page).to_have_url("http://tram.test/kept/")


def test_card_that_cannot_be_fetched_says_what_to_do_now(stage: Stage) -> None:
    stage.answers["/open/0418/"] = stage.answers["/healthz"] = Answer(0)
    stage.open('<a href="/open/0418/" hx-get="/open/0418/" hx-target="#card">0418</a><div id="card"></div>')

    stage.page.get_by_role("link", name="0418").click()

    expect(stage.page.locator("[data-alert]")).to_contain_text("cấp theo phiếu giấy rồi ghi bù")


def test_page_that_comes_back_with_an_error_below_the_screen_goes_to_it(stage: Stage) -> None:
    wrong = (
        '<div class="field field-wrong"><label>Ghi chú <input name="note"></label><p class="field-error">Ghi.</p></div>'
    )
    far = '<p class="field-error" hidden>Không ai thấy</p>' + "<p>dòng</p>" * 60
    stage.open(f'<form method="post">{far}{wrong}<input name="later"><p class="field-error">Sau.</p></form>')

    expect(stage.page.locator("[name=note]")).to_be_focused()
    expect(stage.page.locator(".field-wrong")).to_be_in_viewport()


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (0, "Chưa gửi được. Giữ nguyên màn hình, thử lại."),
        (503, "Chưa gửi được. Giữ nguyên màn hình, thử lại."),
        (401, "Phiên làm việc đã hết. Đăng nhập ở cửa sổ khác rồi thử lại ở đây."),
    ],
)
def test_form_that_takes_the_page_along_stays_until_somebody_takes_it(stage: Stage, status: int, sentence: str) -> None:
    """Without htmx the browser would leave for its own page about the network, and all that was typed would be gone."""
    page = stage.page
    page.clock.install()
    stage.open(PLAIN)
    page.clock.run_for(6_000)  # nobody has asked the server for a while
    stage.answers["/staff/here/"] = stage.answers["/healthz"] = Answer(status)
    page.locator("input[name=note]").fill("đã đọc lại")

    page.get_by_role("button", name="Ghi, làm tiếp").dblclick()

    expect(page.locator("[data-send-failed-words]")).to_have_text(sentence)
    expect(page.locator("main [data-sign-in]")).to_be_visible(visible=status == 401)
    expect(page.locator("input[name=note]")).to_have_value("đã đọc lại")
    assert stage.posts("/kept/") == []

    stage.answers["/staff/here/"] = stage.answers["/healthz"] = Answer(204)
    page.locator("[data-retry]").click()

    expect(page).to_have_url("http://tram.test/kept/")
    [sent] = stage.posts("/kept/")
    assert (sent["id"], sent["note"], sent["go"]) == (["0193-7d"], ["đã đọc lại"], ["on"])


def test_network_line_tells_a_silent_server_from_a_missing_network(stage: Stage) -> None:
    stage.page.clock.install()
    stage.open(LIST_ONLY, body_class="page-board")
    stage.answers["/healthz"] = Answer(503)

    stage.page.clock.run_for(21_000)

    expect(stage.page.locator("[data-network]")).to_contain_text("Máy chủ không trả lời từ")


def test_network_pure_asks_rarely_when_all_is_well_and_ever_less_often_when_not(stage: Stage) -> None:
    stage.open(LIST_ONLY)
    pauses = stage.page.evaluate(
        """async () => {
          const { nextProbe } = await import("/static/js/network.js");
          const ask = (up, failures, hidden) => nextProbe({ up, failures, hidden });
          return [ask(false, 1, false), ask(false, 2, false), ask(false, 3, false), ask(false, 9, false),
            ask(true, 0, false), ask(false, 1, true)];
        }"""
    )
    assert pauses == [2000, 4000, 8000, 30000, 20000, 120000]


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
