"""Jobs of the house itself. Each may run twice or late without harm."""

from datetime import timedelta

from celery import shared_task
from django.utils.translation import gettext_lazy as _

from core import clock, jobs
from core.jobs import job
from core.services import jobs as house
from core.services import runs
from core.services.runs import Run

BEATS_KEPT = timedelta(days=1)


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
    return runs.prune(nightly={name: each.nightly for name, each in jobs.known().items()}, now=run.now)
