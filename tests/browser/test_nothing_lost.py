"""What fails, and what was answered wrongly: nothing that was typed is lost, and the page says what to do now."""

import pytest
from playwright.sync_api import expect

from tests.browser.stage import LIST_ONLY, Answer, Stage, open_card, piece

pytestmark = pytest.mark.browser

PLAIN = piece("plain.html")


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
