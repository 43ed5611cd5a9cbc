"""A stage for one page in a real browser without a server: our templates and scripts, answers by hand."""

import mimetypes
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.contrib.staticfiles import finders
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from playwright.sync_api import Page, Route, expect

from core.access import Access
from core.middleware import CONTENT_SECURITY_POLICY
from facilities.queries.overdose_steps import steps_in
from facilities.services.overdose import Numbers, OverdoseCard

ADDRESS = "http://tram.test"
SETTLED = 700  # ms, static/js/confirm.js
SOMEBODY = Access(person_id=1, label="L.T.H.", facility_id=1, facility_name="Cơ sở cấp phát Mường Pồn")
CARD = OverdoseCard(Numbers(1, SOMEBODY.facility_name, ampoules=20), steps_in("vi"))
# base.html asks no database here
ON_EVERY_PAGE: dict[str, Any] = {"overdose": CARD, "unread_notices": 3, "undone_at_night": ()}


def piece(name: str) -> str:
    """The source of a piece of a page in tests/browser/pieces/."""
    return (Path(__file__).parent / "pieces" / name).read_text(encoding="utf-8")


@dataclass
class Answer:
    """What the stage's server says; status 0 is no network."""

    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "text/html; charset=utf-8"


@dataclass
class Stage:
    """One page at ADDRESS; `sent` are the bodies that reached the server, by path."""

    page: Page
    answers: dict[str, Answer] = field(default_factory=dict)
    sent: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    content: str = ""

    def open(self, body: str, *, body_class: str = "", idle_seconds: int = 0) -> None:
        """Show the body inside base.html to somebody signed in."""
        blocks = {"body_class": body_class, "content": body}
        filled = "".join(f"{{% block {name} %}}{text}{{% endblock %}}" for name, text in blocks.items())
        page = engines["django"].from_string('{% extends "base.html" %}' + filled)
        self.show(page.render(ON_EVERY_PAGE, self._request()), idle_seconds=idle_seconds)

    def open_template(self, name: str, context: dict[str, Any]) -> None:
        """Show a whole page of the product to somebody signed in."""
        self.show(render_to_string(name, ON_EVERY_PAGE | context, self._request()))

    def show(self, content: str, *, idle_seconds: int = 0) -> None:
        self.content = re.sub(r'data-idle-seconds="\d+"', f'data-idle-seconds="{idle_seconds}"', content)
        self.page.route(f"{ADDRESS}/**", self._answer)
        self.page.on("console", lambda message: self._note(message.text))
        self.page.on("pageerror", lambda error: self.refusals.append(str(error)))
        self.page.goto(f"{ADDRESS}/")
        expect(self.page.locator("[data-network][data-state]:visible").first).to_be_visible()  # the scripts have begun

    def sent_in_a_moment(self) -> list[tuple[str, dict[str, list[str]]]]:
        """What has been sent once anything on its way has had the time to arrive."""
        self.page.wait_for_timeout(150)
        return self.sent

    def posts(self, path: str) -> list[dict[str, list[str]]]:
        return [body for sent_path, body in self.sent if sent_path == path]

    def _request(self) -> Any:
        request: Any = RequestFactory().get("/")
        request.access = SOMEBODY
        return request

    def _note(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.refusals.append(text)

    def _answer(self, route: Route) -> None:
        request = route.request
        path = urlsplit(request.url).path
        if request.method == "POST":
            self.sent.append((path, parse_qs(request.post_data or "")))
        if path.startswith("/static/"):
            found = str(finders.find(path.removeprefix("/static/")))
            route.fulfill(path=found, content_type=mimetypes.guess_type(found)[0] or "text/plain")
            return
        answer = self.answers.get(path) or Answer(body=self.content if path == "/" else "")
        if answer.status == 0:
            route.abort("internetdisconnected")
            return
        headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY, "Content-Type": answer.content_type}
        route.fulfill(status=answer.status, body=answer.body, headers=headers | answer.headers)


def scan(page: Page, digits: str, *, gap_ms: float = 8, keys: dict[str, str] | None = None) -> None:
    """What a scanner types: trusted key events whose times are `gap_ms` apart however slow the machine is.

    `keys` maps a digit to what another keyboard layout makes of its key.
    """
    session = page.context.new_cdp_session(page)
    started = time.time()
    for number, digit in enumerate(digits):
        value = (keys or {}).get(digit, digit)
        event = {"key": value, "code": f"Digit{digit}", "timestamp": started + number * gap_ms / 1000}
        session.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": value, **event})
        session.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
    enter["timestamp"] = started + len(digits) * gap_ms / 1000
    session.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": "\r", **enter})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter})
    session.detach()


BOARD = piece("board.html").replace("CARD", piece("confirm.html"))
LIST_ONLY = piece("board.html").replace("CARD", "")


def open_card(stage: Stage) -> Page:
    """The board with a confirm step open, its first 700 ms over."""
    stage.open(BOARD, body_class="page-board card-open")
    expect(stage.page.locator("[data-settling]")).to_have_count(0)
    return stage.page
