"""The physician's pages over HTTP: what they show, to whom, and that nothing typed is lost."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import clock
from core.ids import new_id
from core.models import AuditEvent
from dispensing.models import Hold, Prescription
from dispensing.rules.choices import HoldReason
from dispensing.rules.violations import Unlocker
from dispensing.services import holds
from dispensing.services.holds import NewHold
from inventory.models import MeasuringDevice
from patients.models import Patient
from tests import cast, world
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
def patient(db) -> Patient:
    return morning.patient()


@pytest.fixture
def client(db) -> Client:
    return signed_in(cast.PHYSICIAN)


def page(patient: Patient) -> str:
    return f"{LIST}patients/{patient.pk}/"


def typed(**more: str) -> dict[str, str]:
    """What a physician types; the review is asked for."""
    return {
        "id": str(new_id()), "phase": "maintenance", "dose_mg": "70", "starts_on": f"{world.TODAY:%Y-%m-%d}",
        "step": "review",
    } | more  # fmt: skip


def write(client: Client, patient: Patient, data: dict[str, str]) -> Any:
    return client.post(f"{page(patient)}new/", data)


def sign(client: Client, patient: Patient, data: dict[str, str], **more: str) -> Any:
    """From the review on: with the digest that it showed."""
    shown = write(client, patient, data | {"step": "review"}).context["reviewed"].shown_digest
    return write(client, patient, data | {"step": "sign", "pin": cast.PIN, "shown_digest": shown} | more)


# --- who gets in --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["", "new/"])
def test_page_of_another_sites_patient_is_not_found(client, address):
    stranger = morning.patient(at=morning.site(cast.OTHER_SITE))

    assert client.get(page(stranger) + address).status_code == 404
    assert client.get(f"{LIST}patients/{new_id()}/{address}").status_code == 404


@pytest.mark.parametrize("role", sorted(cast.ONE_OF_EACH_ROLE), ids=str)
def test_pages_by_role_open_for_who_may_see_orders_and_write_for_physicians(patient, role):
    client = signed_in(cast.ONE_OF_EACH_ROLE[role])
    order = Prescription.objects.get(patient=patient)
    readers = {"dispenser", "pharmacist", "physician", "assistant_physician", "site_head", "clinic_physician"}
    writers = {"physician", "clinic_physician"}

    assert client.get(LIST).status_code == (200 if role in readers else 403)
    assert client.get(page(patient)).status_code == (200 if role in readers else 403)
    assert client.get(f"{page(patient)}new/").status_code == (200 if role in writers else 403)
    assert client.get(f"{LIST}{order.pk}/stop/").status_code == (200 if role in writers else 403)


def test_actions_on_another_sites_patient_are_not_found(client):
    stranger = morning.patient(at=morning.site(cast.OTHER_SITE))
    order = Prescription.objects.get(patient=stranger)
    by = morning.access(cast.CLINIC_PHYSICIAN, cast.MAIN_CLINIC)
    hold = holds.place(
        command=NewHold(new_id(), stranger.pk, HoldReason.ILLNESS, Unlocker.PHYSICIAN), by=by, now=world.NOW
    )

    assert write(client, stranger, typed()).status_code == 404
    assert client.post(f"{LIST}{order.pk}/stop/", {"pin": cast.PIN}).status_code == 404
    assert client.post(f"{page(stranger)}hold/", {"id": str(new_id())}).status_code == 404
    assert client.post(f"{LIST}holds/{hold.pk}/lift/", {"reason": "đã khám"}).status_code == 404
    assert client.post(f"{LIST}holds/{new_id()}/lift/", {"reason": "đã khám"}).status_code == 404
    assert client.get(f"{LIST}{new_id()}/stop/").status_code == 404


# --- writing --------------------------------------------------------------------------------------------------------


def test_new_proposes_the_last_order_from_the_day_that_needs_it(client):
    ending = morning.patient(starts_on=world.TODAY - 27 * DAY, days=30, mg="72.5")

    form = client.get(f"{page(ending)}new/").context["form"]

    assert (form["phase"].value(), form["dose_mg"].value()) == ("maintenance", "72,5")
    assert form["starts_on"].value() == world.TODAY + 3 * DAY


def test_new_in_the_middle_of_an_order_proposes_the_next_dose(client, patient):
    morning.opened_bottle()
    assert client.get(f"{page(patient)}new/").context["form"]["starts_on"].value() == world.TODAY

    morning.drink(patient, morning.access(cast.DISPENSER))

    assert client.get(f"{page(patient)}new/").context["form"]["starts_on"].value() == world.TODAY + DAY


def test_new_for_somebody_without_an_order_proposes_no_dose(client):
    form = client.get(f"{page(morning.patient(prescribed=False))}new/").context["form"]

    assert (form["dose_mg"].value(), form["phase"].value()) == (None, None)


@pytest.mark.parametrize(("text", "mg"), [("72,5", "72.5"), ("72.5", "72.5"), ("70", "70")])
def test_review_reads_a_comma_and_a_dot_alike(client, patient, text, mg):
    MeasuringDevice.objects.filter(facility=morning.site()).update(retired_on=world.TODAY)

    answer = write(client, patient, typed(dose_mg=text))

    assert answer.status_code == 200
    assert answer.context["reviewed"].prescription.dose_mg == Decimal(mg)


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("dose_mg", "1.234", "hai số khác nhau"),
        ("dose_mg", "7O", "Nhập số mg"),
        ("dose_mg", "", "Nhập liều mỗi ngày"),
        ("second_mg", "90", "nhỏ hơn liều cả ngày"),
        ("starts_on", "31/02/2026", "Nhập ngày"),
        ("starts_on", "2027-11-24", "còn quá xa"),
        ("phase", "", "Chọn giai đoạn"),
        ("step1_from", "4", "Điền đủ cả dòng"),
        ("step1_mg", "1.234", "hai số khác nhau"),
    ],
)
def test_write_wrong_input_says_what_to_do_and_keeps_everything(client, patient, field, text, words):
    data = typed(note="uống sau ăn", ends_on="2026-12-01", step2_from="5") | {field: text}

    answer = write(client, patient, data)

    body = answer.content.decode()
    assert answer.status_code == 422
    assert words in body
    form = answer.context["form"]
    assert {name: form[name].value() for name in ("note", "ends_on", "step2_from")} == {
        "note": "uống sau ăn", "ends_on": "2026-12-01", "step2_from": "5"
    }  # fmt: skip
    assert form[field].value() in (text, None)
    assert form["id"].value() == data["id"]


def test_write_against_a_rule_keeps_everything_and_names_it(client, patient):
    answer = write(client, patient, typed(dose_mg="350", note="uống sau ăn"))

    body = answer.content.decode()
    assert answer.status_code == 422
    assert "350 mg vượt mức cao nhất 300 mg" in body
    assert 'value="350"' in body
    assert "uống sau ăn" in body


def test_review_proposes_the_end_by_the_length_of_the_phase(client, patient):
    ends = {
        phase: write(client, patient, typed(phase=phase, dose_mg="65")).context["reviewed"].prescription.ends_on
        for phase in ("adjustment", "maintenance", "taper")
    }

    assert ends == {
        "adjustment": world.TODAY + 4 * DAY, "maintenance": world.TODAY + 29 * DAY, "taper": world.TODAY + 13 * DAY
    }  # fmt: skip


def test_review_shows_the_change_and_what_ends_and_is_a_logged_look(client, patient):
    answer = write(client, patient, typed(dose_mg="85"))

    body = answer.content.decode()
    assert "TĂNG 20 mg · đơn trước 65 mg" in body
    assert "từ 24/11/2026 đến hết 23/12/2026" in body
    assert "65 mg, 10/11/2026 đến hết 09/12/2026" in body
    assert 'name="large_change_confirmed"' in body
    looks = AuditEvent.objects.filter(action="patient.looked_at", patient_id=patient.pk, detail__why="prescription")
    assert looks.count() == 1
    assert not Prescription.objects.filter(patient=patient, dose_mg=85).exists()


def test_review_of_an_unchanged_dose_asks_nothing_more(client, patient):
    body = write(client, patient, typed(dose_mg="65")).content.decode()

    assert "Không đổi so với đơn trước" in body
    assert 'name="large_change_confirmed"' not in body


def test_review_back_to_writing_keeps_everything(client, patient):
    data = typed(
        dose_mg="70", second_mg="20", note="uống sau ăn", step1_from="4", step1_to="5", step1_mg="35", step1_days="1"
    )

    form = write(client, patient, data | {"step": "write"}).context["form"]

    kept = {name: form[name].value() for name in data if name != "step"}
    assert kept == {name: text for name, text in data.items() if name != "step"}


def test_sign_divided_dose_and_steps_as_typed(client, patient):
    data = typed(dose_mg="70", second_mg="20", step2_from="4", step2_to="5", step2_mg="35", step2_days="1")

    answer = sign(client, patient, data)

    assert (answer.status_code, answer.headers["Location"]) == (302, page(patient))
    made = Prescription.objects.get(pk=data["id"])
    assert made.slot_mg == [Decimal("50.00"), Decimal("20.00")]
    assert made.if_missed == [{"from_missed": 4, "to_missed": 5, "dose_mg": "35", "days": 1}]
    assert "đã ký đơn 70 mg mỗi ngày" in client.get(page(patient)).content.decode()


def test_sign_large_change_without_its_tick_asks_and_with_it_signs(client, patient):
    data = typed(dose_mg="85")

    asked = sign(client, patient, data)
    assert asked.status_code == 422
    assert "Xem lại rồi đánh dấu trước khi ký" in asked.content.decode()
    assert not Prescription.objects.filter(pk=data["id"]).exists()

    assert sign(client, patient, data, large_change_confirmed="on").status_code == 302


def test_sign_with_a_wrong_pin_keeps_the_tick_and_never_the_pin(client, patient):
    answer = sign(client, patient, typed(dose_mg="85"), large_change_confirmed="on", pin="111333")

    body = answer.content.decode()
    assert answer.status_code == 422
    assert "PIN chưa đúng" in body
    assert "111333" not in body
    assert 'name="large_change_confirmed" checked' in body


def test_sign_after_a_colleague_has_signed_shows_the_new_state_first(client, patient):
    data = typed(dose_mg="70")
    shown = write(client, patient, data).context["reviewed"].shown_digest
    orders.sign(orders.order(patient, "60"), orders.clinic_physician())

    answer = write(client, patient, data | {"step": "sign", "pin": cast.PIN, "shown_digest": shown})

    assert answer.status_code == 422
    assert "Từ lúc xem lại đã có thay đổi" in answer.content.decode()
    assert not Prescription.objects.filter(pk=data["id"]).exists()


def test_sign_sent_twice_makes_one_order(client, patient):
    data = typed()
    shown = write(client, patient, data).context["reviewed"].shown_digest
    final = data | {"step": "sign", "pin": cast.PIN, "shown_digest": shown}

    assert [write(client, patient, final).status_code for _ in range(2)] == [302, 302]
    assert Prescription.objects.filter(pk=data["id"]).count() == 1


# --- stopping, holding ----------------------------------------------------------------------------------------------


def test_stop_page_ends_the_order_by_pin(client, patient):
    order = Prescription.objects.get(patient=patient)
    address = f"{LIST}{order.pk}/stop/"

    assert client.post(address, {"pin": "111333"}).status_code == 422
    assert client.post(address, {"pin": cast.PIN}).status_code == 302

    order.refresh_from_db()
    assert order.end_reason == "stopped"
    assert client.post(address, {"pin": cast.PIN}).status_code == 302  # again: the same end


def test_hold_placed_and_lifted_on_the_patients_page(client, patient):
    number = str(new_id())
    data = {"id": number, "reason": "illness", "unlocker": "physician", "note": "sốt cao"}

    assert client.post(f"{page(patient)}hold/", data).status_code == 302
    body = client.get(page(patient)).content.decode()
    assert "sốt cao" in body
    assert client.post(f"{LIST}holds/{number}/lift/", {"reason": "đã khám"}).status_code == 302
    assert Hold.objects.get(pk=number).lift_reason == "đã khám"


def test_hold_without_a_reason_keeps_what_was_typed(client, patient):
    answer = client.post(f"{page(patient)}hold/", {"id": str(new_id()), "unlocker": "main_clinic", "note": "sốt cao"})

    body = answer.content.decode()
    assert answer.status_code == 422
    assert "Chọn lý do dừng cấp liều" in body
    assert "sốt cao" in body
    assert '<option value="main_clinic" selected>' in body


def test_lift_by_a_lower_level_is_refused_in_words_and_keeps_the_reason(patient):
    hold = holds.place(
        command=NewHold(new_id(), patient.pk, HoldReason.ILLNESS, Unlocker.PHYSICIAN),
        by=orders.physician(),
        now=world.NOW,
    )

    answer = signed_in(cast.SITE_HEAD).post(f"{LIST}holds/{hold.pk}/lift/", {"reason": "thấy khỏe"})

    assert answer.status_code == 422
    assert "Chỉ bác sĩ được cho uống lại" in answer.content.decode()


def test_patient_page_takes_as_many_statements_for_many_orders_as_for_one(client, patient):
    def statements() -> int:
        client.get(page(patient))
        with CaptureQueriesContext(connection) as caught:
            assert client.get(page(patient)).status_code == 200
        return len(caught)

    few = statements()
    for month in range(1, 7):
        morning.prescription(patient, starts_on=world.TODAY - (14 + 30 * month) * DAY, days=30)
    assert statements() == few <= 14
