"""Lines over time: one small line, and the same line for several sites on one scale."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oversight.charts.svg import Number, Words, data_table, element, figure_words, join, link, short

Values = Sequence[Number | None]
WIDE: Final = 120.0
HIGH: Final = 28.0
_EDGE: Final = 3.0  # so that a thick line at the top or the bottom is not cut


@dataclass(frozen=True)
class Series:
    """One site's values, None where nobody counted. `note`: the conclusion in words; `path`: what it is made of."""

    label: Words
    values: Values
    note: Words = ""
    path: str = ""


def spark(
    values: Values,
    *,
    label: Words,
    unit: Words = "",
    names: Sequence[Words] = (),
    reference: Number | None = None,
    reference_label: Words = "",
    words: Words = "",
    table: bool = True,
) -> SafeString:
    """A small line, its scale from zero, with a dashed reference line where there is one.

    `names` say when each value was (days, as words); `words` is the conclusion that stands beside the line. Without
    `table` the caller shows the same values in a table near by.
    """
    low, high = _scale([values], reference)
    picture = _picture(values, low, high, label=label, unit=unit, reference=reference, reference_label=reference_label)
    return element(
        "figure",
        picture,
        element("figcaption", words, class_="small quiet") if words else "",
        _table([Series(unit or label, values)], label=label, names=names, across=False) if table else "",
        class_="chart-spark",
    )


def multiples(
    series: Sequence[Series],
    *,
    label: Words,
    unit: Words = "",
    names: Sequence[Words] = (),
    reference: Number | None = None,
    reference_label: Words = "",
) -> SafeString:
    """One small picture for each of the series, in the order given, all on one scale that is said once."""
    if not series:
        return element("p", _("Chưa có số liệu."), class_="quiet")
    low, high = _scale([each.values for each in series], reference)
    scale = _("Mọi hình cùng một thang: %(low)s đến %(high)s") % {
        "low": figure_words(low),
        "high": figure_words(high, unit),
    }
    if reference is not None:
        scale += f"; {_('nét đứt')}: {reference_label} {figure_words(reference, unit)}"
    each_one = [
        element(
            "li",
            element("p", link(one.label, one.path), class_="chart-name"),
            _picture(
                one.values, low, high, label=one.label, unit=unit, reference=reference, reference_label=reference_label
            ),
            element("p", one.note or _last(one.values, unit), class_="small"),
        )
        for one in series
    ]
    return element(
        "figure",
        element("figcaption", scale, class_="small quiet"),
        element("ul", *each_one, class_="chart-multiples"),
        _table(series, label=label, names=names, across=True),
        class_="chart-many",
    )


def description(values: Values, unit: Words = "") -> str:
    """What a line shows, for who does not see it: lowest, highest, newest, and how many gaps."""
    known = [value for value in values if value is not None]
    if not known:
        return _("Chưa có số liệu.")
    said = _("Thấp nhất %(low)s, cao nhất %(high)s, gần nhất %(last)s.") % {
        "low": figure_words(min(known, key=float), unit),
        "high": figure_words(max(known, key=float), unit),
        "last": figure_words(known[-1], unit),
    }
    gaps = len(values) - len(known)
    if not gaps:
        return said
    return f"{said} {ngettext('%(count)d chỗ không có số liệu.', '%(count)d chỗ không có số liệu.', gaps)}" % {
        "count": gaps
    }


def _last(values: Values, unit: Words) -> str:
    known = [value for value in values if value is not None]
    return figure_words(known[-1], unit) if known else _("Chưa có số liệu")


def _scale(every: Sequence[Values], reference: Number | None) -> tuple[float, float]:
    """From zero, or the lowest below it, to the highest; never of no height."""
    known = [float(value) for values in every for value in values if value is not None]
    known += [0.0] if reference is None else [0.0, float(reference)]
    low, high = min(known), max(known)
    return low, high if high > low else low + 1.0


def _picture(
    values: Values,
    low: float,
    high: float,
    *,
    label: Words,
    unit: Words,
    reference: Number | None,
    reference_label: Words,
) -> SafeString:
    def down(value: Number) -> float:
        return HIGH - _EDGE - (float(value) - low) / (high - low) * (HIGH - 2 * _EDGE)

    said = description(values, unit)
    line: Words = ""
    if reference is not None:
        at = down(reference)
        line = element("line", class_="chart-reference", x1=0, x2=WIDE, y1=at, y2=at)
        said = f"{said} {reference_label or _('Mức so sánh')}: {figure_words(reference, unit)}."
    return element(
        "svg",
        element("title", label),
        element("desc", said),
        element("line", class_="chart-base", x1=0, x2=WIDE, y1=down(0), y2=down(0)),
        line,
        *(_stroke(run) for run in runs(values, down)),
        class_="chart",
        viewBox=f"0 0 {short(WIDE)} {short(HIGH)}",
        preserveAspectRatio="none",
        role="img",
    )


def runs(values: Values, down: Callable[[Number], float]) -> Iterator[list[tuple[float, float]]]:
    """The points that hang together: a gap in the values is a gap in the line."""
    step = (WIDE - 2 * _EDGE) / (len(values) - 1) if len(values) > 1 else 0.0
    start = _EDGE if step else WIDE / 2
    run: list[tuple[float, float]] = []
    for place, value in enumerate(values):
        if value is not None:
            run.append((start + place * step, down(value)))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _stroke(run: Sequence[tuple[float, float]]) -> SafeString:
    """A line through the points and a dot at its end; one alone is a dot (no length, a round cap)."""
    x, y = run[-1]
    dot = element("path", class_="chart-dot", d=f"M{short(x)} {short(y)}h0")
    if len(run) == 1:
        return dot
    points = " ".join(f"{short(across)},{short(down)}" for across, down in run)
    return join([element("polyline", class_="chart-line", points=points), dot])


def _table(series: Sequence[Series], *, label: Words, names: Sequence[Words], across: bool) -> SafeString:
    """Down the page for one line; a row for each site for several."""
    longest = max((len(each.values) for each in series), default=0)
    when = [*names, *(str(place + 1) for place in range(len(names), longest))][:longest]
    if across:
        rows = [
            [link(each.label, each.path), *(figure_words(value) for value in each.values)]
            + [""] * (longest - len(each.values))
            for each in series
        ]
        return data_table(label, [_("Cơ sở"), *when], rows)
    only = series[0]
    return data_table(
        label,
        [_("Khi nào"), only.label],
        [[name, figure_words(value)] for name, value in zip(when, only.values, strict=False)],
    )
