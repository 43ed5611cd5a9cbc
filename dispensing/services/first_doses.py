"""Who drinks methadone for the first time is watched without anybody asking (domain 2.2); nothing waits for it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from core.access import Access
from core.ids import new_id
from dispensing.models import Dose, Observation
from dispensing.rules.incident_codes import ObservationWhy
from dispensing.services.doses import lock_patient
from dispensing.services.observations import NewObservation, watch


def watch_first(*, dose_id: UUID, by: Access, now: datetime) -> Observation | None:
    """Begin to watch whoever drank this dose, where it is the first of a treatment that the books know from its start.

    None for everybody else, and where the first dose was watched before. The time runs from the dose.
    """
    dose = Dose.objects.select_related("patient").get(pk=dose_id)
    patient = dose.patient
    if patient.known_from > patient.treatment_started_on:
        return None
    with transaction.atomic():
        lock_patient(patient.pk)
        drunk = Dose.objects.filter(patient=patient, void__isnull=True)
        watched = Observation.objects.filter(patient=patient, why=ObservationWhy.FIRST_DOSE)
        if drunk.exclude(pk=dose.pk).exists() or watched.exists():
            return None
        command = NewObservation(new_id(), patient.pk, ObservationWhy.FIRST_DOSE, starts_at=dose.given_at)
        return watch(command=command, by=by, now=now)
