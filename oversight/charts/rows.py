"""Bars, one under another: a total in its parts, against a threshold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from oversight.charts.svg import (
    Number,
    State,
    Words,
    data_table,
    element,
    figure_words,
    join,
    legend,
    link,
    mark,
    percent,
)

PATTERNS: Final = ("full", "striped", "open")  # of the first, second and third part: told apart on paper, too
_ROW: Final = 46
_FOOT: Final = 22
_THICK: Final = 14


@dataclass(frozen=True)
class Bar:
    """One row. `values`: its parts, in the order of the legend; None where nobody counted. `text`: what stands at the
    right instead of the sum; `note`: a conclusion in words; `path`: what it is made of."""

    label: Words
    values: Sequence[Number | None]
    text: Words = ""
    note: Words = ""
    path: str = ""
    state: State | None = None


def bars(
    rows: Sequence[Bar],
    *,
    label: Words,
    unit: Words = "",
    parts: Sequence[Words] = (),
    threshold: Number | None = None,
    threshold_label: Words = "",
    patterns: Sequence[str] = PATTERNS,
) -> SafeString:
    """Rows in the order given, on one scale from zero. `parts` name what the values are, up to three; `threshold` is a
    dashed line across all rows. A part below zero is written, and drawn as nothing. `patterns`: how the parts are
    filled, where pictures beside each other must mean the same by it."""
    if not rows:
        return element("p", _("Chưa có số liệu."), class_="quiet")
    whole = max([_total(row) for row in rows] + [float(threshold or 0)]) or 1.0
    height = _ROW * len(rows) + (_FOOT if threshold is not None else 0)
    drawn = [_row(row, place * _ROW, whole, unit, patterns) for place, row in enumerate(rows)]
    limit = "" if threshold is None else _threshold(threshold, threshold_label, whole, unit, len(rows))
    picture = element(
        "svg",
        element("title", label),
        element("desc", _said(rows, unit, threshold, threshold_label)),
        *drawn,
        limit,
        class_="chart",
        width="100%",
        height=height,
        role="img",
    )
    notes = [element("li", row.label, ": ", row.note) for row in rows if row.note]
    return element(
        "figure",
        picture,
        legend((_sample(pattern), words) for pattern, words in zip(patterns, parts, strict=False)),
        element("ul", *notes, class_="chart-notes small") if notes else "",
        _table(rows, label, unit, parts),
        class_="chart-bars",
    )


def _known(row: Bar) -> list[float]:
    return [max(0.0, float(value)) for value in row.values if value is not None]


def _total(row: Bar) -> float:
    return sum(_known(row))


def _sum_words(row: Bar, unit: Words) -> str:
    known = [value for value in row.values if value is not None]
    if row.text or not known:
        return str(row.text) if known else _("không có số liệu")
    return figure_words(_exact_sum(known), unit)


def _exact_sum(known: Sequence[Number]) -> Number:
    total: Number = 0
    for value in known:
        total = float(total) + float(value) if isinstance(value, float) or isinstance(total, float) else total + value
    return total


def _row(row: Bar, top: int, whole: float, unit: Words, patterns: Sequence[str]) -> SafeString:
    pieces: list[Words] = []
    if row.state is not None:
        pieces.append(element("svg", mark(row.state), x=11, y=top + 11, overflow="visible"))
    pieces.append(element("text", row.label, x=26 if row.state is not None else 0, y=top + 16))
    pieces.append(element("text", _sum_words(row, unit), x="100%", y=top + 16, text_anchor="end", class_="chart-value"))
    at = 0.0
    for pattern, value in zip(patterns, row.values, strict=False):
        length = max(0.0, float(value or 0))
        if length:
            pieces.append(_part(pattern, at, length, whole, top + 24))
        at += length
    if _known(row):  # a row that was counted and is nothing still begins; one that nobody counted is empty
        pieces.append(element("line", class_="chart-begin", x1=0, x2=0, y1=top + 22, y2=top + 26 + _THICK))
    return element("g", *pieces)


def _part(pattern: str, at: float, length: float, whole: float, top: int) -> SafeString:
    x, wide = percent(at, whole), percent(length, whole)
    if pattern == "striped":
        middle = top + _THICK / 2
        stripes = element("line", class_="chart-stripes", x1=x, x2=percent(at + length, whole), y1=middle, y2=middle)
        return join([stripes, element("rect", class_="chart-open", x=x, y=top, width=wide, height=_THICK)])
    return element("rect", class_=f"chart-{pattern}", x=x, y=top, width=wide, height=_THICK)


def _threshold(threshold: Number, label: Words, whole: float, unit: Words, rows: int) -> SafeString:
    """A dashed line through each bar, none through its words; its own words below the last."""
    x = percent(threshold, whole)
    share = float(threshold) / whole
    anchor = "end" if share > 0.7 else "start" if share < 0.3 else "middle"
    words = f"{label} {figure_words(threshold, unit)}".strip()
    tops = [place * _ROW for place in range(rows)]
    lines = [element("line", class_="chart-reference", x1=x, x2=x, y1=top + 20, y2=top + _ROW - 4) for top in tops]
    return join([*lines, element("text", words, x=x, y=_ROW * rows + _FOOT - 6, text_anchor=anchor)])


def _sample(pattern: str) -> SafeString:
    if pattern == "striped":
        stripes = element("line", class_="chart-stripes", x1=-10, x2=10, y1=0, y2=0)
        return join([stripes, element("rect", class_="chart-open", x=-10, y=-7, width=20, height=_THICK)])
    return element("rect", class_=f"chart-{pattern}", x=-10, y=-7, width=20, height=_THICK)


def _said(rows: Sequence[Bar], unit: Words, threshold: Number | None, threshold_label: Words) -> str:
    said = "; ".join(f"{row.label}: {_sum_words(row, unit)}" for row in rows)
    if threshold is None:
        return f"{said}."
    return f"{said}. {threshold_label or _('Mức so sánh')}: {figure_words(threshold, unit)}."


def _table(rows: Sequence[Bar], label: Words, unit: Words, parts: Sequence[Words]) -> SafeString:
    columns = max(len(row.values) for row in rows)
    heads: list[Words] = list(parts[:columns]) or [unit or label]
    heads += [""] * (columns - len(heads))
    sums = columns > 1
    lines = []
    for row in rows:
        cells: list[Words] = [link(row.label, row.path), *(figure_words(value) for value in row.values)]
        cells += [""] * (columns - len(row.values))
        known = [value for value in row.values if value is not None]
        lines.append([*cells, figure_words(_exact_sum(known) if known else None)] if sums else cells)
    return data_table(label, [_("Tên"), *heads, _("Cộng")] if sums else [_("Tên"), *heads], lines)
