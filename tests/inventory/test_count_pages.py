"""The pages of counts, spills and losses: blind before, beside the book after; everything typed kept."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from core.ids import new_id
from core.quantities import format_ml
from core.scanning import encode
from inventory.models import LossReport, Spill, StockCount
from inventory.rules.scancodes import BOTTLE
from tests import cast, world_stock
from tests.entrance import signed_in
from tests.inventory.counting import count, honest, lost
from tests.inventory.site import Site
from tests.world import NOW

PAGE = "inventory:count-new"


@pytest.fixture
def site(db: None) -> Site:
    return Site(world_stock.act_as(cast.DISPENSER))


@pytest.fixture
def dispenser(site: Site) -> Client:
    return signed_in(cast.DISPENSER)


def second() -> dict[str, str]:
    return {
        "second_mode": "present", "second_username": cast.WITNESS.username, "second_pin": cast.WITNESS.pin,
    }  # fmt: skip


def filled(site: Site, **changes: str) -> dict[str, str]:
    usual = honest(site)
    found = {
        "id": str(new_id()), "started_at": NOW.isoformat(), "why": "monthly", "asked_by": "", "note": "",
        "storage": " ".join(map(str, usual.storage)),
        "dispensing": " ".join(map(str, usual.dispensing)),
        "quarantine": "",
        **{f"reading_{each.number}": each.readings[0] for each in usual.opened},
        **{f"loose_{each.place}_{each.lot_id}": str(each.quantity) for each in usual.loose},
    }  # fmt: skip
    return {**found, **second(), **changes}


def test_form_shows_nothing_of_the_book(site: Site, dispenser: Client):
    shown = dispenser.get(reverse(PAGE)).content.decode()
    assert encode(BOTTLE, site.closed()[0]) not in shown
    assert format_ml(site.state(site.opened).book_ul) not in shown


def test_count_with_a_bottle_too_few_shows_the_difference_and_offers_the_report(site: Site, dispenser: Client):
    stored = site.closed()
    answer = dispenser.post(reverse(PAGE), filled(site, storage=" ".join(map(str, stored[1:]))), follow=True)
    shown = answer.content.decode()
    row = StockCount.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("inventory:count", args=[row.pk])
    assert "không thấy" in shown
    report = f"/inventory/losses/new/?line={row.lines.get(outcome='missing').pk}"
    assert report in shown
    assert "Theo kiểm kê lúc" in dispenser.get(report).content.decode()
    assert "Theo kiểm kê lúc" not in signed_in(cast.OTHER_DISPENSER).get(report).content.decode()


def test_count_without_a_reading_keeps_what_was_typed(site: Site, dispenser: Client):
    answer = dispenser.post(reverse(PAGE), filled(site, **{f"reading_{site.opened}": ""}, note="đếm lúc trời mưa"))
    assert answer.status_code == 422
    assert "đếm lúc trời mưa" in answer.content.decode()
    assert not StockCount.objects.exists()


def test_spill_is_taken_down_with_two_who_saw_it(site: Site, dispenser: Client):
    typed = {
        "id": str(new_id()), "what": str(site.opened), "kind": "spill", "estimated": "12,5", "readings": "",
        "happened_at": "2026-11-24T06:00", "words": "đổ cốc", "other_username": cast.SECOND_DISPENSER.username,
        "other_pin": cast.SECOND_DISPENSER.pin, "also_saw": "", **second(),
    }  # fmt: skip
    answer = dispenser.post(reverse("inventory:spill-new"), typed, follow=True)
    row = Spill.objects.get()
    assert (row.estimated, row.other_witness.username) == (12_500, cast.SECOND_DISPENSER.username)
    assert "đổ cốc" in answer.content.decode()


def test_loss_is_reported_and_its_steps_are_written_once(site: Site, dispenser: Client):
    typed = {
        "id": str(new_id()), "kind": "theft", "bottles": str(site.closed()[0]), "found_at": "2026-11-24T06:00",
        "found_by": "Anh Tủa", "words": "cạy khóa", "danger_words": "", **second(),
    }  # fmt: skip
    dispenser.post(reverse("inventory:loss-new"), typed)
    row = LossReport.objects.get()
    page = reverse("inventory:loss", args=[row.pk])
    assert "chưa gửi" in dispenser.get(page).content.decode()
    sent = {"report_number": "7/BC", "sent_to": "Sở Y tế", "sent_at": "2026-11-24T08:00"}
    dispenser.post(reverse("inventory:loss-sent", args=[row.pk]), sent)
    assert "7/BC" in dispenser.get(page).content.decode()
    assert dispenser.post(reverse("inventory:loss-police", args=[row.pk]), {}).status_code == 422


def test_loss_of_a_label_of_another_place_is_asked_back(dispenser: Client):
    typed = {
        "id": str(new_id()), "kind": "loss", "bottles": "88888888", "found_at": "2026-11-24T06:00",
        "found_by": "Anh Tủa", "words": "không thấy", "danger_words": "", **second(),
    }  # fmt: skip
    assert dispenser.post(reverse("inventory:loss-new"), typed).status_code == 422
    assert not LossReport.objects.exists()


@pytest.mark.parametrize("rows", [2, 8])
def test_the_list_asks_the_same_whatever_the_history(
    site: Site, dispenser: Client, rows: int, django_assert_max_num_queries
):
    for _n in range(rows):
        count(site)
        lost(site)
    with django_assert_max_num_queries(16):
        dispenser.get(reverse("inventory:counts"))


def test_count_during_which_something_arrived_begins_anew_with_what_was_typed(site: Site, dispenser: Client):
    sent = filled(site, started_at="2026-11-24T05:50:00+07:00")
    number = site.receive()

    asked = dispenser.post(reverse(PAGE), sent)
    again = asked.context["form"]["started_at"].value()

    assert asked.status_code == 422
    assert datetime.fromisoformat(again) >= NOW
    assert sent["storage"] in asked.content.decode()
    assert encode(BOTTLE, number) not in asked.content.decode()
    answer = dispenser.post(reverse(PAGE), {**sent, **second(), "started_at": again})
    assert answer.status_code == 302
    assert not StockCount.objects.get().agrees
