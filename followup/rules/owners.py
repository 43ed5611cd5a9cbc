"""Who a new case belongs to: a named person, the nearest one who answers for the site on that day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Final


class Nearness(IntEnum):
    """The order in which people are asked; the lowest number is asked first."""

    SITE_HEAD = 1
    CLINIC_HEAD = 2
    CLINIC_PHYSICIAN = 3
    PHARMACIST = 4
    PHYSICIAN = 5
    AREA_MANAGER = 6
    PROVINCE_MANAGER = 7


_NEAREST_FIRST: Final = tuple(Nearness)
_PHYSICIANS_FIRST: Final = (Nearness.PHYSICIAN, Nearness.CLINIC_PHYSICIAN, *_NEAREST_FIRST)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One appointment that could own a case, from a day to a day (both included; no end: for ever)."""

    person_id: int
    nearness: Nearness
    starts_on: date
    last_on: date | None = None

    def serves(self, day: date) -> bool:
        return self.starts_on <= day and (self.last_on is None or day <= self.last_on)


def choose(candidates: Iterable[Candidate], day: date, *, clinical: bool = False) -> int | None:
    """The nearest person appointed on that day, the longest-serving first; None where nobody is.

    `clinical`: a physician is to judge, the site's own before the main clinic's; then the others as ever.
    """
    serving = [candidate for candidate in candidates if candidate.serves(day)]
    if not serving:
        return None
    order = _PHYSICIANS_FIRST if clinical else _NEAREST_FIRST
    return min(serving, key=lambda c: (order.index(c.nearness), c.starts_on, c.person_id)).person_id
