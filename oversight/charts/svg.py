"""What every picture is made of: elements, figures in words, marks of states, and the data table behind."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.quantities import format_decimal
from core.templatetags.tram import separator

Number = int | Decimal | float
Words = str | Promise
Row = Sequence[Words]


class State(StrEnum):
    """How something stands, the worst first."""

    STOP = "stop"
    SILENT = "silent"
    LOOK = "look"
    GO = "go"


STATE_WORDS: Final[dict[State, Promise]] = {
    State.STOP: gettext_lazy("cần giúp ngay"),
    State.SILENT: gettext_lazy("không có tin"),
    State.LOOK: gettext_lazy("cần xem"),
    State.GO: gettext_lazy("ổn"),
}
_CORNERS: Final = {  # around 0, 0: told apart by their outline alone
    State.STOP: "-4,-9 4,-9 9,-4 9,4 4,9 -4,9 -9,4 -9,-4",
    State.SILENT: "0,-10 10,0 0,10 -10,0",
    State.LOOK: "0,-10 10,8 -10,8",
}
_SIGNS: Final = {State.STOP: "!", State.SILENT: "?"}
GAP: Final = "–"  # in a table, where nobody counted


def element(name: str, *inside: Words, **attributes: Words | Number | None) -> SafeString:
    """One element; what is inside is escaped unless it is safe. `text_anchor` is text-anchor, `class_` class; None is
    left out.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{conditional_escape(_attribute(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return mark_safe(f"<{name}{written}>{join(inside)}</{name}>")  # noqa: S308  each part is escaped above


def join(parts: Iterable[Words]) -> SafeString:
    """The parts one after another, escaped where they are not safe."""
    return mark_safe("".join(conditional_escape(str(part)) for part in parts))  # noqa: S308  escaped one by one


def _attribute(value: Words | Number) -> str:
    return short(value) if isinstance(value, float) else str(value)


def short(value: float) -> str:
    """A coordinate: two decimals at most, and no -0."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def percent(part: Number, whole: Number) -> str:
    """Where a value lies across, as per cent of the width: never below 0 nor above 100."""
    share = 100 * float(part) / float(whole) if whole else 0.0
    return f"{short(min(100.0, max(0.0, share)))}%"


def figure_words(value: Number | None, unit: Words = "") -> str:
    """A value as people read it: 4,5 giờ; a dash where nobody counted."""
    if value is None:
        return GAP
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return f"{format_decimal(exact, separator=separator())} {unit}".strip()


def mark(state: State) -> SafeString:
    """The state's shape around 0, 0: octagon, diamond, triangle, circle."""
    corners = _CORNERS.get(state)
    shape = element("polygon", points=corners) if corners else element("circle", r=8)
    sign = element("text", _SIGNS[state], y=5, text_anchor="middle") if state in _SIGNS else ""
    return element("g", shape, sign, class_=f"chart-mark chart-{state.value}", aria_hidden="true")


def swatch(inside: SafeString) -> SafeString:
    """A small sample for the legend."""
    return element("svg", inside, class_="chart", width=22, height=22, viewBox="-11 -11 22 22", aria_hidden="true")


def legend(entries: Iterable[tuple[SafeString, Words]]) -> SafeString:
    """What the patterns and shapes mean."""
    lines = [element("li", swatch(sample), element("span", words)) for sample, words in entries]
    return element("ul", *lines, class_="chart-legend") if lines else SafeString("")


def data_table(caption: Words, head: Row, rows: Iterable[Row]) -> SafeString:
    """The figures behind a picture, folded away; the first cell names its row."""
    heads = [element("th", words, scope="col", class_="right" if place else None) for place, words in enumerate(head)]
    lines = [
        element("tr", element("th", row[0], scope="row"), *(element("td", cell, class_="right") for cell in row[1:]))
        for row in rows
    ]
    return format_html(
        '<details class="chart-data"><summary>{}</summary><div class="table-scroll" tabindex="0" role="region" '
        'aria-label="{}"><table><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div></details>',
        _("Bảng số liệu"), _("Bảng số liệu: %(label)s") % {"label": caption}, caption, join(heads), join(lines),
    )  # fmt: skip


def link(words: Words, path: str) -> SafeString:
    """The words, leading on where there is a page."""
    return element("a", words, href=path) if path else join([words])
