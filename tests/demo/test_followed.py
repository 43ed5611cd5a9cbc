"""The demo's patients are followed: drawn, tested, examined, counselled, and not all of them found alike."""

import pytest

from dispensing.models import Counselling, Examination, StabilityAssessment, UrineTest

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture(scope="module")
def template(lived: str) -> str:
    """Each test looks at its own clone of the province that has lived for eight days."""
    return lived


def test_advance_follows_patients_and_finds_them_apart():
    assert UrineTest.objects.filter(opioids="negative").exists()
    assert Examination.objects.exists()
    assert Counselling.objects.exists()
    newest = StabilityAssessment.objects.order_by("patient_id", "-version").distinct("patient_id")
    assert len({one.level for one in newest}) > 1
