"""Stock of a month by the ledger, in the order of recording, day by day; for any number of facilities."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from inventory.models import BaseUnit, Item
from oversight.models import ItemDay, Summarised
from oversight.queries.stock_sums import item_days
from oversight.reports.ask import Ask
from oversight.rules.figures import Figure

DAY: Final = timedelta(days=1)
FLOWS: Final = ("received", "issued", "loss", "surplus")


def month(ask: Ask, *, now: datetime) -> dict[int, dict[str, Figure]]:
    """The columns of PL1, Mẫu 1, days of cover and usable naloxone for each facility, in four statements."""
    found = {pk: dict.fromkeys(("naloxone", "opening", *FLOWS, "closing"), 0) for pk in ask.ids}
    usable: dict[int, int] = defaultdict(int)
    used: dict[int, int] = defaultdict(int)
    bottled, ampoules = _items()
    for row in days(ask, now=now):
        figures = found[row.facility_id]
        if row.item_id in bottled:
            figures["opening"] += row.opening if row.day == ask.period.first else 0
            figures["closing"] += row.closing if row.day == ask.day else 0
            for code in FLOWS:
                figures[code] += amount(row, code)
            used[row.facility_id] += row.used
            usable[row.facility_id] += row.usable if row.day == ask.day else 0
        elif row.item_id in ampoules and row.day == ask.day:
            figures["naloxone"] += row.usable
    return {
        pk: {code: Figure(int(n)) for code, n in figures.items()}
        | {"cover": Figure(int(usable[pk]) * ask.days, of=max(int(used[pk]), 0))}
        for pk, figures in found.items()
    }


def days(ask: Ask, *, now: datetime) -> Iterable[ItemDay]:
    """Every item on every day of the period; what the numbers above add up. Days that are over are kept rows, since in
    the order of recording they never change (and a proof compares them); the others come from the ledger. Three
    statements, where all are as far."""
    told = dict(Summarised.objects.filter(pk__in=ask.ids).values_list("pk", "last_day"))
    kept = ItemDay.objects.filter(facility_id__in=told.keys(), day__gte=ask.period.first, day__lte=ask.day)
    yield from (row for row in kept.order_by("day", "facility_id") if row.day <= told[row.facility_id])
    behind: dict[date, list[int]] = defaultdict(list)
    for pk in ask.ids:
        behind[max(told[pk] + DAY, ask.period.first) if pk in told else ask.period.first].append(pk)
    for first, places in sorted(behind.items()):
        if first <= ask.day:
            yield from item_days(places, first=first, last=ask.day, now=now)


def amount(row: ItemDay, code: str) -> int:
    """One column of one day, in base units. Issued is what left: to patients, sent, poured out or destroyed."""
    issued = row.used + row.sent + row.disposed
    return {"received": row.received, "issued": issued, "loss": row.loss, "surplus": row.surplus}[code]


def bottled_items() -> frozenset[int]:
    """The items that are kept in bottles: methadone, in whatever strength."""
    return _items()[0]


def ampoule_items() -> frozenset[int]:
    """The items that are naloxone."""
    return _items()[1]


def _items() -> tuple[frozenset[int], frozenset[int]]:
    rows = list(Item.objects.all())
    ampoules = {one.pk for one in rows if one.base_unit == BaseUnit.AMPOULE and one.code.startswith("naloxone")}
    return frozenset(one.pk for one in rows if one.in_bottles), frozenset(ampoules)
