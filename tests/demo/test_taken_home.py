"""At the demo's first site one patient whom the rules allow it has two days' vials at home."""

import pytest

from dispensing.models import TakeHome, TakeHomeAllowance
from inventory.models import Act

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture(scope="module")
def template(lived: str) -> str:
    """Each test looks at its own clone of the province that has lived for eight days."""
    return lived


def test_advance_hands_two_days_vials_to_one_patient():
    made = TakeHome.objects.get()
    assert TakeHomeAllowance.objects.get().patient_id == made.patient_id
    assert made.vials.count() == 2
    assert Act.objects.get(pk=made.pk).kind == "take_home"
