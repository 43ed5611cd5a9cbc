"""A moment that was: the cluster of a base backup and the log after it, ready for PostgreSQL to bring it up to then."""

import gzip
import tarfile
from datetime import datetime
from pathlib import Path
from typing import Final

from pyrage import x25519

from config.backup import points, shelf, streams
from config.backup.errors import BackupError

LOG: Final = "restored-log"


def open_point(path: Path, identity: x25519.Identity, *, into: Path, until: datetime | None) -> int:
    """Write the cluster into an empty folder, the log into a folder inside it, and what PostgreSQL needs to bring
    itself to `until` (None: as far as the log goes) and serve from there. Answers how many files of the log there are;
    raises BackupError.

    The log's folder may be removed once the server has come up.
    """
    label = shelf.check(path)
    if until is not None and until < datetime.fromisoformat(label.made_at):
        raise BackupError("This base backup is younger than the moment; take the one before it.")
    if into.exists() and any(into.iterdir()):
        raise BackupError(f"{into} is not empty.")
    into.mkdir(parents=True, exist_ok=True, mode=0o700)
    into.chmod(0o700)
    try:
        with (
            streams.decrypted(path, identity) as stream,
            gzip.GzipFile(fileobj=stream) as unpacked,
            tarfile.open(fileobj=unpacked, mode="r|") as tar,
        ):
            tar.extractall(into, filter="data")
    except (tarfile.TarError, OSError) as error:
        raise BackupError(f"{path} cannot be read: {error}.") from error
    log = into / LOG
    log.mkdir(mode=0o700)
    count = sum(
        _open_log(one, identity, log)
        for one in sorted(points.log_folder_of(path).glob(f"*{points.SHIPPED}"))
        if _needed(one, label.wal)
    )
    _write_recovery(into, until)
    return count


def _needed(path: Path, first: str) -> bool:
    name = path.name.removesuffix(points.SHIPPED)
    return bool(points.HISTORY.match(name)) or name[8:] >= first[8:]


def _open_log(path: Path, identity: x25519.Identity, folder: Path) -> int:
    with streams.decrypted(path, identity) as stream, gzip.GzipFile(fileobj=stream) as unpacked:
        content = unpacked.read()
    target = folder / path.name.removesuffix(points.SHIPPED)
    target.write_bytes(content)
    target.chmod(0o600)
    return 1


def _write_recovery(cluster: Path, until: datetime | None) -> None:
    said = [f'restore_command = \'cp "{LOG}/%f" "%p"\'', "recovery_target_action = 'promote'"]
    if until is not None:
        said += [f"recovery_target_time = '{until.isoformat()}'", "recovery_target_inclusive = off"]
    with (cluster / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
        file.write("\n".join(said) + "\n")
    (cluster / "recovery.signal").touch(mode=0o600)
