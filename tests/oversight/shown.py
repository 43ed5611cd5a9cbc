"""A managers' page as somebody reads it: its key figures by their label, its tables by row and column."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from typing import Any, Final

from django.test import Client
from openpyxl import load_workbook

_EMPTY: Final = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "use", "wbr"}
_PICTURES: Final = {"svg", "figure", "script", "style"}


@dataclass
class Node:
    """One element; `inside`: its elements and words, in order."""

    tag: str = ""
    marks: dict[str, str] = field(default_factory=dict)
    inside: "list[Node | str]" = field(default_factory=list)

    def every(self, tag: str, **marks: str) -> "list[Node]":
        """The elements of that kind inside it whose marks hold these words; class_ is the class."""
        wanted = {name.rstrip("_").replace("_", "-"): words for name, words in marks.items()}
        found = []
        for one in self.inside:
            if isinstance(one, Node):
                if one.tag == tag and all(
                    set(v.split()) <= set(one.marks.get(k, "").split()) for k, v in wanted.items()
                ):
                    found.append(one)
                found += one.every(tag, **marks)
        return found

    @property
    def words(self) -> str:
        """Its text without pictures, each run of spaces one."""
        return re.sub(r"\s+([.,)])", r"\1", " ".join(self._text().split()))

    def _text(self) -> str:
        parts = [one if isinstance(one, str) else "" if one.tag in _PICTURES else one._text() for one in self.inside]
        return " ".join(parts)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Node()
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(node)
        if tag not in _EMPTY:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].inside.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if any(node.tag == tag for node in self.open):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def read(client: Client, address: str) -> Node:
    """The page at that address."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    reader = _Reader()
    reader.feed(answer.content.decode())
    return reader.root


def key_figures(page: Node) -> dict[str, tuple[str, str]]:
    """Each key figure by its label: the number, and the words that compare it."""
    found = {}
    for panel in page.every("div", class_="figure"):
        label, *rest = panel.every("p", class_="figure-label")
        found[label.words] = (panel.every("p", class_="figure-value")[0].words, rest[0].words if rest else "")
    return found


def table(page: Node, label: str) -> dict[str, dict[str, str]]:
    """A table by what its region is called: each row by what heads it, each cell by its column's words."""
    [region] = [one for one in page.every("div") if one.marks.get("aria-label") == label]
    rows = {}
    for line in region.every("tr"):
        heads = line.every("th", scope="row")
        if heads:
            links = heads[0].every("a")
            name = links[0].words if links else heads[0].words
            rows[name] = {"": heads[0].words} | {
                cell.marks.get("data-label", ""): cell.words for cell in line.every("td")
            }
    return rows


def facts(page: Node) -> dict[str, str]:
    """Every term of the page's lists of facts with what stands beside it."""
    found = {}
    for pair in page.every("dl", class_="facts"):
        terms = [one.words for one in pair.every("dt")]
        found.update(zip(terms, [one.words for one in pair.every("dd")], strict=True))
    return found


def sheet(client: Client, address: str, title: str, *, by: int = 1) -> dict[Any, dict[str, Any]]:
    """One sheet of the page's Excel: each line by its first cell or cells, each cell by its column's words."""
    book = load_workbook(BytesIO(client.get(address).content))
    found = next(one for one in book if one.title.endswith(title))
    lines = [[cell.value for cell in line] for line in found.iter_rows()]
    top = next(i for i, line in enumerate(lines) if sum(isinstance(cell, str) for cell in line) > 3)
    heads = lines[top]
    found_lines = [line for line in lines[top + 1 :] if line[0] is not None]
    return {line[0] if by == 1 else tuple(line[:by]): dict(zip(heads, line, strict=True)) for line in found_lines}
