"""The demo's mornings without power: dosed from the sheet, typed in when it is back."""

from datetime import timedelta

import pytest

from core import proofs
from demo.paper import ON_PAPER
from dispensing.models import LateEntry
from followup.models import Case

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture(scope="module")
def template(lived: str) -> str:
    """Each test looks at its own clone of the province that has lived for eight days."""
    return lived


def test_advance_types_in_a_morning_without_power_from_its_sheet():
    days = LateEntry.objects.values_list("day", flat=True).distinct()
    assert days
    for day in days:
        entries = LateEntry.objects.filter(day=day).select_related("dose")
        assert 0 < len(entries) <= ON_PAPER
        assert all(entry.recorded_at - entry.occurred_at > timedelta(hours=2) for entry in entries)
        assert {entry.dose.kind for entry in entries} == {"scheduled"}
    assert Case.objects.filter(kind="typed_later").count() == len(days)
    assert not [broken for name in proofs.names() for broken in proofs.run(name)]
