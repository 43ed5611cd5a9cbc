"""Who may take doses home: each reason by itself, and never more vials than house, physician and order allow."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispensing.rules.stability import UrineFact
from dispensing.rules.take_home import AllowanceFact, TakeHomeFacts, TakeHomeSettings, check, days_ahead, most
from dispensing.rules.take_home_codes import WhyNot

TODAY, ONE_DAY = date(2026, 11, 24), timedelta(days=1)
ON = TakeHomeSettings(takehome_enabled=True)
NEGATIVE = UrineFact(TODAY - 30 * ONE_DAY, "given", (("opioids", "negative"), ("methadone", "positive")))
GOOD = TakeHomeFacts(
    today=TODAY, started_on=TODAY - 400 * ONE_DAY, phase="maintenance", last_day=TODAY + 20 * ONE_DAY,
    allowance=AllowanceFact(True, TODAY, TODAY + 20 * ONE_DAY, 7), dosed_today=True, urine=(NEGATIVE,), stable=True,
)  # fmt: skip


def test_who_fulfils_everything_may():
    assert check(facts=GOOD, days=7, settings=ON) == ()


def test_house_without_the_module_says_so_and_nothing_else():
    assert [no.why for no in check(facts=GOOD, days=1, settings=TakeHomeSettings())] == [WhyNot.DISABLED]


@pytest.mark.parametrize(
    ("changed", "days", "why"),
    [
        ({"phase": None}, 3, WhyNot.NO_ORDER),
        ({"phase": "adjustment"}, 3, WhyNot.NOT_MAINTENANCE),
        ({"parts": 2}, 3, WhyNot.DIVIDED),
        ({"started_on": TODAY - 364 * ONE_DAY}, 3, WhyNot.TOO_SOON),
        ({"missed_on": (TODAY - 90 * ONE_DAY,)}, 3, WhyNot.MISSED),
        ({"unknown_on": (TODAY - ONE_DAY,)}, 3, WhyNot.UNKNOWN_DAYS),
        ({"urine": ()}, 3, WhyNot.URINE_MISSING),
        ({"urine": (replace(NEGATIVE, taken_on=TODAY - 181 * ONE_DAY),)}, 3, WhyNot.URINE_MISSING),
        ({"urine": (NEGATIVE, UrineFact(TODAY, "refused"))}, 3, WhyNot.URINE_BAD),
        ({"urine": (NEGATIVE, UrineFact(TODAY, "given", (("amphetamines", "positive"),)))}, 3, WhyNot.URINE_BAD),
        ({"stable": False}, 3, WhyNot.NOT_STABLE),
        ({"unreturned": (TODAY - ONE_DAY,)}, 3, WhyNot.NOT_RETURNED),
        ({"out_until": TODAY + ONE_DAY}, 3, WhyNot.STILL_OUT),
        ({"dosed_today": False}, 3, WhyNot.NOT_DOSED),
        ({"stopped": True}, 3, WhyNot.STOPPED),
        ({"allowance": AllowanceFact(True, TODAY, TODAY + 9 * ONE_DAY, 9)}, 8, WhyNot.DAYS),
        ({}, 0, WhyNot.DAYS),
        ({"last_day": TODAY + 2 * ONE_DAY}, 3, WhyNot.BEYOND_ORDER),
        ({"allowance": None}, 3, WhyNot.NOT_ALLOWED),
        ({"allowance": AllowanceFact(False, TODAY, TODAY + 9 * ONE_DAY, 0)}, 3, WhyNot.NOT_ALLOWED),
        ({"allowance": AllowanceFact(True, TODAY + 2 * ONE_DAY, TODAY + 9 * ONE_DAY, 5)}, 3, WhyNot.NOT_ALLOWED),
        ({"allowance": AllowanceFact(True, TODAY, TODAY + 9 * ONE_DAY, 2)}, 3, WhyNot.BEYOND_ALLOWANCE),
    ],
)
def test_each_reason_refuses_by_itself(changed: dict, days: int, why: WhyNot):
    found = check(facts=replace(GOOD, **changed), days=days, settings=ON)

    assert [no.why for no in found] == [why]
    assert found[0].sentence


def test_a_day_missed_before_the_span_does_not_count():
    facts = replace(GOOD, missed_on=(TODAY - 91 * ONE_DAY,))

    assert check(facts=facts, days=3, settings=ON) == ()


@given(
    days=st.integers(-1, 12), house=st.integers(1, 7), signed=st.integers(1, 7), order=st.integers(0, 12),
    first=st.integers(-3, 5), last=st.integers(0, 12),
)  # fmt: skip
def test_never_more_than_house_physician_and_prescription_allow(days, house, signed, order, first, last):
    allowance = AllowanceFact(True, TODAY + first * ONE_DAY, TODAY + last * ONE_DAY, signed)
    facts = replace(GOOD, last_day=TODAY + order * ONE_DAY, allowance=allowance)
    settings = replace(ON, takehome_max_days=house)

    passed = check(facts=facts, days=days, settings=settings) == ()

    assert passed == (1 <= days <= most(facts, settings))
    if passed:
        ahead = days_ahead(TODAY, days)
        assert len(ahead) <= min(house, signed)
        assert ahead[0] == TODAY + ONE_DAY
        assert ahead[-1] <= min(facts.last_day, allowance.until_day)
