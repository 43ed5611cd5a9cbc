"""Whose records have been kept long enough for it to be no more told who they were."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Max

from core import clock
from facilities.services import settings
from followup.models import Case, Task
from patients import known
from patients.models import DataRequest, Patient, Status
from patients.queries.reach import patients_of
from patients.queries.texts import mentions
from patients.queries.whose import facility_of
from patients.rules.data_requests import DataSettings, kept_until
from patients.services.identity import SEALED, person_of

OVER: Final = (Status.ENDED, Status.DIED, Status.DROPPED_OUT)
MOST: Final = 50  # on one list: somebody reads it before signing
NEVER_BEFORE: Final = timedelta(days=3652)  # the least that the setting may say


@dataclass(frozen=True)
class Due:
    """One patient whose identity may go. `ended_on`: the last day of anything recorded; `texts`: mentions of the name
    in facts, which stay."""

    patient_id: UUID
    code: str
    status: str
    ended_on: date
    kept_years: int
    kept_until: date
    texts: int


def due(facility_ids: Collection[int], *, now: datetime, zone: str) -> tuple[Due, ...]:
    """The longest kept first, `MOST` of them. Whoever has an open case, task or request is left out, and whoever is on
    a signed list."""
    today = clock.local_day(now, zone)
    found = patients_of(facility_ids, day=today).filter(status__in=[str(one) for one in OVER], retired__isnull=True)
    rows = found.annotate(since=Max("statuschange__from_day")).filter(since__lte=today - NEVER_BEFORE)
    listed = []
    for patient in rows.order_by("since", "code").iterator(500):
        one = due_of(patient, now=now, today=today)
        if one is not None:
            listed.append(one)
        if len(listed) == MOST:
            break
    return tuple(listed)


def due_of(patient: Patient, *, now: datetime, today: date) -> Due | None:
    """The patient's line; None while anything is open, or was recorded within the years of the setting."""
    facility_id = facility_of(patient.pk, day=today)
    years = settings.for_facility(DataSettings, facility_id=facility_id, at=now).retain_medical_years
    since = patient.statuschange_set.aggregate(last=Max("from_day"))["last"]
    if since is None or patient.status not in OVER or kept_until(since, years) > today:
        return None
    last = max([since, *(each.last for each in known.of_patient(patient.pk) if each.last is not None)])
    if kept_until(last, years) > today or _open(patient.pk):
        return None
    key, content = Patient.objects.values_list(*SEALED).get(pk=patient.pk)
    person = person_of(patient.pk, key, content)
    texts = mentions(patient.pk, full_name=person.full_name, phones=[phone.number for phone in person.phones])
    return Due(patient.pk, patient.code, patient.status, last, years, kept_until(last, years), texts)


def _open(patient_id: UUID) -> bool:
    return (
        Case.objects.filter(patient_id=patient_id, concluded_at__isnull=True).exists()
        or Task.objects.filter(patient_id=patient_id, done_at__isnull=True).exists()
        or DataRequest.objects.filter(patient_id=patient_id, ended_at__isnull=True).exists()
    )
