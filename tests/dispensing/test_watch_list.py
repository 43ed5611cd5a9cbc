"""After induction or a raise: on the board, in the morning's notes, on the card, until the calendar ends it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from dispensing.queries.matters import matters
from dispensing.queries.site_days import DayLine
from dispensing.queries.watch_list import watch_list
from facilities.models import EmergencyCard
from patients.models import Patient
from tests import cast, world
from tests.dispensing import morning, staying_away
from tests.entrance import signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def raised(days_ago: int, *, by: str = "10", **more: object) -> Patient:
    """65 mg since so many days ago, after less."""
    one = morning.patient(prescribed=False)
    before = Decimal(65) - Decimal(by)
    morning.prescription(one, starts_on=world.TODAY - days_ago * DAY, previous_dose_mg=before, **more)
    return one


def watched(on: date = world.TODAY) -> dict[str, bool]:
    rows = watch_list(facility_id=morning.site().pk, today=on, now=world.NOW)
    return {one.code: one.started for one in rows}


def strip() -> str:
    day = DayLine(world.TODAY, None, None, to_close=False, unclosed=())
    return "\n".join(one.words for one in matters(day=day, by=morning.access(cast.DISPENSER), now=world.NOW))


@pytest.mark.parametrize(("days_ago", "listed"), [(0, True), (6, True), (7, False)])
def test_raise_is_watched_for_a_week(days_ago: int, listed: bool):
    one = raised(days_ago)

    assert (one.code in watched()) is listed


def test_lowered_or_unchanged_dose_is_not_watched():
    lowered, same = raised(1, by="-10"), raised(1, by="0")

    assert {lowered.code, same.code}.isdisjoint(watched())


@pytest.mark.parametrize(("days_ago", "listed"), [(0, True), (13, True), (14, False)])
def test_induction_is_watched_for_two_weeks(days_ago: int, listed: bool):
    one = morning.patient(prescribed=False)
    morning.prescription(one, phase="induction", starts_on=world.TODAY - days_ago * DAY)

    assert watched().get(one.code, False) is listed


def test_strip_names_them_with_the_physicians_phone_and_links_to_the_list():
    EmergencyCard.objects.create(
        facility=morning.site(), emergency_phone="115", physician="Châu", physician_phone="0900 000 123",
        recorded_at=world.NOW, recorded_by_id=1, recorded_by_label="x",
    )  # fmt: skip
    one = raised(1)

    assert f"{one.code} · L.V.T." in strip()
    assert "gọi Châu 0900 000 123" in strip()


def test_list_card_and_opening_say_it():
    morning.opened_bottle()
    one, client = raised(1), signed_in(cast.DISPENSER)

    page = client.get("/dispensing/watched/").content.decode()

    assert one.code in page
    assert "Tăng từ 55 mg lên 65 mg" in page
    assert "Mới tăng liều: theo dõi sát đến hết 29/11" in client.get(f"/dispensing/patients/{one.pk}/").content.decode()
    assert "mới tăng liều: theo dõi sát" in client.get("/dispensing/open/").content.decode()


def test_strip_counts_who_is_followed_away_and_cut_off():
    staying_away.refresh(staying_away.patient("DDMMM"))
    staying_away.announced(staying_away.patient("DD"))
    staying_away.cut_off()

    said = strip()

    assert "1 người bệnh cần theo dõi" in said
    assert "1 người báo vắng hôm nay" in said
    assert "Đường bị cắt đến 27/11: Lũ, ngập" in said


@pytest.mark.parametrize("size", [20, 200])
@pytest.mark.parametrize("path", ["/dispensing/watched/", "/dispensing/road/", "/dispensing/tomorrow/"])
def test_lists_ask_the_same_number_of_questions_whatever_their_size(
    path: str, size: int, django_assert_max_num_queries
):
    client: Client = signed_in(cast.SITE_HEAD)
    for _ in range(size):
        raised(1)
    staying_away.cut_off(0, 2)

    with django_assert_max_num_queries(18):
        assert client.get(path).status_code == 200
