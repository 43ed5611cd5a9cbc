"""Two people, or a person and a job, at one referral at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from core.access import SYSTEM
from core.ids import new_id
from dispensing.models import Referral, ReferralStep
from dispensing.rules.referral_table import Step
from dispensing.services import referrals
from dispensing.services.referral_steps import ReferralRefused
from patients.models import Placement
from tests import cast, world
from tests.dispensing import morning
from tests.dispensing.referring import DAY, NOW, THURSDAY, TODAY, Road, blocked

pytestmark = pytest.mark.usefixtures("committed_db")
AT_ONCE = 4


def at_once(act: Callable[[int], Any]) -> list[Any]:
    """Let several threads act at the same moment; None for who was refused."""
    gate = Barrier(AT_ONCE)

    def one(number: int) -> Any:
        try:
            gate.wait()
            return act(number)
        except ReferralRefused:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def test_agreeing_and_asking_for_another_day_at_once_leave_one_step_and_one_place_a_day():
    road = Road().draft().send().appoint()

    def act(number: int) -> Any:
        if number % 2:
            return referrals.agree(at=road.step(Step.AGREE, cast.DISPENSER))
        return road.take(Step.OTHER_DAY, cast.DISPENSER, "ngày khác")

    taken = at_once(act)

    assert sum(one is not None for one in taken) == 1
    assert ReferralStep.objects.filter(referral_id=road.id).count() == 4
    for n in range(6):
        rows = [row for row in Placement.objects.filter(patient=road.patient) if covers(row, TODAY + n * DAY)]
        assert len(rows) == 1


def covers(row: Placement, day: Any) -> bool:
    return row.starts_on <= day and (row.ended_on is None or row.ended_on >= day)


def test_drafted_by_a_job_and_by_hand_at_once_is_one_referral():
    patient = morning.patient()
    blocked(patient)

    def act(number: int) -> Any:
        if number % 2:
            return referrals.draft_needed([patient.pk], by=SYSTEM, now=NOW) or None
        return Road(patient=patient, id=new_id()).draft()

    made = at_once(act)

    assert sum(one is not None for one in made) == 1
    assert Referral.objects.filter(patient=patient).count() == 1


def test_same_form_sent_four_times_at_once_moves_the_patient_once():
    road = Road().draft().send()
    at = road.step(Step.APPOINT, cast.CLINIC_PHYSICIAN, day=THURSDAY)

    answers = at_once(lambda _number: referrals.appoint(at=at, day=THURSDAY))

    assert {answer.step_id for answer in answers} == {at.id}
    assert sum(not answer.known for answer in answers) == 1
    assert world.facility(cast.SITE).pk == Placement.objects.get(patient=road.patient).facility_id
