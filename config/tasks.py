"""Jobs that keep the installation itself: its backups, and the log that leads to any moment."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from config.backup import making, points
from core.jobs import job
from core.services.runs import Run


@job("config.tasks.back_up", words=_("Sao lưu mã hóa"), nightly=True, soft=timedelta(minutes=50))
def back_up(run: Run) -> dict[str, int]:
    """Write the night's archive, read it back, let go of old ones. Nothing where no backup is set up (the demo)."""
    setup = settings.BACKUP
    if not setup.recipient:
        return {"archives": 0}
    made = making.make(setup, now=run.now)
    return {"archives": 1, "files": made.label.files, "megabytes": made.label.size // 1_000_000}


@job("config.tasks.copy_cluster", words=_("Bản nền để khôi phục về một thời điểm"), nightly=True,
     soft=timedelta(minutes=50))  # fmt: skip
def copy_cluster(run: Run) -> int:
    """A base backup, when the last one is old enough."""
    setup = settings.BACKUP
    if setup.wal is None or not points.due(setup, now=run.now):
        return 0
    points.base(setup, now=run.now)
    return 1


@job("config.tasks.ship_log", words=_("Cất nhật ký thay đổi đã mã hóa"))
def ship_log(run: Run) -> int:
    """Encrypt what has arrived of the server's log."""
    return points.ship(settings.BACKUP)
