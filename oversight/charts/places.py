"""A schematic map: how sites lie to each other, and how each stands. No tiles and no scale: order is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from oversight.charts.svg import STATE_WORDS, Number, State, Words, data_table, element, join, legend, link, mark, short

NAMED: Final = 24  # more sites than these have no room for their words; the list behind has them
SPREAD: Final = 60  # more than these stay where they are, one over another if need be
_ROW: Final = 44
_LEAST: Final = 260
_MOST: Final = 900
_EDGE: Final = 30
_SIDE: Final = 5.0  # per cent


@dataclass(frozen=True)
class Spot:
    """A site: degrees east and north (None where nobody said), how it stands, in a word, and its page.

    `supplied_by`: the name of the spot that a thin line leads to. `note`: more, for the list behind.
    """

    name: Words
    east: Number | None
    north: Number | None
    state: State
    word: Words
    path: str = ""
    note: Words = ""
    supplied_by: Words = ""


@dataclass(frozen=True)
class _Place:
    spot: Spot
    x: float  # per cent of the width
    y: float  # px


_ORDER: Final = list(State)


def map_of(sites: Sequence[Spot], *, label: Words) -> SafeString:
    """Every site at its place, the worst first in reading order; those without a place are only in the list."""
    ordered = sorted(sites, key=lambda spot: _ORDER.index(spot.state))
    height = min(_MOST, max(_LEAST, _ROW * len(sites)))
    places = _places([spot for spot in ordered if spot.east is not None and spot.north is not None], height)
    shown = [state for state in State if any(spot.state is state for spot in sites)]
    counted = [(mark(state), f"{STATE_WORDS[state]}: {sum(spot.state is state for spot in sites)}") for state in shown]
    nowhere = [str(spot.name) for spot in ordered if spot.east is None or spot.north is None]
    return element(
        "figure",
        _picture(places, label=label, height=height) if places else "",
        legend(counted),
        element("p", _("Chưa ghi vị trí: %(names)s") % {"names": ", ".join(nowhere)}, class_="small quiet")
        if nowhere
        else "",
        data_table(
            label,
            [_("Cơ sở"), _("Tình trạng"), _("Vì sao")],
            [[link(spot.name, spot.path), spot.word, spot.note] for spot in ordered],
        ),
        class_="chart-map",
    )


def _places(spots: Sequence[Spot], height: int) -> list[_Place]:
    """Stretched to the picture, then apart from each other up and down, so that no word lies over another."""
    across = [float(spot.east or 0) for spot in spots]
    up = [float(spot.north or 0) for spot in spots]
    x = _stretched(across, _SIDE, 100 - _SIDE)
    y = _stretched([-each for each in up], _EDGE, height - _EDGE)
    if len(spots) <= SPREAD:
        y = _apart(y, _EDGE, height - _EDGE)
    return [_Place(spot, *at) for spot, *at in zip(spots, x, y, strict=True)]


def _stretched(values: Sequence[float], first: float, last: float) -> list[float]:
    low, high = min(values, default=0.0), max(values, default=0.0)
    if high <= low:
        return [(first + last) / 2] * len(values)
    return [first + (value - low) / (high - low) * (last - first) for value in values]


def _apart(values: Sequence[float], first: float, last: float) -> list[float]:
    """The same order, each at least a row from the next as far as there is room."""
    order = sorted(range(len(values)), key=lambda place: values[place])
    found = list(values)
    gap = min(_ROW - 4.0, (last - first) / max(1, len(values) - 1))
    for before, after in pairwise(order):
        found[after] = max(found[after], found[before] + gap)
    over = last
    for place in reversed(order):
        found[place] = min(found[place], over)
        over = found[place] - gap
    return [max(first, value) for value in found]


def _picture(places: Sequence[_Place], *, label: Words, height: int) -> SafeString:
    """Not an image for assistive technology but a group of links, each saying its site and state."""
    by_name = {str(place.spot.name): place for place in places}
    wires = [
        element("line", class_="chart-wire", x1=f"{short(one.x)}%", y1=one.y, x2=f"{short(to.x)}%", y2=to.y)
        for one in places
        if (to := by_name.get(str(one.spot.supplied_by))) is not None
    ]
    named = len(places) <= NAMED
    return element(
        "svg",
        element("title", label),
        element("desc", _("Sơ đồ, không theo tỉ lệ: trên là bắc, phải là đông.")),
        *wires,
        *(_spot(place, named=named) for place in places),
        class_="chart",
        width="100%",
        height=height,
        role="group",
        aria_label=label,
    )


def _spot(place: _Place, *, named: bool) -> SafeString:
    spot = place.spot
    left = place.x > 55
    side = {"x": -16 if left else 16, "text_anchor": "end" if left else "start"}
    words = [
        element("text", spot.name, y=-2, class_="chart-value", **side),
        element("text", spot.word, y=14, **side),
    ]
    inside = join(
        [
            element("title", f"{spot.name}: {spot.word}"),
            element("circle", r=22, class_="chart-hit"),
            mark(spot.state),
            *(words if named else []),
        ]
    )
    led = element("a", inside, href=spot.path, aria_label=f"{spot.name}: {spot.word}") if spot.path else inside
    return element("svg", led, x=f"{short(place.x)}%", y=place.y, overflow="visible")
