"""Hands for photos of patients: a drawn face, taken by who keeps the register."""

from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from core.portraits import portrait
from demo.portraits import drawn
from patients.models import Patient
from patients.services import photos
from tests import cast, world
from tests.entrance import access


def file(key: str = "a") -> SimpleUploadedFile:
    """As a form sends it; another key is another face."""
    return SimpleUploadedFile("IMG_0412.png", drawn(key, woman=False), content_type="image/png")


def kept(patient_id: UUID, key: str = "a") -> bytes:
    """The patient agrees and has a photo from now on."""
    face = drawn(key, woman=Patient.objects.get(pk=patient_id).sex == "f")
    picture = portrait(SimpleUploadedFile("a.png", face))
    photos.keep(patient_id=patient_id, picture=picture, language="tiếng Thái", by=access(cast.PHYSICIAN), now=world.NOW)
    return picture
