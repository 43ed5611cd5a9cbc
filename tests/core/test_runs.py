"""Every run of every job: recorded, alone, tried again within limits; and what comes of a night that went wrong."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from celery import current_app
from celery.exceptions import Retry, SoftTimeLimitExceeded
from django.db import OperationalError

from config.celery import BEAT, VISIBILITY, app
from core import clock, known_jobs, schedules
from core.jobs import job
from core.models import JobRun
from core.queries import nights
from core.services import overdue, runs
from core.services.runs import Run
from tests import cast, world

NAME = "tests.night"
OFTEN = "tests.often"
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def declared() -> Iterator[None]:
    """Jobs of a test are forgotten after it, by us and by Celery."""
    before = dict(known_jobs._jobs)
    yield
    known_jobs._jobs.clear()
    known_jobs._jobs.update(before)
    for name in (NAME, OFTEN):
        app.tasks.pop(name, None)


def task_of(work: Callable[[Run], object], name: str = NAME, *, nightly: bool = True, tries: int = 3) -> Any:
    work.__name__ = "work"  # Celery writes a function of this name, so that a lambda needs one
    return job(name, words="thử", nightly=nightly, tries=tries)(work)


def sent(task: Any, *, message: str = "m1", redelivered: bool = False, retries: int = 0) -> None:
    """Run a task as a worker would that took this message."""
    task.push_request(
        id=message, called_directly=False, retries=retries, delivery_info={"redelivered": redelivered}, is_eager=True
    )
    try:
        task.run()
    finally:
        task.pop_request()


def rows(name: str = NAME) -> list[tuple[int, bool | None, str, bool]]:
    found = JobRun.objects.filter(job=name, part_of_id__isnull=True).order_by("id")
    return list(found.values_list("attempt", "ok", "error", "gave_up"))


def failing(error: Exception, *, name: str = NAME, nightly: bool = True) -> Any:
    def work(run: Run) -> None:
        raise error

    return task_of(work, name, nightly=nightly)


def test_a_run_is_written_with_its_times_and_what_the_job_answered(declared: None):
    task = task_of(lambda run: {"decided": 7})

    task()

    run = JobRun.objects.get(job=NAME)
    assert (run.ok, run.attempt, run.error, run.result) == (True, 1, "", {"decided": 7})
    assert run.ended_at is not None
    assert run.ended_at >= run.started_at


def test_a_part_that_fails_is_written_with_its_place_and_day_and_the_others_go_on(declared: None):
    here, there = (world.facility(name).pk for name in (cast.SITE, cast.OTHER_SITE))

    def work(run: Run) -> None:
        with run.part(facility_id=here, day=world.TODAY):
            raise KeyError("Lò Văn Kín")
        with run.part(facility_id=there, day=world.TODAY) as part:
            part.result["decided"] = 3

    with pytest.raises(runs.PartsFailed):
        task_of(work)()

    [whole] = JobRun.objects.filter(job=NAME, part_of_id__isnull=True)
    parts = JobRun.objects.filter(part_of_id=whole.pk).order_by("id")
    assert list(parts.values_list("facility_id", "day", "ok", "error")) == [
        (here, world.TODAY, False, "KeyError"),
        (there, world.TODAY, True, ""),
    ]
    assert (whole.ok, whole.error, whole.gave_up) == (False, "PartsFailed", True)
    assert "Kín" not in str(list(JobRun.objects.values()))


def test_a_part_out_of_time_ends_the_whole_run(declared: None):
    def work(run: Run) -> None:
        with run.part(facility_id=1):
            raise SoftTimeLimitExceeded
        raise AssertionError("The run went on.")

    with pytest.raises(SoftTimeLimitExceeded):
        task_of(work)()

    assert rows() == [(1, False, "SoftTimeLimitExceeded", True)]


def test_a_passing_failure_is_tried_again_later_each_time_and_given_up_at_the_limit(declared: None):
    task = failing(OperationalError("the connection is lost"))

    waits = []
    for retries in range(2):
        with pytest.raises(Retry) as again:
            sent(task, retries=retries)
        waits.append(again.value.when)
    with pytest.raises(OperationalError):
        sent(task, retries=2)

    assert [15 <= waits[0] <= 30, 30 <= waits[1] <= 60] == [True, True]
    assert rows() == [
        (1, False, "OperationalError", False),
        (2, False, "OperationalError", False),
        (3, False, "OperationalError", True),
    ]


def test_a_failure_that_does_not_pass_is_given_up_at_once_and_the_administrator_is_told_once_a_day(declared: None):
    from followup.models import Notice

    task = failing(KeyError("x"))

    for message in ("m1", "m2"):
        with pytest.raises(KeyError):
            sent(task, message=message)

    assert rows() == [(1, False, "KeyError", True)] * 2
    told = Notice.objects.filter(kind="job_failed")
    assert [notice.person_id for notice in told] == [world.person(cast.SYSTEM_ADMINISTRATOR).pk]
    assert told[0].data == {"job": NAME}


def test_a_frequent_job_waits_for_its_next_turn_and_is_given_up_after_failing_in_a_row(declared: None):
    fails = [True, True, False, True, True, True]

    def work(run: Run) -> None:
        if fails.pop(0):
            raise OperationalError("x")

    task = task_of(work, OFTEN, nightly=False)
    for message in "abcdef":
        with contextlib.suppress(OperationalError):
            sent(task, message=message)

    assert [(attempt, gave_up) for attempt, _ok, _error, gave_up in rows(OFTEN)] == [
        (1, False), (2, False), (3, False), (1, False), (2, False), (3, True)
    ]  # fmt: skip


def test_a_message_that_ends_its_worker_each_time_is_not_taken_for_ever(declared: None):
    at_work: list[int] = []
    task = task_of(lambda run: at_work.append(1))
    for _death in range(3):
        JobRun.objects.create(job=NAME, message="m1", started_at=clock.now())

    sent(task, redelivered=True)

    assert at_work == []
    assert rows()[-1] == (4, False, runs.LOST, True)


def test_a_run_that_nobody_ended_is_ended_as_lost_by_whoever_is_next(declared: None):
    JobRun.objects.create(job=NAME, message="m0", started_at=clock.now() - HOUR)

    task_of(lambda run: None)()

    assert rows() == [(1, False, runs.LOST, False), (1, True, "", False)]


def test_every_job_ends_long_before_its_message_is_given_to_another():
    assert known_jobs.known()
    assert all(each.hard + timedelta(minutes=5) < VISIBILITY for each in known_jobs.known().values())


def test_every_message_of_beat_is_gone_before_its_third_turn_and_every_task_is_known():
    for name, entry in BEAT.items():
        assert entry["task"] in {*known_jobs.known(), "core.tasks.beat_seen"}, name
        assert entry["options"]["expires"] <= 6 * 3600, name


def test_nightly_jobs_are_due_by_the_clock_of_the_country():
    assert (app.conf.timezone, app.conf.enable_utc) == ("Asia/Ho_Chi_Minh", True)
    due = app.conf.beat_schedule["prove-ledger"]["schedule"]
    asked = datetime(2026, 12, 31, 19, 39, tzinfo=UTC)  # 2:39 on New Year's Day in Hà Nội
    due.nowfun = lambda: asked

    assert due.remaining_estimate(asked - HOUR).total_seconds() == 60
    turns = schedules.turns(BEAT)["core.tasks.prove"]
    assert turns.next(asked).isoformat() == "2027-01-01T02:40:00+07:00"
    assert turns.last(asked).isoformat() == "2026-12-31T02:40:00+07:00"


def night(name: str = NAME) -> dict[str, schedules.Turns]:
    """Due at two in the morning."""
    return {name: schedules.Turns(frozenset({2}), frozenset({0}))}


def at(hour: int, minute: int = 0) -> datetime:
    return world.NOW.replace(hour=hour, minute=minute)


def ran(name: str = NAME, *, when: datetime, ok: bool | None = True, gave_up: bool = False) -> JobRun:
    ended = None if ok is None else when
    return JobRun.objects.create(job=name, started_at=when, ended_at=ended, ok=ok, gave_up=gave_up)


def overdue_at(moment: datetime) -> list[str]:
    to_queue: list[str] = []
    overdue.send(jobs=known_jobs.known(), turns=night(), to_queue=to_queue.append, now=moment)
    return to_queue


def test_a_nightly_job_that_never_began_is_sent_again(declared: None):
    task_of(lambda run: None)

    assert overdue_at(at(2, 5)) == []  # it may still be in the queue
    assert overdue_at(at(2, 20)) == [NAME]
    ran(when=at(2) - timedelta(days=3))
    assert overdue_at(at(9)) == [NAME]
    ran(when=at(9, 1))
    assert overdue_at(at(9, 10)) == []


def test_a_retry_whose_message_was_lost_is_sent_again_and_what_was_given_up_is_not(declared: None):
    task_of(lambda run: None)
    failed = ran(when=at(2), ok=False)

    assert overdue_at(at(2, 20)) == []
    assert overdue_at(at(2, 40)) == [NAME]
    JobRun.objects.filter(pk=failed.pk).update(gave_up=True)
    assert overdue_at(at(2, 40)) == []


def test_a_run_that_went_silent_is_sent_again_after_its_time_is_over(declared: None):
    task_of(lambda run: None)
    ran(when=at(2), ok=None)

    assert overdue_at(at(2, 25)) == []
    assert overdue_at(at(2, 40)) == [NAME]


def test_what_somebody_asked_to_have_tried_again_is_sent_until_it_begins(declared: None):
    task_of(lambda run: None)
    failed = ran(when=at(2), ok=False, gave_up=True)
    JobRun.objects.filter(pk=failed.pk).update(again_at=at(8), again_by_id=1)

    assert overdue_at(at(8, 1)) == overdue_at(at(8, 2)) == [NAME]
    ran(when=at(8, 3))
    assert overdue_at(at(8, 4)) == []


def undone_at(moment: datetime) -> list[tuple[str, bool]]:
    return [(each.job, each.failed) for each in nights._undone(known_jobs.known(), night(), moment) if each.job == NAME]


def test_a_night_is_undone_while_its_job_failed_or_did_not_begin(declared: None):
    task_of(lambda run: None)
    assert undone_at(at(6)) == []  # an installation on which it never ran misses nothing
    ran(when=at(2) - timedelta(days=1))
    assert undone_at(at(2, 30)) == []
    assert undone_at(at(6)) == [(NAME, False)]
    ran(when=at(6, 1), ok=False, gave_up=True)
    assert undone_at(at(6, 2)) == [(NAME, True)]
    ran(when=at(6, 5))
    assert undone_at(at(6, 6)) == []


def test_a_frequent_job_is_told_to_all_only_where_it_says_so_and_when_it_is_given_up(declared: None):
    known_jobs.declare(known_jobs.Job(OFTEN, "thử", nightly=False, tries=3, soft=HOUR, told_to_all=True))
    known = {OFTEN: known_jobs.known()[OFTEN]}
    ran(OFTEN, when=at(2), ok=False)
    assert nights._undone(known, night(OFTEN), at(6)) == ()
    ran(OFTEN, when=at(6), ok=False, gave_up=True)
    assert [each.job for each in nights._undone(known, night(OFTEN), at(6, 1))] == [OFTEN]
    ran(OFTEN, when=at(6, 10))
    assert nights._undone(known, night(OFTEN), at(6, 11)) == ()


def test_old_runs_go_except_the_last_word_that_nobody_has_seen():
    frequent, nightly = "core.tasks.send_what_is_missing", "core.tasks.prove"
    old = clock.now() - timedelta(days=5)
    for name in (frequent, nightly, "simulate"):
        ran(name, when=old)
    unseen = ran(frequent, when=old, ok=False, gave_up=True)
    of_a_day = ran(frequent, when=old)
    JobRun.objects.filter(pk=of_a_day.pk).update(day=world.TODAY, part_of_id=1)
    is_nightly = {name: each.nightly for name, each in known_jobs.known().items()}

    assert runs.prune(nightly=is_nightly, now=clock.now()) == 1
    assert JobRun.objects.filter(pk__in=(unseen.pk, of_a_day.pk)).count() == 2
    runs.prune(nightly=is_nightly, now=clock.now() + timedelta(days=500))
    assert set(JobRun.objects.values_list("job", flat=True)) == {frequent, "simulate"}


def test_the_worker_outlives_a_broker_that_is_away_for_long():
    assert app.conf.broker_connection_max_retries is None
    assert (app.conf.task_acks_late, app.conf.task_reject_on_worker_lost) == (True, True)
    assert current_app.conf.beat_schedule is not None
