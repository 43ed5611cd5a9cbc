"""Pictures added to facts: what is kept is made anew here from the pixels, and known by the digest of that file.

A phone says in its pictures where and when they were taken; nothing of that is kept. The same picture sent again is the
same file and the same row. Who may see a picture, the room of its fact decides: nothing here has an address.
"""

import hashlib
import os
import struct
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Final, Protocol

from django.conf import settings
from django.core import signing
from django.http import HttpResponse
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from core.access import Access
from core.models import Attachment
from core.proofs import Broken

MOST_BYTES: Final = 8 * 1024 * 1024
MOST_PIXELS: Final = 50_000_000  # a phone's largest; beyond it a small file may be meant to fill the memory
MOST_DECODED: Final = 30_000_000  # after that: ten bytes of memory each while a picture is turned
LONGEST_SIDE: Final = 2000  # enough to read a seal number
MOST_PICTURES: Final = 4
_FORMATS: Final = ("JPEG", "PNG")
_BROKEN: Final = (
    OSError, SyntaxError, ValueError, struct.error, Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip
_KEPT: Final = signing.Signer(salt="core.attachments.kept")


class PictureRefused(Exception):
    """The file is not kept; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


class Sent(Protocol):
    """A file as a form hands it over."""

    @property
    def size(self) -> int | None: ...

    def read(self, num_bytes: int | None = None) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Picture:
    """A file made anew, before it is kept."""

    content: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def read(sent: Sent) -> Picture:
    """Decode a picture and make it anew: upright, at most LONGEST_SIDE pixels, without anything but its pixels.

    Raises PictureRefused for one that is too large, broken, or neither JPEG nor PNG.
    """
    seen = upright(sent, about=LONGEST_SIDE)
    seen.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    made = bare(seen)
    out = BytesIO()
    made.save(out, "JPEG", quality=82)
    return Picture(out.getvalue(), made.width, made.height)


def upright(sent: Sent, *, formats: tuple[str, ...] = _FORMATS, about: int = 0) -> Image.Image:
    """A picture that was sent, decoded and turned as it was held. `about`: so many pixels are enough of a JPEG, which
    is then decoded smaller where it can be.

    Raises PictureRefused for one that is too large, broken, or of another format.
    """
    if (sent.size or 0) > MOST_BYTES:
        raise PictureRefused(_("Ảnh lớn hơn 8 MB. Chụp lại ở cỡ nhỏ hơn."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about what a camera wrote beside the pixels; none of that is kept
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            found = Image.open(BytesIO(sent.read()), formats=formats)
            sent_pixels = found.width * found.height
            if about:
                found.draft("RGB", (about, about))
            if sent_pixels > MOST_PIXELS or found.width * found.height > MOST_DECODED:
                raise PictureRefused(_("Ảnh quá lớn. Chụp lại ở cỡ nhỏ hơn."))
            return ImageOps.exif_transpose(found).convert("RGB")
    except _BROKEN as broken:
        raise PictureRefused(_("Không đọc được ảnh này. Chọn ảnh JPEG hoặc PNG, hoặc chụp lại.")) from broken


def bare(picture: Image.Image) -> Image.Image:
    """The same pixels and nothing else: neither where and when it was taken nor a comment of whoever edited it."""
    return Image.frombytes("RGB", picture.size, picture.tobytes())


def keep(pictures: Sequence[Picture], *, by: Access, now: datetime) -> tuple[str, ...]:
    """Write pictures to the folder, then their rows; answers their digests. Again is the same.

    Before the transaction of the fact: a picture whose fact is refused afterwards is shown to nobody.
    """
    for picture in pictures:
        _write(path_of(picture.digest), picture.content)
    Attachment.objects.bulk_create(
        (
            Attachment(
                digest=picture.digest, size=len(picture.content), width=picture.width, height=picture.height,
                added_at=now, added_by_id=by.person_id,
            )
            for picture in sorted(pictures, key=lambda one: one.digest)
        ),
        ignore_conflicts=True,
    )  # fmt: skip
    return tuple(dict.fromkeys(picture.digest for picture in pictures))


def path_of(digest: str) -> Path:
    """Where the file of a digest is kept."""
    return Path(settings.FILES_DIR) / digest[:2] / f"{digest}.jpg"


def whole(digest: str) -> bool:
    """Whether the file is there and is what was signed."""
    path = path_of(digest)
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest


def files() -> Iterable[Broken]:
    """The proof that the file of every picture is in its folder, and is the one whose digest was signed."""
    rows = Attachment.objects.order_by("added_at", "digest")
    for digest, size in rows.values_list("digest", "size").iterator(chunk_size=500):
        path = path_of(digest)
        if not path.is_file():
            yield Broken("attachments.files", f"attachment {digest}", "its file is not in the folder")
        elif path.stat().st_size != size or not whole(digest):
            yield Broken("attachments.files", f"attachment {digest}", "its file is not the one that was signed")


def answer(digest: str) -> HttpResponse:
    """The picture for somebody whom a view has let in; kept by no cache.

    Raises FileNotFoundError where the file is gone, or is another than was signed.
    """
    content = path_of(digest).read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise FileNotFoundError(digest)
    response = HttpResponse(content, content_type="image/jpeg")
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def slip(digests: Sequence[str]) -> str:
    """Kept pictures as a hidden field brings them back with a form that is shown again."""
    return _KEPT.sign_object(list(digests)) if digests else ""


def from_slip(text: str) -> tuple[str, ...]:
    """The pictures of a slip that we made; none of any other."""
    try:
        return tuple(_KEPT.unsign_object(text)) if text else ()
    except signing.BadSignature:
        return ()


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and on the disk before anybody signs its digest."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(f".{os.getpid()}.part")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
