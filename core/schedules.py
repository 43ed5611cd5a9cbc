"""When beat's jobs were due last and are due next, by the clock of the country. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from celery import schedules

ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
MINUTE: Final = timedelta(minutes=1)
A_DAY_OF_MINUTES: Final = 24 * 60 + 1
Crontab: Any = schedules.crontab  # its sets of hours and minutes are not in its types


@dataclass(frozen=True)
class Turns:
    """The minutes of a day at which a job is due."""

    hours: frozenset[int]
    minutes: frozenset[int]

    def last(self, now: datetime) -> datetime:
        """The newest turn that is not after `now`."""
        return next(moment for moment in _minutes(now, -MINUTE) if self._due(moment))

    def next(self, now: datetime) -> datetime:
        """The first turn after `now`."""
        return next(moment for moment in _minutes(now + MINUTE, MINUTE) if self._due(moment))

    @property
    def spoken(self) -> tuple[str, int]:
        """("daily", 0), ("hourly", 0), ("every", minutes), or ("some hours", 0) of the day."""
        if len(self.hours) == 1:
            return "daily", 0
        if len(self.hours) < 24:
            return "some hours", 0
        return ("hourly", 0) if len(self.minutes) == 1 else ("every", 60 // len(self.minutes))

    def _due(self, moment: datetime) -> bool:
        return moment.hour in self.hours and moment.minute in self.minutes


def turns(beat_schedule: Mapping[str, Mapping[str, Any]]) -> dict[str, Turns]:
    """Each task's turns, from beat's own schedule; what is due every so many seconds is left out."""
    due: dict[str, Any] = {entry["task"]: entry["schedule"] for entry in beat_schedule.values()}
    return {
        task: Turns(frozenset(each.hour), frozenset(each.minute))
        for task, each in due.items()
        if isinstance(each, Crontab)
    }


def _minutes(start: datetime, step: timedelta) -> Iterator[datetime]:
    moment = start.astimezone(ZONE).replace(second=0, microsecond=0)
    for _minute in range(A_DAY_OF_MINUTES):
        yield moment
        moment += step
