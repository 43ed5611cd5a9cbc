"""The demo's people have hours: some confirmed, some waiting for whoever tries it."""

import pytest

from staff.models import Certificate, Device, DutyApproval, DutyInterval, RotaDuty
from staff.queries.rota import gaps_between

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture(scope="module")
def template(lived: str) -> str:
    """Each test looks at its own clone of the province that has lived for eight days."""
    return lived


def test_advance_leaves_hours_confirmed_and_hours_to_confirm():
    standing = DutyInterval.objects.filter(ended_at__isnull=True)
    assert standing.filter(confirmed_at__isnull=False).exists()
    assert standing.filter(confirmed_at__isnull=True).exists()
    assert DutyApproval.objects.exists()
    # The rota and certificates that stand beside them.
    days = RotaDuty.objects.filter(ended_at__isnull=True).order_by("day").values_list("facility_id", "day")
    assert days
    assert Certificate.objects.exists()
    places, planned = {place for place, _day in days}, [day for _place, day in days]
    gaps = gaps_between(places, planned[0], planned[-1])
    assert len({(gap.facility_id, gap.day) for gap in gaps}) < len(set(days))
    assert Device.objects.filter(revoked_at__isnull=True).count() == 1  # the tablet at the first site
