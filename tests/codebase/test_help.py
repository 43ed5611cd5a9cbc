"""The help speaks the words of the screen: what stands in bold there is said by the product, letter for letter."""

import re
from functools import cache
from pathlib import Path

import pytest

from dispensing.rules.start_form import COLUMNS
from tests.codebase.catalogue import spoken
from tests.plugins.servers import ROOT

PAGES = sorted((ROOT / "docs" / "help").glob("*.md"))
LONGEST = 60
BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
FILLED_IN = re.compile(r"%\(\w+\)[sd]|\{\{?\s*[\w.|:\"]+\s*\}?\}")
TROUBLES = "## Khi có trục trặc"
OWN_EMPHASIS = re.compile(r"^\s*- \*\*[^*]+\*\*:", re.MULTILINE)  # "- **What went wrong**: what to do"


def plain(text: str) -> str:
    """One space between words, … for what is filled in, no … or dot at the end."""
    return " ".join(FILLED_IN.sub("…", text).split()).rstrip("….")


def in_bold(page: Path) -> set[str]:
    steps, _, troubles = page.read_text(encoding="utf-8").partition(TROUBLES)
    return {plain(found) for found in BOLD.findall(steps + OWN_EMPHASIS.sub("", troubles))}


@cache
def said() -> set[str]:
    of_the_form = {plain(column.heading) for column in COLUMNS}
    return {plain(sentence.text) for sentence in spoken()} | of_the_form | {"mg", "Chữ đậm"}


def test_there_is_help():
    assert len(PAGES) > 5


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_help_says_what_the_screen_says(page: Path):
    assert in_bold(page) - said() == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_help_is_short(page: Path):
    assert len(page.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_every_page_of_help_is_listed():
    listed = (ROOT / "docs" / "help" / "README.md").read_text(encoding="utf-8")

    assert {page.name for page in PAGES if f"({page.name})" not in listed} == {"README.md"}
