"""From milligrams to what the hand does: which bottles, how much of each, in how many draws. Exact or not at
all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import lcm

from core.quantities import UL_PER_ML, NotExact, mg_to_ul, ul_to_mg
from dispensing.rules.facts import BottleFact, DeviceFact
from dispensing.rules.settings import DosingSettings
from dispensing.rules.violations import Code, Figures, Level, Unlocker, Violation, violation


@dataclass(frozen=True, slots=True)
class Portion:
    """What is poured from one bottle: exact mg and whole microlitres of the same liquid."""

    bottle_id: int
    mg: Decimal
    ul: int


@dataclass(frozen=True, slots=True)
class Draw:
    """One filling of the device from one bottle."""

    bottle_id: int
    ul: int


@dataclass(frozen=True, slots=True)
class Measure:
    """The figures of the pour, without words: the page says them in the device's own."""

    device: str
    total_ul: int
    draws: tuple[Draw, ...]


@dataclass(frozen=True, slots=True)
class Pour:
    """How a dose is taken from the bottles at this window, or why it cannot be."""

    portions: tuple[Portion, ...]
    measure: Measure | None
    violations: tuple[Violation, ...]


@lru_cache(maxsize=1_000)
def granule_ul(concentration: Decimal, device: DeviceFact) -> int:
    """The smallest volume, in microlitres, that the device measures and that is a whole 0.01 mg."""
    return lcm(device.step_ul, (Fraction(concentration) / 10).denominator)


def granule_mg(concentration: Decimal, device: DeviceFact) -> Decimal:
    """The smallest dose step of this device at this concentration, in mg."""
    return ul_to_mg(granule_ul(concentration, device), concentration)


