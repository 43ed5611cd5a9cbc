"""The demo's people have hours: some confirmed, some waiting for whoever tries it."""

import pytest

from staff.models import DutyApproval, DutyInterval

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
