"""Old and new code on one schema: the next release migrates while this one dispenses, then both write, then this one
alone again. Every kind of change that test_additive lets through is among the migrations.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import httpx
import psycopg
import pytest
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations import operations as ops

from config.management.commands import migrate
from core import proofs, valkey
from core.models import AuditEvent
from dispensing.models import CoveredDay, DayOutcome, Dose, DoseKind
from dispensing.services import looks, sweep
from followup.models import Case
from inventory.models import Act
from patients.models import Patient
from tests import world
from tests.codebase import test_additive
from tests.dispensing import morning
from tests.jobs.test_jobs import regulars
from tests.jobs.window import FormOf, at_the_window
from tests.plugins.clones import CommittedDatabase
from tests.plugins.served import GRANIAN, PLAIN, Server
from tests.plugins.warm import Child, Warm
from tests.production import next_release

NEXT: Final = (sys.executable, "-m", "tests.production.next_release")
PATIENCE: Final = 60.0
EVENING: Final = timedelta(hours=14)

pytestmark = pytest.mark.slow


class Window:
    """A dispenser at one web. What was acknowledged is remembered."""

    def __init__(self, address: str, cookies: httpx.Cookies, acknowledged: list[UUID]) -> None:
        self.client = httpx.Client(base_url=address, cookies=cookies, timeout=PATIENCE, verify=PLAIN)
        self.acknowledged = acknowledged

    def card(self, patient: UUID) -> dict[str, str]:
        """What the opened card would send."""
        page = self.client.get(f"/dispensing/patients/{patient}/")
        assert page.status_code == httpx.codes.OK, page.text[:1000]
        told = {**FormOf(page.text, confirm(patient)).values, "identified_by": "known"}
        assert told.get("slip"), "no dose is offered"
        return told

    def send(self, patient: UUID, told: dict[str, str]) -> None:
        answer = self.client.post(confirm(patient), data=told)
        assert answer.status_code == httpx.codes.FOUND, answer.text[:1000]

    def dose(self, patient: UUID) -> None:
        self.send(patient, self.card(patient))
        self.acknowledged.append(patient)

    def dose_twice(self, patient: UUID) -> None:
        """Two screens open for one patient: the second is recorded with what is wrong with it, and opens a case."""
        first = self.card(patient)
        valkey.client().delete(f"hold:{patient}")  # the courtesy that keeps two screens apart, where there is a Valkey
        for told in (first, self.card(patient)):
            self.send(patient, told)
            self.acknowledged.append(patient)


def confirm(patient: UUID) -> str:
    return f"/dispensing/patients/{patient}/confirm/"


class Beside:
    """Work of another thread; its failure is raised where it is waited for."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._work, self._failure = work, None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def wait(self) -> None:
        self._thread.join()
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as failure:
            self._failure = failure


def test_next_release_on_paper_has_every_kind_of_change_that_is_allowed():
    migrations = next_release.added()
    done = [operation for migration in migrations for operation in migration.operations]

    assert [said for each in migrations for said in test_additive.objections(each, [], new=made(migrations))] == []
    kinds = {type(operation) for operation in done}
    assert {kind for kind in test_additive.ALWAYS if not any(issubclass(each, kind) for each in kinds)} == set()
    assert set(test_additive.CONCURRENT) & kinds
    assert {ops.AddField, ops.RunSQL, ops.SeparateDatabaseAndState} <= kinds


def made(migrations: list[Any]) -> set[str]:
    return {table for migration in migrations for table in test_additive.made_by(migration)}


