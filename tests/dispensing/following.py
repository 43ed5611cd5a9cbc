"""Hands for tests of how patients are followed: a test, an examination, counselling, an assessment."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from core.access import SYSTEM, Access
from core.ids import new_id
from dispensing.models import Counselling, Examination, StabilityAssessment, UrineTest
from dispensing.rules.stability_codes import AskedHow, CounsellingKind, Sample
from dispensing.services import checkups, stability
from dispensing.services.checkups import NewCounselling, NewExam, NewUrine
from patients.models import Patient
from tests import cast, world, world_patients
from tests.dispensing import morning

ONE_DAY = timedelta(days=1)


def phong() -> Patient:
    """A patient of the first site, three years in treatment."""
    return Patient.objects.get(code=world_patients.PHONG.code)


def a_test(
    patient_id: UUID, by: Access | None = None, *, days_ago: int = 0, now: datetime = world.NOW, **results: str
) -> UrineTest:
    """A sample taken so many days ago."""
    said: dict[str, Any] = {"results": results or {"opioids": "negative", "methadone": "positive"}}
    command = NewUrine(new_id(), patient_id, now - days_ago * ONE_DAY, AskedHow.PLANNED, Sample.GIVEN, **said)
    return checkups.record_urine(command=command, by=by or morning.access(cast.DISPENSER), now=now)


def examined(
    patient_id: UUID, by: Access | None = None, *, on: date = world.TODAY, now: datetime = world.NOW, **more: Any
) -> Examination:
    said = {"place_id": world.facility(cast.MAIN_CLINIC).pk, "physician_name": "BS. Hà"} | more
    command = NewExam(new_id(), patient_id, on, **said)
    return checkups.record_exam(command=command, by=by or morning.access(cast.DISPENSER), now=now)


def counselled(
    patient_id: UUID, by: Access | None = None, *, on: date = world.TODAY, now: datetime = world.NOW, **more: Any
) -> Counselling:
    by = by or morning.access(cast.COUNSELLOR)
    said = {"counsellor_id": by.person_id} | more
    command = NewCounselling(new_id(), patient_id, on, CounsellingKind.ALONE, **said)
    return checkups.record_counselling(command=command, by=by, now=now)


def assessed(patient_id: UUID, *, now: datetime = world.NOW) -> StabilityAssessment:
    """The assessment that stands after looking again."""
    stability.assess([patient_id], why="nightly", by=SYSTEM, now=now)
    return StabilityAssessment.objects.filter(patient_id=patient_id).latest("version")


def codes(found: StabilityAssessment) -> list[str]:
    return [reason["code"] for reason in found.reasons]


def corrected_everything(patient_id: UUID) -> None:
    """One of each, and each put right once."""
    by, when = morning.access(cast.DISPENSER), world.NOW - ONE_DAY
    test = a_test(patient_id, days_ago=1)
    again = NewUrine(new_id(), patient_id, when, AskedHow.RANDOM, Sample.REFUSED, corrects=test.pk)
    checkups.record_urine(command=again, by=by, now=world.NOW)
    examined(patient_id, corrects=examined(patient_id).pk, took_place=False)
    counselled(patient_id, corrects=counselled(patient_id).pk, note="nói về rượu")
