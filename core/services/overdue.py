"""Jobs whose turn came and went: their record says so, so they are sent again whatever became of their message.

A server that was off at night, a broker that lost its messages, a message that a worker could not give back: all end
here. Sending twice does no harm: a job is alone at its work and its services are idempotent.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Max

from core.known_jobs import Job
from core.models import JobRun
from core.schedules import Turns

GRACE: Final = timedelta(minutes=10)  # as long a night's job may wait in the queue before it is sent once more
PASSING: Final = timedelta(minutes=30)  # longer than the longest wait before another try
ASKED_FOR: Final = timedelta(days=1)

Send = Callable[[str], object]


def send(*, jobs: Mapping[str, Job], turns: Mapping[str, Turns], to_queue: Send, now: datetime) -> int:
    """Send every nightly job that is missing, and every job that somebody asked to have tried again; answers how many
    were sent."""
    missing = {name for name, job in jobs.items() if job.nightly and name in turns}
    newest = _newest(missing)
    due = [name for name in sorted(missing) if _is_missing(jobs[name], turns[name], newest.get(name), now)]
    wanted = sorted({*due, *_asked_for(jobs, now)})
    for name in wanted:
        to_queue(name)
    return len(wanted)


def _newest(names: Collection[str]) -> dict[str, JobRun]:
    runs = JobRun.objects.filter(job__in=names, part_of_id__isnull=True)
    return {run.job: run for run in runs.order_by("job", "-started_at", "-id").distinct("job")}


def _is_missing(job: Job, turns: Turns, newest: JobRun | None, now: datetime) -> bool:
    if now - turns.last(now) < GRACE:
        return False
    if newest is None or newest.started_at < turns.last(now):
        return True
    if newest.ended_at is None:
        return now - newest.started_at > job.hard + GRACE
    return not newest.ok and not newest.gave_up and now - newest.ended_at > PASSING


def _asked_for(jobs: Mapping[str, Job], now: datetime) -> set[str]:
    asked = (
        JobRun.objects.filter(part_of_id__isnull=True, again_at__gt=now - ASKED_FOR)
        .values("job")
        .annotate(asked=Max("again_at"))
        .values_list("job", "asked")
    )
    since = {name: moment for name, moment in asked if name in jobs}
    begun = (
        JobRun.objects.filter(part_of_id__isnull=True, job__in=since, started_at__gt=now - ASKED_FOR)
        .values("job")
        .annotate(begun=Max("started_at"))
        .values_list("job", "begun")
    )
    begun_at = dict(begun)
    return {name for name, moment in since.items() if name not in begun_at or begun_at[name] < moment}
