"""Which of the night's jobs are not done. Everybody's page says so next morning: asked once a minute at most."""

import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from celery import current_app
from django.db.models import Max, Q

from core import known_jobs, schedules
from core.known_jobs import Job
from core.models import JobRun
from core.schedules import Turns

KEPT_FOR: Final = 60.0  # seconds of this process
LATE: Final = timedelta(hours=1)  # as long a night's job may take to begin and end before anybody is told
LOOKED_BACK: Final = timedelta(days=30)


@dataclass(frozen=True)
class Undone:
    """A job of the night that did not go well, or did not begin; `since`: the turn that it should have had."""

    job: str
    failed: bool
    since: datetime

    @property
    def words(self) -> str:
        """What the job does."""
        return str(known_jobs.known()[self.job].words)


def undone(*, now: datetime) -> tuple[Undone, ...]:
    """The nightly jobs whose last turn has not gone well: at once when nobody tries again, otherwise after an hour; and
    those told to all that are given up. A job that never ran on this installation is not missed. One statement."""
    return _undone(known_jobs.known(), schedules.turns(current_app.conf.beat_schedule), now)


def _undone(known: Mapping[str, Job], turns: Mapping[str, Turns], now: datetime) -> tuple[Undone, ...]:
    told = [name for name, job in known.items() if (job.nightly or job.told_to_all) and name in turns]
    runs = (
        JobRun.objects.filter(job__in=told, part_of_id__isnull=True, started_at__gt=now - LOOKED_BACK)
        .values("job")
        .annotate(
            well=Max("started_at", filter=Q(ok=True)),
            ended_badly=Max("started_at", filter=Q(gave_up=True)),
        )
        .order_by("job")
        .values_list("job", "well", "ended_badly")
    )
    found = []
    for name, well, ended_badly in runs:
        due = turns[name].last(now)
        gave_up = ended_badly is not None and (well is None or well < ended_badly)
        missed = known[name].nightly and (well is None or well < due) and now - due >= LATE
        if gave_up or missed:
            found.append(Undone(name, gave_up, due))
    return tuple(found)


@dataclass
class _Kept:
    until: float
    answer: tuple[Undone, ...]


_kept: list[_Kept] = []
_asking = threading.Lock()


def undone_kept(*, now: datetime, tick: Callable[[], float] = time.monotonic) -> tuple[Undone, ...]:
    """What `undone` answered within the last minute of this process."""
    moment = tick()
    with _asking:
        if not _kept or _kept[0].until <= moment:
            keep(undone(now=now), until=moment + KEPT_FOR)
        return _kept[0].answer


def forget() -> None:
    """Ask again at the next look."""
    _kept.clear()


def keep(answer: tuple[Undone, ...], *, until: float = math.inf) -> None:
    """Answer this for as long, without asking."""
    _kept[:] = [_Kept(until, answer)]
