"""The pages of the emergency shelf: red for everybody, forms that keep what was typed, answers by who may."""

import re

import pytest
from django.test import Client

from inventory.models import RestockRequest, ShelfCheck
from inventory.rules.shelf_codes import Equipment
from inventory.services import restocking
from tests import cast, world, world_stock
from tests.entrance import signed_in
from tests.inventory import shelf_hands as hands
from tests.world import NOW

pytestmark = pytest.mark.django_db
NONE = "Không có ống naloxone nào dùng được"


def words(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def id_of(page: str) -> str:
    [found] = set(re.findall(r'name="id" value="([0-9a-f-]{36})"', page))
    return found


def asked(ago: int = 31) -> RestockRequest:
    restocking.restock(now=NOW - hands.days(ago))
    found = hands.open_request()
    assert found is not None
    return found


def test_none_usable_is_red_on_stock_shelf_and_managers_pages() -> None:
    dispenser, manager = signed_in(cast.DISPENSER), signed_in(cast.AREA_MANAGER)
    asked()
    site = world.facility(cast.SITE).pk
    for page in (words(dispenser, "/inventory/"), words(dispenser, "/inventory/shelf/")):
        assert NONE in page
        assert "31 ngày trước, chưa có" in page
    assert "Không có naloxone dùng được" in words(manager, "/oversight/")
    for page in (words(manager, "/oversight/"), words(manager, f"/oversight/sites/{site}/")):
        assert "31 ngày trước, chưa có" in page


@pytest.mark.parametrize("member", [cast.STORE_KEEPER, cast.CLINIC_HEAD])
def test_request_stands_on_the_stock_page_of_who_could_answer(member: cast.Member) -> None:
    asked()
    page = words(signed_in(member), "/inventory/")
    assert "Trạm xin bổ sung naloxone" in page
    assert "xin 31 ngày trước, chưa có" in page


def test_shelf_shows_lots_and_expired_apart() -> None:
    hands.receive(12)
    page = words(signed_in(cast.DISPENSER), "/inventory/shelf/")
    assert "lô NX-0528" in page
    assert NONE not in page
    assert "chưa kiểm tra" in page


def test_delivery_form_takes_ampoules_without_strength_or_size() -> None:
    client = signed_in(cast.DISPENSER)
    page = words(client, "/inventory/deliveries/new/")
    line = {
        "item": str(world_stock.naloxone().pk), "lot_number": "NX-7", "manufacturer": "Rotexmedica",
        "expires_on": "2028-06-30", "bottles": "15",
    }  # fmt: skip
    sent = {
        "id": id_of(page), "line_count": "1", "supplier": "Mường Ảng", "document_number": "PX-3",
        **{f"line0-{name}": value for name, value in line.items()},
        "second_mode": "present", "second_username": cast.WITNESS.username, "second_pin": cast.WITNESS.pin,
    }  # fmt: skip
    answer = client.post("/inventory/deliveries/new/", sent)
    assert answer["Location"] == "/inventory/shelf/"
    assert hands.stands().need.usable == 15


def test_delivery_of_bottles_still_asks_strength_and_size() -> None:
    client = signed_in(cast.DISPENSER)
    sent = {
        "id": id_of(words(client, "/inventory/deliveries/new/")), "line_count": "1", "line0-bottles": "2",
        "line0-item": str(world_stock.methadone().pk),
    }  # fmt: skip
    answer = client.post("/inventory/deliveries/new/", sent)
    assert answer.status_code == 422
    assert answer.content.decode().count("Ghi như trên nhãn chai.") == 2


def test_withdraw_form_takes_ampoules_and_keeps_what_was_typed() -> None:
    lot, client = hands.receive(12), signed_in(cast.DISPENSER)
    page = words(client, "/inventory/shelf/ampoules/")
    sent = {"id": id_of(page), "fate": "broken", "lot": str(lot.pk), "quantity": "40", "words": "rơi xuống sàn"}
    alone = {"second_mode": "alone", "second_reason": "một mình"}
    refused = client.post("/inventory/shelf/ampoules/", {**sent, **alone})
    assert refused.status_code == 422
    assert "Sổ chỉ còn 12 ống của lô này." in refused.content.decode()
    assert "rơi xuống sàn" in refused.content.decode()
    done = client.post("/inventory/shelf/ampoules/", {**sent, **alone, "quantity": "2"})
    assert done["Location"] == "/inventory/shelf/"
    assert hands.stands().need.usable == 10


def test_check_form_is_signed_and_asks_each_thing() -> None:
    client = signed_in(cast.DISPENSER)
    sent = {"id": id_of(words(client, "/inventory/shelf/check/")), "usable": "0", "own_pin": cast.DISPENSER.pin}
    refused = client.post("/inventory/shelf/check/", sent)
    assert refused.content.decode().count("Chạm một trạng thái.") == len(Equipment)
    states = {str(thing): "ok" for thing in Equipment} | {"oxygen": "missing"}
    wrong = client.post("/inventory/shelf/check/", {**sent, **states, "own_pin": "111111"})
    assert wrong.status_code == 422
    assert client.post("/inventory/shelf/check/", {**sent, **states})["Location"] == "/inventory/shelf/"
    assert ShelfCheck.objects.count() == 1
    assert "không có" in words(client, "/inventory/shelf/")


def test_store_keeper_answers_and_the_site_only_reads() -> None:
    request = asked()
    address = f"/inventory/restocks/{request.pk}/"
    assert "Trả lời trạm" not in words(signed_in(cast.DISPENSER), address)
    keeper = signed_in(cast.STORE_KEEPER)
    assert "Chuẩn bị chuyến có naloxone" in words(keeper, address)
    assert keeper.post(address, {"answer": "refused"}).status_code == 422
    assert keeper.post(address, {"answer": "refused", "reason": "kho tỉnh hết"})["Location"] == address
    assert "kho tỉnh hết" in words(signed_in(cast.SITE_HEAD), address)
    assert signed_in(cast.OTHER_DISPENSER).get(address).status_code == 404


@pytest.mark.parametrize("address", ["/inventory/shelf/", "/inventory/restocks/"])
def test_pages_cost_the_same_whatever_there_is(address: str, django_assert_max_num_queries) -> None:
    client = signed_in(cast.DISPENSER)
    for month in range(3):
        hands.check(now=NOW - hands.days(31 * (month + 1)))
    for number in range(10):
        hands.receive(1, lot=f"L{number}")
    client.get(address)
    with django_assert_max_num_queries(16):
        client.get(address)
