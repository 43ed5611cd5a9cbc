"""A whole report: every number of every facility and all together, in a number of statements that does not grow."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.access import Access
from oversight.reports import care, register, stock, work
from oversight.reports.ask import Ask, ask
from oversight.reports.indicators import codes, fingerprint
from oversight.reports.places import Place
from oversight.rules.figures import Check, Figure, Figures, checks, middle, read, together
from oversight.rules.periods import Period, quarters_of
from oversight.rules.report_codes import ReportKind, ReportScope


@dataclass(frozen=True)
class Gathered:
    """The figures of a report. `sites` by facility; row 1.3 of an area or a province is only in `total`.

    `asked` is what was counted by: of a year, its last quarter that has begun.
    """

    period: Period
    asked: Ask
    place: Place
    total: Figures
    sites: Mapping[int, Figures]

    @property
    def checks(self) -> tuple[Check, ...]:
        """What must hold between the rows; the local set adds up by how it is made."""
        return () if self.period.kind is ReportKind.MONTH else checks(self.total)

    @property
    def settled(self) -> bool:
        """Whether the whole period is past, as far as days go."""
        return self.asked.day == self.period.last

    @property
    def by_place(self) -> dict[int | None, Figures]:
        """All together under None, then each facility."""
        return _by_place(self.total, self.sites)

    @property
    def indicators(self) -> str:
        """Which definitions these were."""
        return fingerprint(self.period.kind)

    def stored(self) -> dict[str, Any]:
        """As a snapshot keeps it."""
        return {
            "day": self.asked.day.isoformat(),
            "facilities": {str(pk): name for pk, name in self.place.facilities},
            "total": {code: figure.stored() for code, figure in self.total.items()},
            "sites": {
                str(pk): {code: figure.stored() for code, figure in figures.items()}
                for pk, figures in self.sites.items()
            },
        }


def gather(place: Place, period: Period, *, by: Access, now: datetime) -> Gathered:
    """Count everything anew from ledger and registers. A period that runs is counted up to today."""
    if period.kind is ReportKind.MONTH:
        asked = ask(place.ids, period, now=now)
        sites, total = _month(asked, now)
    else:
        asked, sites, total = _bang_3(place, period, by=by, now=now)
    order = codes(period.kind)
    return Gathered(
        period, asked, place, _ordered(order, total), {pk: _ordered(order, figures) for pk, figures in sites.items()}
    )


def from_stored(figures: Mapping[str, Any]) -> dict[int | None, Figures]:
    """The figures of a snapshot, all together under None."""
    sites = {int(pk): read(each) for pk, each in figures["sites"].items()}
    return _by_place(read(figures["total"]), sites)


def _by_place(total: Figures, sites: Mapping[int, Figures]) -> dict[int | None, Figures]:
    found: dict[int | None, Figures] = {None: total}
    for pk, figures in sites.items():
        found[pk] = figures
    return found


def _bang_3(
    place: Place, period: Period, *, by: Access, now: datetime
) -> tuple[Ask, dict[int, dict[str, Figure]], dict[str, Figure]]:
    """Of a year: the rows of its last quarter that has begun, and row 5 of all four (domain 8)."""
    quarters = quarters_of(period)
    today = ask(place.ids, period, now=now).day
    begun = [one for one in quarters if one.first <= today] or quarters[:1]
    asked = ask(place.ids, begun[-1], now=now)
    sites = register.bang_3(asked, by=by, now=now)
    for earlier in begun[:-1]:
        for pk, figure in register.dropped(ask(place.ids, earlier, now=now)).items():
            sites[pk]["5"] = sites[pk]["5"].plus(figure)
    total = together(sites.values())
    if place.scope in (ReportScope.AREA, ReportScope.PROVINCE):
        for figures in sites.values():
            del figures["1.3"]
    return asked, sites, total


def _month(asked: Ask, now: datetime) -> tuple[dict[int, dict[str, Figure]], dict[str, Figure]]:
    people, cared = register.month(asked), care.month(asked)
    kept, worked = stock.month(asked, now=now), work.month(asked)
    spreads = register.spreads(asked)
    sites: dict[int, dict[str, Figure]] = {}
    everybody: Counter[int] = Counter()
    for pk in asked.ids:
        spread = spreads[pk]
        everybody.update(spread)
        with_order = sum(spread.values())
        sites[pk] = {**people[pk], **cared[pk], **kept[pk], **worked[pk]}
        sites[pk]["dose_mean"] = Figure(sum(mg * count for mg, count in spread.items()), of=with_order)
        sites[pk]["dose_high"] = Figure(people[pk]["dose_high"].n, of=with_order)
        sites[pk]["dose_median"] = middle(spread)
    total = together(sites.values())
    total["dose_median"] = middle(everybody)
    return sites, total


def _ordered(order: tuple[str, ...], figures: Figures) -> dict[str, Figure]:
    return {code: figures[code] for code in order if code in figures}
