"""The one source of the time. Views, tasks and commands ask it once and pass `now` down; nothing below asks again."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings

_fixed: ContextVar[datetime | None] = ContextVar("fixed_clock", default=None)


@lru_cache(maxsize=1)
def _shift() -> timedelta:
    """How far TRAM_CLOCK (demo and tests only) moves this process's clock; it runs on from there."""
    if not settings.TRAM_CLOCK:
        return timedelta(0)
    return datetime.fromisoformat(settings.TRAM_CLOCK) - datetime.now(UTC)


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return _fixed.get() or datetime.now(UTC) + _shift()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let `now()` answer `moment` inside the block. For the simulator and tests."""
    if moment.tzinfo is None:
        raise ValueError("A moment needs its zone.")
    token = _fixed.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)


def local_day(moment: datetime, zone: str) -> date:
    """The calendar date of an instant in a facility's zone: the day a dose or a count belongs to."""
    return moment.astimezone(ZoneInfo(zone)).date()
