"""What one archive holds, written and read as a stream.

about.json            which format, made when, by which PostgreSQL
database/000000 …     pg_dump's custom format in pieces; joined, pg_restore reads it
files/…               the pictures of facts (TRAM_FILES)
day-heads/…           the signed heads of the chains (DAY_HEADS_DIR)
manifest.json         the digest of everything above, and the chains' heads at the moment of the dump
"""

import contextlib
import hashlib
import io
import json
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from config.backup.errors import BackupError

FORMAT: Final = 1
PIECE: Final = 8 * 1024 * 1024
DATABASE: Final = "database/"
FILES: Final = "files/"
HEADS: Final = "day-heads/"
ABOUT, MANIFEST = "about.json", "manifest.json"


@dataclass
class Manifest:
    """What is in an archive. `heads`: each chain's last link at the moment of the dump, by facility."""

    members: dict[str, str] = field(default_factory=dict)
    database: str = ""
    database_bytes: int = 0
    heads: dict[str, list[Any]] = field(default_factory=dict)


class Writer:
    """Puts one thing after the other into the stream, and remembers its digest."""

    def __init__(self, stream: IO[bytes], *, moment: int) -> None:
        self._tar = tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self._moment = moment
        self.manifest = Manifest()

    def abandon(self) -> None:
        """Let go of the stream in the middle: there will be no manifest, and nobody takes it for an archive."""
        if self._tar.fileobj is not None:
            with contextlib.suppress(OSError):
                self._tar.fileobj.close()

    def about(self, said: Mapping[str, Any]) -> None:
        self._add(ABOUT, json.dumps({"format": FORMAT, **said}, sort_keys=True).encode())

    def database(self, dump: IO[bytes]) -> None:
        """The dump as it comes, in pieces whose length is known."""
        whole = hashlib.sha256()
        number = 0
        while piece := _read_fully(dump, PIECE):
            whole.update(piece)
            self._add(f"{DATABASE}{number:06d}", piece)
            self.manifest.database_bytes += len(piece)
            number += 1
        self.manifest.database = whole.hexdigest()

    def folder(self, prefix: str, folder: Path, pattern: str) -> int:
        """Every file under the folder that fits; what is still being written has another name. Answers how many."""
        paths = sorted(path for path in folder.rglob(pattern) if path.is_file() and not path.is_symlink())
        for path in paths:
            self._add(f"{prefix}{path.relative_to(folder).as_posix()}", path.read_bytes())
        return len(paths)

    def close(self, heads: Mapping[str, list[Any]]) -> Manifest:
        """The manifest, last: who cuts an archive short has none."""
        self.manifest.heads = dict(heads)
        self._add(MANIFEST, json.dumps(asdict(self.manifest), sort_keys=True).encode())
        self._tar.close()
        return self.manifest

    def _add(self, name: str, content: bytes) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mtime, member.mode = len(content), self._moment, 0o600
        self._tar.addfile(member, io.BytesIO(content))
        if name != MANIFEST:
            self.manifest.members[name] = hashlib.sha256(content).hexdigest()


@dataclass(frozen=True)
class Member:
    """One thing of an archive, as it comes by."""

    name: str
    content: bytes


def members(stream: IO[bytes]) -> Iterator[Member]:
    """Everything in the archive but its manifest, in its order; at the end all of it is held against the manifest.

    Raises BackupError where the archive is of another format, or is not what its manifest says.
    """
    seen: dict[str, str] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            for entry in tar:
                source = tar.extractfile(entry)
                if source is None or not _harmless(entry.name):
                    raise BackupError(f"The archive holds {entry.name!r}, which no archive of ours does.")
                content = source.read()
                if entry.name == MANIFEST:
                    manifest = Manifest(**json.loads(content))
                    continue
                seen[entry.name] = hashlib.sha256(content).hexdigest()
                if entry.name == ABOUT and json.loads(content).get("format") != FORMAT:
                    raise BackupError("The archive is of another format; use the version of Trạm that made it.")
                yield Member(entry.name, content)
    except (tarfile.TarError, ValueError, TypeError) as error:
        raise BackupError(f"The archive cannot be read: {error}.") from error
    if manifest is None:
        raise BackupError("The archive ends before its manifest: it was cut short.")
    if seen != manifest.members:
        names = sorted(name for name in {*seen, *manifest.members} if seen.get(name) != manifest.members.get(name))
        raise BackupError(f"The archive is not what its manifest says: {', '.join(names[:5])}.")


def _harmless(name: str) -> bool:
    parts = Path(name).parts
    return (
        not name.startswith("/")
        and ".." not in parts
        and (parts[0] in {"database", "files", "day-heads"} or name in {ABOUT, MANIFEST})
    )


def _read_fully(stream: IO[bytes], size: int) -> bytes:
    """As many bytes as asked for, fewer only at the end: a pipe answers with what it has."""
    pieces: list[bytes] = []
    while size > 0 and (piece := stream.read(size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def said(member: Member) -> dict[str, Any]:
    """What about.json says."""
    found: dict[str, Any] = json.loads(member.content)
    return found
