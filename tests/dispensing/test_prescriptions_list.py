"""The physician's list: who waits first, whose order ends, and how many statements it takes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import clock
from core.ids import new_id
from dispensing.rules.choices import HoldReason
from dispensing.rules.violations import Unlocker
from dispensing.services import holds
from dispensing.services.holds import NewHold
from patients.models import Patient
from tests import cast, world, world_patients, world_prescriptions
from tests.dispensing import morning, orders
from tests.entrance import signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LIST = "/dispensing/prescriptions/"


@pytest.fixture(autouse=True)
def _at_ten_past_six() -> Iterator[None]:
    with clock.at(world.NOW):
        yield


@pytest.fixture
def client(db) -> Client:
    return signed_in(cast.PHYSICIAN)


def codes(rows: Any) -> list[str]:
    return [row.code for row in rows]


def test_list_shows_who_waits_first_then_endings_then_the_others(client):
    Patient.objects.update(known_from=world.TODAY)  # nobody has missed a day
    Patient.objects.filter(code="4044").update(known_from=world.TODAY - 4 * DAY)
    held = Patient.objects.get(code="4124")
    place = NewHold(new_id(), held.pk, HoldReason.MEDICINE, Unlocker.PHYSICIAN)
    holds.place(command=place, by=orders.physician(), now=world.NOW)

    shown = client.get(LIST).context["shown"]

    assert codes(shown.waiting) == ["4044", world_prescriptions.WITHOUT_ANY, "4124"]
    assert [(row.code, row.days_left) for row in shown.ending] == [
        (world_prescriptions.IN_INDUCTION, 0),
        (world_prescriptions.ENDS_TOMORROW, 1),
        (world_prescriptions.IN_ADJUSTMENT, 1),
        (world_prescriptions.ENDS_IN_THREE_DAYS, 3),
        (world_prescriptions.ENDS_IN_SEVEN_DAYS, 7),
    ]
    assert world_patients.PHONG.code in codes(shown.steady)
    assert world_patients.DROPPED_OUT.code not in codes([*shown.waiting, *shown.ending, *shown.steady])


def test_list_shows_no_name(client):
    body = client.get(LIST).content.decode()

    assert world_patients.PHONG.code in body
    assert not [someone.full_name for someone in world_patients.PATIENTS if someone.full_name in body]


def test_list_of_the_clinics_physician_reaches_every_site_it_supplies(db):
    shown = signed_in(cast.CLINIC_PHYSICIAN).get(LIST).context["shown"]

    everybody = codes([*shown.waiting, *shown.ending, *shown.steady])
    assert {"4010", world_patients.ELSEWHERE.code, world_patients.AT_THE_CLINIC.code} <= set(everybody)
    assert shown.several_places


def test_list_leaves_out_another_sites_patients(client):
    shown = client.get(LIST).context["shown"]

    assert world_patients.ELSEWHERE.code not in codes([*shown.waiting, *shown.ending, *shown.steady])


@pytest.mark.parametrize("query", ["4108", "K.V.U.", "kvú", "41 08"])
def test_list_search_finds_by_code_or_initials_as_typed(client, query):
    shown = client.get(LIST, {"q": query}).context["shown"]

    assert codes([*shown.waiting, *shown.ending, *shown.steady]) == ["4108"]
    assert shown.query == query


def test_list_search_without_a_hit_says_so(client):
    assert "Không tìm thấy" in client.get(LIST, {"q": "9999"}).content.decode()


def test_list_after_a_reduced_dose_waits_for_an_order_today_and_tomorrow(client):
    morning.opened_bottle()
    step = {"from_missed": 4, "to_missed": 5, "dose_mg": "30", "days": 1}
    patient = morning.patient(prescribed=False, known_from=world.TODAY - 4 * DAY)
    morning.prescription(patient, if_missed=[step])
    answers = replace(morning.LAST_DOSE_KNOWN, missed_reason="work", onsite_check_done=True)
    tags = []

    tags.append(_tag(client, patient))
    dose = morning.recorded(morning.drink(patient, morning.access(cast.DISPENSER), answers=answers))
    tags.append(_tag(client, patient))
    with clock.at(world.NOW + DAY):
        tags.append(_tag(client, patient))

    orders.sign(
        orders.order(patient, "30", starts_on=world.TODAY + DAY, answers_missed=True, large_change_confirmed=True)
    )
    after = client.get(LIST, {"q": patient.code}).context["shown"]

    assert codes([*after.waiting]) == []
    assert (dose.mg, dose.reduced) == (Decimal("30.00"), True)
    assert tags == [
        "đang theo liều đã ký cho ngày bỏ",
        "hôm nay uống liều giảm · cần đơn mới",
        "chờ đơn mới · chờ bác sĩ",
    ]


def _tag(client: Client, patient: Patient) -> str:
    """The words beside a patient who waits."""
    return str(client.get(LIST, {"q": patient.code}).context["shown"].waiting[0].tag.text)


def test_list_ending_that_is_followed_by_another_order_is_no_ending(client):
    patient = morning.patient(starts_on=world.TODAY - 27 * DAY, days=30)
    assert codes(client.get(LIST, {"q": patient.code}).context["shown"].ending) == [patient.code]

    orders.sign(orders.order(patient, starts_on=world.TODAY + 3 * DAY))

    shown = client.get(LIST, {"q": patient.code}).context["shown"]
    assert codes(shown.steady) == [patient.code]


def test_list_takes_as_many_statements_for_two_hundred_as_for_twenty(client):
    def statements() -> int:
        client.get(LIST)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(LIST).status_code == 200
        return len(caught)

    few = statements()
    for _ in range(180):
        morning.patient()
    assert statements() == few <= 10
