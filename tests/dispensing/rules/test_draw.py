"""Who is drawn for a urine test: everybody as often, nobody foreseeably, and the same list whoever opens it."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dispensing.rules.draw import is_drawn, open_draw, period_of
from dispensing.rules.stability_settings import StabilitySettings

S = StabilitySettings()
CALM = StabilitySettings(urine_surprise_percent=0)
STARTED = date(2025, 1, 1)
ONE = timedelta(days=1)


def drawn_days(key: bytes, who: str, days: range, settings: StabilitySettings = CALM) -> list[date]:
    return [d for n in days if is_drawn(key, who, STARTED, d := STARTED + n * ONE, settings)]


def test_each_period_draws_everybody_exactly_once():
    for number in range(40):
        who = str(4000 + number)
        found = Counter(period_of(STARTED, day, CALM).first for day in drawn_days(b"key", who, range(365 + 360)))

        assert set(found.values()) == {1}
        assert len(found) == 13 + 4  # twelve months and five days of the first year, then four times 90 days


def test_the_days_of_a_period_are_drawn_evenly():
    found = Counter(drawn_days(b"key", str(4000 + n), range(30))[0] for n in range(3000))

    assert len(found) == 30
    assert max(found.values()) < 2 * min(found.values())


def test_another_key_draws_other_days():
    same = sum(
        drawn_days(b"one", str(4000 + n), range(30)) == drawn_days(b"two", str(4000 + n), range(30)) for n in range(300)
    )

    assert same < 30


def test_beside_its_day_a_period_holds_small_surprises():
    days = [len(drawn_days(b"key", str(4000 + n), range(400, 700), S)) for n in range(100)]

    assert 5 < sum(days) / len(days) < 8  # three or four by the period, and one in a hundred of 300 days


@given(st.integers(0, 900), st.integers(0, 900))
def test_a_day_lies_in_its_own_period(offset: int, other: int):
    day, again = STARTED + offset * ONE, STARTED + other * ONE
    one, two = period_of(STARTED, day, S), period_of(STARTED, again, S)

    assert one.first <= day <= one.last
    assert one == two or one.last < two.first or two.last < one.first


def test_a_draw_stays_open_until_a_sample_is_asked_for():
    who = "4007"
    drawn = drawn_days(b"key", who, range(30))[0]
    asked = {"code": who, "started_on": STARTED, "since": STARTED, "settings": CALM}

    assert open_draw(b"key", **asked, asked_on=None, today=drawn) == drawn
    assert open_draw(b"key", **asked, asked_on=None, today=drawn + 3 * ONE) == drawn
    assert open_draw(b"key", **asked, asked_on=drawn - ONE, today=drawn) == drawn
    assert open_draw(b"key", **asked, asked_on=drawn, today=drawn) is None
    assert open_draw(b"key", **asked, asked_on=None, today=drawn - ONE) is None
