"""The pages of consignments: the store-keeper's, the carrier's, the receiver's; blind until counted."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.ids import new_id
from core.scanning import encode
from inventory.models import Consignment, CustodyEvent
from inventory.rules.consignments import Arrived, Incident
from inventory.rules.custody import State
from inventory.rules.scancodes import BOTTLE, CONSIGNMENT
from tests import cast, world
from tests.entrance import signed_in
from tests.inventory.road import SEALS, Road, place_of, stored

pytestmark = pytest.mark.django_db
ALL = "/inventory/consignments/"


@pytest.fixture
def keeper() -> Client:
    return signed_in(cast.STORE_KEEPER)


@pytest.fixture
def carrier() -> Client:
    return signed_in(cast.CARRIER)


@pytest.fixture
def receiver() -> Client:
    return signed_in(cast.DISPENSER)


@pytest.fixture
def road() -> Road:
    return Road(stored(cast.MAIN_CLINIC, 3))


def words(client: Client, address: str, *, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return plain(answer.content.decode())


def plain(html: str) -> str:
    body = html[html.index("<main") : html.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def page(road: Road, step: str = "") -> str:
    return f"{ALL}{road.id}/{step}"


def send(client: Client, address: str, /, **data: object) -> str:
    """Post a page's form with the id that the page was shown with; where it leads, or its sentences."""
    shown = client.get(address).content.decode()
    found = re.search(r'name="id" value="([^"]+)"', shown)
    assert found, address
    answer = client.post(address, {"id": found[1], **data})
    return answer["Location"] if answer.status_code in {302, 303} else plain(answer.content.decode())


def label(number: int) -> str:
    return encode(BOTTLE, number)


def test_a_consignment_through_the_pages_of_three_people(keeper: Client, carrier: Client, receiver: Client) -> None:
    to = world.facility(cast.SITE).pk
    shown = words(keeper, f"{ALL}new/?to={to}&bottles=3")
    assert "Hạn trước gửi trước" in shown
    asked = keeper.get(f"{ALL}new/?to={to}&bottles=3").content.decode()
    assert re.search(r'name="take_b0" value="3"', asked)
    there = send(
        keeper, f"{ALL}new/", to_facility=to, carrier=world.person(cast.CARRIER).pk, transport="xe máy",
        route="QL279", expected_on="2026-11-24", expected_time="10:00", take_b0="3",
    )  # fmt: skip
    consignment = Consignment.objects.get()
    assert there == f"{ALL}{consignment.pk}/"
    numbers = CustodyEvent.objects.get().content["stated"]["bottles"]
    assert len(numbers) == 3
    at = there
    assert send(
        keeper, f"{at}pack/", bottles=numbers, seals="NP-1 NP-2", second_mode="present",
        second_username=cast.CLINIC_PHYSICIAN.username, second_pin=cast.CLINIC_PHYSICIAN.pin,
    ) == at  # fmt: skip
    assert send(keeper, f"{at}hand-over/", own_pin=cast.STORE_KEEPER.pin, carrier_pin=cast.CARRIER.pin) == at
    assert "3 chai" in words(carrier, "/inventory/carry/")
    reported = send(carrier, f"/inventory/carry/{consignment.pk}/check-point/", intact="yes", place="đỉnh đèo")
    assert reported == "/inventory/carry/"
    assert send(receiver, f"{at}arrive/") == at
    assert send(receiver, f"{at}inspect/", seals="NP-1\nNP-2", intact="yes") == f"{at}receive/"
    counted = "\n".join(label(number) for number in numbers)
    assert send(
        receiver, f"{at}receive/", bottles=counted, own_pin=cast.DISPENSER.pin, second_mode="present",
        second_username=cast.WITNESS.username, second_pin=cast.WITNESS.pin,
    ) == at  # fmt: skip
    assert "đã nhận đủ" in words(receiver, at)
    assert send(keeper, f"{at}close/") == at
    assert {place_of(number) for number in numbers} == {(cast.SITE, "storage")}


def test_nothing_tells_the_receiver_what_was_sent_before_the_count(road: Road, receiver: Client) -> None:
    road.leave()
    road.arrive()
    secrets = [*SEALS, *(label(number) for number in road.numbers), "3 chai"]
    for address in (ALL, page(road), page(road, "inspect/")):
        shown = words(receiver, address)
        assert not [secret for secret in secrets if secret in shown], address
    road.inspect()
    shown = words(receiver, page(road, "receive/"))
    assert not [secret for secret in secrets if secret in shown and secret not in SEALS]
    road.receive()
    assert label(road.numbers[0]) in words(receiver, page(road))


def test_the_sender_sees_the_manifest_all_along(road: Road, keeper: Client) -> None:
    road.leave()
    shown = words(keeper, page(road))
    assert all(each in shown for each in (*SEALS, label(road.numbers[0])))


def test_short_receipt_shows_case_and_countdown_to_both_sides(road: Road, keeper: Client, receiver: Client) -> None:
    road.at_the_door()
    road.receive([Arrived(number) for number in road.numbers[1:]])
    for client in (keeper, receiver):
        shown = words(client, page(road))
        assert "Hạn báo cáo" in shown
        assert cast.CLINIC_HEAD.full_name in shown
        assert f"chai {label(road.numbers[0])}: có trong bản kê" in shown
    assert "Giải quyết chênh lệch" in words(receiver, page(road, "settle/"))


