"""The pages of orders in a physician's name: taken down at the window, signed or disowned, delegated."""

from datetime import timedelta

import pytest
from django.test import Client

from core import clock, valkey
from core.ids import new_id
from dispensing.models import DelegatedOrder, Delegation, PhoneOrder
from tests import cast, world
from tests.dispensing import morning, phoned
from tests.entrance import signed_in

pytestmark = pytest.mark.django_db
IN_MY_NAME = "/dispensing/prescriptions/in-my-name/"
DELEGATIONS = "/dispensing/prescriptions/delegations/"


def window(patient) -> str:
    return f"/dispensing/patients/{patient.pk}/phone-order/"


def said(**more: object) -> dict[str, object]:
    return {
        "id": str(new_id()), "what": "bridging", "days": "2", "ordered_by": str(world.person(cast.PHYSICIAN).pk),
        "told": "06:05", "words": phoned.WORDS, "read_back": "on",
    } | more  # fmt: skip


@pytest.fixture(autouse=True)
def _at_six_ten():
    with clock.at(world.NOW):
        yield


@pytest.fixture(autouse=True)
def _nobody_holds_anybody():
    valkey.client().flushdb()


@pytest.fixture
def dispenser(db) -> Client:
    return signed_in(cast.DISPENSER)


@pytest.fixture
def physician(db) -> Client:
    return signed_in(cast.PHYSICIAN)


def test_card_stopped_by_an_ended_order_has_one_step_to_the_phone(dispenser):
    morning.opened_bottle()
    patient = phoned.ended()

    assert window(patient) in dispenser.get(f"/dispensing/patients/{patient.pk}/").content.decode()
    going_on = morning.patient()
    assert window(going_on) not in dispenser.get(f"/dispensing/patients/{going_on.pk}/").content.decode()


def test_phone_order_leads_back_to_a_card_that_offers_the_dose_and_says_unsigned(dispenser):
    morning.opened_bottle()
    patient = phoned.ended()

    answer = dispenser.post(window(patient), said(), follow=True)

    shown = answer.content.decode()
    assert answer.redirect_chain == [(f"/dispensing/patients/{patient.pk}/", 302)]
    assert "data-confirm-form" in shown or "last_dose_proof" in shown
    assert "bác sĩ chưa ký" in shown


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"read_back": ""}, "Đọc lại y lệnh"),
        ({"ordered_by": ""}, "Chọn bác sĩ đã nói."),
        ({"told": "23:50"}, "không thể sau bây giờ"),
        ({"told": "sáng"}, "Ghi giờ và phút"),
        ({"days": ""}, "Chọn số ngày."),
        ({"words": ""}, "Ghi lời bác sĩ dặn."),
    ],
)
def test_phone_order_with_something_wrong_says_what_and_loses_nothing(dispenser, wrong, sentence):
    patient = phoned.ended()
    typed = said(**wrong)

    answer = dispenser.post(window(patient), typed)

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in shown
    assert str(typed["id"]) in shown
    if "words" not in wrong:
        assert phoned.WORDS in shown
    assert not PhoneOrder.objects.filter(patient=patient).exists()


def test_phone_order_for_a_card_that_goes_on_says_that_nothing_is_to_order(dispenser):
    shown = dispenser.get(window(morning.patient())).content.decode()

    assert "không nhận qua điện thoại" in shown


def test_phone_order_of_another_site_is_not_found(dispenser):
    elsewhere = phoned.ended(at=morning.site(cast.OTHER_SITE))

    assert dispenser.get(window(elsewhere)).status_code == 404
    assert dispenser.post(window(elsewhere), said()).status_code == 404


def test_in_my_name_shows_what_is_signed_and_its_age(physician):
    order = phoned.take(
        phoned.bridging(phoned.ended(on=world.TODAY - timedelta(days=3)), told_at=world.NOW - timedelta(days=2)),
        now=world.NOW - timedelta(days=2),
    )

    shown = physician.get(IN_MY_NAME).content.decode()

    assert phoned.WORDS in shown
    assert "chưa ký 2 ngày" in shown
    assert order.digest in shown


def test_in_my_name_signs_one_by_one(physician):
    first, second = phoned.phone_order(), phoned.phone_order()

    for order in (first, second):
        answer = physician.post(f"{IN_MY_NAME}{order.pk}/sign/", {"pin": cast.PIN, "shown_digest": order.digest})
        assert answer.status_code == 302
    assert PhoneOrder.objects.filter(pk__in=[first.pk, second.pk], signed_at__isnull=False).count() == 2


