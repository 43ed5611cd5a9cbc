"""The help inside the product: docs/help/*.md as pages, and which of them fits where somebody is.

The files are the source, read once per process. Nothing raw gets through: HTML in them is text, and links lead only
from one page of help to another.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

_ROW: Final = re.compile(r"^\| (?P<whom>.+?) \| \[.+?\]\((?P<slug>[\w-]+)\.md\) \|$", re.MULTILINE)
_PARAMETER: Final = re.compile(r"<[^>]+>")

# Where one is, and the page that fits: the address without its parameters, the longest beginning wins. Plain addresses,
# because this lowest room may not name pages of the rooms above.
FITTING: Final[dict[str, str]] = {
    "cases/": "truong-tram",
    "dispensing/": "cap-phat",
    "dispensing/close/": "mo-dong-ngay",
    "dispensing/days/": "mo-dong-ngay",
    "dispensing/doses/*/vomit/": "co-chuyen",
    "dispensing/doses/*/wrong/": "co-chuyen",
    "dispensing/due/": "on-dinh",
    "dispensing/handover/": "mo-dong-ngay",
    "dispensing/later/": "phieu-giay",
    "dispensing/near-misses/": "co-chuyen",
    "dispensing/observations/": "co-chuyen",
    "dispensing/open/": "mo-dong-ngay",
    "dispensing/overdoses/": "qua-lieu",
    "dispensing/patients/*/absence/": "vang-mat",
    "dispensing/patients/*/contact/": "vang-mat",
    "dispensing/patients/*/counselling/": "on-dinh",
    "dispensing/patients/*/drop-out/": "vang-mat",
    "dispensing/patients/*/elsewhere/": "hoi-co-so",
    "dispensing/patients/*/exam/": "on-dinh",
    "dispensing/patients/*/following/": "on-dinh",
    "dispensing/patients/*/refer/": "chuyen-tuyen",
    "dispensing/patients/*/supplement/": "co-chuyen",
    "dispensing/patients/*/take-home/": "thuoc-mang-ve",
    "dispensing/patients/*/urine/": "on-dinh",
    "dispensing/patients/*/vials/": "thuoc-mang-ve",
    "dispensing/patients/*/watch/": "co-chuyen",
    "dispensing/patients/*/wrong/": "co-chuyen",
    "dispensing/prescriptions/": "don-thuoc",
    "dispensing/questions/": "hoi-co-so",
    "dispensing/referrals/": "chuyen-tuyen",
    "dispensing/road/": "vang-mat",
    "dispensing/sheets/": "phieu-giay",
    "dispensing/start/": "bat-dau",
    "dispensing/take-home/": "thuoc-mang-ve",
    "dispensing/tomorrow/": "vang-mat",
    "dispensing/vials/": "thuoc-mang-ve",
    "dispensing/vomits/": "co-chuyen",
    "dispensing/watched/": "vang-mat",
    "dispensing/work/": "vang-mat",
    "dispensing/wrong-doses/": "co-chuyen",
    "facilities/calendar/": "lich-truc",
    "facilities/overdose/": "qua-lieu",
    "facilities/settings/": "quan-ly",
    "inventory/": "kho-thuoc",
    "inventory/bottles/*/opened-already/": "bat-dau",
    "inventory/carry/": "giao-nhan",
    "inventory/consignments/": "giao-nhan",
    "inventory/counts/": "kiem-ke",
    "inventory/destructions/": "huy-thuoc",
    "inventory/losses/": "kiem-ke",
    "inventory/naloxone/": "ke-cap-cuu",
    "inventory/recalls/": "kiem-ke",
    "inventory/reports/": "du-tru",
    "inventory/requests/": "du-tru",
    "inventory/restocks/": "ke-cap-cuu",
    "inventory/shelf/": "ke-cap-cuu",
    "inventory/spills/": "kiem-ke",
    "inventory/transport/": "giao-nhan",
    "operations/": "van-hanh",
    "oversight/": "quan-ly",
    "oversight/hours/": "so-lieu-lam-them",
    "oversight/inspections/": "thanh-tra",
    "oversight/reports/": "bao-cao",
    "oversight/sites/*/incidents/": "so-lieu-lam-them",
    "patients/*/alerts/": "canh-bao",
    "patients/*/known/": "du-lieu",
    "patients/*/photo/": "du-lieu",
    "patients/*/phrases/": "canh-bao",
    "patients/*/place/": "chuyen-tuyen",
    "patients/*/speech/": "canh-bao",
    "patients/*/visit/": "chuyen-tuyen",
    "patients/retention/": "du-lieu",
    "staff/appointments/": "quan-tri",
    "staff/certificates/": "lich-truc",
    "staff/devices/": "thiet-bi",
    "staff/hours/": "gio-lam",
    "staff/leave/": "lich-truc",
    "staff/people/": "quan-tri",
    "staff/rota/": "lich-truc",
    "staff/unwitnessed/": "truong-tram",
    "staff/witness/": "chung-kien",
}


@dataclass(frozen=True)
class Page:
    """One page of help: for whom, as the table of README.md says; its heading; the whole of it as HTML."""

    slug: str
    whom: str
    title: str
    html: SafeString


@dataclass(frozen=True)
class Index:
    """What stands before and after the list of pages, without the heading; the pages in the table's order."""

    before: SafeString
    pages: tuple[Page, ...]
    after: SafeString


