"""The one way to make a job of Celery's: recorded, alone, bounded in time, tried again within limits.

    @job("inventory.tasks.sign_day_heads", words=_("Ký số cuối ngày của sổ"))
    def sign_day_heads(run: Run) -> int:
        return dayheads.sign(now=run.now)

What a job answers (a number, or a mapping of numbers and codes) stands in its record. Services stay idempotent: the
lock keeps two workers from doing the same at once, it does not keep a message from coming twice.
"""

import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from celery import Task, shared_task
from django.utils.functional import Promise

from core import clock, known_jobs, logs
from core.known_jobs import Job
from core.services import runs
from core.services.runs import Run

TRIES: Final = 4
SOFT: Final = timedelta(minutes=20)
FIRST_WAIT_SECONDS: Final = 15
LONGEST_WAIT_SECONDS: Final = 600
BUSY_TRIES: Final = 10

Work = Callable[[Run], Any]


def job(
    name: str,
    *,
    words: str | Promise,
    nightly: bool = False,
    tries: int = TRIES,
    soft: timedelta = SOFT,
    told_to_all: bool = False,
) -> Callable[[Work], Any]:
    """Make a task of a function of one Run. `words`: what it does, for the operations page; `soft`: when it is asked to
    end. A nightly job is tried `tries` times, each later than the last; any other waits for its next turn, and somebody
    is told when it failed `tries` times in a row; `told_to_all`: everybody, by the line on each page."""
    declared = known_jobs.declare(Job(name, words, nightly, tries, soft, told_to_all))

    def decorate(work: Work) -> Any:
        def task(self: Task, /, **_later: object) -> None:
            with logs.within(lambda: {"request_id": self.request.id, "job": declared.name}):
                _perform(self, declared, work)

        task.__name__, task.__doc__, task.__module__ = work.__name__, work.__doc__, work.__module__
        make = shared_task(
            name=name,
            bind=True,
            soft_time_limit=int(declared.soft.total_seconds()),
            time_limit=int(declared.hard.total_seconds()),
        )
        return make(task)

    return decorate


def _perform(task: Task, declared: Job, work: Work) -> None:
    message = task.request.id or ""
    run: Run | None = None
    try:
        with runs.locked(declared.name) as alone:
            if not alone:
                _come_back(task, declared)
                return
            now = clock.now()
            if runs.brought_before(job=declared.name, message=message) >= declared.tries:
                runs.give_up(job=declared.name, message=message, now=now)
                return
            run = runs.begin(job=declared.name, message=message, in_a_row=not declared.nightly, now=now)
            with runs.written(run, tries=declared.tries):
                _note(run, work(run))
    except (*runs.TRANSIENT, runs.PartsFailed) as error:
        _again(task, declared, error, run)


def _note(run: Run, answer: Any) -> None:
    if isinstance(answer, Mapping):
        run.result.update(answer)
    elif isinstance(answer, int):
        run.result["count"] = answer


def _come_back(task: Task, declared: Job) -> None:
    """Somebody else is at it. Only a message that may be the last one of its kind comes back: the somebody may be the
    connection of a worker that was killed a moment ago."""
    told = (task.request.delivery_info or {}).get("redelivered")
    busy = task.request.retries
    if not task.request.called_directly and (declared.nightly or told) and busy < BUSY_TRIES:
        raise task.retry(countdown=min(LONGEST_WAIT_SECONDS, 2 ** (busy + 1)), max_retries=None)


def _again(task: Task, declared: Job, error: Exception, run: Run | None) -> None:
    """Try a nightly job again later, while that may help; anything else is raised."""
    attempt = run.row.attempt if run else task.request.retries + 1
    if not declared.nightly or not runs.may_pass(error) or attempt >= declared.tries:
        raise error
    raise task.retry(exc=error, countdown=_wait(attempt), max_retries=None)


def _wait(attempt: int) -> int:
    """Seconds before the next try: twice as long each time, and never at the same moment for all."""
    longest = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2**attempt)
    return longest // 2 + secrets.randbelow(longest // 2 + 1)
