"""The demo's running morning has something that went wrong, put right as a person would."""

import pytest

from core import proofs
from dispensing.models import Dose, NearMiss, Observation, VomitRecord, WrongDose
from tests import world

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture(scope="module")
def template(lived: str) -> str:
    """Each test looks at its own clone of the province that has lived for eight days."""
    return lived


def test_advance_leaves_a_morning_in_which_something_went_wrong():
    assert NearMiss.objects.exists()
    assert Observation.objects.filter(ended_at__isnull=True, until__gt=world.NOW).exists()
    assert WrongDose.objects.filter(kind="other_amount", drunk__isnull=False).exists()
    assert VomitRecord.objects.exists()
    assert Dose.objects.filter(kind="replacement", order__phone_order__isnull=False).exists()
    assert not [broken for name in proofs.names() for broken in proofs.run(name)]
