"""The public holidays of Vietnam as they really fall: the calendar of the law, corrected by the days kept by hand."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final

import holidays as public

from facilities.models import DayKind, Holiday

COUNTRY: Final = "VN"


def holidays_between(first: date, last: date) -> dict[date, str]:
    """The holidays from the first to the last day, both included, with their names. One statement.

    A rest day that was swapped into a working day is none; a holiday that was fixed late is one.
    """
    found = {day: name for year in range(first.year, last.year + 1) for day, name in _of_the_law(year).items()}
    for row in Holiday.objects.filter(day__gte=first, day__lte=last):
        found.pop(row.day, None)
        if row.kind == DayKind.HOLIDAY:
            found[row.day] = row.name
    return {day: found[day] for day in sorted(found) if first <= day <= last}


@lru_cache(maxsize=20)
def _of_the_law(year: int) -> Mapping[date, str]:
    return dict(public.country_holidays(COUNTRY, years=[year], language="vi"))
