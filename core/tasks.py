"""Jobs of the house itself. Each may run twice or late without harm."""

from datetime import timedelta

from celery import current_app, shared_task
from django.utils.translation import gettext_lazy as _

from core import clock, known_jobs, schedules
from core.jobs import job
from core.services import jobs as house
from core.services import overdue, runs
from core.services.runs import Run

BEATS_KEPT = timedelta(days=1)
SENT_AGAIN_EXPIRES_SECONDS = 60.0


@shared_task(name="core.tasks.beat_seen", soft_time_limit=30, time_limit=60)
def beat_seen(**_later: object) -> None:
    """Write that beat, broker and worker have just worked together. It is its own record."""
    house.beat(now=clock.now(), keep=BEATS_KEPT)


@job("core.tasks.prove", words=_("Đối chiếu mọi sổ với chứng từ"), nightly=True, soft=timedelta(minutes=50))
def prove(run: Run) -> None:
    """Run every registered proof and write down what it found."""
    house.prove(run)


@job("core.tasks.prune_runs", words=_("Dọn bản ghi cũ của việc tự động"), nightly=True)
def prune_runs(run: Run) -> int:
    """Let go of the records of jobs that nobody needs any more."""
    return runs.prune(nightly={name: each.nightly for name, each in known_jobs.known().items()}, now=run.now)


@job("core.tasks.send_what_is_missing", words=_("Chạy bù việc đêm bị lỡ"), soft=timedelta(minutes=2))
def send_what_is_missing(run: Run) -> int:
    """Send the night's jobs that never began, and those that somebody asked to have tried again."""
    return overdue.send(
        jobs=known_jobs.known(),
        turns=schedules.turns(current_app.conf.beat_schedule),
        to_queue=lambda name: current_app.send_task(name, expires=SENT_AGAIN_EXPIRES_SECONDS),
        now=run.now,
    )