def test_count_that_is_refused_keeps_what_was_typed(road: Road, receiver: Client) -> None:
    road.at_the_door()
    typed = label(road.numbers[0])
    shown = send(
        receiver, page(road, "receive/"), bottles=f"{typed}\nabc", own_pin=cast.DISPENSER.pin, second_mode="present"
    )
    assert "Không phải số nhãn chai: abc" in shown
    assert typed in shown
    assert "Chọn người ký cùng" in shown
    wrong = send(
        receiver, page(road, "receive/"), bottles=typed, own_pin="000000", second_mode="present",
        second_username=cast.WITNESS.username, second_pin=cast.WITNESS.pin,
    )  # fmt: skip
    assert "PIN chưa đúng" in wrong
    assert road.state() is State.INSPECTED


def test_step_that_is_over_leads_back_to_the_consignment(road: Road, receiver: Client, keeper: Client) -> None:
    road.leave()
    assert receiver.get(page(road, "receive/")).status_code == 302
    assert keeper.get(page(road, "pack/")).status_code == 302


def test_incident_of_the_carrier_puts_the_person_first(road: Road, carrier: Client, keeper: Client) -> None:
    road.leave()
    address = f"/inventory/carry/{road.id}/incident/"
    assert "Giữ mình an toàn trước" in words(carrier, address)
    assert send(carrier, address, safe="no", kind=str(Incident.ROBBED), note="chân đèo") == "/inventory/carry/"
    shown = words(keeper, page(road))
    assert "không an toàn" in shown
    assert "Hạn báo cáo" in shown


def test_carrier_turns_back_and_the_store_counts_again(road: Road, carrier: Client, keeper: Client) -> None:
    road.leave()
    send(carrier, page(road, "turn-back/"), note="sạt lở")
    counted = "\n".join(str(number) for number in road.numbers)
    assert send(
        keeper, page(road, "take-back/"), bottles=counted, own_pin=cast.STORE_KEEPER.pin, second_mode="present",
        second_username=cast.CLINIC_PHYSICIAN.username, second_pin=cast.CLINIC_PHYSICIAN.pin,
    ) == page(road)  # fmt: skip
    assert road.state() is State.RETURNED


def test_extra_bottle_is_admitted_and_taken_in(road: Road, keeper: Client, receiver: Client) -> None:
    extra = stored(cast.MAIN_CLINIC, 4)[3]
    road.at_the_door()
    road.receive([*road.all_of_them(), Arrived(extra)])
    assert send(
        keeper, page(road, "admit/"), bottles=[extra], words="lấy nhầm", own_pin=cast.STORE_KEEPER.pin,
        second_mode="present", second_username=cast.CLINIC_PHYSICIAN.username, second_pin=cast.CLINIC_PHYSICIAN.pin,
    ) == page(road)  # fmt: skip
    assert send(
        receiver, page(road, "settle/"), parts=road.disputed(), fate="into_store", words="đã đếm lại",
        own_pin=cast.DISPENSER.pin, second_mode="present", second_username=cast.WITNESS.username,
        second_pin=cast.WITNESS.pin,
    ) == page(road)  # fmt: skip
    assert road.state() is State.SETTLED


def test_cancel_wants_a_reason(road: Road, keeper: Client) -> None:
    road.prepare()
    assert "Ghi vì sao hủy" in send(keeper, page(road, "cancel/"), note=" ")
    assert send(keeper, page(road, "cancel/"), note="xe hỏng") == page(road)


def test_not_arrived_is_stated_by_two(road: Road, keeper: Client) -> None:
    road.leave()
    assert send(
        keeper, page(road, "not-arrived/"), note="mất liên lạc", own_pin=cast.STORE_KEEPER.pin,
        second_mode="present", second_username=cast.CLINIC_PHYSICIAN.username, second_pin=cast.CLINIC_PHYSICIAN.pin,
    ) == page(road)  # fmt: skip
    assert road.state() is State.DISPUTED


def test_satellite_prepares_a_return_to_its_clinic(receiver: Client) -> None:
    shown = words(receiver, f"{ALL}new/")
    assert "Trả thuốc về cơ sở điều trị" in shown
    assert cast.MAIN_CLINIC in shown


@pytest.mark.parametrize("member", [cast.OTHER_DISPENSER, cast.COUNSELLOR])
def test_a_consignment_of_others_is_not_there(road: Road, member: cast.Member) -> None:
    road.leave()
    assert signed_in(member).get(page(road)).status_code in {403, 404}


def test_scanned_pass_leads_to_the_consignment(road: Road, carrier: Client) -> None:
    road.leave()
    answer = carrier.post("/scan/", {"code": encode(CONSIGNMENT, road.row().number)})
    assert answer.headers.get("Location", answer.headers.get("HX-Redirect", "")) == page(road)


def test_lists_ask_the_same_whatever_their_length(keeper: Client, carrier: Client) -> None:
    for _ in range(2):
        prepared(2)
    asked = {address: queries(client, address) for client, address in of_lists(keeper, carrier)}
    for _ in range(8):
        prepared(1)
    assert {address: queries(client, address) for client, address in of_lists(keeper, carrier)} == asked


def test_page_of_a_consignment_asks_the_same_whatever_it_holds(keeper: Client) -> None:
    few, many = Road(stored(cast.MAIN_CLINIC, 1)), Road(stored(cast.MAIN_CLINIC, 9)[1:])
    few.leave()
    many.leave()
    for _ in range(6):
        many.check_point()
    few.check_point()
    assert queries(keeper, page(few)) == queries(keeper, page(many))


def of_lists(keeper: Client, carrier: Client) -> list[tuple[Client, str]]:
    return [(keeper, ALL), (carrier, "/inventory/carry/")]


def prepared(count: int) -> None:
    road = Road(stored(cast.MAIN_CLINIC, count), id=new_id())
    road.prepare()


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(address).status_code == 200
    return len(caught)
