"""Splitting working time, and what is payable of it, against a slow reference that asks every single minute."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staff.rules.hours import Duty, Piece, free_parts, split, whole
from staff.rules.hours_codes import DayKind, Taken
from staff.rules.payable import Block, add_up, forecast, money, rate, reckon, warning
from staff.rules.settings import WorkSettings
from tests.staff.rules import slow_hours

ZONE = "Asia/Ho_Chi_Minh"
TERMS = WorkSettings()
TET = date(2026, 2, 17)
DAY = timedelta(days=1)


def kinds(day: date) -> DayKind:
    if date(2026, 2, 16) <= day <= date(2026, 2, 20) or (day.month, day.day) in {(1, 1), (4, 30), (5, 1)}:
        return DayKind.HOLIDAY
    return DayKind.REST if day.isoweekday() in TERMS.rest_days else DayKind.WORKING


def duty(day: date, begins: str, ends: str, *, facility: int = 1, zone: str = ZONE) -> Duty:
    """From a time of the day to a time, on the next day where it is earlier."""
    first = datetime.combine(day, datetime.strptime(begins, "%H:%M").time(), ZoneInfo(zone))  # noqa: DTZ007
    last = datetime.combine(day, datetime.strptime(ends, "%H:%M").time(), ZoneInfo(zone))  # noqa: DTZ007
    return Duty(facility, zone, first, last if last > first else last + DAY)


def pieces(*duties: Duty, terms: WorkSettings = TERMS, day_kinds=kinds) -> list[Piece]:
    return [piece for each in duties for piece in split(each, kinds=day_kinds, rules=lambda _place, _day: terms)]


def blocks(*duties: Duty, terms: WorkSettings = TERMS, patients=None, spared=False, day_kinds=kinds) -> list[Block]:
    found = pieces(*duties, terms=terms, day_kinds=day_kinds)
    counts = patients or {}
    return list(
        reckon(
            found,
            rules=lambda _place, _day: terms,
            patients=lambda place, month: counts.get((place, month)),
            spared=lambda _day: spared,
        )
    )


def told(found: list[Block]) -> list[tuple[int, int, Taken | None]]:
    """Minutes, per cent and rule of each block of overtime."""
    return [(block.minutes, block.percent, block.taken) for block in found if block.overtime]


def test_split_a_tet_night_cuts_at_22_midnight_and_6_by_kind_of_day():
    eve, working = date(2026, 2, 15), TERMS  # a Sunday; the holiday begins at midnight

    found = pieces(duty(eve, "20:30", "07:15"), terms=working)

    assert [(piece.minutes, piece.kind, piece.night) for piece in found] == [
        (90, DayKind.REST, False),
        (120, DayKind.REST, True),
        (360, DayKind.HOLIDAY, True),
        (60, DayKind.HOLIDAY, False),
        (15, DayKind.HOLIDAY, False),  # office hours begin, but not on a holiday
    ]
    assert told(blocks(duty(eve, "20:30", "07:15"))) == [
        (90, 200, None), (120, 270, None), (360, 390, None), (60, 300, None), (15, 300, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "night", "also_by_day", "percent"),
    [
        (DayKind.WORKING, False, False, 150),
        (DayKind.REST, False, False, 200),
        (DayKind.HOLIDAY, False, False, 300),
        (DayKind.WORKING, True, False, 200),
        (DayKind.WORKING, True, True, 210),
        (DayKind.REST, True, False, 270),
        (DayKind.HOLIDAY, True, False, 390),
    ],
)
def test_rate_of_overtime_is_that_of_the_law(kind: DayKind, night: bool, also_by_day: bool, percent: int):
    assert rate(TERMS, kind, night=night, overtime=True, also_by_day=also_by_day) == percent


def test_rate_of_normal_time_at_night_is_130():
    assert rate(TERMS, DayKind.WORKING, night=True, overtime=False, also_by_day=False) == 130


def test_normal_day_is_eight_office_hours_and_the_rest_is_overtime():
    monday = date(2026, 3, 2)

    found = blocks(duty(monday, "05:00", "18:00"))

    assert sum(block.minutes for block in found if not block.overtime) == 480
    assert told(found) == [
        (60, 210, None),
        (60, 150, None),
        (90, 150, None),
        (30, 150, None),
        (60, 150, Taken.DAY),
    ]  # fmt: skip  before six, before seven, at noon, after half past four: four hours, and then the day's limit


def test_normal_week_is_forty_hours_and_a_sixth_working_day_is_overtime():
    week = [date(2026, 3, 2) + number * DAY for number in range(6)]  # Monday to Saturday, all of them worked by decree

    found = blocks(*(duty(day, "07:00", "16:30") for day in week), day_kinds=lambda _day: DayKind.WORKING)

    per_day = Counter({day: 0 for day in week})
    for block in found:
        per_day[block.day] += block.minutes if block.overtime else 0
    assert [per_day[day] for day in week] == [90, 90, 90, 90, 90, 570]  # noon is no office hour


def test_swapped_days_a_worked_saturday_is_a_working_day_and_the_day_off_a_rest_day():
    saturday, monday = date(2026, 8, 22), date(2026, 8, 31)
    swapped = {saturday: DayKind.WORKING, monday: DayKind.REST}

    found = blocks(duty(saturday, "07:00", "11:30"), duty(monday, "07:00", "11:30"), day_kinds=swapped.__getitem__)

    assert [(block.overtime, block.percent) for block in found] == [(False, 100), (True, 200)]


def test_day_of_twelve_hours_is_the_limit_on_a_rest_day():
    assert told(blocks(duty(date(2026, 3, 1), "06:00", "20:00"))) == [
        (60, 200, None), (270, 200, None), (90, 200, None), (210, 200, None), (90, 200, None), (120, 200, Taken.DAY),
    ]  # fmt: skip


def test_month_of_forty_hours_ends_and_the_next_month_begins_anew_in_one_night():
    sundays = [date(2026, 5, 3), date(2026, 5, 10), date(2026, 5, 17)]
    worked = [duty(day, "06:00", "18:00") for day in sundays]  # 36 hours
    last = duty(date(2026, 5, 31), "19:00", "05:00")  # a Sunday night into Monday, the first of June

    found = blocks(*worked, last)

    assert add_up([block for block in found if block.day.month == 5]).taken == {Taken.MONTH: 60}
    assert add_up([block for block in found if block.day.month == 6]).unpaid == 60  # the working day's four hours
    assert add_up(found).payable == 40 * 60 + 240


def test_year_of_two_hundred_hours_ends_and_new_year_begins_anew():
    terms = replace(TERMS, month_hours=744, year_hours=20)
    sundays = [date(2026, 12, 6), date(2026, 12, 13)]

    found = blocks(
        *(duty(day, "06:00", "18:00") for day in sundays), duty(date(2027, 1, 3), "06:00", "18:00"), terms=terms
    )

    assert add_up([block for block in found if block.day.year == 2026]).taken == {Taken.YEAR: 4 * 60}
    assert add_up([block for block in found if block.day.year == 2027]).unpaid == 0


def test_long_year_gives_three_hundred_hours_but_not_to_who_is_spared():
    terms = replace(TERMS, long_year=True, year_hours=10, year_hours_long=12)
    long_sunday = duty(date(2026, 3, 1), "06:00", "18:00")

    assert add_up(blocks(long_sunday, terms=terms)).payable == 12 * 60
    assert add_up(blocks(long_sunday, terms=terms, spared=True)).payable == 10 * 60


@pytest.mark.parametrize(("count", "hours"), [(29, 20), (30, 30), (59, 30), (60, 40), (None, 40)])
def test_band_of_patients_limits_the_month_of_its_place(count: int | None, hours: int):
    terms = replace(TERMS, bands=True)
    worked = [duty(date(2026, 3, day), "06:00", "18:00") for day in (1, 7, 8, 14)]
    month = {(1, date(2026, 3, 1)): count} if count is not None else {}

    found = add_up(blocks(*worked, terms=terms, patients=month))

    assert (found.overtime, found.payable) == (48 * 60, hours * 60)


def test_money_is_the_hourly_rate_times_per_cent_to_the_whole_dong():
    assert money(90 * 150, Decimal(45000)) == Decimal(101250)
    assert money(1 * 150, Decimal(45001)) == Decimal(1125)
    assert money(90 * 150, None) is None


@pytest.mark.parametrize(("used", "step"), [(159, None), (160, 80), (189, 80), (190, 95), (230, 95)])
def test_warning_comes_at_80_and_95_per_cent(used: int, step: int | None):
    assert warning(used * 60, 200 * 60) == step


def test_forecast_says_the_day_at_the_pace_of_late():
    today = date(2026, 7, 1)

    assert forecast(used=6000, limit=12000, lately=2400, lately_days=40, today=today) == date(2026, 10, 9)
    assert forecast(used=12000, limit=12000, lately=0, lately_days=40, today=today) == today
    assert forecast(used=0, limit=12000, lately=0, lately_days=40, today=today) is None
    assert forecast(used=0, limit=12000, lately=600, lately_days=40, today=today) is None  # only after New Year


def test_whole_minutes_never_cut_what_was_worked():
    first = datetime(2026, 3, 2, 5, 10, 59, tzinfo=UTC)

    assert whole(first, first + timedelta(seconds=2)) == (first.replace(second=0), first.replace(minute=12, second=0))
    assert whole(first.replace(second=0), first.replace(second=0)) == (
        first.replace(second=0), first.replace(minute=11, second=0),
    )  # fmt: skip


def test_free_parts_are_what_is_beside_the_taken():
    at = [datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in range(10)]

    assert free_parts(at[1], at[8], [(at[0], at[2]), (at[3], at[4]), (at[7], at[9])]) == (
        (at[2], at[3]),
        (at[4], at[7]),
    )
    assert free_parts(at[1], at[8], []) == ((at[1], at[8]),)
    assert free_parts(at[1], at[8], [(at[0], at[9])]) == ()


ZONES = st.sampled_from([ZONE, "Europe/Berlin", "Asia/Beirut", "America/Santiago"])
STARTS = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2026, 12, 30))  # noqa: DTZ001


@settings(max_examples=150, deadline=None)
@given(begin=STARTS, length=st.integers(1, 26 * 60), zone=ZONES)
def test_split_is_minute_for_minute_what_the_slow_reference_says(begin: datetime, length: int, zone: str):
    first = begin.replace(second=0, microsecond=0, tzinfo=UTC)
    one = Duty(1, zone, first, first + timedelta(minutes=length))

    fast = [
        (piece.day, piece.kind, piece.night, piece.office)
        for piece in split(one, kinds=kinds, rules=lambda _place, _day: TERMS)
        for _minute in range(piece.minutes)
    ]

    assert fast == [(m.day, m.kind, m.night, m.office) for m in slow_hours.minutes(one, kinds, TERMS)]


TERMS_OF_ANY_KIND = st.builds(
    WorkSettings,
    normal_day_hours=st.integers(1, 10),
    normal_week_hours=st.integers(1, 48),
    day_hours=st.integers(0, 6),
    day_hours_total=st.integers(1, 14),
    month_hours=st.integers(0, 30),
    year_hours=st.integers(0, 60),
    long_year=st.booleans(),
    month_hours_long=st.integers(0, 40),
    year_hours_long=st.integers(0, 90),
    bands=st.booleans(),
    band_small_hours=st.integers(0, 10),
    band_middle_hours=st.integers(0, 15),
    band_large_hours=st.integers(0, 20),
)
GAPS = st.lists(st.tuples(st.integers(0, 40 * 60), st.integers(1, 16 * 60), st.integers(1, 2)), min_size=1, max_size=9)


@settings(max_examples=80, deadline=None)
@given(
    terms=TERMS_OF_ANY_KIND, gaps=GAPS, count=st.none() | st.integers(1, 90), spared=st.booleans(), late=st.booleans()
)
def test_payable_is_minute_for_minute_what_the_slow_reference_says(terms, gaps, count, spared, late):
    at = datetime(2026, 12, 26, 12, tzinfo=UTC) if late else datetime(2026, 2, 26, 20, tzinfo=UTC)
    duties = []
    for wait, length, place in gaps:
        at += timedelta(minutes=wait)
        duties.append(Duty(place, ZONE, at, at + timedelta(minutes=length)))
        at += timedelta(minutes=length)
    patients = {} if count is None else {(1, date(2026, month, 1)): count for month in (2, 3, 12)}

    fast = blocks(*duties, terms=terms, patients=patients, spared=spared)

    found = [minute for each in duties for minute in slow_hours.minutes(each, kinds, terms)]
    over = slow_hours.overtime(found, terms)
    assert [block.overtime for block in fast for _minute in range(block.minutes)] == over
    slow = slow_hours.taken(found, over, terms, patients, spared=spared)
    assert [block.taken for block in fast for _minute in range(block.minutes)] == slow
    total = add_up(fast)
    assert total.duty == len(found)  # what was worked is never cut
    assert total.payable <= total.overtime
    assert total.unpaid == total.overtime - total.payable == sum(total.taken.values())
