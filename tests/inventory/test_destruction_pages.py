"""The pages of destruction: the list from the quarantine, the committee with its PINs, and where a satellite goes."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from core.access import Access
from core.ids import new_id
from core.scanning import encode
from inventory.models import Destruction
from inventory.rules.scancodes import BOTTLE
from inventory.services import destructions
from tests import cast, world_stock
from tests.core.test_attachments import photo, sent
from tests.entrance import signed_in
from tests.inventory.destroying import COMMITTEE, apart, plan
from tests.world import NOW, TODAY

pytestmark = pytest.mark.django_db
ALL = reverse("inventory:destructions")
NEW = reverse("inventory:destruction-new")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    with override_settings(FILES_DIR=tmp_path):
        yield tmp_path


@pytest.fixture
def keeper() -> Access:
    return world_stock.act_as(cast.STORE_KEEPER)


@pytest.fixture
def client() -> Client:
    return signed_in(cast.STORE_KEEPER)


def page(row: Destruction, name: str = "") -> str:
    return reverse(f"inventory:destruction{name and '-'}{name}", args=[row.pk])


def planned(keeper: Access, **changes: object) -> Destruction:
    return destructions.plan(command=plan(keeper, **changes), by=keeper, now=NOW)


def listing(*ticked: int, **changes: str) -> dict[str, object]:
    usual = {
        "id": str(new_id()), "bottles": [str(number) for number in ticked], "labels": "",
        "notice_number": "31/TB", "notice_to": "Sở Y tế",
        "notice_on": f"{TODAY - timedelta(20):%Y-%m-%d}", "planned_on": f"{TODAY:%Y-%m-%d}", "place": "kho",
        "method": "trộn vôi, chôn",
    }  # fmt: skip
    return {**usual, **changes}


def signing(**changes: object) -> dict[str, object]:
    found: dict[str, object] = {"minutes": "đổ vào hố vôi, lấp đất"}
    for row, member in enumerate(COMMITTEE):
        found |= {f"person_{row}": member.username, f"duty_{row}": str(member.duty), f"pin_{row}": member.pin}
    return found | changes


def test_plan_lists_a_ticked_bottle_and_shows_the_earliest_day(keeper: Access, client: Client):
    number = apart(keeper)
    shown = client.get(NEW).content.decode()
    earliest = destructions.earliest_on(notice_on=TODAY, facility_id=keeper.facility_id or 0, now=NOW)
    assert encode(BOTTLE, number) in shown
    assert f"sớm nhất là {earliest:%d/%m/%Y}" in shown
    assert "Chai nứt, rò rỉ" in shown
    answer = client.post(NEW, listing(number), follow=True)
    assert answer.redirect_chain[-1][0] == page(Destruction.objects.get())
    assert encode(BOTTLE, number) not in client.get(NEW).content.decode()


def test_list_sent_twice_is_one_list_and_with_other_bottles_is_refused(keeper: Access, client: Client):
    number, other = apart(keeper), apart(keeper)
    typed = listing(number)
    for _n in range(2):
        assert client.post(NEW, typed).status_code == 302
    assert client.post(NEW, typed | {"bottles": [str(other)]}).status_code == 422
    assert client.post(NEW, listing(lots="999999")).status_code == 422
    assert Destruction.objects.get().lines.count() == 1


def test_plan_by_scan_too_early_or_of_a_strange_label_keeps_what_was_typed(keeper: Access, client: Client):
    number = apart(keeper)
    early = client.post(NEW, listing(number, notice_on=f"{TODAY:%Y-%m-%d}"))
    assert early.status_code == 422
    assert "Sớm nhất là" in early.content.decode()
    strange = listing(labels="88888888", place="bãi sau kho")
    answer = client.post(NEW, strange)
    assert answer.status_code == 422
    assert "bãi sau kho" in answer.content.decode()
    client.post(NEW, listing(labels=encode(BOTTLE, number)))
    assert Destruction.objects.get().lines.get().bottle.number == number


def test_committee_signs_with_photos_and_the_record_is_a_paper(keeper: Access, client: Client):
    row = planned(keeper)
    answer = client.post(page(row, "sign"), signing(photos=[sent(photo())]), follow=True)
    shown = answer.content.decode()
    row.refresh_from_db()
    assert row.done_at is not None
    for member in (cast.CLINIC_HEAD, cast.STORE_KEEPER, cast.CLINIC_PHYSICIAN):
        assert member.full_name in shown
    [address] = set(re.findall(rf"/inventory/acts/{row.act_id}/photos/\w+/", shown))
    assert client.get(address)["Content-Type"] == "image/jpeg"
    assert client.get(page(row, "record")).content.startswith(b"%PDF-")


def test_wrong_pin_is_said_at_the_row_of_who_typed_it_and_no_pin_comes_back(keeper: Access, client: Client):
    row = planned(keeper)
    answer = client.post(page(row, "sign"), signing(pin_2="000000", person_3="", pin_3=""))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "đổ vào hố vôi" in shown
    assert 'id="id_pin_2_error"' in shown
    assert COMMITTEE[0].pin not in shown
    row.refresh_from_db()
    assert row.done_at is None


def test_committee_of_two_is_asked_for_the_third(keeper: Access, client: Client):
    row = planned(keeper)
    answer = client.post(page(row, "sign"), signing(person_2="", pin_2=""))
    assert answer.status_code == 422
    assert 'id="id_person_2_error"' in answer.content.decode()


def test_before_its_day_nobody_signs(keeper: Access, client: Client):
    row = planned(keeper, planned_on=TODAY + timedelta(2))
    assert client.get(page(row, "sign")).status_code == 302
    assert client.post(page(row, "sign"), signing()).status_code == 422
    assert page(row, "sign") not in client.get(page(row)).content.decode()


def test_cancel_asks_why_and_frees_the_bottle(keeper: Access, client: Client):
    row = planned(keeper)
    assert client.post(page(row, "cancel"), {"why": ""}).status_code == 422
    shown = client.post(page(row, "cancel"), {"why": "hoãn vì mưa lũ"}, follow=True).content.decode()
    assert "hoãn vì mưa lũ" in shown
    number = row.lines.get().bottle.number
    assert encode(BOTTLE, number) in client.get(NEW).content.decode()


def test_satellite_is_sent_to_return_instead():
    client = signed_in(cast.DISPENSER)
    for address in (ALL, NEW):
        shown = client.get(address).content.decode()
        assert "trả về cơ sở điều trị" in shown
    assert client.post(NEW, listing(1)).status_code == 422
    assert not Destruction.objects.exists()


def test_destruction_of_another_facility_is_not_found(keeper: Access):
    row = planned(keeper)
    stranger = signed_in(cast.DISPENSER)
    for name in ("", "sign", "cancel", "record"):
        assert stranger.get(page(row, name)).status_code == 404


@pytest.mark.parametrize("rows", [2, 8])
def test_the_list_asks_the_same_whatever_the_history(
    keeper: Access, client: Client, rows: int, django_assert_max_num_queries
):
    first = planned(keeper)
    destructions.cancel(destruction_id=first.pk, why="hoãn", by=keeper, now=NOW)
    again = plan(keeper)
    for _n in range(rows):
        row = destructions.plan(command=_anew(again), by=keeper, now=NOW)
        destructions.cancel(destruction_id=row.pk, why="hoãn", by=keeper, now=NOW)
    with django_assert_max_num_queries(14):
        shown = client.get(ALL).content.decode()
    assert shown.count("đã bỏ") == rows + 1


def _anew(command: destructions.Plan) -> destructions.Plan:
    return destructions.Plan(new_id(), *list(vars(command).values())[1:])
