"""Who stays away in the demo is flagged, called, some said so before; a remote road is cut off."""

import pytest

from dispensing.models import Absence, ContactAttempt, CutOff, Flag
from dispensing.services import flags
from followup.models import Task
from tests import world
from tests.demo.tiny import SMALL, facility

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture(scope="module")
def template(lived: str) -> str:
    """Each test looks at its own clone of the province that has lived for eight days."""
    return lived


def test_advance_flags_who_stays_away_and_calls_some_of_them():
    standing = Flag.objects.filter(cleared_at__isnull=True)
    assert {"missed"} <= set(standing.values_list("kind", flat=True))
    assert len(set(standing.values_list("level", flat=True))) > 1
    assert Flag.objects.filter(cleared_why="came_back").exists()
    assert Task.objects.filter(kind=flags.MISSED).exists()
    assert ContactAttempt.objects.count() > 2
    assert Absence.objects.exists()
    assert CutOff.objects.filter(facility=facility(SMALL), until_day__gte=world.TODAY).exists()
