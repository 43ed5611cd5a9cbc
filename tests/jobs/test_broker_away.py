"""An hour without broker, in seconds: dosing goes on, nobody has to be started again, and no flood comes after."""

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import pytest

from core.models import JobRun
from core.queries.health import BEAT
from tests import world
from tests.jobs.house import House, house
from tests.jobs.test_jobs import NORMAL, ready, regulars
from tests.jobs.window import at_the_window, dose
from tests.plugins.clones import CommittedDatabase
from tests.plugins.servers import Servers
from tests.plugins.warm import Warm

AWAY_SECONDS: Final = 4.0

pytestmark = pytest.mark.slow(12)


@pytest.fixture
def it(committed_db: CommittedDatabase, servers: Servers, warm: Warm, tmp_path: Path) -> Iterator[House]:
    with house(committed_db, servers, tmp_path, clock=world.NOW.isoformat(), warm=warm) as running:
        yield running


def beats_after(moment: datetime) -> int:
    return JobRun.objects.filter(job=BEAT, ok=True, started_at__gt=moment).count()


def last_beat() -> datetime:
    return JobRun.objects.filter(job=BEAT).latest("started_at").started_at


def test_worker_and_beat_outlive_the_broker_and_the_window_never_waits_for_it(it: House):
    before, without, after = regulars(3)
    address, worker, beat = it.serve(), it.worker(), it.beat()
    it.until(lambda: all(ready(address).values()), "readiness")
    with at_the_window(address) as client:
        assert dose(client, before.pk) < NORMAL

        it.stop_valkey()
        assert dose(client, without.pk) < NORMAL
        assert ready(address)["broker"] is False
        time.sleep(AWAY_SECONDS)
        seen = last_beat()
        it.start_valkey_again()

        it.until(lambda: beats_after(seen) >= 2, "heartbeats after the broker came back")
        assert dose(client, after.pk) < NORMAL

    assert (worker.poll(), beat.poll()) == (None, None)
    assert all(ready(address).values())
    again = JobRun.objects.filter(job=BEAT, started_at__gt=seen).count()
    assert again <= 2 + AWAY_SECONDS * 3, "what beat said while nobody listened must not come at once"
