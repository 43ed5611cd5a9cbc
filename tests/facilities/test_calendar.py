"""Which days differ from their week: holidays, days off in their stead, rest days that are worked."""

from datetime import date

import pytest

from facilities.models import DayKind, Holiday
from facilities.queries.calendar import calendar_between

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

    found = calendar_between(FIRST, LAST)

    assert date(2026, 8, 31) in found.swapped_work - found.swapped_rest - found.holidays
    assert date(2026, 8, 22) in found.holidays - found.swapped_work
