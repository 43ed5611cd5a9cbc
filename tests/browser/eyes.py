"""Looks at pages by axe as one pair of eyes: what it costs most to see, it sees once."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, Page

DESK, PHONE = 1280, 360
_LOOK: Final = (Path(__file__).parent / "eyes.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Fault:
    """A rule of axe that a page breaks, how grave that is, and the first element that breaks it."""

    id: str
    impact: str
    html: str

    def __str__(self) -> str:
        return f"{self.id} {self.html[:120]}"


@dataclass
class Eyes:
    """One test's. Colours in which a text was legible on one page are not measured on the next.

    `grave`: by the rules alone whose breach hinders somebody seriously; the others are half of what axe costs.
    """

    grave: bool = False
    _colours: set[str] = field(default_factory=set)

    def open(self, context: BrowserContext) -> None:
        """Be ready on every page of it: for a test that looks at most of those that it opens."""
        context.add_init_script(AXE_SCRIPT)

    def faults(self, page: Page) -> list[Fault]:
        """What is wrong with the page as it stands once it is there, by the rules of axe."""
        page.wait_for_load_state()
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        seen = page.evaluate(_LOOK, {"known": sorted(self._colours), "grave": self.grave})
        self._colours.update(seen["fresh"])
        return [Fault(**fault) for fault in seen["faults"]]

    def look(self, page: Page, *, paper: bool = False) -> list[str]:
        """What is wrong at a desk and on a phone, the page loaded once; a sheet of paper may be wider than a screen."""
        found: list[str] = []
        for width in (PHONE, DESK):
            page.set_viewport_size({"width": width, "height": 740})
            found += [f"{fault} at {width}" for fault in self.faults(page)]
            if not paper and (over := runs_over(page)):
                found.append(f"{over} px too wide at {width}")
        return found


_eyes_of: Final[WeakKeyDictionary[BrowserContext, Eyes]] = WeakKeyDictionary()


def faults(page: Page) -> list[str]:
    """The rules of axe that the page breaks as it stands, looked at with the eyes of its browser's context."""
    return [fault.id for fault in _eyes_of.setdefault(page.context, Eyes()).faults(page)]


def runs_over(page: Page) -> int:
    """By how many px the page is wider than its screen. Waits for it: one that is on its way has no document yet."""
    page.wait_for_load_state()
    return int(page.locator("html").evaluate("html => Math.max(0, html.scrollWidth - window.innerWidth)"))
