"""An interval of duty, split exactly where the law counts differently: midnight, 22:00 and 06:00, office hours. Pure.

Instants are real ones: a piece's minutes are those that passed, whatever clocks did meanwhile.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from staff.rules.hours_codes import DayKind
from staff.rules.settings import WorkSettings

MINUTE: Final = timedelta(minutes=1)
DAY: Final = timedelta(days=1)
NIGHT_BEGINS: Final = 22 * 60  # minutes of the day: the law's own hours (domain 6), no setting
NIGHT_ENDS: Final = 6 * 60


@dataclass(frozen=True)
class Duty:
    """One interval of duty at a facility in its zone, between two whole minutes."""

    facility_id: int
    zone: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Piece:
    """A part of one duty on one date that is of one kind throughout. `office`: within the office hours of the day."""

    facility_id: int
    day: date
    starts_at: datetime
    ends_at: datetime
    kind: DayKind
    night: bool
    office: bool

    @property
    def minutes(self) -> int:
        return minutes_between(self.starts_at, self.ends_at)


Kinds = Callable[[date], DayKind]
Rules = Callable[[int, date], WorkSettings]


def minutes_between(first: datetime, last: datetime) -> int:
    """Whole minutes that pass between two instants; raises ValueError where they are no whole number of minutes."""
    passed = last.astimezone(UTC) - first.astimezone(UTC)
    if passed % MINUTE:
        raise ValueError(f"{passed} is no whole number of minutes.")
    return passed // MINUTE


def whole(starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
    """The whole minutes around two instants, at least one: nothing that was worked is cut."""
    first = starts_at.replace(second=0, microsecond=0)
    last = ends_at.replace(second=0, microsecond=0)
    if last < ends_at or last == first:
        last += MINUTE
    return first, last


def split(duty: Duty, *, kinds: Kinds, rules: Rules) -> tuple[Piece, ...]:
    """The pieces of a duty in order; together they are exactly the duty. Raises ValueError for a duty without time."""
    if duty.starts_at >= duty.ends_at:
        raise ValueError("A duty ends after it starts.")
    zone = ZoneInfo(duty.zone)
    cuts = [duty.starts_at, *_cuts(duty, zone, rules), duty.ends_at]
    return tuple(_piece(duty, zone, first, last, kinds, rules) for first, last in pairwise(cuts))


def free_parts(
    starts_at: datetime, ends_at: datetime, taken: Iterable[tuple[datetime, datetime]]
) -> tuple[tuple[datetime, datetime], ...]:
    """What of the time is in none of the intervals that are taken, in order."""
    parts: list[tuple[datetime, datetime]] = []
    at = starts_at
    for first, last in sorted(taken):
        if first > at:
            parts.append((at, min(first, ends_at)))
        at = max(at, last)
        if at >= ends_at:
            break
    if at < ends_at:
        parts.append((at, ends_at))
    return tuple(part for part in parts if part[0] < part[1])


def _cuts(duty: Duty, zone: ZoneInfo, rules: Rules) -> Iterator[datetime]:
    """Where something changes strictly inside the duty, in order."""
    day = duty.starts_at.astimezone(zone).date()
    last = duty.ends_at.astimezone(zone).date()
    found = set(_turns(duty, zone))
    while day <= last:
        edges = {
            0,
            NIGHT_ENDS,
            NIGHT_BEGINS,
            *(edge for window in rules(duty.facility_id, day).office for edge in window),
        }
        for edge in edges:
            found |= {_instant(day, edge, zone, fold) for fold in (0, 1)}
        day += DAY
    yield from sorted(moment for moment in found if duty.starts_at < moment < duty.ends_at)


def _turns(duty: Duty, zone: ZoneInfo) -> Iterator[datetime]:
    """Where the clocks of the zone are put forward or back during the duty."""
    at = duty.starts_at.astimezone(UTC)
    while at < duty.ends_at:
        after = min(at + 60 * MINUTE, duty.ends_at.astimezone(UTC))
        if at.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            offset = at.astimezone(zone).utcoffset()
            while at < after and at.astimezone(zone).utcoffset() == offset:
                at += MINUTE
            yield at
        at = after


@lru_cache(maxsize=16_384)  # a province's people work on the same days
def _instant(day: date, minute: int, zone: ZoneInfo, fold: int) -> datetime:
    """The instant at which the clock of the zone shows that minute of the day, for the first or the second time."""
    whole_days, rest = divmod(minute, 24 * 60)
    shown = datetime(day.year, day.month, day.day, rest // 60, rest % 60, fold=fold, tzinfo=zone) + whole_days * DAY
    return shown.astimezone(UTC)


def _piece(duty: Duty, zone: ZoneInfo, first: datetime, last: datetime, kinds: Kinds, rules: Rules) -> Piece:
    local = first.astimezone(zone)
    day, minute = local.date(), local.hour * 60 + local.minute
    kind = kinds(day)
    office = any(begins <= minute < ends for begins, ends in rules(duty.facility_id, day).office)
    return Piece(
        facility_id=duty.facility_id,
        day=day,
        starts_at=first,
        ends_at=last,
        kind=kind,
        night=minute >= NIGHT_BEGINS or minute < NIGHT_ENDS,
        office=office and kind is DayKind.WORKING,
    )
