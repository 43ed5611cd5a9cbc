"""Photos and requests of a journey in its pages: kept with what is signed, seen by whom it concerns."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client, override_settings

from inventory.models import CustodyEvent, TransportRequest
from tests import cast
from tests.core.test_attachments import photo, sent
from tests.entrance import signed_in
from tests.inventory.road import SEALS, Road, stored
from tests.inventory.test_custody_pages import page, words

pytestmark = pytest.mark.django_db
ALL = "/inventory/consignments/"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    with override_settings(FILES_DIR=tmp_path):
        yield tmp_path


@pytest.fixture
def road() -> Road:
    return Road(stored(cast.MAIN_CLINIC, 2))


def act_id(client: Client, address: str) -> str:
    found = re.search(r'name="id" value="([^"]+)"', client.get(address).content.decode())
    assert found
    return found[1]


def digests(road: Road, step: str) -> list[str]:
    return CustodyEvent.objects.get(consignment_id=road.id, step=step).content["stated"]["photos"]


def packed_with_a_photo(road: Road) -> str:
    road.prepare()
    keeper = signed_in(cast.STORE_KEEPER)
    address = page(road, "pack/")
    answer = keeper.post(
        address,
        {
            "id": act_id(keeper, address), "bottles": road.numbers, "seals": " ".join(SEALS), "note": "",
            "second_mode": "present", "second_username": cast.CLINIC_PHYSICIAN.username,
            "second_pin": cast.CLINIC_PHYSICIAN.pin, "photos": [sent(photo()), sent(photo(), "hai.jpg")],
        },
    )  # fmt: skip
    assert answer.status_code == 302, words(keeper, address)
    [digest] = digests(road, "pack")  # the same picture twice is one
    return digest


def test_photo_is_signed_with_the_event_and_served_to_the_sender_uncached(road: Road) -> None:
    digest = packed_with_a_photo(road)
    address = page(road, f"photos/{digest}/")
    answer = signed_in(cast.STORE_KEEPER).get(address)
    assert hashlib.sha256(answer.content).hexdigest() == digest
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert f"photos/{digest}/" in signed_in(cast.STORE_KEEPER).get(page(road)).content.decode()


def test_photo_of_the_packing_is_hidden_from_the_receiver_until_it_is_counted(road: Road) -> None:
    digest = packed_with_a_photo(road)
    road.hand_over()
    receiver = signed_in(cast.DISPENSER)
    assert receiver.get(page(road, f"photos/{digest}/")).status_code == 404
    road.arrive()
    road.inspect()
    road.receive()
    assert receiver.get(page(road, f"photos/{digest}/")).status_code == 200


def test_photo_is_refused_to_strangers_and_under_another_consignment(road: Road) -> None:
    digest = packed_with_a_photo(road)
    address = page(road, f"photos/{digest}/")
    assert Client().get(address).status_code == 302
    for member in (cast.OTHER_DISPENSER, cast.PHYSICIAN, cast.SYSTEM_ADMINISTRATOR):
        assert signed_in(member).get(address).status_code in {403, 404}
    other = Road(stored(cast.MAIN_CLINIC, 4)[2:])
    other.prepare()
    assert signed_in(cast.STORE_KEEPER).get(page(other, f"photos/{digest}/")).status_code == 404
    assert signed_in(cast.STORE_KEEPER).get(page(road, "photos/..%2f..%2fetc/")).status_code == 404


def test_broken_photo_is_a_sentence_and_a_good_one_stays_with_the_form(road: Road) -> None:
    road.leave()
    road.arrive()
    receiver, address = signed_in(cast.DISPENSER), page(road, "inspect/")
    given = {"id": act_id(receiver, address), "seals": "", "intact": "yes"}
    wrong = receiver.post(address, {**given, "photos": [sent(b"khong phai anh")]})
    assert wrong.status_code == 422
    assert "Không đọc được ảnh này" in wrong.content.decode()
    again = receiver.post(address, {**given, "photos": [sent(photo())]})
    assert again.status_code == 422
    slip = re.search(r'name="photos_kept" value="([^"]+)"', again.content.decode())
    assert slip
    assert "Đã giữ 1 ảnh" in again.content.decode()
    done = receiver.post(address, {**given, "seals": " ".join(SEALS), "photos_kept": slip[1]})
    assert done.status_code == 302
    assert len(digests(road, "inspect")) == 1


def test_too_many_photos_are_a_sentence(road: Road) -> None:
    road.leave()
    carrier, address = signed_in(cast.CARRIER), f"/inventory/carry/{road.id}/incident/"
    given = {"id": act_id(carrier, address), "kind": "incident_broken", "safe": "yes", "note": "rơi thùng"}
    assert carrier.post(address, {**given, "photos": [sent(photo()) for _ in range(5)]}).status_code == 422
    assert carrier.post(address, {**given, "photos": [sent(photo())]}).status_code == 302
    assert len(digests(road, "incident")) == 1


def test_carrier_asks_for_a_safe_journey_and_the_head_refuses_with_a_reason(road: Road) -> None:
    road.prepare()
    road.pack()
    carrier, head = signed_in(cast.CARRIER), signed_in(cast.CLINIC_HEAD)
    address = page(road, "transport/")
    assert carrier.post(address, {}).status_code == 422
    assert carrier.post(address, {"wanted": ["vehicle", "lock_box"], "reason": "qua đèo"}).status_code == 302
    vehicle = TransportRequest.objects.get(item="vehicle")
    answering = f"/inventory/transport/{vehicle.pk}/"
    assert answering in head.get(address).content.decode()
    assert answering not in carrier.get(address).content.decode()
    assert carrier.get(answering).status_code == 403
    assert head.post(answering, {"granted": "no", "words": ""}).status_code == 422
    assert head.post(answering, {"granted": "no", "words": "xe đi công tác"}).status_code == 302
    road.hand_over()
    shown = words(carrier, page(road))
    assert "từ chối" in shown
    assert "xe đi công tác" in shown
    assert "không trả lời" in shown


def test_position_of_the_device_is_shown_as_what_the_device_said(road: Road) -> None:
    road.leave()
    road.check_point(position=("21.38602", "103.02301"))
    shown = words(signed_in(cast.STORE_KEEPER), page(road))
    assert "Vị trí máy báo 21.38602, 103.02301" in shown
