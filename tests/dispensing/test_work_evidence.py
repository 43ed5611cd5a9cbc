"""What is seen of people's work, pushed down to the room of staff: times, and no patient in them."""

from datetime import timedelta

import pytest

from dispensing.services import caseloads, work_evidence
from staff.models import DutyInterval, SiteCaseload, WorkEvidence
from staff.services import proposals
from tests import cast, world
from tests.dispensing import morning
from tests.entrance import access
from tests.inventory.road import Road, stored

pytestmark = pytest.mark.django_db
NOW = world.NOW
LATER = NOW + timedelta(hours=3)


def seen(member: cast.Member, kind: str = "dosing") -> WorkEvidence:
    return WorkEvidence.objects.get(person=world.person(member), kind=kind)


def test_push_tells_the_first_and_the_last_act_and_hours_are_proposed(django_assert_num_queries):
    morning.opened_bottle()
    morning.recorded(morning.drink(morning.patient(), access(cast.DISPENSER)))
    with django_assert_num_queries(2):
        work_evidence.push(LATER)

    found = seen(cast.DISPENSER)
    assert (found.facility_id, found.day) == (world.facility(cast.SITE).pk, world.TODAY)
    assert found.first_at <= NOW <= found.last_at
    assert proposals.propose(now=LATER) >= 1
    [row] = DutyInterval.objects.filter(person=world.person(cast.DISPENSER), day=world.TODAY)
    assert row.starts_at <= found.first_at
    assert row.ends_at >= found.last_at


def test_push_twice_changes_nothing_and_proposes_nothing_new():
    morning.opened_bottle()
    morning.recorded(morning.drink(morning.patient(), access(cast.DISPENSER)))
    work_evidence.push(LATER)
    proposals.propose(now=LATER)

    assert work_evidence.push(LATER) == 0
    assert proposals.propose(now=LATER) == 0


def test_look_sees_ones_own_work_at_once_and_nobody_elses():
    morning.opened_bottle()
    morning.recorded(morning.drink(morning.patient(), access(cast.DISPENSER)))

    assert proposals.look(by=access(cast.DISPENSER), now=LATER) == 1
    assert set(WorkEvidence.objects.values_list("person_id", flat=True)) == {world.person(cast.DISPENSER).pk}


def test_push_counts_a_journey_from_its_dispatch_to_its_end_for_who_carried():
    road = Road(stored(cast.MAIN_CLINIC, 2))
    road.leave()
    road.now = NOW + timedelta(hours=2)
    road.arrive()
    road.inspect()
    road.receive()

    work_evidence.push(LATER)

    found = seen(cast.CARRIER, "trip")
    assert found.facility_id == world.facility(cast.MAIN_CLINIC).pk
    assert found.last_at == NOW + timedelta(hours=2)


def test_push_names_no_patient():
    assert {field.name for field in WorkEvidence._meta.get_fields()} == {
        "id", "person", "facility", "day", "kind", "first_at", "last_at", "as_of", "proposed_at",
    }  # fmt: skip


def test_caseload_of_the_month_comes_with_the_nights_count():
    caseloads.push(now=NOW)

    month = SiteCaseload.objects.get(facility=world.facility(cast.SITE))
    assert month.month == world.TODAY.replace(day=1)
    assert month.patients > 0