@cache
def index() -> Index:
    folder = settings.BASE_DIR / "docs" / "help"
    text = (folder / "README.md").read_text(encoding="utf-8")
    rows = list(_ROW.finditer(text))
    files = [folder / f"{row['slug']}.md" for row in rows]
    titles = {file.stem: _heading(file.read_text(encoding="utf-8")) for file in files}
    before = re.sub(r"^(# .*|\|.*)$", "", text[: rows[0].start()], flags=re.MULTILINE)
    return Index(
        before=html(before, titles),
        pages=tuple(_page(file, row["whom"], titles) for row, file in zip(rows, files, strict=True)),
        after=html(text[rows[-1].end() :], titles),
    )


def page(slug: str) -> Page | None:
    """The page of that name, if there is one. The name is looked up, never made a path."""
    return next((each for each in index().pages if each.slug == slug), None)


def address(request: HttpRequest) -> str:
    """The address of the help that fits the page of this request; of the list of all where none is named."""
    found = request.resolver_match
    here = _PARAMETER.sub("*", found.route) if found else ""
    begins = max((one for one in FITTING if here.startswith(one)), key=len, default="")
    return reverse("core:help-page", args=[FITTING[begins]]) if begins else reverse("core:help")


def html(text: str, titles: Mapping[str, str]) -> SafeString:
    """CommonMark and tables as HTML in which nothing runs; `titles` of the pages that a link may lead to, by slug."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "autolink"])
    markdown.add_render_rule("table_open", _table_open)
    markdown.add_render_rule("table_close", _table_close)
    tokens = markdown.parse(text)
    for token in tokens:
        token.children = _inner_links(token.children, titles) if token.children else token.children
    return SafeString(markdown.renderer.render(tokens, markdown.options, {}))


def _page(file: Path, whom: str, titles: Mapping[str, str]) -> Page:
    return Page(file.stem, whom, titles[file.stem], html(file.read_text(encoding="utf-8"), titles))


def _heading(text: str) -> str:
    return text.partition("\n")[0].removeprefix("# ")


def _inner_links(tokens: list[Token], titles: Mapping[str, str]) -> list[Token]:
    """Links to pages of help lead there, named by the heading where they name the file; of every other link the words
    remain."""
    by_file = {f"{slug}.md": title for slug, title in titles.items()}
    kept, open_links = [], []
    for token in tokens:
        if token.type == "link_open":
            slug = str(token.attrGet("href")).removesuffix(".md")
            open_links.append(slug in titles)
            token.attrs = {"href": reverse("core:help-page", args=[slug])} if slug in titles else {}
        elif open_links and token.type == "text":
            token.content = by_file.get(token.content, token.content)
        if token.type not in ("link_open", "link_close") or open_links[-1]:
            kept.append(token)
        if token.type == "link_close":
            open_links.pop()
    return kept


def _table_open(_: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    """A table moves inside its own frame on a phone; the frame is named by the heading over it."""
    headings = [tokens[one + 1].content for one in range(at) if tokens[one].type == "heading_open"]
    label = f' aria-label="{escape(headings[-1])}"' if headings else ""
    return f'<div class="table-scroll" tabindex="0" role="region"{label}><table>'


def _table_close(_: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    return "</table></div>"
