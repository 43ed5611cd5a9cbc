"""Which days differ from their week: holidays, days off in their stead, rest days that are worked."""

from datetime import date

import pytest

from facilities.models import DayKind, Holiday
from facilities.queries.calendar import calendar_between
from tests import cast
from tests.entrance import signed_in

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def test_calendar_tells_holidays_from_the_days_off_in_their_stead(django_assert_num_queries):
    with django_assert_num_queries(1):
        found = calendar_between(FIRST, LAST)

    assert {date(2026, 2, 17), date(2026, 4, 26), date(2026, 9, 2)} <= found.holidays
    assert {date(2026, 4, 27), date(2026, 8, 31)} <= found.swapped_rest
    assert date(2026, 8, 22) in found.swapped_work
    assert not found.holidays & found.swapped_rest


def test_calendar_kept_by_hand_wins():
    Holiday.objects.create(day=date(2026, 8, 31), kind=DayKind.WORKING_DAY, name="Làm bù")
    Holiday.objects.create(day=date(2026, 8, 22), kind=DayKind.HOLIDAY, name="Nghỉ lễ của tỉnh")
    Holiday.objects.create(day=date(2026, 11, 27), kind=DayKind.REST_DAY, name="Nghỉ, đã làm bù thứ bảy")

    found = calendar_between(FIRST, LAST)

    assert date(2026, 8, 31) in found.swapped_work - found.swapped_rest - found.holidays
    assert date(2026, 8, 22) in found.holidays - found.swapped_work
    assert date(2026, 11, 27) in found.swapped_rest - found.holidays - found.swapped_work


def test_calendar_page_keeps_a_swapped_day_and_drops_it_again():
    client = signed_in(cast.PROVINCE_MANAGER)
    said = {"day": "2026-11-27", "kind": "rest_day", "name": ""}
    assert client.post("/facilities/calendar/", said).status_code == 422
    assert client.post("/facilities/calendar/", said | {"name": "Hoán đổi, công văn 12"}).status_code == 302
    assert "27/11/2026 · ngày nghỉ (hoán đổi)" in client.get("/facilities/calendar/?year=2026").content.decode()

    client.post("/facilities/calendar/2026-11-27/drop/")
    client.post("/facilities/calendar/gossip/drop/")

    assert not Holiday.objects.exists()
    assert signed_in(cast.SITE_HEAD).get("/facilities/calendar/").status_code == 403
