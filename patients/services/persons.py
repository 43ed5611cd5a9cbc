"""What is sealed of a patient is put right: the name, the telephones; and sealed anew when the key changes."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from core import audit, clock
from core.access import Access, Permission
from core.proofs import Broken
from core.sealing import SealBroken, keyring
from patients.models import Identity, Patient, Photo
from patients.queries.reach import patients_for
from patients.rules.names import initials_of, tidy
from patients.rules.person import MOST_PHONES, Particulars, Phone
from patients.services.identity import person_of

BATCH: Final = 500


def keep_phones(*, patient_id: UUID, phones: Sequence[Phone], by: Access, now: datetime) -> None:
    """These telephones and no others from now on; `MOST_PHONES` at most. The numbers stand in no audit row.

    Raises PermissionDenied, Patient.DoesNotExist out of reach, ValueError for too many.
    """
    if len(phones) > MOST_PHONES:
        raise ValueError(f"A patient has {MOST_PHONES} telephones at most.")
    _reach(patient_id, Permission.RECORD_CONTACT, by, now)
    with transaction.atomic():
        before = _locked(patient_id)
        after = Particulars(before.full_name, tuple(phones))
        if after == before:
            return
        _keep(patient_id, after)
        _told("patient.phones_changed", patient_id, by, now, phones=len(phones))


def correct_name(*, patient_id: UUID, full_name: str, by: Access, now: datetime) -> None:
    """The name was written wrong; the initials follow it. What was recorded under the old initials stays as it was.

    Raises PermissionDenied, Patient.DoesNotExist out of reach, ValueError for a name without a letter.
    """
    initials = initials_of(full_name)
    _reach(patient_id, Permission.REGISTER_PATIENT, by, now)
    with transaction.atomic():
        patient = Patient.objects.select_for_update().get(pk=patient_id)
        before = _locked(patient_id)
        after = Particulars(tidy(full_name), before.phones)
        if after == before:
            return
        _keep(patient_id, after)
        Patient.objects.filter(pk=patient_id).update(initials=initials)
        _told("patient.name_corrected", patient_id, by, now, before=patient.initials, after=initials)


def reseal(*, batch: int = BATCH) -> int:
    """Seal up to `batch` rows anew that the current key did not seal; how many were. Several may do it at once."""
    current, done = keyring().current, 0
    for model in (Identity, Photo):
        with transaction.atomic():
            rows = model.objects.exclude(key=current).select_for_update(skip_locked=True).order_by("pk")
            for row in rows[: batch - done]:
                fresh = model.seal(row.pk, model.opened(row.pk, row.key, row.content))
                model.objects.filter(pk=row.pk).update(key=fresh.key, content=fresh.content)
                done += 1
    return done


def sealed_before() -> int:
    """How many rows an older key still has to open."""
    return sum(model.objects.exclude(key=keyring().current).count() for model in (Identity, Photo))


def prove() -> Iterator[Broken]:
    """Everything that was sealed opens with the keys of this installation."""
    for model in (Identity, Photo):
        for row in model.objects.order_by("pk").iterator(2000):
            try:
                plain = model.opened(row.pk, row.key, row.content)
                if model is Identity:
                    Particulars.unpacked(plain)
            except (SealBroken, ValueError) as error:
                yield Broken("patients.sealed", model.of(row.pk), str(error))


def _reach(patient_id: UUID, permission: Permission, by: Access, now: datetime) -> None:
    if not by.may(permission):
        raise PermissionDenied
    known = patients_for(by, permission, day=clock.local_day(now, by.zone)).exclude(retired__done__isnull=False)
    if not known.filter(pk=patient_id).exists():
        raise Patient.DoesNotExist(patient_id)


def _locked(patient_id: UUID) -> Particulars:
    row = Identity.objects.select_for_update().filter(pk=patient_id).values_list("key", "content").first()
    return person_of(patient_id, *(row or (None, None)))


def _keep(patient_id: UUID, person: Particulars) -> None:
    Identity.objects.bulk_create(
        [Identity.seal(patient_id, person.packed())], update_conflicts=True, unique_fields=["patient"],
        update_fields=["key", "content"],
    )  # fmt: skip


def _told(action: str, patient_id: UUID, by: Access, now: datetime, **detail: Any) -> None:
    audit.record(
        action=action, by=by, now=now, subject_kind="patient", subject_id=patient_id, patient_id=patient_id, **detail
    )
