"""Overtime taken as leave: what was payable, to the minute, the limits used as before. Certificates on a day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staff.rules.certificates import Held, State, covered, standing
from staff.rules.hours_codes import DayKind, Taken
from staff.rules.leave import Chosen, as_leave, earned, payable_within
from staff.rules.payable import Block, add_up
from staff.rules.rota_codes import CertificateKind

DAY = date(2026, 11, 22)
BEGIN = datetime(2026, 11, 22, 6, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def in_a_row(*parts: tuple[int, bool, Taken | None]) -> list[Block]:
    found, at = [], BEGIN
    for minutes, overtime, taken in parts:
        found.append(Block(1, DAY, at, minutes, DayKind.REST, night=False, overtime=overtime, percent=200, taken=taken))
        at += minutes * MINUTE
    return found


def chosen(blocks: list[Block], minutes: int) -> Chosen:
    return Chosen(BEGIN, blocks[-1].starts_at + blocks[-1].minutes * MINUTE, minutes)


def test_the_last_payable_minutes_become_leave_and_the_rest_stays():
    blocks = in_a_row((60, False, None), (120, True, None), (30, True, None), (45, True, Taken.DAY))

    found = add_up(turned := as_leave(blocks, [chosen(blocks, 70)]))

    assert [(b.minutes, b.taken) for b in turned] == [
        (60, None), (80, None), (40, Taken.LEAVE), (30, Taken.LEAVE), (45, Taken.DAY),
    ]  # fmt: skip
    assert (found.payable, found.leave, found.unpaid) == (80, 70, 45)
    assert found.taken == {Taken.DAY: 45, Taken.LEAVE: 70}
    assert [b.starts_at for b in turned[1:]] == [a.starts_at + a.minutes * MINUTE for a in turned[:-1]]


@given(
    st.lists(st.tuples(st.integers(1, 300), st.booleans(), st.sampled_from([None, Taken.DAY, Taken.YEAR])), min_size=1),
    st.integers(1, 2000),
)
def test_nothing_is_made_or_lost_and_payable_falls_by_exactly_what_is_leave(parts, minutes):
    blocks = in_a_row(*((length, overtime or taken is not None, taken) for length, overtime, taken in parts))
    before, could = add_up(blocks), payable_within(blocks, BEGIN, chosen(blocks, 1).ends_at)

    after = add_up(as_leave(blocks, [chosen(blocks, minutes)]))

    assert (after.duty, after.overtime, after.unpaid) == (before.duty, before.overtime, before.unpaid)
    assert after.leave == min(minutes, could) == before.payable - after.payable
    assert after.payable + after.leave + after.unpaid == after.overtime
    assert after.leave + after.unpaid == sum(after.taken.values())


@pytest.mark.parametrize(("minutes", "per_cent", "leave"), [(60, 100, 60), (61, 150, 91), (1, 100, 1)])
def test_leave_earned_is_the_share_of_the_setting(minutes: int, per_cent: int, leave: int):
    assert earned(minutes, per_cent) == leave


@pytest.mark.parametrize(
    ("last", "state"),
    [
        (None, State.VALID), (DAY + timedelta(days=61), State.VALID), (DAY + timedelta(days=60), State.ENDS_SOON),
        (DAY, State.ENDS_SOON), (DAY - timedelta(days=1), State.EXPIRED),
    ],
)  # fmt: skip
def test_certificate_stands_as_its_last_day_says(last: date | None, state: State):
    kind = CertificateKind.COUNSELLING
    held = [Held(kind, DAY - timedelta(days=900), last)]

    assert standing(kind, held, on=DAY, warning_days=60).state is state
    assert covered(kind, held, DAY) is (state is not State.EXPIRED)
    assert standing(CertificateKind.OVERDOSE, held, on=DAY, warning_days=60).state is State.NONE
