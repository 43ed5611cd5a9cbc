"""Two people at one patient of the register, at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connection

from core.ids import new_id
from patients.models import Card, Patient, Placement, PlacementKind, Sex
from patients.services import cards, placements, register
from patients.services.placements import Visit
from patients.services.register import NewPatient
from tests import cast, world, world_patients
from tests.entrance import access
from tests.world_patients import PHONG

pytestmark = pytest.mark.usefixtures("committed_db")
AT_ONCE = 6


def at_once(act):
    """Let several threads act at the same moment; what each answered or was refused with."""
    gate = Barrier(AT_ONCE)

    def one(number: int):
        try:
            gate.wait()
            return act(number)
        except placements.PlacementRefused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def test_move_at_once_moves_once_and_each_day_keeps_one_place():
    by, patient = access(cast.CLINIC_PHYSICIAN), world_patients.patient(PHONG)
    targets = [world.facility(cast.OTHER_SITE).pk, world.facility(cast.MAIN_CLINIC).pk]

    answers = at_once(
        lambda number: placements.move(
            patient_id=patient.pk, facility_id=targets[number % 2], starts_on=world.TODAY + timedelta(days=1), by=by,
            now=world.NOW,
        )
    )  # fmt: skip

    assert sum(isinstance(answer, Placement) for answer in answers) == 1
    assert Placement.objects.filter(patient=patient).count() == 2


def test_visits_at_once_give_one_visit_and_each_day_keeps_one_place():
    by, patient = access(cast.CLINIC_PHYSICIAN), world_patients.patient(PHONG)
    first = world.TODAY + timedelta(days=1)

    def go(number: int) -> Placement:
        where = [cast.OTHER_SITE, cast.MAIN_CLINIC][number % 2]
        days = timedelta(days=number)
        visit = Visit(PlacementKind.GUEST, first, first + days, facility_id=world.facility(where).pk)
        return placements.visit(patient_id=patient.pk, visit=visit, by=by, now=world.NOW)

    answers = at_once(go)

    assert sum(isinstance(answer, Placement) for answer in answers) == 1
    assert Placement.objects.filter(patient=patient).count() == 3


def test_register_the_same_form_at_once_makes_one_patient():
    new = NewPatient(
        id=new_id(), full_name="Hạ A Chia", sex=Sex.MALE, birth_year=1991, treatment_started_on=date(2025, 1, 1),
        facility_id=world.facility(cast.SITE).pk, starts_on=world.TODAY,
    )  # fmt: skip
    by, before = access(cast.PHYSICIAN), Patient.objects.count()

    made = at_once(lambda _: register.register(new=new, by=by, now=world.NOW).pk)

    assert set(made) == {new.id}
    assert Patient.objects.count() == before + 1


def test_replace_a_card_at_once_leaves_one_valid():
    by, patient = access(cast.PHYSICIAN), world_patients.patient(PHONG)

    at_once(lambda _: cards.replace(patient_id=patient.pk, by=by, now=world.NOW).pk)

    assert Card.objects.filter(patient=patient, revoked_at__isnull=True).count() == 1
    assert Card.objects.filter(patient=patient).count() == AT_ONCE + 1
