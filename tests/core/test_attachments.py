"""Pictures of facts: made anew, without where and when, refused where they are no picture or too large."""

import warnings
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from PIL import Image

from core import attachments, proofs
from core.access import Access
from core.attachments import PictureRefused
from core.models import Attachment
from tests.world import NOW


def photo(*, size: tuple[int, int] = (60, 40), kind: str = "JPEG", gps: bool = False) -> bytes:
    picture = Image.new("RGB", size, (200, 30, 30))
    exif = Image.Exif()
    if gps:
        exif[0x010F] = "Máy của tôi"
        exif.get_ifd(0x8825)[1] = "N"
    out = BytesIO()
    picture.save(out, kind, exif=exif)
    return out.getvalue()


def sent(content: bytes, name: str = "thung.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_read_keeps_nothing_but_the_pixels() -> None:
    raw = photo(gps=True)
    assert Image.open(BytesIO(raw)).getexif()
    made = Image.open(BytesIO(attachments.read(sent(raw)).content))
    assert not made.getexif()
    assert set(made.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_read_same_picture_again_is_the_same_file() -> None:
    raw = photo()
    assert attachments.read(sent(raw)).digest == attachments.read(sent(raw)).digest


def test_read_a_large_picture_becomes_smaller_and_a_png_a_jpeg() -> None:
    made = attachments.read(sent(photo(size=(3000, 1500), kind="PNG")))
    assert (made.width, made.height) == (2000, 1000)
    assert Image.open(BytesIO(made.content)).format == "JPEG"


@pytest.mark.parametrize("content", [b"", b"not a picture", photo()[:300], b"GIF89a" + b"\0" * 40])
def test_read_something_else_is_refused_in_a_sentence(content: bytes) -> None:
    with warnings.catch_warnings(), pytest.raises(PictureRefused) as refused:
        attachments.read(sent(content))
    assert "JPEG" in refused.value.sentence


def test_read_too_many_bytes_is_refused_before_they_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MOST_BYTES", 100)
    with pytest.raises(PictureRefused) as refused:
        attachments.read(sent(photo()))
    assert "8 MB" in refused.value.sentence


def test_read_a_small_file_of_very_many_pixels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MOST_PIXELS", 1000)
    with pytest.raises(PictureRefused):
        attachments.read(sent(photo()))


def test_read_decodes_a_large_jpeg_smaller_and_refuses_what_it_would_have_to_decode_whole() -> None:
    """Two of them at once were more than the web process may have."""
    out = BytesIO()
    Image.new("L", (6100, 8100)).save(out, "JPEG")
    made = attachments.read(sent(out.getvalue()))
    assert (made.width, made.height) == (1506, 2000)

    out = BytesIO()
    Image.new("1", (6000, 5001)).save(out, "PNG")
    with pytest.raises(PictureRefused) as refused:
        attachments.read(sent(out.getvalue()))
    assert "quá lớn" in refused.value.sentence


@pytest.mark.django_db
def test_keep_twice_is_one_file_and_one_row(tmp_path: Path) -> None:
    picture = attachments.read(sent(photo()))
    with override_settings(FILES_DIR=tmp_path):
        for _ in range(2):
            assert attachments.keep([picture], by=Access(), now=NOW) == (picture.digest,)
        assert attachments.whole(picture.digest)
        attachments.path_of(picture.digest).write_bytes(b"other")
        assert not attachments.whole(picture.digest)
        with pytest.raises(FileNotFoundError):
            attachments.answer(picture.digest)
        assert len(list(tmp_path.rglob("*.*"))) == 1
    assert Attachment.objects.count() == 1


@pytest.mark.django_db
def test_proof_names_a_picture_whose_file_is_gone_or_another(tmp_path: Path) -> None:
    there, gone, other = (attachments.read(sent(photo(size=(60, 40 + n)))) for n in range(3))
    with override_settings(FILES_DIR=tmp_path):
        attachments.keep([there, gone, other], by=Access(), now=NOW)
        assert proofs.run("attachments.files") == []
        attachments.path_of(gone.digest).unlink()
        same_size = bytearray(other.content)
        same_size[-3] ^= 1
        attachments.path_of(other.digest).write_bytes(same_size)
        broken = {each.row: each.what for each in proofs.run("attachments.files")}
    assert set(broken) == {f"attachment {gone.digest}", f"attachment {other.digest}"}
    assert "not in the folder" in broken[f"attachment {gone.digest}"]


def test_slip_of_somebody_else_brings_nothing_back() -> None:
    mine = attachments.slip(["a" * 64])
    assert attachments.from_slip(mine) == ("a" * 64,)
    assert attachments.from_slip(mine[:-2] + "xx") == ()
    assert attachments.from_slip("") == ()
