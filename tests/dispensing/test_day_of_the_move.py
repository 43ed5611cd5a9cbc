"""Whatever is agreed, called off or interrupted: on each day exactly one facility would dose the patient."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import given, settings

from dispensing.queries import facts as facts_query
from dispensing.queries.board import placed_today
from dispensing.rules.authorise import authorise
from dispensing.rules.codes import Code
from dispensing.rules.facts import Answers
from dispensing.rules.settings import DosingSettings
from patients.models import Placement
from patients.services.placements import PlacementRefused
from tests import world
from tests.patients.test_places import ACTS, DAY, NOW, PLACES, TODAY, act, patient_id, physician

pytestmark = pytest.mark.django_db
ZONE = "Asia/Ho_Chi_Minh"
NOT_HERE = {Code.PLACED_ELSEWHERE, Code.NOT_PLACED}


@given(acts=ACTS)
@settings(max_examples=12)
def test_each_day_one_facility_offers_the_dose_and_the_others_say_where(acts):
    now, by, facilities = NOW, physician(), {name: world.facility(name).pk for name in PLACES}
    with transaction.atomic():
        for what, from_in, days, place, wait in acts:
            now += wait * DAY
            try:
                with transaction.atomic():
                    act(what, now.date() + from_in * DAY, days, facilities[place], by, now)
            except (PlacementRefused, Placement.DoesNotExist):
                pass
        for n in range(0, 24, 2):
            at = datetime.combine(TODAY + n * DAY, datetime.min.time(), tzinfo=ZoneInfo(ZONE)) + timedelta(hours=6)
            here = [pk for pk in facilities.values() if offered(pk, at)]
            listed = [pk for pk in facilities.values() if on_the_list(pk, at)]
            assert here == listed
            assert len(here) == 1
        transaction.set_rollback(True)


def offered(facility_id: int, at: datetime) -> bool:
    """Whether the rules take the patient for this facility's, whatever else speaks against a dose."""
    known = facts_query.load(patient_ids=[patient_id()], facility_id=facility_id, now=at, zone=ZONE, days=31)
    decision = authorise(
        facts=known[patient_id()].facts, bottles=(), device=None, answers=Answers(), settings=DosingSettings(), now=at
    )
    return not NOT_HERE & {found.code for found in decision.violations}


def on_the_list(facility_id: int, at: datetime) -> bool:
    return patient_id() in placed_today(facility_id=facility_id, now=at, zone=ZONE)
