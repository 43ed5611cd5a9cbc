"""How many ampoules a site must have, and when it asks for more: tables, without a database."""

from datetime import UTC, date, datetime, timedelta

import pytest

from inventory.rules.settings import StockSettings
from inventory.rules.settings_shelf import ShelfSettings
from inventory.rules.shelf import (
    Held,
    Refused,
    Seen,
    check_due,
    check_withdrawal,
    first_expiry,
    may_ask_again,
    minimum,
    need,
    standings,
    worse,
)
from inventory.rules.shelf_codes import AmpouleFate, Equipment, Lack, Readiness
from inventory.rules.violations import Code

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 23, 23, 10, tzinfo=UTC)
LATER, SOON, PAST = date(2028, 6, 30), date(2026, 12, 10), date(2026, 11, 23)
RULES = ShelfSettings()


def held(*lots: tuple[int, date]) -> list[Held]:
    return [Held(n, f"L{n}", expires_on, count) for n, (count, expires_on) in enumerate(lots, start=1)]


@pytest.mark.parametrize(
    ("patients", "minutes", "least"),
    [(None, 30, 5), (2, 30, 5), (60, 59, 5), (61, 30, 10), (2, 60, 10), (100, 120, 10)],
)
def test_minimum_is_five_and_ten_above_sixty_patients_or_sixty_minutes(
    patients: int | None, minutes: int, least: int
) -> None:
    assert minimum(patients=patients, stock=StockSettings(), shelf=ShelfSettings(hospital_minutes=minutes)) == least


@pytest.mark.parametrize(
    ("lots", "usable", "lack", "amount"),
    [
        ((), 0, Lack.NONE_USABLE, 20),
        (((9, PAST),), 0, Lack.NONE_USABLE, 20),
        (((5, LATER),), 5, Lack.AT_MINIMUM, 15),
        (((6, LATER),), 6, None, 14),
        (((1, TODAY),), 1, Lack.AT_MINIMUM, 20),
        (((20, SOON),), 20, Lack.EXPIRES_FIRST, 10),
        (((6, SOON), (5, LATER)), 11, None, 15),
        (((6, SOON), (4, LATER)), 10, Lack.EXPIRES_FIRST, 16),
        (((40, LATER),), 40, None, 1),
    ],
)
def test_need_counts_usable_ampoules_and_asks_up_to_the_target(
    lots: tuple[tuple[int, date], ...], usable: int, lack: Lack | None, amount: int
) -> None:
    stands = need(held(*lots), today=TODAY, least=5, settings=RULES)
    assert (stands.usable, stands.lack, stands.amount) == (usable, lack, amount)


def test_need_never_lacks_right_after_its_own_amount_has_come() -> None:
    for count in range(30):
        for least in (5, 10):
            stands = need(held((count, LATER)), today=TODAY, least=least, settings=RULES)
            if stands.lack is not None:
                filled = need(held((count + stands.amount, LATER)), today=TODAY, least=least, settings=RULES)
                assert filled.lack is None


def test_worse_goes_up_as_the_shelf_empties() -> None:
    assert worse(Lack.EXPIRES_FIRST) < worse(Lack.AT_MINIMUM) < worse(Lack.NONE_USABLE)


@pytest.mark.parametrize(
    ("since", "usable", "asks"), [(None, 5, True), (1, 5, False), (7, 5, True), (1, 4, True), (6, 9, False)]
)
def test_refusal_stands_some_days_unless_there_are_fewer(since: int | None, usable: int, asks: bool) -> None:
    refused = None if since is None else Refused(NOW - timedelta(days=since), 5)
    assert may_ask_again(refused, usable=usable, now=NOW, settings=RULES) is asks


@pytest.mark.parametrize(
    ("count", "fate", "expires_on", "codes"),
    [
        (1, AmpouleFate.USED, LATER, []),
        (3, AmpouleFate.USED, LATER, [Code.AMPOULES_BEYOND]),
        (1, AmpouleFate.USED, PAST, [Code.AMPOULE_EXPIRED]),
        (3, AmpouleFate.USED, PAST, [Code.AMPOULES_BEYOND, Code.AMPOULE_EXPIRED]),
        (2, AmpouleFate.BROKEN, LATER, []),
        (2, AmpouleFate.BROKEN, PAST, []),
        (1, AmpouleFate.EXPIRED, LATER, [Code.NOT_EXPIRED]),
        (1, AmpouleFate.EXPIRED, TODAY, [Code.NOT_EXPIRED]),
        (2, AmpouleFate.EXPIRED, PAST, []),
        (0, AmpouleFate.BROKEN, LATER, [Code.AMPOULES_BEYOND]),
    ],
)
def test_withdrawal_of_a_lot_with_two_ampoules(
    count: int, fate: AmpouleFate, expires_on: date, codes: list[Code]
) -> None:
    [lot] = held((2, expires_on))
    assert [v.code for v in check_withdrawal(lot, quantity=count, fate=fate, today=TODAY)] == codes


def test_withdrawal_of_a_lot_that_the_book_has_not_is_beyond_it() -> None:
    [found] = check_withdrawal(None, quantity=1, fate=AmpouleFate.USED, today=TODAY)
    assert found.code is Code.AMPOULES_BEYOND


def test_first_expiry_passes_over_what_has_expired_or_run_out() -> None:
    lots = held((3, PAST), (0, SOON), (2, LATER), (2, SOON))
    assert first_expiry(lots, today=TODAY) == lots[3]
    assert first_expiry(lots[:2], today=TODAY) is None


def test_standing_since_the_first_check_of_an_unbroken_run() -> None:
    states = [Readiness.OK, Readiness.MISSING, Readiness.OK, Readiness.BROKEN, Readiness.BROKEN]
    seen = [Seen(Equipment.OXYGEN, state, NOW + timedelta(days=30 * n)) for n, state in enumerate(states)]
    by_thing = {each.equipment: each for each in standings(seen[::-1])}
    assert (by_thing[Equipment.OXYGEN].state, by_thing[Equipment.OXYGEN].since) == (Readiness.BROKEN, seen[3].at)
    assert by_thing[Equipment.CAMERA].state is None
    assert list(by_thing) == list(Equipment)


@pytest.mark.parametrize(("ago", "due"), [(None, True), (0, False), (30, False), (31, True)])
def test_check_is_due_a_month_after_the_last(ago: int | None, due: bool) -> None:
    checked = None if ago is None else TODAY - timedelta(days=ago)
    assert check_due(checked, today=TODAY, settings=RULES) is due
