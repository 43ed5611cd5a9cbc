"""The figures of a report: what one is, how places add up, what must hold between them, what has changed. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from statistics import median
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_CENT: Final = Decimal("0.01")
_TENTH: Final = Decimal("0.1")


class Unit(StrEnum):
    """How a figure is written. What is stored is always whole: people, microlitres, minutes, hundredths of a mg."""

    COUNT = "count"
    PERCENT = "percent"  # n of `of`
    MG = "mg"  # n hundredths of a milligram, of so many people
    MEAN_MG = "mean_mg"  # n hundredths of a milligram shared by `of` people
    ML = "ml"  # n microlitres
    DAYS = "days"  # n divided by `of`, whole days
    HOURS = "hours"  # n minutes


@dataclass(frozen=True)
class Figure:
    """One number of one place. `of`: what it is a part of, or shared by; `male`, `female` where the form asks."""

    n: int
    of: int | None = None
    male: int | None = None
    female: int | None = None

    def plus(self, other: "Figure") -> "Figure":
        """Both together, part by part."""
        return Figure(*(_sum(getattr(self, one.name), getattr(other, one.name)) for one in fields(self)))  # type: ignore[arg-type]

    def value(self, unit: Unit) -> Decimal | None:
        """The number as a form writes it, in the unit's own measure; None where it is shared by nobody."""
        if (unit in (Unit.PERCENT, Unit.MEAN_MG, Unit.DAYS) and not self.of) or (unit is Unit.MG and self.of == 0):
            return None
        if unit is Unit.PERCENT:
            return _rounded(Decimal(100 * self.n) / (self.of or 1), _TENTH)
        if unit is Unit.MEAN_MG:
            return _rounded(Decimal(self.n) / (self.of or 1) / 100, _TENTH)
        if unit is Unit.MG:
            return _rounded(Decimal(self.n) / 100, _CENT).normalize()
        if unit is Unit.ML:
            return Decimal(self.n) / 1000
        if unit is Unit.HOURS:
            return _rounded(Decimal(self.n) / 60, _TENTH)
        return Decimal(self.n // (self.of or 1)) if unit is Unit.DAYS else Decimal(self.n)

    def stored(self) -> dict[str, int]:
        """As a snapshot keeps it."""
        return {one.name: value for one in fields(self) if (value := getattr(self, one.name)) is not None}


Figures = Mapping[str, Figure]
Spread = Mapping[int, int]  # hundredths of a milligram: how many people


def read(stored: Mapping[str, Any]) -> dict[str, Figure]:
    """The figures of one place as a snapshot kept them."""
    return {code: Figure(**figure) for code, figure in stored.items()}


def together(places: Iterable[Figures]) -> dict[str, Figure]:
    """The figures of several places added up. What cannot be added (a median) is not among them."""
    found: dict[str, Figure] = {}
    for figures in places:
        for code, figure in figures.items():
            found[code] = found[code].plus(figure) if code in found else figure
    return found


def middle(spread: Spread) -> Figure:
    """The median dose of these people, in hundredths of a milligram."""
    doses = [mg for mg, people in sorted(spread.items()) for _one in range(people)]
    return Figure(int(_rounded(Decimal(str(median(doses))), Decimal(1))) if doses else 0, of=len(doses))


@dataclass(frozen=True)
class Check:
    """What must hold between rows of Bảng 3. Hard: the report cannot be frozen. Else: it wants an explanation."""

    code: str
    words: str | Promise
    hard: bool
    ok: bool


def checks(figures: Figures) -> tuple[Check, ...]:
    """The checks of domain 8 (S27): 1.2 ≤ 1.1 ≤ 1, male + female = total, and, soft, 1 = 2 + 3.

    1.1, 1.2 and 1.3 overlap: nothing here ever adds them up.
    """

    def n(code: str) -> int:
        return figures[code].n if code in figures else 0

    whole = all(one.n == (one.male or 0) + (one.female or 0) for one in figures.values() if one.male is not None)
    inside = all(n(code) <= n("1") for code in ("1.1", "1.3", "2", "3", "4"))
    return (
        Check("1.2<=1.1", _("Dòng 1.2 không lớn hơn dòng 1.1."), hard=True, ok=n("1.2") <= n("1.1")),
        Check("inside", _("Các dòng 1.1, 1.3, 2, 3, 4 không lớn hơn dòng 1."), hard=True, ok=inside),
        Check("sexes", _("Nam cộng nữ bằng tổng số, ở mọi dòng."), hard=True, ok=whole),
        Check("1=2+3", _("Dòng 1 bằng dòng 2 cộng dòng 3."), hard=False, ok=n("1") == n("2") + n("3")),
    )


@dataclass(frozen=True)
class Difference:
    """One figure that is not what it was. `place`: a facility, or None for all together."""

    place: int | None
    code: str
    was: Figure | None
    now: Figure | None


def differences(
    was: Mapping[int | None, Figures], now: Mapping[int | None, Figures], *, order: Sequence[str]
) -> tuple[Difference, ...]:
    """Where the two differ, the total first, then by facility and in the order of the report."""
    found = []
    for place in sorted({*was, *now}, key=lambda one: (one is not None, one or 0)):
        old, new = was.get(place, {}), now.get(place, {})
        for code in order:
            if old.get(code) != new.get(code):
                found.append(Difference(place, code, old.get(code), new.get(code)))
    return tuple(found)


def hidden(figure: Figure, *, under: int) -> bool:
    """Whether a number of people is so small that it could tell of one of them; none at all tells of nobody."""
    parts = [part for part in (figure.n, figure.male, figure.female) if part is not None]
    return any(0 < part < under for part in parts)


def _sum(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else one + other


def _rounded(value: Decimal, step: Decimal) -> Decimal:
    return value.quantize(step, rounding=ROUND_HALF_UP)