def test_in_my_name_a_wrong_pin_is_said_beside_its_order(physician):
    order = phoned.phone_order()

    answer = physician.post(f"{IN_MY_NAME}{order.pk}/sign/", {"pin": "000001", "shown_digest": order.digest})

    assert answer.status_code == 422
    assert "PIN chưa đúng" in answer.content.decode()
    assert "000001" not in answer.content.decode()


def test_in_my_name_disown_keeps_the_words_when_the_pin_is_wrong(physician):
    order = phoned.phone_order()

    answer = physician.post(f"{IN_MY_NAME}{order.pk}/disown/", {"pin": "000001", "words": "Tôi không nói vậy."})

    assert answer.status_code == 422
    assert "Tôi không nói vậy." in answer.content.decode()


def test_in_my_name_of_another_physician_is_not_found():
    order = phoned.phone_order()
    other = signed_in(cast.CLINIC_PHYSICIAN)

    posted = {"pin": cast.PIN, "shown_digest": order.digest}
    assert other.post(f"{IN_MY_NAME}{order.pk}/sign/", posted).status_code == 404
    assert str(order.pk) not in other.get(IN_MY_NAME).content.decode()


def test_in_my_name_asks_no_more_with_many_orders(physician, django_assert_max_num_queries):
    phoned.phone_order()
    physician.get(IN_MY_NAME)
    with django_assert_max_num_queries(60) as few:
        physician.get(IN_MY_NAME)
    for _ in range(5):
        phoned.phone_order()
    with django_assert_max_num_queries(60) as many:
        physician.get(IN_MY_NAME)

    assert len(many) == len(few)


def test_physicians_list_counts_what_waits_to_be_signed(physician):
    phoned.phone_order()

    assert "1 chờ ký" in physician.get("/dispensing/prescriptions/").content.decode()


def test_patients_page_shows_an_unsigned_order_as_unsigned_and_a_signed_one_as_signed(physician):
    order = phoned.phone_order()
    page = f"/dispensing/prescriptions/patients/{order.patient_id}/"
    assert "y lệnh chưa ký" in physician.get(page).content.decode()

    physician.post(f"{IN_MY_NAME}{order.pk}/sign/", {"pin": cast.PIN, "shown_digest": order.digest})

    shown = physician.get(page).content.decode()
    assert "bác sĩ đã ký" in shown
    assert "y lệnh chưa ký" not in shown


def test_delegation_is_given_used_and_ended(physician):
    posted = {
        "id": str(new_id()), "assistant": str(world.person(cast.ASSISTANT_PHYSICIAN).pk),
        "starts_on": world.TODAY.isoformat(), "ends_on": world.TODAY.isoformat(), "pin": cast.PIN,
    }  # fmt: skip
    assert physician.post(DELEGATIONS, posted).status_code == 302
    held = Delegation.objects.get(pk=posted["id"])

    patient, assistant = phoned.ended(), signed_in(cast.ASSISTANT_PHYSICIAN)
    page = f"/dispensing/prescriptions/patients/{patient.pk}/in-the-name/"
    assert page in assistant.get(f"/dispensing/prescriptions/patients/{patient.pk}/").content.decode()
    signed = {"id": str(new_id()), "what": "bridging", "days": "1", "delegation": str(held.pk), "pin": cast.PIN}
    assert assistant.post(page, signed | {"pin": ""}).status_code == 422
    assert assistant.post(page, signed).status_code == 302
    assert DelegatedOrder.objects.filter(pk=signed["id"]).exists()

    assert assistant.post(f"{DELEGATIONS}{held.pk}/end/").status_code == 302
    held.refresh_from_db()
    assert held.ended_by == world.person(cast.ASSISTANT_PHYSICIAN)


def test_delegation_with_something_wrong_says_what_and_loses_nothing(physician):
    posted = {
        "id": str(new_id()), "assistant": str(world.person(cast.ASSISTANT_PHYSICIAN).pk),
        "starts_on": "2026-11-24", "ends_on": "2027-11-24", "pin": cast.PIN,
    }  # fmt: skip

    answer = physician.post(DELEGATIONS, posted)

    assert answer.status_code == 422
    assert "tối đa 30 ngày" in answer.content.decode()
    assert 'value="2027-11-24"' in answer.content.decode()
