"""Calls to the main clinic or a physician before a dose: who was told, and what they said."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from core import audit
from core.access import Access
from core.clock import local_day
from core.constraints import violated
from core.ids import new_id
from dispensing.models import ClinicTold
from dispensing.services.doses import lock_patient
from patients.models import Patient
from patients.queries.reach import patients_of


class ContactRefused(Exception):
    """The call lacks who was told, or its id stands for another call."""


def tell_clinic(
    *, patient_id: UUID, told: str, words: str = "", by: Access, now: datetime, call_id: UUID | None = None
) -> ClinicTold:
    """Record that `told` (a person or place) was told of the patient's missed days now (domain 12.2).

    The same id again answers the same call. Raises ContactRefused, Patient.DoesNotExist out of reach.
    """
    facility_id = by.facility_id
    if (
        facility_id is None
        or not patients_of([facility_id], day=local_day(now, by.zone)).filter(pk=patient_id).exists()
    ):
        raise Patient.DoesNotExist(patient_id)
    if not told.strip():
        raise ContactRefused("Nobody was named.")
    made = ClinicTold(
        id=call_id or new_id(),
        patient_id=patient_id,
        facility_id=facility_id,
        told=told.strip(),
        words=words.strip(),
        told_at=now,
        recorded_by_id=by.actor_id,
    )
    try:
        with transaction.atomic():
            lock_patient(patient_id)
            made.save(force_insert=True)
            audit.record(
                action="clinic.told",
                by=by,
                now=now,
                subject_kind="clinic_told",
                subject_id=made.pk,
                patient_id=patient_id,
            )
    except IntegrityError as error:
        if violated(error) != "dispensing_clinictold_pkey":
            raise
        stands = ClinicTold.objects.get(pk=made.pk)
        said = (made.patient_id, made.told, made.words, made.recorded_by_id)
        if said != (stands.patient_id, stands.told, stands.words, stands.recorded_by_id):
            raise ContactRefused("The id stands for another call.") from error
        return stands
    return made
