"""Assessments: what is loaded, when a version is added, the task of an overdue examination, how many statements."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.access import SYSTEM
from core.ids import new_id
from dispensing.models import (
    Absence,
    DayOutcome,
    Outcome,
    OverdoseIncident,
    Prescription,
    StabilityAssessment,
)
from dispensing.services import stability
from followup.models import Task
from patients.models import Alert, Patient, Status
from tests import cast, world
from tests.dispensing import following, morning
from tests.dispensing.following import ONE_DAY, assessed, codes, phong

pytestmark = pytest.mark.django_db
TODAY, NOW = world.TODAY, world.NOW


@pytest.fixture
def calm() -> Patient:
    """Somebody of whom nothing is to be said: days decided, one dose for months, tested, examined, counselled."""
    patient = phong()
    decided(patient, range(1, 91))
    following.a_test(patient.pk, days_ago=5)
    following.examined(patient.pk, on=TODAY - 5 * ONE_DAY)
    following.counselled(patient.pk, on=TODAY - 5 * ONE_DAY)
    return patient


def decided(patient: Patient, ago: range, **changes: object) -> None:
    """These days before today, each decided once more; covered unless told otherwise."""
    version = (DayOutcome.objects.filter(patient=patient).count() and 2) or 1
    DayOutcome.objects.bulk_create(
        DayOutcome(
            **{
                "patient": patient, "facility": morning.site(), "day": TODAY - n * ONE_DAY, "version": version,
                "rules_digest": "x", "how": "dose", "covered": True, "swallowed_mg": Decimal(65), "reason_known": True,
                "caused_by_patient": False, "tolerance_gap": False, "adherence_gap": False, "why": "sweep",
                "decided_at": NOW,
            } | changes
        )
        for n in ago
    )  # fmt: skip


MISSED = {
    "how": "nothing", "covered": False, "swallowed_mg": Decimal(0), "caused_by_patient": True, "tolerance_gap": True,
    "adherence_gap": True,
}  # fmt: skip


def only_new(patient: Patient) -> list[str]:
    """The codes beside what the world's short history of orders says."""
    return [code for code in codes(assessed(patient.pk)) if code not in ("dose_unknown", "dose_changed")]


def test_a_calm_patient_has_nothing_said_against(calm: Patient):
    assert only_new(calm) == []


def test_somebody_of_whom_nothing_is_recorded_is_unknown_and_not_fine():
    found = assessed(phong().pk)

    assert found.level == "watch"
    assert {"days_unknown", "urine_unknown", "exam_unknown", "counselling_unknown"} <= set(codes(found))


def test_missed_days_are_read_from_the_newest_decision(calm: Patient):
    decided(calm, range(2, 4), **MISSED)
    assert only_new(calm) == ["missed_some"]


def test_days_announced_before_are_not_without_notice(calm: Patient):
    decided(calm, range(2, 4), **MISSED)
    Absence.objects.create(
        id=new_id(), patient=calm, facility=morning.site(), from_day=TODAY - 3 * ONE_DAY,
        until_day=TODAY - 2 * ONE_DAY, reason="work", told_by="patient", recorded_at=NOW - 4 * ONE_DAY,
        recorded_by=world.person(cast.DISPENSER),
    )  # fmt: skip
    assert only_new(calm) == []


def outcome(patient: Patient, code: str, days_ago: int) -> None:
    Outcome.objects.create(
        patient=patient, facility=morning.site(), day=TODAY - days_ago * ONE_DAY, code=code,
        at=NOW - days_ago * ONE_DAY, recorded_at=NOW, recorded_by=world.person(cast.DISPENSER),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("intoxicated", "withheld"),
        ("withheld", "withheld"),
        ("spat_out", "not_swallowed"),
        ("left_with_cup", "cup_taken"),
    ],
)
def test_what_was_seen_at_the_window_is_a_reason(calm: Patient, code: str, expected: str):
    outcome(calm, code, 4)
    assert only_new(calm) == [expected]


