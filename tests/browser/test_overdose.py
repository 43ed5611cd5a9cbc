"""The overdose card with and without a server; and a bottle opened with a witness at the other end of a telephone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from core.ids import new_id
from staff.models import Attestation, Mode
from staff.services import remote
from tests import cast, world
from tests.browser.eyes import runs_over
from tests.browser.hands import PHONE, Hands
from tests.entrance import access
from tests.plugins.served import Server

WORKER_READY = "() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"
KEPT = """async (page) => {
  for (let tries = 0; tries < 50; tries += 1) {
    if (await caches.match(page)) return true;
    await new Promise((next) => setTimeout(next, 100));
  }
  return false;
}"""
STORED = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
  }
  return found;
}"""


@pytest.fixture
def phone(site: None, server: Server, browser: Browser, browser_context_args: dict) -> Iterator[Hands]:
    """A phone at the site whose browser may keep the card."""
    context = browser.new_context(**{**browser_context_args, **PHONE, "service_workers": "allow"})
    hands = Hands(context.new_page(), server.address)
    hands.come_in(cast.DISPENSER)
    yield hands
    context.close()


def opened(page: Page) -> None:
    expect(page.locator("dialog[data-overdose]")).to_be_visible()


def test_the_card_opens_over_a_confirm_step_and_no_key_reaches_the_dose(hands: Hands):
    hands.touch(hands.page.locator("[data-roster-row]").first)
    hands.settled()
    opener = hands.page.locator("header [data-overdose-open]")
    opener.focus()
    hands.page.keyboard.press("Enter")
    opened(hands.page)

    hands.page.locator(".overdose-steps").click()
    hands.page.wait_for_timeout(800)
    hands.page.keyboard.press("Enter")
    hands.page.keyboard.press("Escape")

    expect(hands.page.locator("dialog[data-overdose]")).to_be_hidden()
    expect(opener).to_be_focused()
    expect(hands.page.get_by_text("đã ghi")).to_have_count(0)


def test_the_card_and_its_clock_live_on_without_the_server(phone: Hands, server: Server):
    page = phone.page
    page.evaluate(WORKER_READY)
    assert page.evaluate(KEPT, "/facilities/overdose/")
    assert page.evaluate(KEPT, "/facilities/overdose/offline/")
    server.kill()

    phone.touch(page.locator("header [data-overdose-open]"))
    opened(page)
    phone.touch(page.get_by_role("button", name="Phát hiện quá liều: bấm giờ"))
    phone.touch(page.get_by_role("button", name="Vừa tiêm naloxone"))
    expect(page.locator("dialog [data-timer-next]")).to_contain_text(re.compile(r"còn 0[45]:\d\d"))
    page.reload()

    expect(page.get_by_text("bây giờ chưa ghi được gì")).to_be_visible()
    expect(page.get_by_text("Naloxone 1 ống 0,4 mg, tiêm tĩnh mạch chậm.")).to_be_visible()
    expect(page.locator("[data-timer-elapsed]")).to_contain_text(re.compile(r"^0\d:\d\d$"))
    expect(page.locator("[data-timer-next]")).to_contain_text(re.compile(r"còn 0[45]:\d\d"))
    phone.go("/facilities/overdose/")
    expect(page.get_by_role("heading", name="Quá liều: việc cần làm")).to_be_visible()
    assert runs_over(page) == 0

    stored = page.evaluate(STORED)
    assert {path for path in stored if not path.startswith("/static/")} == {
        "/facilities/overdose/",
        "/facilities/overdose/offline/",
    }
    end = page.locator("[data-timer-press=end]")
    phone.touch(end)
    expect(end).to_have_text("Bấm lần nữa để xóa giờ")
    phone.touch(end)
    expect(page.get_by_role("button", name="Phát hiện quá liều: bấm giờ")).to_be_visible()


def test_a_bottle_is_moved_with_a_witness_on_the_telephone(hands: Hands):
    hands.go("/inventory/bottles/move/")
    hands.touch(hands.page.locator("main input[name=bottles]").first)
    hands.touch(hands.page.locator("label:has([name=second_mode][value=remote])"))
    expect(hands.page.locator("[name=second_pin]")).to_be_hidden()
    new = remote.NewCode(new_id(), world.facility(cast.SITE).pk, cast.DISPENSER.username, cast.PIN)
    code = remote.issue(new=new, by=access(cast.SITE_HEAD), now=world.NOW).code
    hands.page.locator("[name=second_remote]").select_option(cast.SITE_HEAD.username)
    hands.page.locator("[name=second_code]").fill(f"{code[:3]} {code[3:]}")

    hands.page.locator("main form button[type=submit]").last.click()

    expect(hands.page.get_by_text("Đã chuyển sang tủ cấp phát.")).to_be_visible()
    signed = Attestation.objects.get(mode=Mode.REMOTE)
    assert (signed.second, signed.code.used_for) == (world.person(cast.SITE_HEAD), signed.act_id)
    assert signed.considered_ms is not None
