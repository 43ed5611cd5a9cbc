"""Working time reckoned the slow way: minute after minute, asking of each what it is. The reference for the rules."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from staff.rules.hours import Duty
from staff.rules.hours_codes import DayKind, Taken
from staff.rules.settings import WorkSettings

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Minute:
    at: datetime
    facility_id: int
    day: date
    kind: DayKind
    night: bool
    office: bool


def minutes(duty: Duty, kinds: Callable[[date], DayKind], terms: WorkSettings) -> Iterator[Minute]:
    at = duty.starts_at.astimezone(UTC)
    while at < duty.ends_at:
        local = at.astimezone(ZoneInfo(duty.zone))
        of_day = local.hour * 60 + local.minute
        kind = kinds(local.date())
        office = kind is DayKind.WORKING and any(first <= of_day < last for first, last in terms.office)
        yield Minute(at, duty.facility_id, local.date(), kind, local.hour >= 22 or local.hour < 6, office)
        at += MINUTE


def overtime(found: list[Minute], terms: WorkSettings) -> list[bool]:
    of_day: dict[date, int] = defaultdict(int)
    of_week: dict[tuple[int, int], int] = defaultdict(int)
    answers = []
    for minute in found:
        week = minute.day.isocalendar()[:2]
        normal = (
            minute.office
            and of_day[minute.day] < 60 * terms.normal_day_hours
            and of_week[week] < 60 * terms.normal_week_hours
        )
        if normal:
            of_day[minute.day] += 1
            of_week[week] += 1
        answers.append(not normal)
    return answers


def taken(
    found: list[Minute], over: list[bool], terms: WorkSettings, patients: dict[tuple[int, date], int], *, spared: bool
) -> list[Taken | None]:
    """Of each minute the rule that keeps it from being paid; None where nothing does, or where it is normal time."""
    long_year = terms.long_year and not spared
    normal: dict[date, int] = defaultdict(int)
    for minute, is_over in zip(found, over, strict=True):
        normal[minute.day] += not is_over
    used: dict[object, int] = defaultdict(int)
    answers: list[Taken | None] = []
    for minute, is_over in zip(found, over, strict=True):
        if not is_over:
            answers.append(None)
            continue
        month, year = minute.day.replace(day=1), minute.day.year
        of_day = terms.day_hours_total * 60 - normal[minute.day]
        if minute.kind is DayKind.WORKING:
            of_day = min(of_day, terms.day_hours * 60)
        limits: list[tuple[Taken, object, int]] = [(Taken.DAY, minute.day, of_day)]
        count = patients.get((minute.facility_id, month))
        if terms.bands and count is not None:
            hours = terms.band_large_hours
            if count < terms.band_middle_below:
                hours = terms.band_middle_hours
            if count < terms.band_small_below:
                hours = terms.band_small_hours
            limits.append((Taken.BAND, ("band", minute.facility_id, month), hours * 60))
        limits.append(
            (Taken.MONTH, ("month", month), 60 * (terms.month_hours_long if long_year else terms.month_hours))
        )
        limits.append((Taken.YEAR, ("year", year), 60 * (terms.year_hours_long if long_year else terms.year_hours)))
        rule = next((name for name, key, limit in limits if used[key] >= limit), None)
        if rule is None:
            for key in (minute.day, ("band", minute.facility_id, month), ("month", month), ("year", year)):
                used[key] += 1
        answers.append(rule)
    return answers
