"""The folder of backups: what is in it, beside each archive what it must be, and what may go."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from config.backup import kept
from config.backup.errors import BackupError
from config.backup.setup import BackupSetup
from config.backup.streams import BLOCK

NAME: Final = re.compile(r"^(?P<kind>tram|base)-(?P<moment>\d{8}T\d{6}Z)\.age$")
STAMP: Final = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Label:
    """What stands beside an archive, in plain: enough to tell whether it is whole, and nothing of the field.

    `wal`: the first file of the log that a base backup needs.
    """

    made_at: str
    size: int
    sha256: str
    seconds: float
    recipient: str
    files: int = 0
    chains: int = 0
    proved_at: str = ""
    wal: str = ""


@dataclass(frozen=True)
class Kept:
    """An archive in the folder with its label."""

    path: Path
    made_at: datetime
    label: Label


def name(kind: str, moment: datetime) -> str:
    """`tram` for the whole product, `base` for the cluster."""
    return f"{kind}-{moment.astimezone(UTC).strftime(STAMP)}.age"


def label_of(path: Path) -> Path:
    return path.with_suffix(".json")


def write_label(path: Path, label: Label) -> None:
    draft = label_of(path).with_suffix(".json.part")
    draft.write_text(json.dumps(asdict(label), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    draft.rename(label_of(path))


def read_label(path: Path) -> Label:
    """Raises BackupError where there is none, or it cannot be read."""
    try:
        said: dict[str, Any] = json.loads(label_of(path).read_text(encoding="utf-8"))
        return Label(**said)
    except (OSError, ValueError, TypeError) as error:
        raise BackupError(f"{path} has no label beside it that can be read ({label_of(path).name}).") from error


def archives(folder: Path, kind: str = "tram") -> list[Kept]:
    """Every archive that was finished, oldest first; one without its label was not."""
    return sorted(_archives(folder, kind), key=lambda one: one.made_at)


def _archives(folder: Path, kind: str) -> Iterator[Kept]:
    for path in folder.glob(f"{kind}-*.age"):
        found = NAME.match(path.name)
        if found is None or not label_of(path).is_file():
            continue
        yield Kept(path, datetime.strptime(found["moment"], STAMP).replace(tzinfo=UTC), read_label(path))


def newest(folder: Path, kind: str = "tram") -> Kept | None:
    found = archives(folder, kind)
    return found[-1] if found else None


def check(path: Path) -> Label:
    """Hold the file against its label, every byte of it. Raises BackupError where it is another, or not whole."""
    label = read_label(path)
    if not path.is_file() or path.stat().st_size != label.size:
        raise BackupError(f"{path} has another size than when it was made.")
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(BLOCK):
            digest.update(piece)
    if digest.hexdigest() != label.sha256:
        raise BackupError(f"{path} is damaged: its digest is not the one that it was made with.")
    return label


def prune(setup: BackupSetup) -> int:
    """Let go of what is older than the rule keeps; only to be called after a good backup. Answers how many went."""
    there = {one.path.name: one for one in archives(setup.folder)}
    stay = kept.to_keep(
        {key: one.made_at for key, one in there.items()},
        daily=setup.daily,
        weekly=setup.weekly,
        monthly=setup.monthly,
    )
    gone = [one for key, one in there.items() if key not in stay]
    for one in gone:
        one.path.unlink(missing_ok=True)
        label_of(one.path).unlink(missing_ok=True)
    return len(gone)
