"""What the operations page shows: each job with its last run and its next, and what nobody tries again by itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from celery import current_app
from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import known_jobs, places, schedules
from core.known_jobs import Job
from core.models import JobRun
from core.schedules import Turns

DEAD_READ: Final = 500
PARTS_SHOWN: Final = 30

# What jobs answer, in words; counts that have none are for engineers.
RESULT_WORDS: Final[dict[str, str | Promise]] = {
    "count": gettext_lazy("đã làm"),
    "decided": gettext_lazy("đã chốt"),
    "sites": gettext_lazy("cơ sở"),
    "days": gettext_lazy("ngày đã làm"),
    "patients": gettext_lazy("người bệnh"),
    "held": gettext_lazy("khớp"),
    "broken": gettext_lazy("không khớp"),
    "made": gettext_lazy("tin mới"),
    "sent": gettext_lazy("đã gửi"),
    "failed": gettext_lazy("chưa gửi được"),
    "archives": gettext_lazy("bản sao lưu"),
    "megabytes": gettext_lazy("cỡ (MB)"),
    "dropped": gettext_lazy("bỏ, không cần gửi"),
}


class State(StrEnum):
    """How a job's last run stands."""

    NEVER = "never"
    RUNNING = "running"
    WELL = "well"
    AGAIN = "again"
    FAILED = "failed"
    LOST = "lost"


@dataclass(frozen=True)
class Line:
    """One job. `took`: how long its last run lasted; `parts_failed`: at how many places that run failed."""

    job: Job
    state: State
    turns: str
    started_at: datetime | None
    took: str
    result: str
    error: str
    parts_failed: int
    next_at: datetime | None


@dataclass(frozen=True)
class FailedPart:
    """One place at which a run failed."""

    facility: str
    day: date | None
    error: str


@dataclass(frozen=True)
class Dead:
    """A job that nobody tries again by itself, with everything since it last went well."""

    run_id: int
    words: str
    first_at: datetime
    last_at: datetime
    times: int
    error: str
    parts: tuple[FailedPart, ...]
    asked_again: bool


def lines(*, now: datetime) -> tuple[Line, ...]:
    """Every job of the product: nightly ones first, then in the order of their turns. Two statements."""
    known = known_jobs.known()
    turns = schedules.turns(current_app.conf.beat_schedule)
    newest = {
        run.job: run
        for run in JobRun.objects.filter(job__in=known, part_of_id__isnull=True)
        .order_by("job", "-started_at", "-id")
        .distinct("job")
    }
    failed = _failed_parts(newest.values())
    ordered = sorted(known.values(), key=lambda job: (not job.nightly, *_turn_of_day(turns.get(job.name)), job.name))
    return tuple(
        _line(job, turns.get(job.name), newest.get(job.name), failed.get(job.name, ()), now) for job in ordered
    )


def _turn_of_day(turns: Turns | None) -> tuple[int, int]:
    return (min(turns.hours), min(turns.minutes)) if turns else (24, 0)


def _failed_parts(runs: Iterable[JobRun]) -> dict[str, tuple[JobRun, ...]]:
    found: dict[str, list[JobRun]] = {}
    for part in JobRun.objects.filter(part_of_id__in=[run.pk for run in runs], ok=False).order_by("id"):
        found.setdefault(part.job, []).append(part)
    return {name: tuple(parts) for name, parts in found.items()}


def _line(job: Job, turns: Turns | None, run: JobRun | None, failed: Iterable[JobRun], now: datetime) -> Line:
    ended = run is not None and run.ended_at is not None
    return Line(
        job=job,
        state=_state(job, run, now),
        turns=_spoken(turns),
        started_at=run.started_at if run else None,
        took=_took(run.ended_at - run.started_at) if run and run.ended_at else "",
        result=result_words(run.result) if run and ended else "",
        error=run.error if run else "",
        parts_failed=len(tuple(failed)),
        next_at=turns.next(now) if turns else None,
    )


def _state(job: Job, run: JobRun | None, now: datetime) -> State:
    if run is None:
        return State.NEVER
    if run.ok is None:
        return State.RUNNING if now - run.started_at < job.hard else State.LOST
    if run.ok:
        return State.WELL
    return State.FAILED if run.gave_up else State.AGAIN


def _spoken(turns: Turns | None) -> str:
    if turns is None:
        return ""
    kind, minutes = turns.spoken
    if kind == "daily":
        return _("mỗi ngày lúc %(hour)02d:%(minute)02d") % {"hour": min(turns.hours), "minute": min(turns.minutes)}
    if kind == "some hours":
        hours = {"first": min(turns.hours), "last": max(turns.hours)}
        return _("mỗi giờ, từ %(first)d giờ đến %(last)d giờ") % hours
    if kind == "hourly":
        return _("mỗi giờ")
    return _("mỗi phút") if minutes == 1 else _("mỗi %(minutes)d phút") % {"minutes": minutes}


def _took(length: timedelta) -> str:
    seconds = length.total_seconds()
    if seconds < 1:
        return _("dưới 1 giây")
    if seconds < 120:
        return _("%(seconds)d giây") % {"seconds": round(seconds)}
    return _("%(minutes)d phút") % {"minutes": round(seconds / 60)}


def result_words(result: Mapping[str, Any]) -> str:
    """What a run answered, in words: the counts that are known."""
    said = []
    for key, words in RESULT_WORDS.items():
        if key in result:
            value = result[key]
            said.append(f"{words} {len(value) if isinstance(value, list | dict) else value}")
    return ", ".join(said)


def dead(*, now: datetime) -> tuple[Dead, ...]:
    """Jobs that failed and are not tried again by themselves, newest first: not seen by anybody yet, and not gone well
    since. Four statements at most."""
    known = known_jobs.known()
    rows = list(
        JobRun.objects.filter(gave_up=True, seen_at__isnull=True, part_of_id__isnull=True).order_by("-id")[:DEAD_READ]
    )
    well = dict(
        JobRun.objects.filter(job__in={row.job for row in rows}, ok=True, part_of_id__isnull=True)
        .values("job")
        .annotate(last=Max("id"))
        .values_list("job", "last")
    )
    by_job: dict[str, list[JobRun]] = {}
    for row in rows:
        if row.pk > well.get(row.job, 0):
            by_job.setdefault(row.job, []).append(row)
    parts = _failed_parts(runs[0] for runs in by_job.values())
    names = places.names({part.facility_id for found in parts.values() for part in found if part.facility_id})
    return tuple(
        Dead(
            run_id=runs[0].pk,
            words=str(known[job].words) if job in known else job,
            first_at=runs[-1].started_at,
            last_at=runs[0].started_at,
            times=len(runs),
            error=runs[0].error,
            parts=tuple(
                FailedPart(names.get(part.facility_id or 0, str(part.facility_id)), part.day, part.error)
                for part in parts.get(job, ())[:PARTS_SHOWN]
            ),
            asked_again=any(run.again_at is not None for run in runs),
        )
        for job, runs in by_job.items()
    )
