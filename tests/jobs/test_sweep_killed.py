"""The sweep by real workers: killed in the middle, started again, delivered twice."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import psycopg
import pytest

from core.models import JobRun
from core.services.runs import LOST
from dispensing.models import DayOutcome, PatientReview, SweptDay
from dispensing.queries import sweep
from tests import cast, world, world_patients
from tests.jobs.house import House, house, kill
from tests.jobs.test_jobs import nothing_waits, send
from tests.plugins.clones import CommittedDatabase
from tests.plugins.servers import Servers
from tests.plugins.warm import Warm

SWEEP: Final = "dispensing.tasks.sweep_days"
EVENING: Final = world.NOW.replace(hour=20)
YESTERDAY: Final = world.TODAY - timedelta(days=1)

pytestmark = pytest.mark.slow


@pytest.fixture
def it(committed_db: CommittedDatabase, servers: Servers, warm: Warm, tmp_path: Path) -> Iterator[House]:
    with house(committed_db, servers, tmp_path, clock=EVENING.isoformat(), warm=warm) as made:
        yield made


def leave(days: int) -> list[tuple[int, int]]:
    """What the sweep has still to do: of each facility only the last days; answers how many days of which."""
    for one in sweep.pending(now=EVENING):
        if one.day <= world.TODAY - timedelta(days=days):
            SweptDay.objects.create(
                facility_id=one.facility_id, day=one.day, first_at=EVENING, through=EVENING, final_at=EVENING
            )
    left = sweep.pending(now=EVENING)
    return sorted((one.facility_id, one.day.toordinal()) for one in left)


def test_sweep_whose_worker_is_killed_in_the_middle_is_finished_by_the_next_and_decides_each_day_once(
    it: House, super_url: str
):
    wanted = leave(days=2)
    site, other = (world.facility(name).pk for name in (cast.SITE, cast.OTHER_SITE))
    held = world_patients.patient(world_patients.ELSEWHERE)
    with psycopg.connect(super_url) as holding:
        holding.execute("SELECT FROM patients_patient WHERE id = %s FOR UPDATE", [held.pk])
        worker = it.worker()
        send(it, SWEEP)
        it.until(lambda: DayOutcome.objects.filter(facility_id=site, day=YESTERDAY).exists(), "the first site")
        kill(worker)  # it waits for a patient of the other one
        holding.rollback()
    assert not DayOutcome.objects.filter(facility_id=other).exists()
    assert not SweptDay.objects.filter(facility_id=other, day=YESTERDAY).exists()

    it.next_worker()

    it.until(lambda: sweep.pending(now=EVENING) == [], "the rest")
    it.until(lambda: nothing_waits(it), "the acknowledgement")
    for _ in range(2):
        send(it, SWEEP)
    it.until(lambda: nothing_waits(it), "the repeats")
    decided = DayOutcome.objects.filter(why="sweep")
    assert sorted({(row.facility_id, row.day.toordinal()) for row in decided}) == wanted
    assert decided.count() == decided.values("patient", "day").distinct().count()
    queued = set(PatientReview.objects.values_list("patient", flat=True))
    assert set(decided.values_list("patient", flat=True)) <= queued
    assert JobRun.objects.filter(job=SWEEP, part_of_id__isnull=True, error=LOST).count() == 1
    parts = JobRun.objects.filter(job=SWEEP, part_of_id__isnull=False, ok=True)
    assert sorted((part.facility_id, part.day.toordinal()) for part in parts) == wanted
