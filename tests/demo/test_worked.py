"""The demo's people have hours: some confirmed, some waiting for whoever tries it."""

import pytest

from demo.history import advance
from staff.models import DutyApproval, DutyInterval
from tests import world
from tests.demo.tiny import DAYS, TINY

pytestmark = pytest.mark.django_db


def test_advance_leaves_hours_confirmed_and_hours_to_confirm():
    advance(TINY, days=DAYS, now=world.NOW)

    standing = DutyInterval.objects.filter(ended_at__isnull=True)
    assert standing.filter(confirmed_at__isnull=False).exists()
    assert standing.filter(confirmed_at__isnull=True).exists()
    assert DutyApproval.objects.exists()