def test_doses_go_on_through_an_upgrade_and_its_return_and_each_is_there_once(
    committed_db: CommittedDatabase, warm: Warm, tmp_path: Path
):
    patients = iter([patient.pk for patient in regulars(15)])
    valkey.client().flushdb()  # the screens of their doses of yesterday
    some = lambda count: [next(patients) for _ in range(count)]  # noqa: E731
    acknowledged: list[UUID] = []
    old = Server(committed_db.environment, tmp_path / "old.log", warm)
    new = Server(committed_db.environment, tmp_path / "new.log", warm, program=(*NEXT, *GRANIAN[2:]))
    windows: list[Window] = []
    try:
        old.start()
        with at_the_window(old.address) as client:
            cookies = client.cookies
        windows.append(window := Window(old.address, cookies, acknowledged))
        for patient in some(3):  # until every statement of a dose is a prepared one
            window.dose_twice(patient)
        for day in range(3, 0, -1):
            swept(world.TODAY - timedelta(days=day), now=world.NOW)
        before = kept_connections(committed_db)
        [opened_before] = some(1)
        card_of_before = window.card(opened_before)

        with reading(committed_db, "dispensing_dose") as let_go:
            migrating = by_next(warm, committed_db, tmp_path / "migrate.log", "migrate", role="owner")
            until(lambda: waits(committed_db), migrating)
            [patient] = some(1)
            window.dose(patient)  # nobody waits behind the migration that waits
            assert migrating.poll() is None
            let_go()
        for patient in some(2):
            window.dose(patient)
        assert migrating.wait(PATIENCE) == 0, (tmp_path / "migrate.log").read_text()
        assert kept_connections(committed_db) == before, "the old code's connections are to outlive it"

        new.start()
        windows.append(window_of_new := Window(new.address, cookies, acknowledged))
        [twice, *by_old], [twice_too, *by_new] = some(2), some(2)
        beside = [
            Beside(lambda: [window.dose_twice(twice), *map(window.dose, by_old)]),
            Beside(lambda: [window_of_new.dose_twice(twice_too), *map(window_of_new.dose, by_new)]),
        ]
        swept(world.TODAY, now=world.NOW + EVENING)
        for work in beside:
            work.wait()

        window_of_new.send(opened_before, card_of_before)
        [opened_by_new, sent_to_both] = some(2)
        window.send(opened_by_new, window_of_new.card(opened_by_new))
        card = window.card(sent_to_both)
        both = [Beside(lambda at=at: at.send(sent_to_both, card)) for at in (window, window_of_new)]
        for work in both:
            work.wait()
        acknowledged += [opened_before, opened_by_new, sent_to_both]
        assert before < kept_connections(committed_db)

        [opened_at_last, after] = some(2)
        card_of_new = window_of_new.card(opened_at_last)
        new.stop()
        old.stop()
        old.start()  # back: this release again, from nothing, on the schema of the next
        window.send(opened_at_last, card_of_new)
        window.dose(after)
        acknowledged.append(opened_at_last)
    finally:
        for at in windows:
            at.client.close()
        new.stop()
        old.stop()

    everything_is_there_once(acknowledged)
    assert [row for name in proofs.names() for row in proofs.run(name)] == []
    verified = by_next(warm, committed_db, tmp_path / "verify.log", "verify_ledger")
    assert verified.wait(PATIENCE) == 0, (tmp_path / "verify.log").read_text()
    assert list(patients) == []


def test_migration_that_waits_for_a_dose_that_waits_for_it_is_the_one_that_lets_go(committed_db: CommittedDatabase):
    """The other one would look for the deadlock much later; the migration finds it, and its lock is free."""
    lock = "SELECT pg_advisory_xact_lock(%s)"
    with (
        psycopg.connect(committed_db.super_url, options="-c deadlock_timeout=10min") as dose,
        psycopg.connect(committed_db.owner_url) as migration,
    ):
        for statement in migrate.patience(Migration("0002_next", "core")):
            migration.execute(statement)
        migration.commit()
        assert migration.execute("SHOW deadlock_timeout").fetchone() == ("10ms",)
        migration.execute(lock, [1])
        dose.execute(lock, [2])
        waiting = Beside(lambda: dose.execute(lock, [1]))

        with pytest.raises(psycopg.OperationalError) as refused:
            migration.execute(lock, [2])

        assert refused.value.sqlstate in migrate.GIVES_WAY
        migration.rollback()
        waiting.wait()


