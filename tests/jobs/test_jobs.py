"""Worker and beat for real: processes of their own over a real broker. And the window when all of them are gone."""

import contextlib
import fcntl
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import httpx
import psutil
import psycopg
import pytest
import redis
from django.db.models import F
from kombu import Connection

from config.celery import app
from core import proofs
from core.ids import new_id
from core.models import JobRun
from core.queries.health import BEAT, BEAT_MAY_BE_OLD
from dispensing.models import CoveredDay
from dispensing.services import batches
from dispensing.services.batches import PastDose
from followup.models import Task
from followup.rules.escalation import Rung
from inventory.models import Caseload, DemandFigure, RestockRequest
from inventory.services import dayheads, watch
from patients.models import Patient
from tests import cast, world
from tests.dispensing import morning
from tests.followup import hands as followup_hands
from tests.inventory import destroying
from tests.inventory.road import Road, stored
from tests.jobs.house import House, house, kill
from tests.jobs.window import at_the_window, dose
from tests.plugins.clones import CommittedDatabase
from tests.plugins.served import PLAIN
from tests.plugins.servers import Servers
from tests.plugins.warm import Warm

DAY: Final = timedelta(days=1)
NORMAL: Final = 2.0  # seconds for choosing and confirming together, on a machine that is busy with other tests
CHAINS: Final = 3  # the main clinic and two sites
SIGN: Final = "inventory.tasks.sign_day_heads"
RESTOCK: Final = "inventory.tasks.restock_naloxone"
PATTERNS: Final = "inventory.tasks.look_for_patterns"
SITES: Final = 2
BY_THEIR_RECORD: Final = (
    "config.tasks.back_up",
    "config.tasks.copy_cluster",
    "config.tasks.ship_log",
    "core.tasks.prune_runs",
    "core.tasks.send_what_is_missing",
    "dispensing.tasks.push_work",
    "dispensing.tasks.review_everybody",
    "dispensing.tasks.review_patients",
    "dispensing.tasks.step_referrals",
    "dispensing.tasks.sweep_days",
    "dispensing.tasks.warn_of_tomorrow",
    "followup.tasks.send_messages",
    "followup.tasks.tell_duties",
    "followup.tasks.warn_of_certificates",
    "oversight.tasks.ask_for_reports",
    "oversight.tasks.summarise",
    "oversight.tasks.summarise_anew",
    PATTERNS,
)
Start = Callable[[datetime], House]

pytestmark = pytest.mark.slow


@pytest.fixture
def start(committed_db: CommittedDatabase, servers: Servers, warm: Warm, tmp_path: Path) -> Iterator[Start]:
    """The product's processes at a moment; they end with the test."""
    with contextlib.ExitStack() as stack:
        yield lambda moment: stack.enter_context(
            house(committed_db, servers, tmp_path, clock=moment.isoformat(), warm=warm)
        )


def files(it: House) -> list[Path]:
    """The signed heads of the two days that are over two days after the tests' morning."""
    return [it.heads / "2026" / f"2026-11-{day}.jsonl" for day in (24, 25)]


