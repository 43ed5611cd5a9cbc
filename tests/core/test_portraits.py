"""Faces before they are kept: upright, small, light, nothing but pixels; what is no face to know is refused."""

import random
from contextlib import suppress
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core import attachments
from core.attachments import PictureRefused
from core.portraits import LEAST, MOST_KEPT, SIDE, portrait

SKY, GROUND = (20, 60, 200), (120, 70, 20)


def sent(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("mat.jpg", content)


def held_upright(size: tuple[int, int] = (600, 800), *, kind: str = "JPEG", turned: bool = False) -> bytes:
    """Sky above, ground below, with the place and the maker in it; `turned`: as a telephone held on its side writes."""
    picture = Image.new("RGB", size, SKY)
    picture.paste(GROUND, (0, size[1] * 3 // 5, *size))
    exif = Image.Exif()
    exif[0x010F] = "Máy của tôi"
    exif.get_ifd(0x8825)[1] = "N"
    if turned:
        picture, exif[0x0112] = picture.transpose(Image.Transpose.ROTATE_90), 6
    out = BytesIO()
    picture.save(out, kind, exif=exif, **({"comment": b"nha o ban"} if kind == "JPEG" else {}))
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_portrait_is_an_upright_small_square_without_place_maker_or_comment(kind: str) -> None:
    for turned in (False, True):
        raw = held_upright((1200, 1600), kind=kind, turned=turned)
        kept = portrait(sent(raw))

        made = Image.open(BytesIO(kept))
        assert (made.format, made.size, len(kept) <= MOST_KEPT) == ("JPEG", (SIDE, SIDE), True)
        assert not made.getexif()
        assert set(made.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        top, bottom = made.getpixel((SIDE // 2, 10)), made.getpixel((SIDE // 2, SIDE - 10))
        assert (top[2] > 150, bottom[2] < 80) == (True, True), (kind, turned)


def test_portrait_stays_light_whatever_is_in_it() -> None:
    noise = Image.frombytes("RGB", (700, 700), random.Random(1).randbytes(700 * 700 * 3))  # noqa: S311  noise
    out = BytesIO()
    noise.save(out, "PNG")

    assert len(portrait(sent(out.getvalue()))) <= MOST_KEPT


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"not a picture", "Không đọc được"),
        (b"GIF89a" + b"\0" * 40, "Không đọc được"),
        (held_upright()[:900], "Không đọc được"),
        (held_upright((LEAST - 1, 400)), "quá nhỏ"),
    ],
)
def test_portrait_of_something_else_is_refused_in_a_sentence(content: bytes, says: str) -> None:
    with pytest.raises(PictureRefused) as refused:
        portrait(sent(content))
    assert says in refused.value.sentence


def test_portrait_too_large_in_bytes_or_pixels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for limit, says in (("MOST_BYTES", "8 MB"), ("MOST_PIXELS", "quá lớn")):
        with monkeypatch.context() as smaller:
            smaller.setattr(attachments, limit, 100)
            with pytest.raises(PictureRefused) as refused:
                portrait(sent(held_upright()))
        assert says in refused.value.sentence


def test_portrait_of_damaged_files_is_a_picture_or_a_sentence() -> None:
    dice = random.Random(7)  # noqa: S311  the same damage each time
    for kind in ("JPEG", "PNG", "WEBP"):
        whole = held_upright((240, 320), kind=kind, turned=True)
        for _ in range(60):
            damaged = bytearray(whole)
            for _ in range(dice.randint(1, 6)):
                damaged[dice.randrange(min(len(damaged), 600))] = dice.randrange(256)
            with suppress(PictureRefused):  # nothing else may come out of it
                assert portrait(sent(bytes(damaged)))
