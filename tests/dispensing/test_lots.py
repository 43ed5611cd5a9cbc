"""Who drank from a lot that is called back: one page for who may see them, one paper without names."""

from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from dispensing.queries.lots import drinkers_of
from inventory.models import Bottle, Recall
from inventory.services import recalls
from patients.models import Patient
from tests import cast, world, world_stock
from tests.dispensing import morning
from tests.entrance import signed_in
from tests.inventory.destroying import of_lot
from tests.inventory.test_recalls import nowhere
from tests.world_patients import name_of

PAGE, PAPER = "dispensing:lot_patients", "dispensing:lot_patients_paper"


@pytest.fixture
def drunk(db: None) -> tuple[Patient, Patient]:
    """Two of the site's patients drank, one of them from a bottle of another lot."""
    one, other = morning.patient(), morning.patient()
    morning.recorded(morning.drink(one, morning.access(cast.DISPENSER)))
    morning.recorded(morning.drink(other, morning.access(cast.DISPENSER)))
    return one, other


def called_back() -> Recall:
    [lot_id] = set(Bottle.objects.filter(movement__target__kind="patients").values_list("lot_id", flat=True))
    command = of_lot()
    return recalls.declare(
        command=type(command)(command.id, lot_id, "Cục", "1/QĐ", "tạp chất", cast.STORE_KEEPER.pin),
        by=world_stock.act_as(cast.STORE_KEEPER),
        now=world.NOW,
    )


def read(client: Client, name: str, recall_id: UUID) -> str:
    answer = client.get(reverse(name, args=[recall_id]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_everybody_who_drank_of_the_lot_stands_on_one_page_without_a_name(drunk: tuple[Patient, Patient]):
    row = called_back()
    shown = read(signed_in(cast.DISPENSER), PAGE, row.pk)
    for patient in drunk:
        assert patient.code in shown
        assert name_of(patient) not in shown
    paper = signed_in(cast.DISPENSER).get(reverse(PAPER, args=[row.pk]))
    assert paper["Content-Type"] == "application/pdf"


def test_list_is_for_who_sees_the_roster_there(drunk: tuple[Patient, Patient]):
    row = called_back()
    assert signed_in(cast.STORE_KEEPER).get(reverse(PAGE, args=[row.pk])).status_code == 403
    assert drunk[0].code in read(signed_in(cast.PHYSICIAN), PAGE, row.pk)
    there = signed_in(cast.OTHER_DISPENSER).get(reverse(PAGE, args=[row.pk]))
    assert there.status_code == 404 or drunk[0].code not in there.content.decode()


def test_lot_that_was_never_here_is_not_found(db: None):
    row = recalls.declare(command=nowhere(), by=world_stock.act_as(cast.STORE_KEEPER), now=world.NOW)
    assert signed_in(cast.DISPENSER).get(reverse(PAGE, args=[row.pk])).status_code == 404


def test_recalls_page_leads_to_the_list_for_who_may_see_it(drunk: tuple[Patient, Patient]):
    row = called_back()
    way = reverse(PAGE, args=[row.pk])
    assert way in read(signed_in(cast.DISPENSER), "inventory:recall", row.pk)
    assert way not in read(signed_in(cast.STORE_KEEPER), "inventory:recall", row.pk)


def test_list_costs_the_same_for_any_number_who_drank(drunk: tuple[Patient, Patient], django_assert_num_queries):
    row, access = called_back(), morning.access(cast.DISPENSER)
    with django_assert_num_queries(3):
        found = drinkers_of(row.pk, access=access)
    assert {each.code for each in found.drinkers} == {patient.code for patient in drunk}
    assert all(each.doses == 1 and each.ul > 0 and each.bottles for each in found.drinkers)
