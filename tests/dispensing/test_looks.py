"""The review queue: written with the fact, taken once, and nobody waits behind the one that cannot be looked at."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import transaction

from core.access import SYSTEM, Access
from core.ids import new_id
from dispensing.models import PatientReview
from dispensing.rules.choices import HoldReason
from dispensing.rules.reviews import ReviewWhy
from dispensing.rules.violations import Unlocker
from dispensing.services import flags, holds, looks, referrals, reviews, stability
from dispensing.services.holds import NewHold
from patients.models import Patient, Status
from tests import cast, world
from tests.dispensing import morning
from tests.dispensing.test_at_once import together

MINUTE = timedelta(minutes=1)


class Seen(list[tuple[str, list[UUID]]]):
    """What was asked to look, at whom, in order."""

    def of(self, which: str) -> list[list[UUID]]:
        return [who for name, who in self if name == which]


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """The three that look, replaced by somebody who only writes down that they were asked."""
    nobody_is_due()
    found = Seen()

    def asked(name: str) -> Any:
        def look(patient_ids: Sequence[UUID], *, by: Access, now: datetime, **_why: str) -> None:
            assert by is SYSTEM
            assert list(patient_ids) == sorted(patient_ids)
            found.append((name, list(patient_ids)))

        return look

    monkeypatch.setattr(flags, "refresh", asked("flags"))
    monkeypatch.setattr(stability, "assess", asked("stability"))
    monkeypatch.setattr(referrals, "draft_needed", asked("referrals"))
    return found


def nobody_is_due() -> None:
    """The world's own history has written its reasons."""
    PatientReview.objects.all().delete()


def someone() -> Patient:
    return morning.patient(prescribed=False)


def due(*patients: Patient, now: datetime = world.NOW, why: ReviewWhy = ReviewWhy.DAY) -> None:
    reviews.due([patient.pk for patient in patients], why=why, now=now)


def test_run_looks_at_each_once_in_the_order_of_what_follows(db, seen: Seen):
    one, other = someone(), someone()
    due(one, why=ReviewWhy.VOMIT)
    due(one, other, now=world.NOW + MINUTE)

    assert looks.run(now=world.NOW + MINUTE) == 2
    assert [name for name, _ in seen] == ["flags", "stability", "referrals"]
    assert seen[0][1] == sorted([one.pk, other.pk])
    assert looks.run(now=world.NOW + MINUTE) == 0
    assert not PatientReview.objects.exists()


def test_run_takes_batches_and_leaves_what_is_not_due(db, seen: Seen):
    everybody = [someone() for _ in range(5)]
    due(*everybody)
    due(everybody[0], now=world.NOW + 5 * MINUTE)

    assert looks.run(now=world.NOW, batch=2) == 5
    assert sorted(who for batch in seen.of("flags") for who in batch) == sorted(one.pk for one in everybody)
    assert PatientReview.objects.get().patient == everybody[0]


def test_run_whose_patient_cannot_be_looked_at_looks_at_all_others(db, seen: Seen, monkeypatch: pytest.MonkeyPatch):
    everybody = [someone() for _ in range(4)]
    bad = everybody[1].pk

    def breaks(patient_ids: Sequence[UUID], **_more: object) -> None:
        if bad in patient_ids:
            raise ZeroDivisionError

    monkeypatch.setattr(stability, "assess", breaks)
    due(*everybody)
    for turn in range(1, 4):
        with pytest.raises(ZeroDivisionError):
            looks.run(now=world.NOW + turn * MINUTE)
        due(everybody[0], now=world.NOW + turn * MINUTE)

    left = PatientReview.objects.exclude(patient=everybody[0])
    assert [row.patient_id for row in left] == [bad]
    assert left[0].tries > 1


def test_everybody_in_treatment_is_due_once_a_night(db):
    left = someone()
    Patient.objects.filter(pk=left.pk).update(status=Status.ENDED)

    count = reviews.due_for_everybody(now=world.NOW)

    assert count == Patient.objects.filter(status__in=(Status.IN_TREATMENT, Status.SUSPENDED)).count()
    assert not PatientReview.objects.filter(patient=left).exists()


def test_due_is_taken_back_with_the_fact_that_was(db):
    patient = someone()
    with transaction.atomic():
        due(patient)
        transaction.set_rollback(True)

    assert not PatientReview.objects.filter(patient=patient).exists()


def test_due_waits_for_no_review_and_a_review_takes_away_only_what_it_has_seen(
    committed_db, seen: Seen, app_url: str, monkeypatch: pytest.MonkeyPatch
):
    """A fact that is written while its patient is being looked at is looked at again afterwards."""
    patient = someone()
    due(patient)

    def meanwhile(_patient_ids: Sequence[UUID], **_more: object) -> None:
        with psycopg.connect(app_url, autocommit=True) as beside:
            beside.execute("SET lock_timeout = '1s'")
            beside.execute(
                "INSERT INTO dispensing_patientreview (patient_id, due_since, why, tries) VALUES (%s, %s, 'vomit', 0)",
                [patient.pk, world.NOW + MINUTE],
            )

    monkeypatch.setattr(referrals, "draft_needed", meanwhile)
    assert looks.run(now=world.NOW) == 1
    assert PatientReview.objects.get().why == ReviewWhy.VOMIT


def test_two_workers_look_at_each_patient_once(committed_db, seen: Seen):
    everybody = [someone() for _ in range(12)]
    due(*everybody)

    counts = together(*[lambda: looks.run(now=world.NOW, batch=2)] * 3)

    assert sum(counts) == 12, counts
    assert sorted(who for batch in seen.of("flags") for who in batch) == sorted(one.pk for one in everybody)


def test_stop_of_the_doses_has_the_patient_looked_at(db):
    patient = someone()
    command = NewHold(new_id(), patient.pk, HoldReason.PHYSICIAN_REVIEW, Unlocker.PHYSICIAN)

    holds.place(command=command, by=morning.access(cast.PHYSICIAN), now=world.NOW)

    assert PatientReview.objects.get(patient=patient).why == ReviewWhy.HOLD


def test_dose_at_the_window_writes_nothing_into_the_queue(db):
    morning.opened_bottle()
    patient = morning.patient()

    morning.drink(patient, morning.access(cast.DISPENSER))

    assert not PatientReview.objects.filter(patient=patient).exists()