def swept(day: date, *, now: datetime) -> None:
    """What the old worker does, in the connection that it has kept."""
    sweep.run(now=now, facility_id=morning.site().pk, day=day)
    looks.run(now=now)


def kept_connections(database: CommittedDatabase) -> set[int]:
    """The server's processes of whoever has this release loaded."""
    with psycopg.connect(database.super_url) as onlooker:
        found = onlooker.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = %s AND application_name = 'tram' AND backend_type ="
            " 'client backend' AND usename <> 'tram_owner'",
            [database.name],
        ).fetchall()
    return {pid for (pid,) in found}


@contextmanager
def reading(database: CommittedDatabase, table: str) -> Iterator[Callable[[], None]]:
    """Somebody who reads for long, a backup, holds every table against whoever would change it."""
    with psycopg.connect(database.super_url) as reader:
        reader.execute(f"SELECT FROM {table} LIMIT 1")
        yield reader.rollback


def by_next(warm: Warm, database: CommittedDatabase, log: Path, command: str, *, role: str = "") -> Child:
    env = {**os.environ, **database.environment, "TRAM_DATABASE_ROLE": role}
    return warm.spawn([*NEXT, "manage", command], env=env, log=log)


def waits(database: CommittedDatabase) -> bool:
    with psycopg.connect(database.super_url) as onlooker:
        found = onlooker.execute(
            "SELECT FROM pg_stat_activity WHERE datname = %s AND usename = 'tram_owner' AND wait_event_type = 'Lock'",
            [database.name],
        )
        return found.rowcount > 0


def until(happened: Callable[[], bool], migrating: Child) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert migrating.poll() is None, "the migration waited for nobody"
        assert time.monotonic() < deadline
        time.sleep(0.02)


def everything_is_there_once(acknowledged: list[UUID]) -> None:
    """Doses, days, acts, audit rows: as many as were acknowledged; and each code has written its own."""
    today = Dose.objects.filter(covers_day=world.TODAY, patient__in=set(acknowledged))
    assert sorted(today.values_list("patient", flat=True)) == sorted(acknowledged)
    doubles = {patient for patient in acknowledged if acknowledged.count(patient) > 1}
    conflicting = today.filter(kind=DoseKind.CONFLICTING)
    assert set(conflicting.values_list("patient", flat=True)) == doubles
    assert Case.objects.filter(subject_id__in=conflicting.values("pk")).count() == len(doubles)
    ids = list(today.values_list("pk", flat=True))
    assert CoveredDay.objects.filter(day=world.TODAY, dose__in=ids).count() == len(set(acknowledged))
    assert Act.objects.filter(pk__in=ids).count() == len(ids)
    told = AuditEvent.objects.filter(action="dose.recorded", subject_id__in=[str(each) for each in ids])
    assert told.count() == len(ids)
    assert DayOutcome.objects.filter(patient__in=set(acknowledged), day=world.TODAY).exists()
    assert Patient.objects.filter(pk__in=set(acknowledged)).count() == len(set(acknowledged))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.written_by, count(*), count(e.dose_id), min(d.weight) FROM dispensing_dose d"
            " LEFT JOIN dispensing_doseecho e ON e.dose_id = d.act_id WHERE d.act_id = ANY(%s) GROUP BY 1",
            [ids],
        )
        written = {by: (doses, echoes, weight) for by, doses, echoes, weight in cursor.fetchall()}
    of_new = written[next_release.MARK][0]
    assert 4 <= of_new <= 5  # three at its window, one that was opened before it, and perhaps the one sent to both
    assert written == {None: (len(ids) - of_new, 0, 1), next_release.MARK: (of_new, of_new, 1)}
