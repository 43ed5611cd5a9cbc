"""What the operations page says of backups, of the log, and of the disk."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from config.backup import points, shelf
from config.backup.errors import BackupError
from config.backup.receive import SLOT
from config.backup.setup import BackupSetup
from config.backup.shelf import Kept
from core.gauges import Gauge
from core.operations import Figure

MAY_BE_OLD: Final = timedelta(hours=26)
PROOF_MAY_BE_OLD: Final = timedelta(days=35)
LOG_MAY_WAIT: Final = timedelta(minutes=30)
LEAST_FREE: Final = 0.15
MB: Final = 1_000_000
_SLOT: Final = "SELECT active, coalesce(wal_status, '') FROM pg_replication_slots WHERE slot_name = %s"


def backups(now: datetime) -> Iterator[Figure]:
    """The last archive, when one was proved, and the room that is left."""
    setup: BackupSetup = settings.BACKUP
    if not setup.recipient:
        yield Figure(_("Sao lưu"), _("chưa cấu hình"), look=True)
    else:
        try:
            yield from _archives(shelf.archives(setup.folder), now)
        except BackupError:
            yield Figure(_("Sao lưu"), _("không đọc được nhãn của bản sao lưu"), look=True)
    yield _room(setup.folder)


def gauges(now: datetime) -> Iterator[Gauge]:
    """For /metrics: how old and large the last archive is, since when one was proved, the room that is left."""
    setup: BackupSetup = settings.BACKUP
    try:
        found = shelf.archives(setup.folder) if setup.recipient else []
    except BackupError:
        found = []
    yield Gauge("backups_kept", "Archives on the shelf.", len(found))
    if found:
        yield Gauge("backup_age_seconds", "Since the last archive.", (now - found[-1].made_at).total_seconds())
        yield Gauge("backup_bytes", "Size of the last archive.", found[-1].label.size)
    proved = max((one.label.proved_at for one in found if one.label.proved_at), default="")
    if proved:
        age = (now - datetime.fromisoformat(proved)).total_seconds()
        yield Gauge("backup_proved_age_seconds", "Since an archive was last restored and proved.", age)
    disk = shutil.disk_usage(_there(setup.folder))
    yield Gauge("disk_free_bytes", "Free on the disk of the backups.", disk.free)
    yield Gauge("disk_bytes", "Size of the disk of the backups.", disk.total)


def _archives(found: list[Kept], now: datetime) -> Iterator[Figure]:
    if not found:
        yield Figure(_("Bản sao lưu gần nhất"), _("chưa có"), look=True)
        return
    last = found[-1]
    age = now - last.made_at
    yield Figure(_("Bản sao lưu gần nhất"), _ago(age), look=age > MAY_BE_OLD)
    yield Figure(_("Dung lượng"), _size(last.label.size))
    yield Figure(_("Số bản đang giữ"), str(len(found)))
    proved = max((one.label.proved_at for one in found if one.label.proved_at), default="")
    moment = datetime.fromisoformat(proved) if proved else None
    yield Figure(
        _("Lần thử khôi phục gần nhất"),
        f"{timezone.localtime(moment):%d/%m/%Y}" if moment else _("chưa lần nào"),
        look=moment is None or now - moment > PROOF_MAY_BE_OLD,
    )


def _room(folder: Path) -> Figure:
    disk = shutil.disk_usage(_there(folder))
    share = disk.free / disk.total
    words = _("%(free)s, %(share)d %%") % {"free": _size(disk.free), "share": round(share * 100)}
    return Figure(_("Đĩa còn trống"), words, look=share < LEAST_FREE)


def _there(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())


def log(now: datetime) -> Iterator[Figure]:
    """Whether any moment of the last days can be brought back."""
    setup: BackupSetup = settings.BACKUP
    if setup.wal is None:
        yield Figure(_("Bản nền và nhật ký thay đổi"), _("chưa cấu hình"), look=settings.PRODUCTION)
        return
    base = shelf.newest(setup.folder, "base")
    old = base is None or now - base.made_at > timedelta(days=setup.base_days + 1)
    yield Figure(_("Bản nền gần nhất"), _ago(now - base.made_at) if base else _("chưa có"), look=old)
    with connection.cursor() as cursor:
        cursor.execute(_SLOT, [SLOT])
        active, status = cursor.fetchone() or (False, "")
    arriving = bool(active) and status in {"reserved", "extended"}
    yield Figure(_("Nhật ký thay đổi"), _("đang nhận") if arriving else _("không nhận được"), look=not arriving)
    waiting = _waiting(setup.wal, points.log_folder(setup), now)
    yield Figure(_("Chờ mã hóa lâu nhất"), _ago(waiting), look=waiting > LOG_MAY_WAIT)


def _waiting(wal: Path, shipped: Path, now: datetime) -> timedelta:
    """How long the oldest finished file of the log has been waiting."""
    times = [
        path.stat().st_mtime
        for path in (wal.iterdir() if wal.is_dir() else ())
        if points.SEGMENT.match(path.name) and not (shipped / f"{path.name}{points.SHIPPED}").exists()
    ]
    return max(timedelta(0), now - datetime.fromtimestamp(min(times), UTC)) if times else timedelta(0)


def _ago(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 1:
        return _("vừa xong")
    if minutes < 120:
        return _("%(minutes)d phút trước") % {"minutes": minutes}
    return _("%(hours)d giờ trước") % {"hours": minutes // 60}


def _size(size: int) -> str:
    if size >= 10_000 * MB:
        return _("%(count)d GB") % {"count": size // (1000 * MB)}
    return _("%(count)d MB") % {"count": -(-size // MB)}
