"""Every component in each state: legible, reachable, within the screen, and never one over another."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.gallery import samples
from tests.browser import eyes
from tests.browser.eyes import runs_over
from tests.browser.stage import Answer, Stage, piece

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
WIDTHS = (1280, 760, 360)
TARGET = 48
LONG = piece("confirm.html").replace("<h2", "<p>" + "Hỏi lý do và ghi lại. " * 60 + "</p><h2")
HANDLER = re.compile(r"\son[a-z]+=")
TOO_SMALL = """target => [...document.querySelectorAll("a, button, summary, select, input, label.tap")]
  .filter(element => element.checkVisibility() && !element.matches(".tap input"))
  .map(element => [element.outerHTML.slice(0, 80), element.getBoundingClientRect()])
  .filter(([, box]) => box.height < target || box.width < target)
  .map(([html, box]) => `${html} ${box.width} x ${box.height}`)"""


def open_gallery(stage: Stage, width: int) -> Page:
    stage.page.set_viewport_size({"width": width, "height": 740})
    stage.open_template("core/gallery.html", samples())
    return stage.page


@pytest.mark.parametrize("width", WIDTHS)
def test_gallery_has_no_accessibility_violation(stage: Stage, width: int) -> None:
    page = open_gallery(stage, width)

    assert eyes.faults(page) == []
    assert stage.refusals == []


@pytest.mark.parametrize("width", WIDTHS)
def test_gallery_stays_within_the_screen_with_targets_for_a_thumb(stage: Stage, width: int) -> None:
    page = open_gallery(stage, width)

    assert runs_over(page) == 0
    assert page.evaluate(TOO_SMALL, TARGET) == []


@pytest.mark.parametrize("size", [(1280, 760), (360, 740), (360, 600), (640, 360)])
def test_act_stands_below_the_card_and_never_over_it(stage: Stage, size: tuple[int, int]) -> None:
    width, height = size
    stage.page.set_viewport_size({"width": width, "height": height})
    stage.open(
        f'<div class="board"><section class="panel board-card" id="card">{LONG}</section></div>',
        body_class="page-board card-open",
    )

    edges = """() => {
      const box = name => document.querySelector(name).getBoundingClientRect();
      return [box(".card-body").bottom, box(".act").top, box(".act").bottom]
    }"""
    body_bottom, act_top, act_bottom = stage.page.evaluate(edges)

    assert act_top >= body_bottom - 0.5
    assert act_bottom <= height or height < 560  # a phone on its side scrolls to it


def test_phone_shows_the_list_or_the_card_and_the_receipt_above_the_list(stage: Stage) -> None:
    stage.page.set_viewport_size({"width": 360, "height": 740})
    stage.answers["/confirm/"] = Answer(body='<div class="note note-go"><div>đã ghi 65 mg</div></div>')
    stage.open(piece("board.html").replace("CARD", piece("confirm.html")), body_class="page-board card-open")
    expect(stage.page.locator("[data-roster]")).to_be_hidden()
    expect(stage.page.locator("[data-settling]")).to_have_count(0)

    stage.page.locator("[data-confirm-button]").click()

    expect(stage.page.locator("[data-roster]")).to_be_visible()
    expect(stage.page.get_by_text("đã ghi 65 mg")).to_be_in_viewport()


def test_templates_and_scripts_carry_no_inline_style_or_handler() -> None:
    for template in (ROOT / "templates").rglob("*.html"):
        text = template.read_text()
        assert " style=" not in text, template
        assert "<style" not in text, template
        assert not HANDLER.search(text), template
