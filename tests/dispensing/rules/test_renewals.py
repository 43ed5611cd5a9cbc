"""When an order is renewed at the latest: while a physician is there, and before Tet."""

from datetime import date, timedelta

import pytest

from dispensing.rules.renewals import PhysicianDays, RenewalKind, renewal

TET = frozenset(date(2027, 2, 4) + timedelta(days=n) for n in range(7))  # Thursday to Wednesday
WEEKDAYS = PhysicianDays(frozenset({1, 2, 3, 4, 5}), TET)


@pytest.mark.parametrize(
    ("last_day", "kind", "due_on"),
    [
        (date(2026, 11, 25), RenewalKind.ENDS, date(2026, 11, 25)),  # a Wednesday
        (date(2026, 11, 28), RenewalKind.NO_PHYSICIAN, date(2026, 11, 27)),  # a Saturday
        (date(2026, 11, 29), RenewalKind.NO_PHYSICIAN, date(2026, 11, 27)),  # a Sunday
        (date(2027, 2, 3), RenewalKind.BEFORE_BREAK, date(2027, 2, 3)),  # the day before the break
        (date(2027, 2, 7), RenewalKind.BEFORE_BREAK, date(2027, 2, 3)),  # inside it
        (date(2027, 2, 10), RenewalKind.BEFORE_BREAK, date(2027, 2, 3)),  # its last day
        (date(2027, 2, 11), RenewalKind.ENDS, date(2027, 2, 11)),  # the day after
    ],
)
def test_renewal_is_due_on_the_last_day_with_a_physician(last_day, kind, due_on):
    found = renewal(last_day=last_day, days=WEEKDAYS)

    assert (found.kind, found.due_on) == (kind, due_on)


def test_renewal_where_a_physician_comes_once_a_week_is_due_on_that_day():
    tuesdays = PhysicianDays(frozenset({2}), frozenset())

    assert renewal(last_day=date(2026, 11, 30), days=tuesdays).due_on == date(2026, 11, 24)


def test_renewal_where_nobody_ever_comes_is_due_on_its_last_day():
    nobody = PhysicianDays(frozenset(), frozenset())

    assert renewal(last_day=date(2026, 11, 30), days=nobody).due_on == date(2026, 11, 30)


def test_renewal_with_a_physician_on_holidays_is_due_on_its_last_day():
    always = PhysicianDays(frozenset(range(1, 8)), TET, on_holidays=True)

    assert renewal(last_day=date(2027, 2, 7), days=always).kind is RenewalKind.ENDS