def test_a_pregnancy_and_a_medicine_are_reasons_without_the_name(calm: Patient):
    shared = {"patient": calm, "source": "patient", "recorded_at": NOW, "recorded_by": world.person(cast.DISPENSER)}
    Alert.objects.create(kind="pregnancy", since=TODAY - 50 * ONE_DAY, **shared)
    Alert.objects.create(kind="medicine", effect="lowers", change="started", since=TODAY, **shared)
    assert only_new(calm) == ["pregnant", "medicine_changed"]


def test_two_positive_tests_make_unstable_and_a_correction_takes_it_back(calm: Patient):
    following.a_test(calm.pk, days_ago=3, opioids="positive")
    wrong = following.a_test(calm.pk, days_ago=1, opioids="positive")
    assert assessed(calm.pk).level == "unstable"

    again = following.NewUrine(
        new_id(), calm.pk, wrong.taken_at, following.AskedHow.PLANNED, following.Sample.GIVEN,
        results={"opioids": "negative"}, corrects=wrong.pk,
    )  # fmt: skip
    following.checkups.record_urine(command=again, by=morning.access(cast.DISPENSER), now=NOW)

    assert only_new(calm) == ["opioids_positive"]


def test_a_version_is_added_only_when_something_changed(calm: Patient):
    first = assessed(calm.pk)
    assert assessed(calm.pk, now=NOW + timedelta(hours=1)) == first

    outcome(calm, "intoxicated", 1)
    second = assessed(calm.pk, now=NOW + timedelta(hours=2))

    assert (second.version, second.by_id, second.why) == (first.version + 1, None, "nightly")
    assert first.level in ("stable", "watch")


def test_an_overdue_examination_is_one_task_and_done_by_the_examination():
    patient = phong()
    assessed(patient.pk)
    assessed(patient.pk, now=NOW + timedelta(hours=1))
    task = Task.objects.get(kind="exam_overdue", subject_id=patient.pk)
    assert (task.done_at, task.due_at) == (None, NOW + 7 * ONE_DAY)

    following.examined(patient.pk)
    assessed(patient.pk, now=NOW + timedelta(hours=2))

    task.refresh_from_db()
    assert task.outcome == "examined"


def test_nothing_but_an_assessment_follows_from_unstable(calm: Patient):
    outcome(calm, "left_with_cup", 1)
    orders = list(Prescription.objects.order_by("pk").values())

    assert assessed(calm.pk).level == "unstable"
    assert list(Prescription.objects.order_by("pk").values()) == orders
    assert Patient.objects.get(pk=calm.pk).status == Status.IN_TREATMENT


def test_who_is_not_in_treatment_is_not_assessed():
    patient = phong()
    Patient.objects.filter(pk=patient.pk).update(status=Status.DROPPED_OUT)

    assert stability.assess([patient.pk], why="nightly", by=SYSTEM, now=NOW) == 0
    assert not StabilityAssessment.objects.filter(patient=patient).exists()


def statements(patient_ids: list, now: datetime) -> int:
    with CaptureQueriesContext(connection) as caught:
        stability.assess(patient_ids, why="nightly", by=SYSTEM, now=now)
    return len(caught)


def test_the_statements_do_not_grow_with_the_patients():
    everybody = list(Patient.objects.filter(status=Status.IN_TREATMENT).values_list("pk", flat=True))
    stability.assess(everybody, why="nightly", by=SYSTEM, now=NOW)
    settled = NOW + timedelta(minutes=1)

    assert len(everybody) > 10
    assert statements(everybody[:1], settled) == statements(everybody, settled)


def test_an_overdose_is_read(calm: Patient):
    OverdoseIncident.objects.create(
        id=new_id(), facility=morning.site(), place="home", found_at=NOW - 9 * ONE_DAY, recorded_at=NOW,
        recorded_by=world.person(cast.DISPENSER), patient=calm, hold=held(calm),
    )  # fmt: skip
    assert only_new(calm) == ["overdose"]


def held(patient: Patient):
    return patient.holds.create(
        facility=morning.site(), reason="overdose", unlocker="physician", placed_at=NOW - 9 * ONE_DAY,
        placed_by=world.person(cast.PHYSICIAN), lifted_at=NOW - 8 * ONE_DAY,
        lifted_by=world.person(cast.PHYSICIAN), lift_reason="đã khám",
    )  # fmt: skip
