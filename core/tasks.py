"""Jobs of the house itself. Each may run twice or late without harm."""

from datetime import timedelta

from celery import shared_task

from core import clock
from core.services import jobs

BEATS_KEPT = timedelta(days=1)


@shared_task(name="core.tasks.beat_seen")
def beat_seen(**_later: object) -> None:
    """Write that beat, broker and worker have just worked together."""
    jobs.beat(now=clock.now(), keep=BEATS_KEPT)


@shared_task(name="core.tasks.prove")
def prove(**_later: object) -> None:
    """Run every registered proof and write down what it found."""
    jobs.prove(clock=clock.now)
