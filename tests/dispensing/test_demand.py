"""What each site will use, pushed down to the room of stock."""

from datetime import timedelta
from decimal import Decimal

import pytest

from dispensing.models import Prescription
from dispensing.services import demand
from inventory.models import DemandFigure
from patients.models import Placement
from tests import cast, world
from tests.dispensing import morning

pytestmark = pytest.mark.django_db


def figure(place: str = cast.SITE) -> DemandFigure:
    return DemandFigure.objects.get(facility=world.facility(place))


def test_push_tells_the_orders_in_force_and_the_use_of_each_site(django_assert_num_queries):
    morning.opened_bottle()
    drank, ordered = morning.patient(), morning.patient()
    morning.drink(drank, morning.access(cast.DISPENSER))
    with django_assert_num_queries(1):
        demand.push(now=world.NOW + timedelta(minutes=1))

    here = world.facility(cast.SITE)
    lives_here = Placement.objects.filter(facility=here, starts_on__lte=world.TODAY).exclude(ended_on__lt=world.TODAY)
    in_force = Prescription.objects.filter(starts_on__lte=world.TODAY, ends_on__gte=world.TODAY)
    today = in_force.exclude(ended_on__lt=world.TODAY).filter(patient_id__in=lives_here.values("patient_id"))
    found = figure()
    assert (found.patients, found.daily_mg) == (today.count(), sum(each.dose_mg for each in today))
    assert {drank.pk, ordered.pk} <= {each.patient_id for each in today}
    assert found.used_daily > 0
    assert DemandFigure.objects.count() == 3


def test_push_twice_is_the_same_and_never_goes_back_or_touches_what_the_site_said():
    morning.patient()
    demand.push(now=world.NOW)
    DemandFigure.objects.update(expected_new=4)
    first = figure()

    assert demand.push(now=world.NOW) == 0
    assert demand.push(now=world.NOW - timedelta(days=1)) == 0
    assert demand.push(now=world.NOW + timedelta(days=1)) == 3
    later = figure()
    assert (later.expected_new, first.as_of) == (4, world.NOW)
    assert later.daily_mg >= Decimal(0)


def test_push_names_no_patient():
    assert {field.name for field in DemandFigure._meta.get_fields()} == {
        "id", "facility", "item", "as_of", "patients", "daily_mg", "used_daily", "expected_new",
    }  # fmt: skip