def draws_for(ul: int, device: DeviceFact) -> tuple[int, ...] | None:
    """Fillings of the device that make up `ul` exactly, as few as possible; None where it cannot measure it.

    A last filling under the device's smallest is avoided by moving some of the one before to it.
    """
    if ul <= 0 or ul % device.step_ul or device.max_ul < device.step_ul:
        return None
    largest = device.max_ul // device.step_ul * device.step_ul
    count = -(-ul // largest)
    fillings = [largest] * (count - 1) + [ul - largest * (count - 1)]
    if fillings[-1] < device.min_ul and count > 1:
        steps = (fillings[-2] + fillings[-1]) // device.step_ul
        fillings[-2:] = [(steps - steps // 2) * device.step_ul, steps // 2 * device.step_ul]
    return tuple(fillings) if fillings[-1] >= device.min_ul else None


def measurable(mg: Decimal, concentration: Decimal, device: DeviceFact) -> bool:
    """Whether the device can measure exactly `mg` at this concentration."""
    try:
        return draws_for(mg_to_ul(mg, concentration), device) is not None
    except NotExact:
        return False


def rounded_down(mg: Decimal, concentration: Decimal, device: DeviceFact) -> Decimal:
    """The largest measurable dose not above `mg`; 0 if there is none. For part doses and hints."""
    step = granule_mg(concentration, device)
    lower = mg // step * step
    return lower if lower > 0 and measurable(lower, concentration, device) else Decimal(0)


def pour(
    *,
    mg: Decimal,
    bottles: Sequence[BottleFact],
    device: DeviceFact | None,
    settings: DosingSettings,
    today: date,
    now: datetime,
) -> Pour:
    """How `mg` is taken from the bottles open at this window: from one, else from two of the same strength.

    First expiry first, then first opened. A part from a bottle that runs out is rounded down to what the
    device measures, the rest comes from the second. Never from a bottle that is expired, quarantined or open
    too long.
    """
    usable, unusable, notes = sort_bottles(bottles, settings=settings, today=today, now=now)
    at_window = {b.concentration for b in bottles if b.opened_at is not None and not b.quarantined}
    if len(at_window) > 1:
        low, *_, high = sorted(at_window)
        strengths: Figures = {"first_strength": low, "second_strength": high}
        return _no_pour(violation(Code.TWO_STRENGTHS_OPEN, Level.STOP, Unlocker.SITE_HEAD, **strengths))
    if not usable:
        return _no_pour(*unusable, violation(Code.NO_OPEN_BOTTLE, Level.STOP, Unlocker.DISPENSER))
    if device is None:
        return _no_pour(violation(Code.NO_DEVICE, Level.STOP, Unlocker.SITE_HEAD))
    strength = usable[0].concentration
    try:
        ul = mg_to_ul(mg, strength)
    except NotExact:
        return _no_pour(violation(Code.NOT_EXACT, Level.STOP, Unlocker.PHYSICIAN, dose_mg=mg, strength=strength))
    ml = Decimal(ul) / UL_PER_ML
    if draws_for(ul, device) is None:
        figures: Figures = {"dose_mg": mg, "dose_ml": ml, "device": device.name}
        return _no_pour(violation(Code.NOT_MEASURABLE, Level.STOP, Unlocker.PHYSICIAN, **figures))
    parts = _split(ul, usable, device)
    if parts is None:
        return _no_pour(*unusable, violation(Code.NOT_ENOUGH, Level.STOP, Unlocker.DISPENSER, dose_ml=ml))
    shown = [notes[bottle.id] for bottle, _ in parts if bottle.id in notes]
    shown.extend(replace(why, level=Level.NOTE) for why in unusable)
    return _poured(parts, device, settings, shown)


def sort_bottles(
    bottles: Sequence[BottleFact], *, settings: DosingSettings, today: date, now: datetime
) -> tuple[list[BottleFact], list[Violation], dict[int, Violation]]:
    """(usable opened bottles, first expiry first; why the others are not; a note per bottle that is getting
    old).

    A bottle is usable to the end of its expiry date.
    """
    usable: list[BottleFact] = []
    unusable: list[Violation] = []
    notes: dict[int, Violation] = {}
    for bottle in bottles:
        if bottle.opened_at is None:
            continue
        days = (today - bottle.opened_at.astimezone(now.tzinfo).date()).days
        label, limit = bottle.label, settings.opened_bottle_stop_days
        refuse = (Level.STOP, Unlocker.STORE_KEEPER)
        if bottle.quarantined:
            unusable.append(violation(Code.BOTTLE_QUARANTINED, *refuse, label=label))
        elif bottle.expires_on < today:
            unusable.append(violation(Code.BOTTLE_EXPIRED, *refuse, label=label, expires_on=bottle.expires_on))
        elif days >= limit:
            unusable.append(violation(Code.BOTTLE_OPEN_TOO_LONG, *refuse, label=label, days=days, limit=limit))
        else:
            usable.append(bottle)
            if days >= settings.opened_bottle_warn_days:
                figures: Figures = {"label": label, "days": days, "limit": limit}
                notes[bottle.id] = violation(Code.BOTTLE_OPEN_LONG, Level.NOTE, Unlocker.DISPENSER, **figures)
    usable.sort(key=lambda b: (b.expires_on, b.opened_at, b.id))
    return usable, unusable, notes


def _split(ul: int, usable: list[BottleFact], device: DeviceFact) -> list[tuple[BottleFact, int]] | None:
    """The first bottle alone, else with one of the later ones, else the next bottle in the same way."""
    step = granule_ul(usable[0].concentration, device)
    for place, first in enumerate(usable):
        if first.balance_ul >= ul:
            return [(first, ul)]
        largest = min(first.balance_ul, ul - device.min_ul) // step * step
        for second in usable[place + 1 :]:
            for part in (largest, largest - step):
                fits = part > 0 and second.balance_ul >= ul - part
                if fits and draws_for(part, device) and draws_for(ul - part, device):
                    return [(first, part), (second, ul - part)]
    return None


def _poured(
    parts: list[tuple[BottleFact, int]], device: DeviceFact, settings: DosingSettings, found: list[Violation]
) -> Pour:
    total = sum(ul for _, ul in parts)
    portions = tuple(Portion(bottle.id, ul_to_mg(ul, bottle.concentration), ul) for bottle, ul in parts)
    draws = tuple(Draw(bottle.id, filling) for bottle, ul in parts for filling in draws_for(ul, device) or ())
    if total > settings.pour_second_look_ml * UL_PER_ML:
        figures: Figures = {"dose_ml": Decimal(total) / UL_PER_ML, "above_ml": settings.pour_second_look_ml}
        found.append(violation(Code.SECOND_LOOK, Level.ASK, Unlocker.DISPENSER, **figures))
    if len(parts) > 1:
        (first, first_ul), (second, second_ul) = parts
        labels: Figures = {"first": first.label, "second": second.label}
        amounts: Figures = {
            "first_ml": Decimal(first_ul) / UL_PER_ML,
            "second_ml": Decimal(second_ul) / UL_PER_ML,
        }
        found.append(violation(Code.TWO_BOTTLES, Level.NOTE, Unlocker.DISPENSER, **labels, **amounts))
    if len(draws) > len(parts):
        found.append(violation(Code.SEVERAL_DRAWS, Level.NOTE, Unlocker.DISPENSER, draws=len(draws)))
    return Pour(portions, Measure(device.name, total, draws), tuple(found))


def _no_pour(*why: Violation) -> Pour:
    return Pour((), None, tuple(why))
