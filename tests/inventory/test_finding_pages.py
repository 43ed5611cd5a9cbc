"""The pages of what a site finds: measures, counts, checks, keys."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.ids import new_id
from core.models import AuditEvent
from core.scanning import encode
from inventory.models import (
    AccountKind,
    BottleMeasure,
    ClosedCount,
    DeviceCheck,
    Document,
    Key,
    KeyEvent,
    MeasuringDevice,
    NaloxoneCheck,
    Why,
)
from inventory.rules.scancodes import BOTTLE
from inventory.services import keys, measures
from tests import cast, world, world_stock
from tests.entrance import signed_in
from tests.inventory.site import ALONE, Site
from tests.world import NOW

pytestmark = pytest.mark.django_db
PRESENT = {"second_mode": "present", "second_username": cast.WITNESS.username, "second_pin": cast.WITNESS.pin}
FAR_OFF = "Số đo này khác nhiều so với mong đợi. Đo lại và gõ lại số vừa đọc."
BY_ONESELF = {"second_mode": "alone", "second_reason": "một mình buổi sáng"}


@pytest.fixture
def site() -> Site:
    return Site(world_stock.act_as(cast.DISPENSER))


@pytest.fixture
def client(site: Site) -> Client:
    return signed_in(cast.DISPENSER)


def words(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_measure_page_shows_a_level_and_never_the_book(client: Client, site: Site) -> None:
    site.dose(site.opened, 13_700)
    page = words(client, f"/inventory/bottles/{site.opened}/measure/")
    assert "đủ cho sáng nay" in page
    assert "986,3" not in page
    assert "986,3" not in words(client, "/inventory/checks/")


def test_measure_is_kept_then_the_book_shows(client: Client, site: Site) -> None:
    site.dose(site.opened, 13_700)
    sent = {"id": str(new_id()), "readings": "250 + 250 + 250 + 235", **PRESENT}
    answer = client.post(f"/inventory/bottles/{site.opened}/measure/", sent)
    row = BottleMeasure.objects.get()
    assert (answer.status_code, row.readings) == (302, ["250", "250", "250", "235"])
    shown = words(client, answer["Location"])
    assert "986,3 mL" in shown
    assert "thiếu 1,3 mL" in shown
    assert client.post(f"/inventory/bottles/{site.opened}/measure/", sent).status_code == 302
    assert BottleMeasure.objects.count() == 1


def test_measure_that_cannot_be_read_keeps_what_was_typed(client: Client, site: Site) -> None:
    sent = {"id": str(new_id()), "readings": "khoảng nửa chai", **BY_ONESELF}
    answer = client.post(f"/inventory/bottles/{site.opened}/measure/", sent)
    assert answer.status_code == 422
    assert "khoảng nửa chai" in answer.content.decode()
    assert "không đọc được thành số" in answer.content.decode()


def test_measure_far_off_is_read_twice_and_the_second_counts(client: Client, site: Site) -> None:
    address = f"/inventory/bottles/{site.opened}/measure/"
    sent = {"id": str(new_id()), "readings": "99", **PRESENT}
    page = client.post(address, sent)
    assert page.status_code == 422
    assert page.content.decode().count(FAR_OFF) == 1
    assert '<input type="hidden" name="readings" value="99"' in page.content.decode()
    assert f'value="{cast.WITNESS.username}" selected' in page.content.decode()
    assert not BottleMeasure.objects.exists()
    unread = client.post(address, {**sent, "again": "chín chín"})
    assert "không đọc được thành số" in unread.content.decode().split('id="id_again_error"')[1]
    assert client.post(address, {**sent, "again": "99"}).status_code == 302
    assert client.post(address, {**sent, "again": "99"}).status_code == 302
    row = BottleMeasure.objects.get()
    assert (row.readings, row.measured_ul) == (["99"], 99_000)
    [kept] = AuditEvent.objects.filter(action="stock.bottle_measure")
    assert kept.detail["first_readings"] == ["99"]
    assert row.act is not None
    assert Document.objects.get(act=row.act).content["stated"]["first_readings"] == ["99"]


def test_measure_outside_by_less_than_the_setting_is_kept_at_once(client: Client, site: Site) -> None:
    sent = {"id": str(new_id()), "readings": "980", **PRESENT}
    assert client.post(f"/inventory/bottles/{site.opened}/measure/", sent).status_code == 302
    assert BottleMeasure.objects.get().act is not None


def test_measure_of_another_sites_bottle_is_not_found(client: Client) -> None:
    other = Site(world_stock.act_as(cast.OTHER_DISPENSER))
    assert client.get(f"/inventory/bottles/{other.opened}/measure/").status_code == 404


def test_closed_count_hides_the_labels_and_compares_after(client: Client, site: Site) -> None:
    numbers = sorted(site.closed() + site.closed(AccountKind.DISPENSING))
    page = words(client, "/inventory/closed/")
    assert encode(BOTTLE, numbers[0]) not in page
    labels = "\n".join(encode(BOTTLE, number) for number in numbers[1:])
    answer = client.post("/inventory/closed/", {"id": str(new_id()), "labels": labels})
    assert answer.status_code == 302
    assert not ClosedCount.objects.get().agrees
    assert encode(BOTTLE, numbers[0]) in words(client, "/inventory/checks/")


def test_closed_count_of_something_that_is_no_label_is_asked_again(client: Client) -> None:
    answer = client.post("/inventory/closed/", {"id": str(new_id()), "labels": "ABC"})
    assert answer.status_code == 422
    assert "ABC" in answer.content.decode()


def test_naloxone_is_kept_and_its_expiry_is_asked(client: Client) -> None:
    sent = {"id": str(new_id()), "usable": "6"}
    assert client.post("/inventory/naloxone/", sent).status_code == 422
    assert client.post("/inventory/naloxone/", {**sent, "nearest_expiry": "2027-03-01"}).status_code == 302
    assert NaloxoneCheck.objects.get().usable == 6
    assert "6 ống còn hạn" in words(client, "/inventory/checks/")


def test_pump_is_added_after_the_syringe_is_put_away_and_checked(client: Client, site: Site) -> None:
    new = {"id": str(new_id()), "kind": "pump", "name": "bơm 3", "step": "0,1", "least": "1", "most": "20"}
    assert client.post("/inventory/devices/new/", new).status_code == 422
    syringe = MeasuringDevice.objects.get(facility_id=site.here)
    assert client.post(f"/inventory/devices/{syringe.pk}/retire/").status_code == 302
    assert client.post("/inventory/devices/new/", new).status_code == 302
    pump = MeasuringDevice.objects.get(name="bơm 3")
    checked = {"id": str(new_id()), "nominal": "50", "measured": "50,4", "poured_out": "55", **BY_ONESELF}
    assert client.post(f"/inventory/devices/{pump.pk}/check/", checked).status_code == 422
    answer = client.post(f"/inventory/devices/{pump.pk}/check/", {**checked, "number": str(site.opened)})
    assert answer.status_code == 302
    assert DeviceCheck.objects.get().passed
    assert site.state(site.opened).book_ul == 945_000


def test_scale_stands_beside_the_device_that_pours(client: Client, site: Site) -> None:
    new = {"id": str(new_id()), "kind": "scale", "name": "cân 5 kg", "step": "1", "least": "1", "most": "5000"}
    assert client.post("/inventory/devices/new/", new).status_code == 302
    assert MeasuringDevice.objects.filter(facility_id=site.here, retired_on__isnull=True).count() == 2
    scale = MeasuringDevice.objects.get(kind="scale")
    assert "Quả cân chuẩn" in words(client, f"/inventory/devices/{scale.pk}/check/")


def test_keys_are_taken_handed_over_and_lost_on_their_page(client: Client, site: Site) -> None:
    taken = {"id": str(new_id()), "keys": ["storage", "dispensing"]}
    assert client.post("/inventory/keys/take/", taken).status_code == 302
    assert client.post("/inventory/keys/take/", {"id": str(new_id())}).status_code == 422
    over = {"id": str(new_id()), "keys": ["storage"], **PRESENT}
    assert client.post("/inventory/keys/hand-over/", over).status_code == 302
    page = words(client, "/inventory/keys/")
    assert world.person(cast.WITNESS).full_name in page
    lost = {"id": str(new_id()), "keys": ["dispensing"], "words": "không thấy từ tối qua"}
    assert client.post("/inventory/keys/lost/", {**lost, "keys": ["dispensing", "storage"]}).status_code == 422
    assert client.post("/inventory/keys/lost/", lost).status_code == 302
    assert "đã mất" in words(client, "/inventory/keys/")
    assert KeyEvent.objects.count() == 4


def test_hand_over_alone_without_an_envelope_keeps_what_was_ticked(client: Client) -> None:
    client.post("/inventory/keys/take/", {"id": str(new_id()), "keys": ["storage"]})
    answer = client.post("/inventory/keys/hand-over/", {"id": str(new_id()), "keys": ["storage"], **BY_ONESELF})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "ghi số phong bì" in page
    assert re.search(r'value="storage"[^>]*checked', page)


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        words(client, address)
    return len(asked)


@pytest.mark.parametrize("address", ["/inventory/checks/", "/inventory/keys/"])
def test_page_asks_the_same_at_20_and_200_rows(client: Client, site: Site, address: str) -> None:
    def add(count: int) -> None:
        for nth in range(count):
            later = NOW + timedelta(seconds=nth)
            keys.take(command=keys.Take(new_id(), (Key.STORAGE,)), by=site.by, now=later)
            if nth % 4 == 0:
                measure = measures.Measure(new_id(), site.opened, Why.WEEKLY, ("1000",), ALONE)
                measures.record(command=measure, by=site.by, now=later)

    add(20)
    client.get(address)  # what a process keeps for a minute is asked once
    few = _queries(client, address)
    add(60)
    assert _queries(client, address) == few
