"""What jobs do, written down as they do it, and the lock that only a living worker holds.

A run is written before its work begins and ended with what came of it. A worker that is killed leaves a run without an
end: whoever holds the job's lock next knows that nobody is at it any more, and ends it as lost.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import TracebackType
from typing import Any, Final

from celery.exceptions import SoftTimeLimitExceeded
from django.db import Error, InterfaceError, OperationalError, connection, transaction
from django.db.models import Q
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import ConnectionError as ValkeyAway
from redis.exceptions import TimeoutError as ValkeySlow

from core import audit, clock
from core.access import Access
from core.models import JobRun

LOST: Final = "WorkerLost"
NOT_WELL: Final = "NotWell"  # the work was done and what it found is wrong
TRANSIENT: Final = (
    OperationalError, InterfaceError, BrokerError, ValkeyAway, ValkeySlow, ConnectionError, TimeoutError,
)  # fmt: skip
FREQUENT_KEPT: Final = timedelta(days=2)
NIGHTLY_KEPT: Final = timedelta(days=400)
TRACED: Final = 3  # parts of one run whose way through the code is logged; all of them stand in the record

Alarm = Callable[[JobRun], None]
log = logging.getLogger(__name__)
_alarms: list[Alarm] = []


class PartsFailed(Exception):
    """Some parts of a run failed; each stands in the record. `again`: all of them for reasons that pass."""

    def __init__(self, count: int, again: bool) -> None:
        self.count, self.again = count, again
        super().__init__(count, again)  # as Celery takes it to another process and back

    def __str__(self) -> str:
        return f"{self.count} parts failed"


@dataclass
class Run:
    """One run of a job while it goes on. `result` holds counts and codes for the record, never anything personal."""

    row: JobRun
    result: dict[str, Any] = field(default_factory=dict)
    ok: bool = True
    _failed: int = 0
    _again: bool = True

    @property
    def now(self) -> datetime:
        """When the run began: the moment that its work passes down."""
        return self.row.started_at

    def part(self, *, facility_id: int, day: date | None = None) -> "Part":
        """The work for one facility, as a context manager. What goes wrong inside is written down and ends this part
        alone; when all parts are through, the run fails with PartsFailed. Use it outside any transaction."""
        return Part(self, facility_id, day)

    def not_well(self) -> None:
        """The work was done, and what it found needs somebody."""
        self.ok = False

    def _part_failed(self, error: BaseException) -> None:
        self._failed += 1
        self._again = self._again and isinstance(error, TRANSIENT)

    def raise_for_parts(self) -> None:
        """Raise PartsFailed where any part failed."""
        if self._failed:
            raise PartsFailed(self._failed, again=self._again)


class Part:
    """One facility's share of a run; see Run.part."""

    def __init__(self, run: Run, facility_id: int, day: date | None) -> None:
        self.result: dict[str, Any] = {}
        self._run = run
        self._facility_id = facility_id
        self._day = day
        self._started_at = clock.now()

    def __enter__(self) -> "Part":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        if error is not None and (isinstance(error, SoftTimeLimitExceeded) or not isinstance(error, Exception)):
            return False  # the whole run is to end
        if error is not None:
            self._run._part_failed(error)
            if self._run._failed <= TRACED:
                log.error("A part of %s failed: facility %s", self._run.row.job, self._facility_id, exc_info=error)
            _replace_a_lost_connection()
        JobRun.objects.create(
            job=self._run.row.job, part_of_id=self._run.row.pk, facility_id=self._facility_id, day=self._day,
            message=self._run.row.message, attempt=self._run.row.attempt, started_at=self._started_at,
            ended_at=max(self._started_at, clock.now()), ok=error is None, error=_name(error), result=self.result,
        )  # fmt: skip
        return error is not None


