"""The pages of stock: what each person sees, what each form does, what is kept when something is wrong."""

import re
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.ids import new_id
from core.scanning import encode
from inventory.models import AccountKind, Act, ActKind, Bottle
from inventory.rules.scancodes import BOTTLE
from staff.models import Attestation, Mode
from tests import cast, world, world_stock
from tests.entrance import signed_in
from tests.inventory.site import WITNESSED, Site

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    return Site(world_stock.act_as(cast.DISPENSER))


@pytest.fixture
def dispenser(site: Site) -> Client:
    return signed_in(cast.DISPENSER)


@pytest.fixture
def head(site: Site) -> Client:
    return signed_in(cast.SITE_HEAD)


def words(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def second(mode: str = "present", **changes: str) -> dict[str, str]:
    usual = {"second_mode": mode, "second_username": cast.WITNESS.username, "second_pin": cast.WITNESS.pin}
    alone = {"second_mode": "alone", "second_reason": "một mình buổi sáng"}
    return {**(alone if mode == "alone" else usual), **changes}


def test_overview_hides_the_book_from_who_may_not_see_it(dispenser: Client, head: Client, site: Site) -> None:
    hidden, shown = words(dispenser, "/inventory/"), words(head, "/inventory/")
    assert site.state(site.opened).label in hidden
    assert "đủ cho sáng nay" in hidden
    assert "theo sổ" not in hidden.split("Quá liều", 1)[0]  # the overdose card tells of naloxone
    assert "12000,0 mL" not in hidden
    assert "12000,0 mL" in shown
    assert "Sổ xuất, nhập, tồn" in shown


def test_overview_greys_what_may_not_be_used_and_says_why(dispenser: Client, site: Site) -> None:
    site.receive(lot_number="SOON", expires_on=date(2026, 12, 20))
    site.quarantine(site.closed()[0])
    page = words(dispenser, "/inventory/")
    assert "Lô SOON còn 26 ngày là hết hạn (20/12/2026)." in page
    assert "stock-unusable" in page


def test_overview_low_bottle_is_told_as_a_level(dispenser: Client, site: Site) -> None:
    site.dose(site.opened, 950_000)
    assert "dưới 100 mL" in words(dispenser, "/inventory/")


def test_overview_of_nowhere_asks_for_a_facility() -> None:
    assert "Chưa chọn cơ sở" in words(signed_in(cast.PROVINCE_MANAGER), "/inventory/")


@pytest.mark.parametrize("typed", ["label", "number", "spaced"])
def test_search_by_label_leads_to_the_bottle(dispenser: Client, site: Site, typed: str) -> None:
    number = site.opened
    label = encode(BOTTLE, number)
    text = {"label": label, "number": str(number), "spaced": f"{label[:4]} {label[4:]}"}[typed]
    answer = dispenser.get("/inventory/", {"q": text})
    assert answer["Location"] == f"/inventory/bottles/{number}/"


def test_search_for_a_bottle_of_another_site_finds_nothing(dispenser: Client) -> None:
    elsewhere = Site(world_stock.act_as(cast.OTHER_DISPENSER)).opened
    page = dispenser.get("/inventory/", {"q": encode(BOTTLE, elsewhere)})
    assert "Không có chai này ở cơ sở của bạn." in page.content.decode()


def test_scan_of_a_bottle_label_leads_to_its_page(dispenser: Client, site: Site) -> None:
    answer = dispenser.post("/scan/", {"code": encode(BOTTLE, site.opened)})
    assert answer["Location"] == f"/inventory/bottles/{site.opened}/"


@pytest.mark.parametrize("path", ["", "open/", "opened-already/", "empty/", "quarantine/"])
def test_bottle_of_another_site_is_not_found(dispenser: Client, path: str) -> None:
    elsewhere = Site(world_stock.act_as(cast.OTHER_DISPENSER)).closed()[0]
    assert dispenser.get(f"/inventory/bottles/{elsewhere}/{path}").status_code == 404


@pytest.mark.parametrize("path", ["open/", "opened-already/", "empty/", "quarantine/"])
def test_who_may_only_look_is_refused_every_act(site: Site, path: str) -> None:
    head = signed_in(cast.AREA_MANAGER)
    assert head.get(f"/inventory/bottles/{site.closed()[0]}/{path}").status_code == 403
    assert head.get("/inventory/deliveries/new/").status_code == 403


def test_bottle_page_tells_its_life_and_hides_the_book(dispenser: Client, head: Client, site: Site) -> None:
    number = site.opened
    site.dose(number, 65_000)
    hidden, shown = (words(client, f"/inventory/bottles/{number}/") for client in (dispenser, head))
    assert "1 liều" in hidden
    assert "Nhận thuốc" in hidden
    assert "935,0 mL" not in hidden
    assert "935,0 mL" in shown


def test_open_form_opens_the_bottle_witnessed(dispenser: Client, site: Site) -> None:
    number, id_ = site.closed()[0], new_id()
    answer = dispenser.post(f"/inventory/bottles/{number}/open/", {"id": str(id_), **second()})
    assert (answer.status_code, answer["Location"]) == (302, f"/inventory/bottles/{number}/")
    assert site.state(number).place is AccountKind.OPENED
    assert Attestation.objects.get(act_id=id_).mode == Mode.PRESENT
    again = dispenser.post(f"/inventory/bottles/{number}/open/", {"id": str(id_), **second()})
    assert again.status_code == 302  # a second send is the same act
    another = dispenser.post(f"/inventory/bottles/{number}/open/", {"id": str(new_id()), **second()})
    assert another.status_code == 422  # a colleague at the same bottle is told, and may pour
    assert f"Chai {site.state(number).label} đã mở lúc" in another.content.decode()
    assert 'href="/dispensing/" data-back>Tiếp tục cấp phát' in another.content.decode()


def test_open_form_alone_is_told_as_unwitnessed(dispenser: Client, site: Site) -> None:
    number, id_ = site.closed()[0], new_id()
    dispenser.post(f"/inventory/bottles/{number}/open/", {"id": str(id_), **second("alone")})
    assert "chưa có người chứng kiến" in words(dispenser, f"/inventory/acts/{id_}/")


def test_open_form_wrong_pin_keeps_what_was_typed_and_never_the_pin(dispenser: Client, site: Site) -> None:
    later = site.receive(lot_number="LATER", expires_on=date(2028, 10, 31))
    typed = {"id": str(new_id()), "reason": "chai kia nứt", **second(second_pin="111111")}
    answer = dispenser.post(f"/inventory/bottles/{later}/open/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "PIN chưa đúng" in page
    assert "chai kia nứt" in page
    assert typed["id"] in page
    assert "111111" not in page
    assert site.state(later).opened_at is None


def test_open_page_says_why_not_and_what_to_do(dispenser: Client, site: Site) -> None:
    number = site.closed()[0]
    site.quarantine(number)
    page = words(dispenser, f"/inventory/bottles/{number}/open/")
    assert "đang biệt trữ" in page
    assert "Nhân viên quản lý kho thuốc" in page
    assert "Đã mở chai" not in page


def test_open_page_of_another_strength_asks_for_both_signatures(dispenser: Client, site: Site) -> None:
    five = site.receive(lot_number="MTD5", concentration=Decimal(5), expires_on=date(2027, 1, 31))
    site.empty(site.opened, residue_ul=1_000)
    page = words(dispenser, f"/inventory/bottles/{five}/open/")
    assert "Liều 60 mg: trước rót" in page
    assert 'name="own_pin"' in page
    wrong = {"id": str(new_id()), "own_pin": "111111", **second()}
    answer = dispenser.post(f"/inventory/bottles/{five}/open/", wrong)
    assert answer.status_code == 422
    answer = dispenser.post(f"/inventory/bottles/{five}/open/", {**wrong, "own_pin": cast.PIN})
    assert answer.status_code == 302


def test_opened_already_form_records_it(dispenser: Client, site: Site) -> None:
    number = site.closed()[0]
    said = {"id": str(new_id()), "opened_on": "2026-11-24", "opened_time": "05:30", "reason": "", **second()}
    answer = dispenser.post(f"/inventory/bottles/{number}/opened-already/", said)
    assert answer.status_code == 302
    opened_at = site.state(number).opened_at
    assert opened_at is not None
    assert opened_at.isoformat() == "2026-11-23T22:30:00+00:00"
    future = {**said, "id": str(new_id()), "opened_time": "23:59"}
    assert dispenser.post(f"/inventory/bottles/{site.closed()[0]}/opened-already/", future).status_code == 422


@pytest.mark.parametrize(("typed", "ul"), [("3,5", 3_500), ("3.5", 3_500), ("0", 0)])
def test_empty_form_reads_amounts_as_people_write_them(dispenser: Client, site: Site, typed: str, ul: int) -> None:
    number, id_ = site.opened, new_id()
    answer = dispenser.post(f"/inventory/bottles/{number}/empty/", {"id": str(id_), "residue_ml": typed, **second()})
    assert answer.status_code == 302
    assert Act.objects.get(pk=id_).document.content["stated"]["residue_ul"] == ul


def test_empty_form_asks_back_an_ambiguous_amount(dispenser: Client, site: Site) -> None:
    said = {"id": str(new_id()), "residue_ml": "1.250", **second()}
    answer = dispenser.post(f"/inventory/bottles/{site.opened}/empty/", said)
    assert answer.status_code == 422
    assert "có thể là số lẻ hoặc số nghìn" in answer.content.decode()
    assert 'value="1.250"' in answer.content.decode()


def test_quarantine_form_sets_apart(dispenser: Client, site: Site) -> None:
    number = site.opened
    said = {"id": str(new_id()), "reason": "dirty", "words": "", "measured": "", **second("alone")}
    assert dispenser.post(f"/inventory/bottles/{number}/quarantine/", said).status_code == 302
    assert "biệt trữ" in words(dispenser, f"/inventory/bottles/{number}/")


def test_move_form_takes_the_chosen_bottles(dispenser: Client, site: Site) -> None:
    chosen = site.closed()[:2]
    said = {"id": str(new_id()), "bottles": [str(number) for number in chosen], **second()}
    assert dispenser.post("/inventory/bottles/move/", said).status_code == 302
    assert {site.state(number).place for number in chosen} == {AccountKind.DISPENSING}
    none = dispenser.post("/inventory/bottles/move/", {"id": str(new_id()), **second()})
    assert none.status_code == 422
    assert "Chọn ít nhất một chai." in none.content.decode()


LINE = {
    "lot_number": "MTD-2700",
    "manufacturer": "Danapha",
    "registration": "VD-27703-17",
    "expires_on": "2028-01-31",
    "concentration": "10",
    "size_ml": "100",
    "bottles": "2",
    "seals": "A1 A2",
}


def delivery(**changes: str) -> dict[str, str]:
    item = str(world_stock.methadone().pk)
    lines = {f"line0-{name}": value for name, value in {"item": item, **LINE}.items()}
    header = {"supplier": "Mường Ảng", "document_number": "PX-9", "note": "", "line_count": "1"}
    return {"id": str(new_id()), **header, **lines, **second(), **changes}


def test_delivery_form_receives_and_leads_to_the_labels(dispenser: Client, site: Site) -> None:
    said = delivery()
    answer = dispenser.post("/inventory/deliveries/new/", said)
    assert answer["Location"] == f"/inventory/deliveries/{said['id']}/labels/"
    bottles = Bottle.objects.filter(lot__number="MTD-2700").order_by("number")
    assert [(bottle.size_ul, bottle.seal_number) for bottle in bottles] == [(100_000, "A1"), (100_000, "A2")]
    sheet = words(dispenser, answer["Location"])
    assert sheet.count("<svg") == 2
    assert all(encode(BOTTLE, bottle.number) in sheet for bottle in bottles)
    assert "style=" not in sheet  # the content security policy refuses it


def test_delivery_form_more_lines_keeps_what_was_typed_and_judges_nothing(dispenser: Client) -> None:
    said = delivery(more="1", document_number="")
    answer = dispenser.post("/inventory/deliveries/new/", said)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="line1-lot_number"' in page
    assert 'value="MTD-2700"' in page
    assert said["id"] in page
    assert "field-wrong" not in page
    assert f'<option value="{cast.WITNESS.username}" selected>' in page
    fewer = dispenser.post("/inventory/deliveries/new/", delivery(line_count="2", fewer="1"))
    assert 'name="line1-lot_number"' not in fewer.content.decode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"line0-expires_on": "2026-11-01"}, "đã hết hạn ngày 01/11/2026"),
        ({"line0-seals": "A1"}, "2 chai nhưng có 1 số niêm phong khác nhau"),
        ({"second_mode": "alone", "second_username": "", "second_pin": ""}, "Chọn người ký cùng trong danh sách."),
        ({"line0-size_ml": "1.000"}, "có thể là số lẻ hoặc số nghìn"),
    ],
)
def test_delivery_form_wrong_input_says_so_and_loses_nothing(
    dispenser: Client, changes: dict[str, str], sentence: str
) -> None:
    answer = dispenser.post("/inventory/deliveries/new/", delivery(**changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert 'value="MTD-2700"' in page
    assert not Act.objects.filter(kind=ActKind.RECEIPT, document__content__stated__document_number="PX-9").exists()


def test_labels_of_another_sites_delivery_are_not_found(dispenser: Client) -> None:
    act = Act.objects.filter(facility=world.facility(cast.OTHER_SITE), kind=ActKind.RECEIPT)[0]
    assert dispenser.get(f"/inventory/deliveries/{act.pk}/labels/").status_code == 404
    assert dispenser.get(f"/inventory/acts/{act.pk}/").status_code == 404


def test_book_adds_up_and_is_closed_to_who_may_not_see_it(dispenser: Client, head: Client, site: Site) -> None:
    site.dose(site.opened, 999_000)
    site.dose(site.opened, 6_000)
    site.empty(site.opened, residue_ul=500)
    assert dispenser.get("/inventory/book/").status_code == 403
    page = words(head, "/inventory/book/?month=2026-11")
    totals = re.findall(r'<td class="right number">([\d,]*)</td>', page)[:8]
    # opening, received, given, sent, poured out, lost, surplus, closing
    assert totals == ["0,0", "12000,0", "1005,0", "0,0", "0,5", "0,0", "5,5", "11000,0"]
    assert "Kết thúc chai" in page
    assert "Tháng này chưa ghi việc nào" in words(head, "/inventory/book/?month=2025-01")


def test_book_is_paged_and_carries_the_balance_over(head: Client, site: Site) -> None:
    for _ in range(105):
        site.dose(site.opened, 1_000)
    first, second_page = (words(head, f"/inventory/book/?month=2026-11&page={n}") for n in (1, 2))
    assert "Trang 1 / 2" in first
    assert first.count("Cấp liều") + second_page.count("Cấp liều") == 105
    assert "11895,0" in second_page


def test_act_page_tells_what_two_people_signed(head: Client, site: Site) -> None:
    done = site.empty(site.opened, residue_ul=2_000, second=WITNESSED)
    page = words(head, f"/inventory/acts/{done.act_id}/")
    assert "2,0 mL" in page
    assert cast.WITNESS.full_name in page
    assert done.digest in page
    assert "hai người ký" in page
    manager = words(signed_in(cast.AREA_MANAGER), f"/inventory/acts/{done.act_id}/")  # acts at no facility
    assert done.digest in manager
    assert "/inventory/bottles/" not in manager


@pytest.mark.parametrize("address", ["/inventory/", "/inventory/book/?month=2026-11", "/inventory/bottles/{number}/"])
def test_page_asks_the_database_as_often_whatever_the_amount(head: Client, site: Site, address: str) -> None:
    address = address.format(number=site.opened)

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            words(head, address)
        return len(seen)

    words(head, address)  # settings are read once a minute
    few = count()
    world_stock.receive(site.by, cast.WITNESS, world_stock.line(bottles=40, lot_number="MANY"), now=world.NOW)
    for _ in range(20):
        site.dose(site.opened, 5_000)
    assert count() == few
    assert few <= 14


def test_ids_of_forms_are_made_when_they_are_shown(dispenser: Client, site: Site) -> None:
    address = f"/inventory/bottles/{site.closed()[0]}/open/"
    ids = {re.findall(r'name="id" value="([0-9a-f-]+)"', words(dispenser, address))[0] for _ in range(2)}
    assert len(ids) == 2
    assert all(UUID(id_).version == 7 for id_ in ids)