def signed(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def ready(address: str) -> dict[str, bool]:
    """What /readyz says of each part; its status says the same of all."""
    answer = httpx.get(f"{address}/readyz", timeout=10, verify=PLAIN)
    parts = {name: part["ok"] for name, part in answer.json().items()}
    assert (answer.status_code == httpx.codes.OK) is all(parts.values())
    return parts


def went_well(job: str) -> Callable[[], object]:
    """What a job does is proved elsewhere; here that it was done, over the broker."""
    return lambda: JobRun.objects.filter(job=job, ok=True).exists()


def test_worker_and_beat_do_every_job_of_the_house_over_a_real_broker(start: Start):
    late = followup_hands.task(hours=2)
    Road(stored(cast.MAIN_CLINIC, 2)).leave()
    called_back = destroying.half_recalled()
    it = start(world.NOW + 2 * DAY)
    address = it.serve()
    assert ready(address) == {"database": True, "broker": True, "worker": False, "beat": False}

    it.worker()
    it.beat()

    jobs_done = {
        "core.tasks.beat_seen": lambda: JobRun.objects.filter(job=BEAT, ok=True).count() >= 2,
        "core.tasks.prove": lambda: JobRun.objects.filter(job="core.tasks.prove", ok=True).exists(),
        "followup.tasks.escalate_overdue": lambda: Task.objects.filter(pk=late.pk, rung=Rung.CLINIC_HEAD).exists(),
        "dispensing.tasks.push_demand": lambda: DemandFigure.objects.exists(),
        "inventory.tasks.remind_requests": lambda: Task.objects.filter(kind="request_due").exists(),
        "inventory.tasks.raise_overdue_consignments": lambda: Task.objects.filter(kind=watch.LATE_TASK).exists(),
        "inventory.tasks.finish_recalls": lambda: called_back.acts.exists(),
        SIGN: lambda: all(len(signed(file)) == CHAINS for file in files(it)),
        RESTOCK: lambda: RestockRequest.objects.count() == SITES,
        "dispensing.tasks.push_caseloads": lambda: Caseload.objects.count() == CHAINS,
        **{name: went_well(name) for name in BY_THEIR_RECORD},
    }
    assert set(jobs_done) == {entry["task"] for entry in app.conf.beat_schedule.values()}
    for name, done in jobs_done.items():
        it.until(done, name)
    assert all(ready(address).values())
    held = JobRun.objects.filter(job="core.tasks.prove", ok=True).values_list("result", flat=True)[0]
    assert held == {"held": proofs.names(), "broken": {}}
    assert list(dayheads.compare(it.heads)) == []


def test_job_whose_worker_is_killed_in_the_middle_is_finished_by_the_next_and_nothing_is_done_twice(
    start: Start, super_url: str
):
    it = start(world.NOW + 2 * DAY)
    first, second = files(it)
    second.parent.mkdir(parents=True)
    with second.open("a") as file, psycopg.connect(super_url, autocommit=True) as onlooker:
        fcntl.flock(file, fcntl.LOCK_EX)  # the job waits here, between its first day and its second
        worker = it.worker()
        send(it, SIGN)
        it.until(lambda: len(signed(first)) == CHAINS, "the first day")
        written = first.read_bytes()

        at_work = signers(onlooker)
        [child] = psutil.Process(worker.pid).children()
        child.kill()
        it.until(lambda: signers(onlooker) - at_work, "the same job in a new process")
        kill(worker)
        assert signed(second) == []

    it.next_worker()

    it.until(lambda: len(signed(second)) == CHAINS, "the second day")
    it.until(lambda: nothing_waits(it), "the acknowledgement")
    for _ in range(2):
        send(it, SIGN)
    it.until(lambda: nothing_waits(it), "the repeats")
    assert first.read_bytes() == written
    assert len({json.loads(line)["facility"] for line in signed(second)}) == len(signed(second)) == CHAINS
    assert list(dayheads.compare(it.heads)) == []


def test_restocking_whose_worker_is_killed_between_two_sites_asks_once_for_each(start: Start, super_url: str):
    it = start(world.NOW)
    first, second = sorted(world.facility(name).pk for name in (cast.SITE, cast.OTHER_SITE))
    with psycopg.connect(super_url) as holding:
        holding.execute("SELECT FROM inventory_chainhead WHERE facility_id = %s FOR UPDATE", [second])
        worker = it.worker()
        send(it, RESTOCK)
        it.until(lambda: RestockRequest.objects.filter(facility_id=first).exists(), "the first site")
        kill(worker)  # it waited for the second site's chain
        holding.rollback()
    assert list(RestockRequest.objects.values_list("facility_id", flat=True)) == [first]

    it.next_worker()

    it.until(lambda: RestockRequest.objects.filter(facility_id=second).exists(), "the second site")
    it.until(lambda: nothing_waits(it), "the acknowledgement")
    for _ in range(2):
        send(it, RESTOCK)
    it.until(lambda: nothing_waits(it), "the repeats")
    asked = RestockRequest.objects.order_by("facility_id").values_list("facility_id", "raised_by")
    assert list(asked) == [(first, None), (second, None)]
    assert Task.objects.filter(kind="restock_shelf").count() == SITES


def send(it: House, task: str) -> None:
    with Connection(it.broker) as broker:  # the application itself would follow this process's environment
        app.send_task(task, connection=broker)


def nothing_waits(it: House) -> bool:
    """No message in the queue, and none taken that nobody has acknowledged."""
    with redis.Redis.from_url(it.broker) as broker:
        return broker.llen("celery") == broker.hlen("unacked") == 0


def signers(onlooker: psycopg.Connection) -> set[int]:
    """The database's processes that have just been asked for the heads of the chains."""
    asked = (
        "SELECT pid FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%inventory_chainlink%'"
    )
    return {pid for (pid,) in onlooker.execute(asked).fetchall()}


def regulars(count: int) -> list[Patient]:
    """Patients who drank yesterday, so that nothing is asked of them today."""
    morning.opened_bottle()
    by = morning.access(cast.DISPENSER)
    patients = [morning.patient() for _ in range(count)]
    yesterday = [
        PastDose(
            authorisation=replace(
                morning.slip(patient, by, screen=f"{patient.pk}"), dose_id=new_id(), day=world.TODAY - DAY
            ),
            identified_by="known", poured_by_id=by.actor_id, observed_by_id=by.actor_id,
            given_at=world.NOW - DAY, recorded_at=world.NOW - DAY,
        )
        for patient in patients
    ]  # fmt: skip
    batches.record_many(doses=yesterday, facility_id=by.facility_id or 0, by=by)
    Patient.objects.filter(pk__in=[patient.pk for patient in patients]).update(known_from=world.TODAY - DAY)
    return patients


def test_dosing_goes_on_at_normal_speed_with_worker_beat_and_broker_gone(start: Start):
    before, frozen, gone = regulars(3)
    it = start(world.NOW)
    address, worker, beat = it.serve(), it.worker(), it.beat()
    it.until(lambda: all(ready(address).values()), "readiness")
    with at_the_window(address) as client:
        assert dose(client, before.pk) < NORMAL

        kill(beat)
        kill(worker)
        it.freeze_valkey()
        assert dose(client, frozen.pk) < NORMAL
        it.stop_valkey()
        assert dose(client, gone.pk) < NORMAL

    assert httpx.get(f"{address}/healthz").status_code == httpx.codes.OK
    assert ready(address) == {"database": True, "broker": False, "worker": True, "beat": True}  # seen a moment ago
    JobRun.objects.update(started_at=F("started_at") - BEAT_MAY_BE_OLD, ended_at=F("ended_at") - BEAT_MAY_BE_OLD)
    assert ready(address) == {"database": True, "broker": False, "worker": False, "beat": False}
    drank = CoveredDay.objects.filter(day=world.TODAY, patient__in=[before, frozen, gone])
    assert drank.count() == 3
    assert [row for name in proofs.names() for row in proofs.run(name)] == []
