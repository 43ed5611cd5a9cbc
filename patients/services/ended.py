"""Whose records have been kept long enough for it to be no more told who they were."""

from collections.abc import Collection, Sequence
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
from patients.queries.whose import facilities_of
from patients.rules.data_requests import DataSettings, kept_until
from patients.services.identity import SEALED, person_of

OVER: Final = (Status.ENDED, Status.DIED, Status.DROPPED_OUT)
AT_ONCE: Final = 200  # looked through by the same statements
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
    a signed list. A bounded number of statements for each `AT_ONCE` whose treatment ended long ago."""
    today = clock.local_day(now, zone)
    found = patients_of(facility_ids, day=today).filter(status__in=[str(one) for one in OVER], retired__isnull=True)
    rows = found.annotate(since=Max("statuschange__from_day")).filter(since__lte=today - NEVER_BEFORE)
    long_over = list(rows.order_by("since", "code").values_list("pk", flat=True))
    lasts: dict[UUID, _Last] = {}
    for start in range(0, len(long_over), AT_ONCE):
        lasts |= _kept_long_enough(long_over[start : start + AT_ONCE], now=now, today=today)
        if len(lasts) >= MOST:
            break
    return _lines([(pk, lasts[pk]) for pk in long_over if pk in lasts][:MOST])


def is_due(patient_id: UUID, *, now: datetime, today: date) -> bool:
    """Whether it may go now: nothing open, nothing recorded within the years of the setting."""
    return bool(_kept_long_enough([patient_id], now=now, today=today))


@dataclass(frozen=True)
class _Last:
    day: date
    years: int


def _kept_long_enough(patient_ids: Sequence[UUID], *, now: datetime, today: date) -> dict[UUID, _Last]:
    """Of these, whose last recorded day is older than the years of the setting, with nothing open."""
    over = Patient.objects.filter(pk__in=patient_ids, status__in=[str(one) for one in OVER])
    since = dict(over.annotate(since=Max("statuschange__from_day")).values_list("pk", "since"))
    places = facilities_of(patient_ids, day=today)
    recorded, opened = known.of_patients(patient_ids), _open(patient_ids)
    found = {}
    for patient_id, ended in since.items():
        if ended is None or patient_id in opened:
            continue
        rules = settings.for_facility(DataSettings, facility_id=places[patient_id], at=now)
        last = max([ended, *(each.last for each in recorded[patient_id] if each.last is not None)])
        if kept_until(last, rules.retain_medical_years) <= today:
            found[patient_id] = _Last(last, rules.retain_medical_years)
    return found


def _lines(found: Sequence[tuple[UUID, _Last]]) -> tuple[Due, ...]:
    """With what each list line says of them, in the order given."""
    columns = Patient.objects.filter(pk__in=[pk for pk, _last in found]).values_list("pk", "code", "status", *SEALED)
    rows = {row[0]: row[1:] for row in columns}
    people = {pk: person_of(pk, key, content) for pk, (_code, _status, key, content) in rows.items()}
    texts = mentions(
        {pk: [person.full_name.strip(), *(phone.number for phone in person.phones)] for pk, person in people.items()}
    )
    return tuple(
        Due(pk, rows[pk][0], rows[pk][1], last.day, last.years, kept_until(last.day, last.years), texts[pk])
        for pk, last in found
    )


def _open(patient_ids: Collection[UUID]) -> set[UUID]:
    """Of whom a case, a task or a request is open. One statement."""
    mine = {"patient_id__in": patient_ids}
    cases = Case.objects.filter(**mine, concluded_at__isnull=True).order_by().values_list("patient_id")
    tasks = Task.objects.filter(**mine, done_at__isnull=True).order_by().values_list("patient_id")
    asked = DataRequest.objects.filter(**mine, ended_at__isnull=True).order_by().values_list("patient_id")
    return {patient_id for (patient_id,) in cases.union(tasks, asked) if patient_id is not None}
