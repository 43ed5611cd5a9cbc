"""A site that is cut off: whose fault a missed day is, decided again when the road was closed, and when it was not."""

from datetime import timedelta

import pytest

from dispensing.models import DayOutcome, PatientReview
from dispensing.queries import facts
from dispensing.queries.cut_offs import cut_off_sites, road_page
from dispensing.rules.daycodes import Why
from dispensing.rules.missed import count_missed
from dispensing.rules.settings import DosingSettings
from dispensing.services import cut_offs, days
from followup.models import Notice
from patients.models import Patient
from tests import cast, world
from tests.dispensing import morning, staying_away

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
YESTERDAY = world.TODAY - DAY


def patient() -> Patient:
    """Known since long ago; nobody decided yesterday yet."""
    return morning.patient(known_from=staying_away.LONG_AGO)


def decide() -> None:
    days.decide(
        facility_id=morning.site().pk, day=YESTERDAY, by=morning.access(cast.DISPENSER), now=world.NOW, why=Why.SWEEP
    )


def standing(of: Patient) -> DayOutcome:
    return DayOutcome.objects.filter(patient=of, day=YESTERDAY).latest("version")


def test_missed_day_of_a_closed_road_counts_but_is_nobodys_fault():
    one = patient()
    staying_away.cut_off(-1, 1)

    decide()

    decided = standing(one)
    assert (decided.tolerance_gap, decided.adherence_gap, decided.reason_known) == (True, False, True)


def test_day_decided_before_is_decided_again_when_the_road_is_closed_and_when_it_was_not():
    one = patient()
    decide()
    assert standing(one).adherence_gap

    made = staying_away.cut_off(-1, 1)
    assert (standing(one).version, standing(one).adherence_gap) == (2, False)

    cut_offs.end(cut_off_id=made.pk, last_day=YESTERDAY - DAY, by=morning.access(cast.SITE_HEAD), now=world.NOW)
    assert (standing(one).version, standing(one).adherence_gap) == (3, True)


def test_board_counts_as_the_decisions_do():
    one, here = patient(), morning.site()
    staying_away.cut_off(-1, 1)

    known = facts.load(patient_ids=[one.pk], facility_id=here.pk, now=world.NOW, zone=here.zone, days=3)
    missed = count_missed(known[one.pk].facts, DosingSettings())

    assert (missed.consecutive, missed.adherence) == (3, 2)


def test_everybody_here_is_looked_at_again_and_clinic_and_area_are_told_once():
    one = patient()

    staying_away.cut_off()

    assert PatientReview.objects.filter(patient=one, why="road").exists()
    told = {notice.person for notice in Notice.objects.filter(kind=cut_offs.TOLD)}
    assert told == {
        world.person(member) for member in (cast.CLINIC_HEAD, cast.CLINIC_PHYSICIAN, cast.AREA_MANAGER)
    }  # fmt: skip


def test_page_lists_who_has_not_come_and_managers_see_the_cover():
    one = patient()
    staying_away.cut_off()

    page = road_page(by=morning.access(cast.SITE_HEAD), now=world.NOW)
    [site] = cut_off_sites([morning.site().pk], today=world.TODAY)

    assert one.code in {stranded.code for stranded in page.stranded}
    assert site.name == cast.SITE
