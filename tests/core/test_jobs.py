"""The house's own jobs: the heartbeat and the nightly proofs."""

from datetime import timedelta

import pytest

from core import clock, proofs, tasks
from core.models import JobRun
from core.proofs import Broken
from core.services import jobs, runs

pytestmark = pytest.mark.django_db


def test_a_beat_is_written_and_old_ones_are_let_go():
    jobs.beat(now=clock.now() - timedelta(days=2), keep=timedelta(days=1))

    tasks.beat_seen()
    tasks.beat_seen()

    assert JobRun.objects.filter(job="heartbeat").count() == 2


def test_the_proofs_are_run_and_what_broke_is_named(monkeypatch: pytest.MonkeyPatch):
    broken = [Broken("test", f"row {number}", "is wrong") for number in range(30)]
    monkeypatch.setattr(proofs, "_proofs", {"holds": list, "breaks": lambda: broken})

    tasks.prove()

    run = JobRun.objects.get(job="core.tasks.prove")
    assert (run.ok, run.gave_up, run.error, run.result["held"]) == (False, True, runs.NOT_WELL, ["holds"])
    assert run.result["broken"]["breaks"]["count"] == 30
    assert run.result["broken"]["breaks"]["first"][0] == {"row": "row 0", "what": "is wrong"}


def test_the_nightly_proof_of_the_world_holds():
    tasks.prove()

    run = JobRun.objects.get(job="core.tasks.prove")
    assert (run.ok, run.ended_at is not None) == (True, True)
    assert run.result["held"] == proofs.names()
