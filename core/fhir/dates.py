"""Dates in a FHIR search: a prefix and a span of time. Pure.

`2026-11` is the whole of November in the zone of who asks; what is found has a span of its own, `low` to `high`.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

_FORM: Final = re.compile(
    r"(?P<prefix>eq|ne|gt|lt|ge|le|sa|eb)?(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?P<time>T\d\d:\d\d(?::\d\d(?P<part>\.\d{1,6})?)?)?(?P<zone>Z|[+-]\d\d:\d\d)?)?)?"
)
# Of what is found (low, high) and what is asked (first, after): both spans end before their second moment.
_MEANS: Final = {
    "eq": "{low} >= {first} AND {high} <= {after}",
    "ne": "NOT ({low} >= {first} AND {high} <= {after})",
    "gt": "{high} > {after}",
    "lt": "{low} < {first}",
    "ge": "{high} > {first}",
    "le": "{low} < {after}",
    "sa": "{low} >= {after}",
    "eb": "{high} <= {first}",
}


class Unreadable(Exception):
    """A date that cannot be read."""


@dataclass(frozen=True)
class DateAsked:
    """One condition on a date."""

    prefix: str
    first: datetime
    after: datetime

    def sql(self, name: str, *, low: str, high: str) -> tuple[str, dict[str, Any]]:
        """The condition, with its values under names that begin with `name`."""
        where = {"first": f"%({name}_first)s", "after": f"%({name}_after)s", "low": low, "high": high}
        return _MEANS[self.prefix].format(**where), {f"{name}_first": self.first, f"{name}_after": self.after}


def read(text: str, *, zone: str) -> DateAsked:
    """A date as a search gives it; raises Unreadable."""
    found = _FORM.fullmatch(text.strip().replace(" ", "+"))  # a plus sign that nobody has encoded
    if found is None or (found["zone"] and not found["time"]):
        raise Unreadable
    year, month, day = int(found["year"]), int(found["month"] or 1), int(found["day"] or 1)
    try:
        if not found["time"]:
            first = datetime(year, month, day, tzinfo=ZoneInfo(zone))
            return DateAsked(found["prefix"] or "eq", first, _end(first, found))
        written = f"{year:04}-{month:02}-{day:02}{found['time']}{found['zone'] or ''}"
        first = datetime.fromisoformat(written)
        if first.tzinfo is None:
            first = first.replace(tzinfo=ZoneInfo(zone))
        return DateAsked(found["prefix"] or "eq", first, first + _grain(found))
    except (ValueError, OverflowError) as error:
        raise Unreadable from error


def _end(first: datetime, found: re.Match[str]) -> datetime:
    if found["day"]:
        return first + timedelta(days=1)
    if found["month"]:
        later = first + timedelta(days=32)
        return later.replace(day=1)
    return first.replace(year=first.year + 1)


def _grain(found: re.Match[str]) -> timedelta:
    if found["part"]:
        return timedelta(microseconds=10 ** (7 - len(found["part"])))
    return timedelta(seconds=1) if len(found["time"]) > len("T00:00") else timedelta(minutes=1)
