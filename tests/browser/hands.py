"""The hands of somebody at the window: what they do on the served board, by mouse, thumb, keyboard or scanner."""

import re
from dataclasses import dataclass

from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from tests import cast
from tests.browser.stage import scan
from tests.entrance import signed_in

WIDE = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@dataclass
class Hands:
    """One browser's page on the product at `address`, and whoever sits before it."""

    page: Page
    address: str

    @property
    def phone(self) -> bool:
        size = self.page.viewport_size
        return size is not None and size["width"] < 900

    # --- coming in ---

    def come_in(self, member: cast.Member, path: str = "/dispensing/") -> None:
        """Be signed in already: the form itself is the morning's."""
        session = signed_in(member).cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.address}
        self.page.context.add_cookies([cookie])  # type: ignore[list-item]
        self.go(path)

    def go(self, path: str) -> None:
        self.page.goto(f"{self.address}{path}")

    def board(self) -> None:
        self.go("/dispensing/")

    # --- the list and the card ---

    def row(self, code: str) -> Locator:
        return self.page.locator(f"[data-roster-row][data-code='{code}']")

    @property
    def card(self) -> Locator:
        return self.page.locator("#card")

    @property
    def confirm_button(self) -> Locator:
        return self.page.locator("[data-confirm-button]")

    def touch(self, target: Locator) -> None:
        """The finger, or the mouse."""
        if self.phone:
            target.tap()
        else:
            target.click()

    def open(self, code: str) -> None:
        """Choose somebody in the list; the card stands."""
        self.touch(self.row(code))
        self.stands(code)

    def open_by_keys(self, code: str) -> None:
        self.page.keyboard.press("/")
        expect(self.page.locator("input[data-search]")).to_be_focused()
        self.page.keyboard.type(code, delay=20)
        self.page.keyboard.press("Enter")
        self.stands(code)

    def open_by_card(self, digits: str, code: str) -> None:
        scan(self.page, digits)
        self.stands(code)

    def stands(self, code: str) -> None:
        expect(self.page.locator("#card [data-card-title]")).to_contain_text(code)

    def settled(self) -> None:
        """The first 700 ms of a confirm step are over."""
        expect(self.page.locator("form[data-opened-at] [data-confirm-button]")).to_be_visible()
        expect(self.page.locator("[data-settling]")).to_have_count(0)

    def open_page_by_scan(self, digits: str) -> None:
        """Scan a code that leads to a page of its own."""
        with self.page.expect_navigation():
            scan(self.page, digits)

    def menu(self, words: str) -> None:
        self.touch(self.page.locator("[data-menu] summary"))
        self.touch(self.page.locator("[data-menu]").get_by_role("button", name=words))

    def confirm(self) -> None:
        self.settled()
        self.touch(self.confirm_button)

    def confirm_by_enter(self) -> None:
        self.settled()
        self.page.keyboard.press("Enter")

    def recorded(self, code: str, mg: str) -> None:
        """The product says so, and the list knows."""
        said = re.compile(rf"{code}: đã ghi {re.escape(mg)} mg lúc \d\d:\d\d\.")
        expect(self.page.get_by_text(said)).to_be_visible()
        expect(self.row(code)).to_have_class(re.compile("row-done"))

    def leave(self) -> None:
        self.touch(self.page.locator("[data-back]"))

    # --- second signatures ---

    def witnessed(self, by: cast.Member) -> None:
        self.page.locator("[name=second_username]").select_option(by.username)
        self.page.locator("[name=second_pin]").fill(by.pin)

    def alone(self, why: str) -> None:
        self.touch(self.page.locator("label:has([name=second_mode][value=alone])"))
        self.page.locator("[name=second_reason]").fill(why)

    def press(self, words: str) -> None:
        """The button or link that says this, wherever it stands on the page's own part."""
        self.touch(self.page.locator("main").get_by_role("button", name=words).or_(
            self.page.locator("main").get_by_role("link", name=words)
        ).first)  # fmt: skip

    def tap(self, words: str) -> None:
        """An answer among taps."""
        self.touch(self.page.locator("main label.tap, main label.strip-tap").filter(has_text=words).first)
