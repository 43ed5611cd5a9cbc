"""The face, for who pours: small, sealed, one at a time. It rests on an agreement of its own and goes with it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from core import audit, clock
from core.access import Access, Permission
from core.portraits import MOST_KEPT
from patients.models import Consent, Photo
from patients.queries.reach import patients_for
from patients.rules.consent import CONSENT_VERSION, Purpose
from patients.services import consents


class NotAgreed(Exception):
    """Nobody has written down that the patient agrees to a photo."""


def agreed(patient_id: UUID) -> Consent | None:
    """The agreement to a photo that stands, to the text of today."""
    mine = Consent.objects.filter(patient_id=patient_id, purpose=Purpose.PHOTO, version=CONSENT_VERSION)
    return mine.filter(withdrawn_at__isnull=True).first()


def keep(*, patient_id: UUID, picture: bytes, language: str, by: Access, now: datetime) -> None:
    """Keep this picture (`core.portraits.portrait` made it) instead of the one before, which is gone.

    `language`: in which the patient was told of it and agreed, where no agreement stands. The same picture again
    changes nothing. Raises NotAgreed, Patient.DoesNotExist out of reach or for whose identity was removed, ValueError
    for a picture that was not made small.
    """
    if not 0 < len(picture) <= MOST_KEPT:
        raise ValueError("A photo is made small before it is kept.")
    today = clock.local_day(now, by.zone)
    known = patients_for(by, Permission.REGISTER_PATIENT, day=today).exclude(retired__done__isnull=False)
    with transaction.atomic():
        known.select_for_update(of=("self",)).get(pk=patient_id)
        if agreed(patient_id) is None:
            if not language.strip():
                raise NotAgreed
            consents.give(patient_id=patient_id, language=language, by=by, now=now, purpose=Purpose.PHOTO)
        before = Photo.objects.filter(pk=patient_id).first()
        if before is not None and Photo.opened(patient_id, before.key, before.content) == picture:
            return
        row = Photo.seal(patient_id, picture)
        row.taken_on = today
        row.save(force_insert=before is None, force_update=before is not None)
        audit.record(
            action="patient.photo_kept", by=by, now=now, subject_kind="patient", subject_id=patient_id,
            patient_id=patient_id, replaced=before is not None,
        )  # fmt: skip