@contextmanager
def locked(job: str) -> Iterator[bool]:
    """True where nobody else is at this job. PostgreSQL lets go of the lock when this connection dies, whatever killed
    the process: no row says "running" for ever."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [f"job {job}"])
        alone = bool((cursor.fetchone() or (False,))[0])
    try:
        yield alone
    finally:
        if alone:
            _unlock(job)


def _unlock(job: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [f"job {job}"])
    except Error:
        connection.close()  # and with it goes the lock


def begin(*, job: str, message: str, in_a_row: bool, now: datetime) -> Run:
    """Write that a run begins; the caller holds the job's lock. Runs that nobody ended are ended as lost.

    `attempt`: which run of this message it is; `in_a_row`: or which since the job last went well, where that is more.
    """
    JobRun.objects.filter(job=job, ended_at__isnull=True).update(ended_at=now, ok=False, error=LOST)
    whole = JobRun.objects.filter(job=job, part_of_id__isnull=True)
    attempt = 1 + (whole.filter(message=message).count() if message else 0)
    if in_a_row:
        last_well = whole.filter(ok=True).order_by("-id").values_list("id", flat=True).first() or 0
        attempt = max(attempt, 1 + whole.filter(id__gt=last_well, ok=False).count())
    return Run(JobRun.objects.create(job=job, message=message, attempt=min(attempt, 30_000), started_at=now))


def brought_before(*, job: str, message: str) -> int:
    """How often a message began a run already: one that kills its worker each time must not come for ever."""
    return JobRun.objects.filter(job=job, message=message, part_of_id__isnull=True).count() if message else 0


@contextmanager
def written(run: Run, *, tries: int) -> Iterator[None]:
    """Write the run's end, whatever it is. What was raised goes on; at the last try the alarms are told."""
    ending = _Ending(run, tries)
    with ending:
        yield
        run.raise_for_parts()


class _Ending:
    def __init__(self, run: Run, tries: int) -> None:
        self._run = run
        self._tries = tries

    def __enter__(self) -> None:
        return

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if error is not None and not isinstance(error, Exception):
            return  # the process is ending; the message comes again, and the next run ends this one as lost
        run = self._run
        if error is not None:
            _replace_a_lost_connection()
        row = run.row
        row.ok = error is None and run.ok
        row.error = _name(error) or ("" if run.ok else NOT_WELL)
        row.result = run.result
        row.ended_at = max(row.started_at, clock.now())
        row.gave_up = not row.ok and (not may_pass(error) or row.attempt >= self._tries)
        row.save(update_fields=["ok", "error", "result", "ended_at", "gave_up"])
        if row.gave_up:
            alarm(row)


def _replace_a_lost_connection() -> None:
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


def may_pass(error: BaseException | None) -> bool:
    """Whether trying again may help: a lost connection, a lock, a broker that is away."""
    return error.again if isinstance(error, PartsFailed) else isinstance(error, TRANSIENT)


def give_up(*, job: str, message: str, now: datetime) -> JobRun:
    """Write that a message is not tried again: it has ended its worker too often."""
    row = JobRun.objects.create(
        job=job, message=message, started_at=now, ended_at=now, ok=False, error=LOST, gave_up=True,
        attempt=1 + brought_before(job=job, message=message),
    )  # fmt: skip
    alarm(row)
    return row


def see(*, run_id: int, by: Access, now: datetime) -> None:
    """Somebody has seen that this job failed, up to this run: it leaves the list. Raises JobRun.DoesNotExist."""
    with transaction.atomic():
        row = _given_up(run_id)
        JobRun.objects.filter(job=row.job, pk__lte=row.pk, gave_up=True, seen_at__isnull=True).update(
            seen_at=now, seen_by_id=by.actor_id
        )
        audit.record(action="job.seen", by=by, now=now, subject_kind="job_run", subject_id=row.pk, job=row.job)


def ask_again(*, run_id: int, by: Access, now: datetime) -> None:
    """Somebody wants this job tried again: the next look at what is missing sends it, with or without a broker now.
    Raises JobRun.DoesNotExist."""
    with transaction.atomic():
        row = _given_up(run_id)
        row.again_at, row.again_by_id = now, by.actor_id
        row.save(update_fields=["again_at", "again_by_id"])
        audit.record(action="job.again", by=by, now=now, subject_kind="job_run", subject_id=row.pk, job=row.job)


def _given_up(run_id: int) -> JobRun:
    return JobRun.objects.select_for_update().get(pk=run_id, gave_up=True, part_of_id__isnull=True)


def on_give_up(told: Alarm) -> None:
    """Have somebody told about every run that nobody tries again. Upper rooms register at start."""
    _alarms.append(told)


def alarm(row: JobRun) -> None:
    for told in _alarms:
        told(row)


def prune(*, nightly: Mapping[str, bool], now: datetime) -> int:
    """Let go of old runs of known jobs: frequent ones after two days, nightly ones and parts of a named day after 400.
    A failure that nobody has seen stays. `nightly`: for each job whether it is. Answers how many rows went."""
    frequent = [job for job, once_a_day in nightly.items() if not once_a_day]
    soon = Q(job__in=frequent, day__isnull=True, started_at__lt=now - FREQUENT_KEPT)
    old = JobRun.objects.filter(soon | Q(job__in=list(nightly), started_at__lt=now - NIGHTLY_KEPT))
    gone, _by_table = old.exclude(gave_up=True, seen_at__isnull=True, again_at__isnull=True).delete()
    return gone


def _name(error: BaseException | None) -> str:
    return type(error).__name__[:80] if error is not None else ""
