"""Two beats by mistake: every message comes twice, nothing is done twice."""

from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest

from core.models import JobRun
from followup.models import Notice, Task
from inventory.models import RestockRequest
from tests import world
from tests.followup import hands as followup_hands
from tests.jobs.house import house
from tests.jobs.test_jobs import RESTOCK, SITES
from tests.plugins.clones import CommittedDatabase
from tests.plugins.servers import Servers
from tests.plugins.warm import Warm

ESCALATE: Final = "followup.tasks.escalate_overdue"
TURNS: Final = 5

pytestmark = pytest.mark.slow


def test_two_beats_send_everything_twice_and_nothing_is_done_twice(
    committed_db: CommittedDatabase, servers: Servers, warm: Warm, tmp_path: Path
):
    late = followup_hands.task(hours=-2)
    with house(committed_db, servers, tmp_path, clock=world.NOW.isoformat(), warm=warm) as it:
        it.environment["QUICK_JOBS"] = "heartbeat restock-naloxone escalate-overdue"
        it.worker()
        it.beat()
        it.beat("second")
        for job in (RESTOCK, ESCALATE):
            it.until(lambda name=job: JobRun.objects.filter(job=name, ok=True).count() >= TURNS, job)

    assert RestockRequest.objects.count() == Task.objects.filter(kind="restock_shelf").count() == SITES
    told = Notice.objects.filter(subject_id=late.pk, kind="task_overdue")
    assert len({notice.key for notice in told}) == 1
    assert told.values("person_id").distinct().count() == told.count() >= 1
    runs = list(JobRun.objects.filter(job=RESTOCK, ended_at__isnull=False).order_by("started_at"))
    assert all(one.ended_at <= later.started_at for one, later in pairwise(runs))
