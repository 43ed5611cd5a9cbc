"""The pages of a site's day: opened, closed, made good, on paper."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from core import clock
from dispensing.models import DayClose, DayOpening
from dispensing.services import openings
from dispensing.services.openings import BottleSeen
from followup.models import Case
from inventory.models import NaloxoneCheck
from tests import cast, world
from tests.dispensing import morning
from tests.dispensing.test_day_close import NINE, close, opening

pytestmark = pytest.mark.django_db

OPEN, CLOSE = "/dispensing/open/", "/dispensing/close/"
YESTERDAY = world.TODAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_six_ten():
    with clock.at(world.NOW):
        yield


@pytest.fixture
def client(db):
    client = Client()
    client.force_login(world.person(cast.DISPENSER), backend="staff.backends.PersonBackend")
    return client


def hidden(page: str) -> dict[str, str]:
    """What the form carries along."""
    return dict(re.findall(r'<input type="hidden" name="(id|day|second_shown)" value="([^"]+)"', page))


def said(client: Client, path: str, **answers: object) -> dict[str, object]:
    usual = {"at": "05:25", "on_duty": [str(world.person(cast.DISPENSER).pk)], "cabinet": "yes"}
    return hidden(client.get(path).content.decode()) | usual | answers


def alone(**more: object) -> dict[str, object]:
    return {"second_mode": "alone", "second_reason": "chỉ có một mình", "at": "09:05"} | more


def test_board_says_not_opened_and_then_who_opened(client):
    assert "chưa mở ngày" in client.get("/dispensing/").content.decode()

    answer = client.post(OPEN, said(client, OPEN), follow=True)

    assert answer.redirect_chain[-1][0] == "/dispensing/"
    page = answer.content.decode()
    assert f"Mở ngày lúc 05:25 · {cast.DISPENSER.initials}" in page
    assert "chưa mở ngày" not in page
    row = DayOpening.objects.get()
    assert row.on_duty == [world.person(cast.DISPENSER).pk]
    assert row.recorded_at == world.NOW


def test_open_without_a_word_about_the_cabinet_is_asked_back_and_keeps_what_was_typed(client):
    answer = client.post(OPEN, said(client, OPEN, cabinet="", note="cửa sổ mở"))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Chọn tủ thuốc lúc đến thế nào." in page
    assert "cửa sổ mở" in page
    assert not DayOpening.objects.exists()


def test_open_with_another_seal_opens_a_case_and_leads_to_the_bottle(client):
    bottle = morning.opened_bottle()
    close_yesterday_with(bottle, "NP 11")

    answer = client.post(OPEN, said(client, OPEN, **{f"seal_{bottle.number}": "NP 12"}))

    assert answer.status_code == 302
    assert answer["Location"] == f"/inventory/bottles/{bottle.number}/measure/"
    assert Case.objects.filter(kind="night_seal").count() == 1


def test_open_with_the_same_seal_and_naloxone_counted_opens_nothing(client):
    bottle = morning.opened_bottle()
    close_yesterday_with(bottle, "NP 11")

    given = {f"seal_{bottle.number}": "np 11", "naloxone_count": "6"}
    assert client.post(OPEN, said(client, OPEN, **given)).status_code == 422  # the expiry is missing
    assert client.post(OPEN, said(client, OPEN, on_duty=["²"])).status_code == 422  # a digit that is no number
    answer = client.post(OPEN, said(client, OPEN, naloxone_expiry="2027-06-30", **given))

    assert answer["Location"] == "/dispensing/"
    assert not Case.objects.filter(kind="night_seal").exists()
    assert NaloxoneCheck.objects.get().usable == 6


def close_yesterday_with(bottle, seal: str) -> None:
    """The bottle was sealed at the last close."""
    evening = world.NOW - timedelta(hours=2)
    sealed = BottleSeen(bottle.number, seal_number=seal)
    close(day=YESTERDAY, closed_at=evening, now=evening, bottles=(sealed,), early=True)


def test_close_marks_who_was_not_seen_measures_and_shows_the_book_only_then(client):
    bottle = morning.opened_bottle()
    dosed, missing = morning.patient(), morning.patient()
    morning.drink(dosed, morning.access(cast.DISPENSER))
    with clock.at(NINE):
        before = client.get(CLOSE).content.decode()
        assert missing.code in before
        assert f">{dosed.code}<" not in before
        assert "993,5" not in before  # measured before the book shows
        given = alone(**{
            f"end_{missing.pk.hex}": "hospitalised", f"reading_{bottle.number}": "990", f"seal_{bottle.number}": "NP 7",
        })  # fmt: skip
        answer = client.post(CLOSE, hidden(before) | given, follow=True)

        page = answer.content.decode()
        assert answer.status_code == 200
        assert "Đã đóng ngày" in page
        assert "993,5 mL" in page
        assert "990,0 mL" in page
        close_row = DayClose.objects.get()
        assert close_row.chain_hash in page
        assert "Đã đóng ngày lúc" in client.get("/dispensing/").content.decode()


def test_close_keeps_what_was_chosen_when_the_second_signature_is_missing(client):
    missing = morning.patient()
    with clock.at(NINE):
        carried = hidden(client.get(CLOSE).content.decode())
        given = {"second_mode": "alone", "second_reason": "", f"end_{missing.pk.hex}": "detained", "at": "09:05"}
        answer = client.post(CLOSE, carried | given)

    assert answer.status_code == 422
    assert '<option value="detained" selected>' in answer.content.decode()
    assert not DayClose.objects.exists()


def test_close_says_in_words_what_cannot_be_read(client):
    bottle = morning.opened_bottle()
    with clock.at(NINE):
        carried = hidden(client.get(CLOSE).content.decode())
        answer = client.post(CLOSE, carried | alone(**{f"reading_{bottle.number}": "chín trăm"}))

    assert answer.status_code == 422
    [at_the_field] = re.findall(r'id="id_reading_\d+_error">(.*?)</div>', answer.content.decode(), re.DOTALL)
    assert "không đọc được thành số" in at_the_field
    assert not DayClose.objects.exists()


def test_close_early_needs_the_tick(client):
    morning.patient()
    carried = hidden(client.get(CLOSE).content.decode())

    assert client.post(CLOSE, carried | alone(at="06:05")).status_code == 422
    assert client.post(CLOSE, carried | alone(at="06:05", early="on")).status_code == 302


def test_close_twice_by_two_people_tells_the_second_who_was_first(client):
    with clock.at(NINE):
        carried = hidden(client.get(CLOSE).content.decode())
        close()
        page = client.post(CLOSE, carried | alone(), follow=True).content.decode()

    assert f"{cast.DISPENSER.initials} đã ghi việc này" in page
    assert DayClose.objects.count() == 1


def test_days_lists_what_is_missing_and_leads_to_making_it_good(client):
    page = client.get("/dispensing/days/").content.decode()
    assert f"/dispensing/close/?day={YESTERDAY}" in page

    path = f"{CLOSE}?day={YESTERDAY}"
    answer = client.post(path, hidden(client.get(path).content.decode()) | alone(), follow=True)

    assert "Đã đóng ngày" in answer.content.decode()
    assert DayClose.objects.get().day == YESTERDAY
    assert f"/dispensing/close/?day={YESTERDAY}" not in client.get("/dispensing/days/").content.decode()


def test_sheet_has_codes_no_names_and_the_line_under_what_came_after_the_close(client):
    morning.opened_bottle()
    early, late = morning.patient(name="Lò Văn Sớm"), morning.patient(name="Vàng A Muộn")
    by = morning.access(cast.DISPENSER)
    morning.drink(early, by)
    close()
    morning.drink(late, by, now=NINE + timedelta(minutes=5))

    page = client.get(f"/dispensing/days/{world.TODAY}/").content.decode()

    above, below = page.split("Dưới vạch", 1)
    assert early.code in above
    assert late.code in below
    assert late.code not in above.split("Không uống")[0]
    assert "Văn Sớm" not in page
    assert "A Muộn" not in page
    assert DayClose.objects.get().chain_hash in page


@pytest.mark.parametrize("path", ["/dispensing/days/hôm-qua/", f"{OPEN}?day=x", f"{CLOSE}?day=2026-13-01"])
def test_a_day_that_is_no_day_is_not_found(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", [OPEN, CLOSE, "/dispensing/days/", f"/dispensing/days/{world.TODAY}/"])
def test_pages_ask_the_same_number_of_questions_whatever_the_roster(
    client, path, django_assert_max_num_queries, django_assert_num_queries
):
    morning.opened_bottle()
    by = morning.access(cast.DISPENSER)
    for _ in range(2):
        morning.drink(morning.patient(), by)
        morning.patient()
    client.get(path)  # what a process keeps for a minute is asked once
    with django_assert_max_num_queries(40) as few:
        client.get(path)
    for _ in range(6):
        morning.drink(morning.patient(), by)
        morning.patient()
    with django_assert_num_queries(len(few)):
        client.get(path)


def test_opened_twice_shows_who_was_first(client):
    openings.open_day(command=opening(), by=morning.access(cast.PHARMACIST), now=world.NOW)

    assert f"{cast.PHARMACIST.initials} đã mở ngày này" in client.get(OPEN).content.decode()
