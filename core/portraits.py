"""A face as it is kept: a small upright square made anew from the pixels, light enough for a bad line."""

from io import BytesIO
from typing import Final

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from core import attachments
from core.attachments import PictureRefused, Sent

SIDE: Final = 320  # enough to know a face by, on a screen held at arm's length
LEAST: Final = 160  # of the shorter side: below it nobody is known
MOST_KEPT: Final = 30_000  # bytes
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_TRIES: Final = ((SIDE, 82), (SIDE, 65), (SIDE, 45), (240, 45), (LEAST, 35))
_FACE: Final = (0.5, 0.35)  # of a picture that is higher than wide, the face is in the upper half


def portrait(sent: Sent) -> bytes:
    """A JPEG of at most SIDE pixels a side and MOST_KEPT bytes, cut to a square, without anything but its pixels.

    Raises PictureRefused for a file that is too large, too small to know anybody by, broken, or no picture.
    """
    seen = attachments.upright(sent, formats=_FORMATS, about=2 * SIDE)
    if min(seen.size) < LEAST:
        raise PictureRefused(_("Ảnh quá nhỏ, không nhận ra mặt. Chụp lại gần hơn."))
    made = b""
    for side, quality in _TRIES:
        made = _drawn(seen, side, quality)
        if len(made) <= MOST_KEPT:
            break
    return made


def _drawn(seen: Image.Image, side: int, quality: int) -> bytes:
    square = ImageOps.fit(seen, (side, side), Image.Resampling.LANCZOS, centering=_FACE)
    out = BytesIO()
    attachments.bare(square).save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
