"""An age file as it is written and read: nothing of it is ever on a disk in plain."""

import hashlib
import io
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

import pyrage
from pyrage import x25519

from config.backup.errors import BackupError

BLOCK: Final = 1024 * 1024


class Counted(io.RawIOBase):
    """Passes bytes on and knows their number and digest."""

    def __init__(self, to: IO[bytes] | None = None, source: IO[bytes] | None = None) -> None:
        self._to = to
        self._source = source
        self.size = 0
        self.sha256 = hashlib.sha256()

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._count(piece)
        if self._to is not None:
            self._to.write(piece)
        return len(piece)

    def read(self, size: int = -1) -> bytes:
        piece = self._source.read(size) if self._source is not None else b""
        self._count(piece)
        return piece

    def flush(self) -> None:
        if self._to is not None:
            self._to.flush()

    def _count(self, piece: bytes) -> None:
        self.size += len(piece)
        self.sha256.update(piece)


class _Side:
    """A thread that encrypts or decrypts beside us, and what it died of."""

    def __init__(self, work: object, *arguments: object, closing: IO[bytes]) -> None:
        self.error: BaseException | None = None
        self._work, self._arguments, self._closing = work, arguments, closing
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._work(*self._arguments)  # type: ignore[operator]
        except (OSError, ValueError, pyrage.EncryptError, pyrage.DecryptError) as error:
            self.error = error
        finally:
            try:
                self._closing.close()
            except OSError as error:
                self.error = self.error or error

    def end(self) -> None:
        self._thread.join()


@contextmanager
def encrypted(path: Path, recipient: x25519.Recipient) -> Iterator[tuple[IO[bytes], Counted]]:
    """What is written goes into a new file, encrypted; it has its name once all of it is on the disk, or never."""
    draft = path.with_name(f"{path.name}.part")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "wb") as file:
        counted = Counted(to=file)
        inner, outer = os.pipe()
        plain_in, plain_out = os.fdopen(inner, "rb"), os.fdopen(outer, "wb")
        side = _Side(pyrage.encrypt_io, plain_in, counted, [recipient], closing=plain_in)
        well = False
        try:
            yield plain_out, counted
            well = True
        except BrokenPipeError:
            if side.error is None:
                raise
        finally:
            _close(plain_out)
            side.end()
            if side.error is None and well:
                file.flush()
                os.fsync(file.fileno())
            else:
                draft.unlink(missing_ok=True)
        if side.error is not None:
            raise BackupError(f"{path} could not be written: {side.error}.") from side.error
    draft.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def decrypted(path: Path, identity: x25519.Identity) -> Iterator[IO[bytes]]:
    """The plain content of an age file, as it is read. Raises BackupError where the key or the file is not right."""
    with path.open("rb") as file:
        inner, outer = os.pipe()
        plain_in, plain_out = os.fdopen(inner, "rb"), os.fdopen(outer, "wb")
        side = _Side(pyrage.decrypt_io, file, plain_out, [identity], closing=plain_out)
        try:
            yield plain_in
            while plain_in.read(BLOCK):  # what follows the end of the tar is part of what the file's own seal covers
                continue
        finally:
            plain_in.close()
            side.end()
            if side.error is not None and not isinstance(side.error, BrokenPipeError):
                raise BackupError(
                    f"{path} does not open: it is damaged, cut short, or was made for another key."
                ) from side.error


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except BrokenPipeError:
        return
