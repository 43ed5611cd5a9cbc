"""The lock of a job: one worker at a time, and nobody holds it who is dead."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import psycopg
import pytest
from celery.exceptions import Retry
from django.db import connection

from core import clock
from core.models import JobRun
from core.services import runs
from tests.core import test_runs
from tests.core.test_runs import NAME, OFTEN, sent, task_of
from tests.plugins.clones import CommittedDatabase
from tests.plugins.servers import ROOT

declared = test_runs.declared

HOLDER = """
import os, sys, time
import django
django.setup()
from django.db import connection
from core import clock
from core.services import runs
with runs.locked(sys.argv[1]) as alone:
    assert alone
    runs.begin(job=sys.argv[1], message="m1", in_a_row=False, now=clock.now())
    print("held", flush=True)
    if sys.argv[2] == "asleep":
        time.sleep(60)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(60)")
"""

pytestmark = [pytest.mark.usefixtures("committed_db", "declared"), pytest.mark.slow]


@pytest.fixture(params=["asleep", "in a statement"])
def killed(request: pytest.FixtureRequest, committed_db: CommittedDatabase, super_url: str) -> None:
    """A worker that took the job's lock, began a run, and was ended by SIGKILL."""
    environment = {**os.environ, **committed_db.environment, "DJANGO_SETTINGS_MODULE": "config.settings"}
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, NAME, request.param], env=environment, cwd=ROOT, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        if request.param == "in a statement":
            until_it_sleeps(super_url)
        process.send_signal(signal.SIGKILL)


def until_it_sleeps(super_url: str) -> None:
    asleep = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"
    with psycopg.connect(super_url, autocommit=True) as onlooker:
        deadline = time.monotonic() + 20
        while not onlooker.execute(asleep).fetchall():
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_a_killed_worker_holds_its_lock_no_longer_than_its_connection(killed: None):
    done: list[int] = []
    task = task_of(lambda run: done.append(1))
    deadline = time.monotonic() + 20

    while not done:
        assert time.monotonic() < deadline, "the lock of a dead worker is still held"
        try:
            sent(task, redelivered=True)
        except Retry:
            time.sleep(0.2)

    assert list(JobRun.objects.filter(job=NAME).order_by("id").values_list("attempt", "ok", "error")) == [
        (1, False, runs.LOST), (2, True, "")
    ]  # fmt: skip


def test_two_workers_at_once_do_a_job_once_and_the_second_comes_back_only_where_it_matters():
    working, go_on = Event(), Event()
    done: list[str] = []

    def work(run: runs.Run) -> None:
        working.set()
        assert go_on.wait(20)
        done.append(run.row.message)

    nightly, often = task_of(work), task_of(work, OFTEN, nightly=False)

    def in_a_thread(task: object, message: str) -> None:
        try:
            sent(task, message=message)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        first = [pool.submit(in_a_thread, nightly, "n1"), pool.submit(in_a_thread, often, "o1")]
        assert working.wait(20)
        deadline = time.monotonic() + 20
        while JobRun.objects.filter(job__in=(NAME, OFTEN), ok=None).count() < 2:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        sent(often, message="o2")
        with pytest.raises(Retry) as again:
            sent(nightly, message="n2")
        go_on.set()
        for each in first:
            each.result(20)

    assert again.value.when == 2
    assert sorted(done) == ["n1", "o1"]
    assert JobRun.objects.filter(job__in=(NAME, OFTEN), ok=True).count() == 2


def test_a_lost_connection_is_replaced_so_that_the_failure_is_written():
    def work(run: runs.Run) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(Retry):
        sent(task_of(work))

    row = JobRun.objects.get(job=NAME)
    assert (row.ok, row.error, row.gave_up) == (False, "OperationalError", False)
    assert clock.now() - row.started_at < timedelta(minutes=1)
    with runs.locked(NAME) as alone:
        assert alone
