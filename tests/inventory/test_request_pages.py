"""The pages of requests: proposed, changed, sent; seen and answered at the clinic; kept as typed when refused."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.ids import new_id
from inventory.models import Consignment, Request, RequestLine
from inventory.rules.request_table import State
from inventory.services.approvals import field_name
from tests import cast, world_stock
from tests.entrance import signed_in
from tests.inventory.asking import LITRE, Asking, sent

pytestmark = pytest.mark.django_db
ALL = "/inventory/requests/"


@pytest.fixture
def site() -> Client:
    return signed_in(cast.DISPENSER)


@pytest.fixture
def keeper() -> Client:
    return signed_in(cast.STORE_KEEPER)


def words(client: Client, address: str, *, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return plain(answer.content.decode())


def plain(html: str) -> str:
    body = html[html.index("<main") : html.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def fields(client: Client, address: str) -> dict[str, Any]:
    """What a browser would send back of a form as it is first shown."""
    form = client.get(address).context["form"]
    return {name: form[name].value() if form[name].value() is not None else "" for name in form.fields}


def take() -> str:
    return f"take_{field_name(world_stock.methadone().pk, LITRE)}"


def test_draft_page_proposes_and_reckons_again_with_what_was_typed(site: Client):
    start = fields(site, f"{ALL}new/")
    item = world_stock.methadone().pk
    start |= {f"f{item}_daily_mg": "12000", "calculate": "1", "note": "Tết"}

    answer = site.post(f"{ALL}new/", start)

    assert answer.status_code == 200
    # 12000 mg x 36 days + 10 % at 10 mg/mL = 47520 mL; the site holds 11 closed bottles and a full opened one
    assert "Đề xuất 36 chai 1000 mL" in plain(answer.content.decode())
    assert answer.context["form"]["note"].value() == "Tết"
    assert not Request.objects.exists()


def test_draft_page_writes_down_and_leads_to_sending(site: Client):
    start = fields(site, f"{ALL}new/") | {take(): "5"}

    answer = site.post(f"{ALL}new/", start)

    made = Request.objects.get()
    assert answer.headers["Location"] == f"{ALL}{made.pk}/"
    assert "Ký và gửi" in words(site, f"{ALL}{made.pk}/")
    assert RequestLine.objects.get(asked=5).event.request_id == made.pk


def test_draft_page_asks_back_a_thousand_and_keeps_everything(site: Client):
    item = world_stock.methadone().pk
    start = fields(site, f"{ALL}new/") | {f"f{item}_daily_mg": "1.250", "note": "giữ lại"}

    answer = site.post(f"{ALL}new/", start)

    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Viết liền các chữ số" in text
    assert "1.250" in text
    assert "giữ lại" in text


def test_send_page_refuses_a_wrong_pin_in_words(site: Client):
    it = Asking()
    it.draft()
    address = f"{ALL}{it.id}/send/"

    answer = site.post(address, fields(site, address) | {"own_pin": "000000"})

    assert answer.status_code == 422
    assert "PIN chưa đúng" in answer.content.decode()
    site.post(address, fields(site, address) | {"own_pin": cast.DISPENSER.pin})
    assert it.state() is State.SENT


def test_approve_page_asks_the_reason_where_the_number_differs(keeper: Client):
    it = sent()
    address = f"{ALL}{it.id}/approve/"
    start = fields(keeper, address) | {take(): "2", "own_pin": cast.STORE_KEEPER.pin}

    refused = keeper.post(address, start)
    assert refused.status_code == 422
    assert "Ghi vì sao duyệt khác số cơ sở xin." in refused.content.decode()
    keeper.post(address, start | {take().replace("take", "why"): "kho còn ít"})

    assert it.state() is State.CHANGED
    assert "kho còn ít" in words(signed_in(cast.DISPENSER), f"{ALL}{it.id}/")


def test_prepare_page_picks_what_was_approved_and_names_the_consignment(keeper: Client):
    it = sent()
    it.approve()
    address = f"{ALL}{it.id}/prepare/"
    start = fields(keeper, address)
    assert start["take_b0"] == 3
    start |= {
        "carrier": Consignment._meta.get_field("carrier").related_model.objects.get(username=cast.CARRIER.username).pk,
        "transport": "xe máy",
        "route": "QL279",
        "expected_on": "2026-11-25",
        "expected_time": "10:00",
        "companion": "",
    }

    answer = keeper.post(address, start)

    assert answer.status_code == 302, answer.context["form"].errors
    made = Consignment.objects.get()
    assert answer.headers["Location"] == f"/inventory/consignments/{made.pk}/"
    assert it.state() is State.PREPARED
    assert it.last().consignment_id == made.pk


def test_month_page_shows_every_site_who_asked_and_who_did_not(keeper: Client):
    sent()

    text = words(keeper, f"{ALL}month/?month=2026-12")

    assert "Tổng hợp dự trù tháng 12/2026" in text
    assert cast.SITE in text
    assert "Chưa gửi dự trù." in text


def test_month_page_asks_no_more_statements_of_many_requests(keeper: Client):
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            keeper.get(f"{ALL}month/?month=2026-12")
        return len(asked)

    sent()
    statements()
    before = statements()
    for _ in range(20):
        Asking().draft(1, monthly=False)

    assert statements() == before


def test_list_asks_no_more_statements_of_many_requests(site: Client):
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            site.get(ALL)
        return len(asked)

    sent()
    statements()
    before = statements()
    for _ in range(20):
        Asking().draft(1, monthly=False)

    assert statements() == before


def test_request_of_another_site_is_not_there(site: Client):
    it = sent()
    stranger = signed_in(cast.OTHER_DISPENSER)

    assert stranger.get(f"{ALL}{it.id}/").status_code == 404
    assert site.get(f"{ALL}{new_id()}/").status_code == 404


def test_return_page_brings_the_words_to_the_site(keeper: Client, site: Client):
    it = sent()
    address = f"{ALL}{it.id}/return/"
    keeper.post(address, fields(keeper, address) | {"words": "xem lại số người mới"})

    text = words(site, f"{ALL}{it.id}/")

    assert "Cơ sở điều trị trả lại để sửa." in text
    assert "xem lại số người mới" in text


def test_list_says_what_is_not_sent_and_by_when(site: Client):
    text = words(site, ALL)

    assert "Chưa gửi dự trù tháng 12/2026." in text
    assert "25/11" in text
