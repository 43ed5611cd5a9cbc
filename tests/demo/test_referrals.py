"""The demo's referrals stand in several states, and every patient has one place on each day."""

from datetime import timedelta

import pytest

from core import proofs
from core.access import Role
from dispensing.models import Referral
from dispensing.queries.referrals import open_ones
from dispensing.rules.referral_table import State
from patients.models import Placement
from tests.demo.tiny import LARGE, TODAY, access, at, run

pytestmark = [pytest.mark.django_db, pytest.mark.slow(6)]


def test_advance_leaves_referrals_in_several_states_and_one_place_a_day():
    now = at(6, 10)
    run(now, days=5)

    seen = open_ones(access(LARGE, Role.SITE_HEAD, now), now=now)

    states = {row.state for row in seen}
    assert {State.SENT, State.EXPECTED, State.SIGNED} <= states
    assert seen[0].late
    assert Referral.objects.filter(ended_state="cancelled").exists()
    assert Placement.objects.filter(kind="hospital").exists()
    [tomorrow] = [row for row in seen if row.state is State.EXPECTED]
    assert tomorrow.moves_on == TODAY + timedelta(days=1)
    assert [row for name in proofs.names() if name.startswith("referral") for row in proofs.run(name)] == []
