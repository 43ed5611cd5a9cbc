"""What the tiny province shows on the morning after its history: every story of the board, alerts and medicines."""

from collections import Counter
from datetime import timedelta

import pytest

from core.access import Role
from dispensing.models import Hold, Prescription
from dispensing.queries import board
from dispensing.rules.codes import Code
from dispensing.rules.facts import Answers
from dispensing.services.authorisations import look
from followup.models import Case
from inventory.models import Bottle
from inventory.queries.window import site_window
from patients.models import Alert, MedicinesAsked, Placement, Speech
from staff.models import Attestation, Mode
from tests.demo.tiny import LARGE, SMALL, TODAY, access, at, facility

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture(scope="module")
def template(lived: str) -> str:
    """Each test looks at its own clone of the province that has lived for eight days."""
    return lived


def asked_of(patient_id, now):
    """What the rules say of a patient of the larger site."""
    by = access(LARGE, Role.DISPENSER, now)
    decision = look(patient_id=patient_id, by=by, now=now, answers=Answers()).decision
    return {violation.code for violation in decision.violations}


def test_advance_at_first_tells_every_story_of_the_board():
    now = at(6, 10)
    shown = board.morning(by=access(LARGE, Role.DISPENSER, now), now=now + timedelta(minutes=1))

    codes = Counter(code for row in shown.to_come for code in asked_of(row.patient_id, now + timedelta(minutes=1)))
    assert codes[Code.MISSED_NEEDS_ORDER] + codes[Code.MISSED_MAIN_CLINIC] == 1
    assert codes[Code.MISSED_REASON] >= 1
    assert codes[Code.HOLD] == 1
    assert codes[Code.PRESCRIPTION_ENDED] == 1
    assert [row.recheck_at > now for row in shown.look_again] == [True]
    assert not shown.trouble
    assert site_window(facility_id=facility(LARGE).pk).bottles
    assert Hold.objects.filter(lifted_at__isnull=True).count() == 1
    beginning = Prescription.objects.filter(facility__name=SMALL.name, phase="induction", starts_on=TODAY)
    assert beginning.count() == 2
    apart = Bottle.objects.filter(balance__account__facility=facility(SMALL), balance__account__kind="quarantine")
    assert [bottle.opened_at for bottle in apart.filter(lot__expires_on__lt=TODAY)] == [None]
    assert Attestation.objects.filter(facility=facility(SMALL), mode=Mode.ALONE).exists()


def test_advance_at_first_leaves_alerts_and_most_patients_asked_about_medicines():
    here = Placement.objects.filter(facility=facility(LARGE), ended_on__isnull=True).values("patient_id")
    asked = MedicinesAsked.objects.filter(patient__in=here).count()
    assert 0.7 * LARGE.patients <= asked < LARGE.patients
    assert Alert.objects.filter(patient__in=here, kind="medicine").count() == 2
    expecting = Alert.objects.filter(kind="pregnancy").values("pk")
    assert Case.objects.filter(kind="pregnant_today").count() == len(expecting)
    assert Speech.objects.filter(patient__in=here, needs_interpreter=True).exists()
