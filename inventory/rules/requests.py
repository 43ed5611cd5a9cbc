"""What a site needs of its main clinic: the proposal from the figures, and the dates of the monthly cycle. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Final

from inventory.rules.request_table import ASKED, State
from inventory.rules.settings_requests import RequestSettings

UL_PER_ML: Final = 1000
_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Figures:
    """What the proposal of one item in bottles is made of; whoever prepares the request may change each.

    `concentration` in mg per mL; `stock_ul` in the site's cabinets and opened bottles, in date; `road_ul` on its way.
    """

    patients: int
    daily_mg: Decimal
    days: int
    new_patients: int
    new_patient_mg: Decimal
    safety_pct: Decimal
    concentration: Decimal
    stock_ul: int
    road_ul: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """The sum as it is shown: mg for those in treatment, for new patients and for safety; then what is to be sent."""

    treated_mg: Decimal
    new_mg: Decimal
    safety_mg: Decimal
    total_ul: int
    missing_ul: int
    size_ul: int
    bottles: int


def propose(figures: Figures, *, sizes_ul: Sequence[int], largest_bottle_days: int) -> Proposal:
    """Daily dose times days, new patients beside, safety on both, less what is there; whole bottles, rounded up
    (domain 4.1)."""
    treated = figures.daily_mg * figures.days
    new = figures.new_patient_mg * figures.new_patients * figures.days
    safety = ((treated + new) * figures.safety_pct / 100).quantize(_CENT, ROUND_HALF_UP)
    total_ml = (treated + new + safety) / figures.concentration
    total = int((total_ml * UL_PER_ML).to_integral_value(ROUND_CEILING))
    missing = max(0, total - figures.stock_ul - figures.road_ul)
    size = bottle_size(figures, sizes_ul=sizes_ul, largest_bottle_days=largest_bottle_days)
    return Proposal(treated, new, safety, total, missing, size, -(-missing // size))


def bottle_size(figures: Figures, *, sizes_ul: Sequence[int], largest_bottle_days: int) -> int:
    """The largest size, unless an opened one would last longer than so many days (domain 12.3): then the smallest."""
    daily_mg = figures.daily_mg + figures.new_patient_mg * figures.new_patients
    largest = max(sizes_ul)
    lasts_too_long = daily_mg * largest_bottle_days * UL_PER_ML < largest * figures.concentration
    return min(sizes_ul) if lasts_too_long else largest


def changed(figures: Figures, system: Figures) -> tuple[str, ...]:
    """Which figures somebody put in place of the system's."""
    return tuple(name for name in Figures.__slots__ if getattr(figures, name) != getattr(system, name))


@dataclass(frozen=True, slots=True)
class Cycle:
    """The dates of the request for one month: sent by, delivered by (domain 4.1)."""

    period: date
    send_by: date
    deliver_by: date


def cycle(period: date, settings: RequestSettings) -> Cycle:
    """The dates lie in the month before; a day that it does not have is its last."""
    before = month_before(period)
    return Cycle(period, _day_of(before, settings.send_by_day), _day_of(before, settings.deliver_by_day))


def month_of(day: date) -> date:
    return day.replace(day=1)


def month_before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def month_after(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _day_of(month: date, day: int) -> date:
    last = month_after(month) - timedelta(days=1)
    return last if day >= last.day else month.replace(day=day)


def is_late(state: State, *, dates: Cycle, today: date) -> str:
    """What is late, "send" or "deliver"; empty where nothing is."""
    if state in (State.NEW, State.DRAFT, State.RETURNED):
        return "send" if today > dates.send_by else ""
    if state in ASKED and state not in (State.RECEIVED, State.CLOSED):
        return "deliver" if today > dates.deliver_by else ""
    return ""


def quarter_due(today: date, settings: RequestSettings) -> date:
    """The next day by which the clinic reports a quarter: in the first month of each (domain 4.1)."""
    month = month_of(today)
    while month.month % 3 != 1 or month.replace(day=settings.quarter_report_day) < today:
        month = month_after(month)
    return month.replace(day=settings.quarter_report_day)


@dataclass(frozen=True, slots=True)
class Pick:
    """Closed bottles of one lot and size, or so much of a lot; in the order of expiry."""

    key: str
    item_id: int
    size_ul: int | None
    there: int


def pick(wanted: Mapping[tuple[int, int | None], int], there: Sequence[Pick]) -> dict[str, int]:
    """How many of each to take for what was approved of (item, size), first expiry first as they are given."""
    left = dict(wanted)
    taken: dict[str, int] = {}
    for each in there:
        key = (each.item_id, each.size_ul)
        taken[each.key] = min(each.there, left.get(key, 0))
        left[key] = left.get(key, 0) - taken[each.key]
    return taken
