"""The pages of an overdose: one tap, nothing typed is lost, nobody else's."""

import re

import pytest
from django.test import Client

from dispensing.models import OverdoseEvent, OverdoseIncident
from tests import cast, world_patients
from tests.dispensing import overdosed
from tests.entrance import signed_in
from tests.inventory import shelf_hands

pytestmark = pytest.mark.django_db
NEW = "/dispensing/overdoses/new/"
PHONG = world_patients.PHONG.code


@pytest.fixture
def client(db: None) -> Client:
    return signed_in(cast.DISPENSER)


def text(answer) -> str:
    return answer.content.decode()


def id_in(page: str, form: str = "") -> str:
    part = page[page.index(form) :] if form else page
    found = re.search(r'name="id" value="([0-9a-f-]{36})"', part)
    assert found
    return found.group(1)


def test_one_tap_starts_it_with_nothing_filled_in(client: Client) -> None:
    page = text(client.get(NEW))
    found = re.search(r'name="found" value="([^"]+)"', page)
    assert found
    answer = client.post(NEW, {"id": id_in(page), "found": found.group(1), "place": "site"})
    [incident] = OverdoseIncident.objects.all()
    assert answer["Location"] == f"/dispensing/overdoses/{incident.pk}/"
    assert "chưa biết ai" in text(client.get(answer["Location"]))


def test_wrong_input_keeps_what_was_typed(client: Client) -> None:
    page = text(client.get(NEW))
    sent = {"id": id_in(page), "found": "05:50", "place": "home", "place_words": "bản Co Chạy", "code": "99999"}
    answer = client.post(NEW, sent)
    assert answer.status_code == 422
    for kept in ("05:50", "bản Co Chạy", "99999", "Không có mã này ở cơ sở."):
        assert kept in text(answer)
    assert client.post(NEW, {**sent, "found": "6 giờ"}).status_code == 422


def test_taps_naloxone_and_signs_make_the_timeline(client: Client) -> None:
    lot = shelf_hands.receive(9)
    incident = overdosed.started(PHONG)
    address = f"/dispensing/overdoses/{incident.pk}/"
    page = text(client.get(address))
    [tap] = re.findall(r'value="(call:[0-9a-f-]{36})"', page)
    for _ in range(2):
        client.post(f"{address}step/", {"tap": tap})
    sent = {"kind": "naloxone", "id": id_in(page, "Naloxone: vừa tiêm"),
            "at": "06:10", "lot": str(lot.pk), "ampoules": "1", "route": "im", "response": "breathes"}  # fmt: skip
    assert client.post(f"{address}step/", {**sent, "ampoules": "", "mg": "x"}).status_code == 422
    client.post(f"{address}step/", sent)
    bad = client.post(
        f"{address}step/", {"kind": "signs", "id": id_in(page, "Dấu hiệu sống"), "at": "06:10", "spo2": "300"}
    )
    assert "Xem lại số này" in text(bad)
    assert 'value="300"' in text(bad)
    client.post(f"{address}step/", {"kind": "signs", "id": id_in(page, "Dấu hiệu sống"), "at": "06:10", "spo2": "92"})
    shown = text(client.get(address))
    assert OverdoseEvent.objects.filter(incident=incident).count() == 3
    for said in ("Đã gọi cấp cứu", "0,4 mg, tiêm bắp", "1 ống lô NX-0528", "SpO₂ 92 %", "Liều của người này đã dừng"):
        assert said in shown
    assert shelf_hands.stands().need.usable == 8


def test_identify_and_report_on_their_pages(client: Client) -> None:
    incident = overdosed.started()
    address = f"/dispensing/overdoses/{incident.pk}/"
    assert client.post(f"{address}identify/", {"code": "00000"}).status_code == 422
    assert client.post(f"{address}identify/", {"code": PHONG}).status_code == 302
    page = text(client.get(f"{address}report/"))
    assert "Sổ đã có" in page
    sent = {
        "id": id_in(page), "outcome": "recovered", "take_home": "no", "present": "L.T.H.", "pin": cast.DISPENSER.pin,
        "substances": ["alcohol"], "physician": "BS Đức", "physician_at": "2026-11-24T06:05",
    }  # fmt: skip
    refused = client.post(f"{address}report/", sent)
    assert refused.status_code == 422
    assert "BS Đức" in text(refused)
    assert client.post(f"{address}report/", {**sent, "root_cause": "rượu"})["Location"] == address
    assert "rượu, bia" in text(client.get(address))
    assert "đã có báo cáo" in text(client.get("/dispensing/overdoses/"))


def test_who_may_not_and_who_is_elsewhere_see_nothing(client: Client) -> None:
    incident = overdosed.started()
    address = f"/dispensing/overdoses/{incident.pk}/"
    assert signed_in(cast.OTHER_DISPENSER).get(address).status_code == 404
    assert signed_in(cast.STORE_KEEPER).get(address).status_code == 403
    assert signed_in(cast.CLINIC_PHYSICIAN).get(address).status_code == 200


def test_card_leads_to_the_record(client: Client) -> None:
    assert NEW in text(client.get("/dispensing/"))
    assert NEW not in text(signed_in(cast.STORE_KEEPER).get("/inventory/"))


def test_pages_cost_the_same_whatever_there_is(client: Client, django_assert_max_num_queries) -> None:
    incident = overdosed.started(PHONG)
    for _ in range(25):
        overdosed.stepped(incident.pk)
        overdosed.started()
    for address in ("/dispensing/overdoses/", f"/dispensing/overdoses/{incident.pk}/"):
        client.get(address)
        with django_assert_max_num_queries(14):
            client.get(address)
