"""In the demo most patients of a site have agreed to a photo, which is a drawing; the others show their initials."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from io import BytesIO
from typing import Final

from django.core.files.base import File

from core.portraits import portrait
from demo import dice
from demo.portraits import drawn
from demo.refusals import left_out
from demo.sites import NobodyThere, Site
from patients.models import Patient, Photo
from patients.services import photos

SHARE: Final = 0.7
SITES: Final = 8  # a simulated province may have many more, and nobody looks at them


def until_now(sites: Sequence[Site], now: datetime) -> None:
    """Who is in treatment at these sites and has none gets theirs, once."""
    for site in sites[:SITES]:
        here = Patient.objects.filter(
            placements__facility_id=site.facility_id, placements__ended_on__isnull=True, status="in_treatment"
        )
        with suppress(NobodyThere), left_out(f"{site.spec.key} faces"):
            by = site.team.clinic_physician.access
            for patient in here.exclude(pk__in=Photo.objects.values("pk")).order_by("code"):
                if dice.share(site.seed, "face", patient.code) < SHARE:
                    face = drawn(site.seed, patient.code, woman=patient.sex == "f")
                    photos.keep(
                        patient_id=patient.pk, picture=portrait(File(BytesIO(face), "face.png")),
                        language=patient.language or "tiếng Việt", by=by, now=now,
                    )  # fmt: skip
