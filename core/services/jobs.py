"""The jobs that are about the house itself."""

from datetime import datetime, timedelta

from core import proofs
from core.models import JobRun
from core.queries.health import BEAT
from core.services.runs import Run

SHOWN = 20  # broken rows kept in the record; the command `verify_ledger` shows them all


def beat(*, now: datetime, keep: timedelta) -> None:
    """Write one heartbeat and let go of those older than `keep`."""
    JobRun.objects.create(job=BEAT, started_at=now, ended_at=now, ok=True)
    JobRun.objects.filter(job=BEAT, started_at__lt=now - keep).delete()


def prove(run: Run) -> None:
    """Run every proof; the run says which held and names the first rows that break one. Well: all held."""
    broken = {name: proofs.run(name) for name in proofs.names()}
    run.result = {
        "held": [name for name, found in broken.items() if not found],
        "broken": {
            name: {"count": len(found), "first": [{"row": b.row, "what": b.what} for b in found[:SHOWN]]}
            for name, found in broken.items()
            if found
        },
    }
    if run.result["broken"]:
        run.not_well()
