"""The demo's patients are followed: drawn, tested, examined, counselled, and not all of them found alike."""

import pytest

from demo.history import advance
from dispensing.models import Counselling, Examination, StabilityAssessment, UrineTest
from tests import world
from tests.demo.tiny import DAYS, TINY

pytestmark = pytest.mark.django_db


def test_advance_follows_patients_and_finds_them_apart():
    advance(TINY, days=DAYS, now=world.NOW)

    assert UrineTest.objects.filter(opioids="negative").exists()
    assert Examination.objects.exists()
    assert Counselling.objects.exists()
    newest = StabilityAssessment.objects.order_by("patient_id", "-version").distinct("patient_id")
    assert len({one.level for one in newest}) > 1
