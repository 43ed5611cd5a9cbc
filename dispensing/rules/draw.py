"""Who is drawn for a urine test on a day: nobody can know it before, and nobody can change it (domain 3: random).

Treatment is cut into periods (a month of the first year, 90 days later). Each period holds one day that is drawn by a
keyed hash of the patient's code and the period, so everybody is drawn as often as everybody else. Beside it every day
has a small chance of its own, so that who was drawn yesterday is not safe today. The key stays on the server; the same
day gives the same list whoever opens it and however often, and a draw stays open until a sample is asked for. Pure.
"""

import hmac
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from dispensing.rules.due import first_year, urine_every_days
from dispensing.rules.stability_settings import StabilitySettings

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Days first to last, both counted."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def number(key: bytes, *parts: object, below: int) -> int:
    """A number from 0 up to, not including, `below`; even, and known only to who holds the key."""
    text = ":".join(str(part) for part in parts).encode()
    return int.from_bytes(hmac.digest(key, text, "sha256")[:8], "big") * below >> 64


def period_of(started_on: date, day: date, settings: StabilitySettings) -> Period:
    """The period of treatment that the day lies in. A period of the first year ends with that year at the latest."""
    later_from = started_on + timedelta(days=settings.first_year_days)
    early = first_year(started_on, day, settings)
    begins = started_on if early else later_from
    every = urine_every_days(started_on, day, settings)
    first = begins + timedelta(days=(day - begins).days // every * every)
    last = first + timedelta(days=every - 1)
    return Period(first, min(last, later_from - ONE_DAY) if early else last)


@lru_cache(maxsize=10_000)
def _drawn_in(key: bytes, code: str, period: Period) -> date:
    """The one day of the period. Kept, because whoever looks back over a period asks it for every day."""
    return period.first + timedelta(days=number(key, "period", code, period.first, below=period.days))


def is_drawn(key: bytes, code: str, started_on: date, day: date, settings: StabilitySettings) -> bool:
    """Whether the patient is drawn on the day."""
    if day < started_on:
        return False
    return (
        day == _drawn_in(key, code, period_of(started_on, day, settings))
        or number(key, "day", code, day, below=100) < settings.urine_surprise_percent
    )


def open_draw(
    key: bytes, *, code: str, started_on: date, since: date, asked_on: date | None, today: date,
    settings: StabilitySettings,
) -> date | None:  # fmt: skip
    """The newest drawn day up to today on which, and since which, nobody has been asked for a sample; else None.

    `since`: the first day that is looked at (the record's beginning, or the patient's coming here). A draw is not
    carried beyond its own period's length: the next one has come by then.
    """
    back = urine_every_days(started_on, today, settings)
    day = today
    while day >= max(since, today - timedelta(days=back)):
        if asked_on is not None and asked_on >= day:
            return None
        if is_drawn(key, code, started_on, day, settings):
            return day
        day -= ONE_DAY
    return None
