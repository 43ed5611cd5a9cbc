"""From mg to the hand: exact conversion, what the device measures, which bottles, in how many draws."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispensing.rules.facts import Answers, BottleFact, DeviceFact
from dispensing.rules.measuring import Pour, draws_for, granule_mg, granule_ul, measurable, pour, rounded_down
from tests.dispensing.rules.snapshots import (
    NOW,
    SETTINGS,
    SYRINGE,
    TODAY,
    a_bottle,
    a_patient,
    a_prescription,
    at,
    codes,
    decide,
    mg,
    stops,
)

FIVE = mg(5)
FINE = DeviceFact(name="Bơm 1 mL", step_ul=10, min_ul=50, max_ul=1_000)


def poured(dose: str, *bottles: BottleFact, device: DeviceFact | None = SYRINGE) -> Pour:
    return pour(mg=mg(dose), bottles=bottles, device=device, settings=SETTINGS, today=TODAY, now=NOW)


def parts(result: Pour) -> list[tuple[int, Decimal, int]]:
    return [(p.bottle_id, p.mg, p.ul) for p in result.portions]


def test_a_dose_at_10_mg_per_ml_and_the_same_dose_at_5() -> None:
    assert parts(poured("65", a_bottle())) == [(1, mg(65), 6_500)]
    assert parts(poured("65", a_bottle(concentration=FIVE))) == [(1, mg(65), 13_000)]


def test_the_board_at_5_mg_per_ml_doubles_the_volume_and_asks_for_a_second_look() -> None:
    facts = a_patient(prescription=a_prescription(dose_mg=mg(110)))
    at_ten, at_five = decide(facts), decide(facts, bottles=(a_bottle(concentration=FIVE),))
    assert at_ten.measure is not None
    assert at_five.measure is not None
    assert (at_ten.measure.total_ul, at_five.measure.total_ul) == (11_000, 22_000)
    assert "second_look" not in at_ten.questions
    assert at_five.questions == ("second_look",)
    look = Answers(second_look=True)
    assert decide(facts, bottles=(a_bottle(concentration=FIVE),), answers=look).allowed


@pytest.mark.parametrize(("dose", "asked"), [("200", False), ("201", True)])
def test_a_pour_above_20_ml_asks_for_a_second_look(dose: str, asked: bool) -> None:
    assert ("second_look" in [v.code for v in poured(dose, a_bottle()).violations]) is asked


@pytest.mark.parametrize(
    ("bottles", "expected"),
    [
        ((), ["no_open_bottle"]),
        ((a_bottle(opened_at=None),), ["no_open_bottle"]),
        ((a_bottle(quarantined=True),), ["bottle_quarantined", "no_open_bottle"]),
        ((a_bottle(expires_on=TODAY - timedelta(days=1)),), ["bottle_expired", "no_open_bottle"]),
        ((a_bottle(opened_at=NOW - timedelta(days=60)),), ["bottle_open_too_long", "no_open_bottle"]),
        ((a_bottle(), a_bottle(id=2, concentration=FIVE)), ["two_strengths_open"]),
        ((a_bottle(balance_ul=4_900),), ["not_enough"]),
        ((a_bottle(balance_ul=0),), ["not_enough"]),
        ((a_bottle(balance_ul=2_000), a_bottle(id=2, balance_ul=2_900)), ["not_enough"]),
        (tuple(a_bottle(id=n, balance_ul=2_000) for n in (1, 2, 3)), ["not_enough"]),  # two bottles at most
        ((a_bottle(concentration=mg("7.3")),), ["not_exact"]),
    ],
)
def test_a_bottle_that_will_not_do_stops(bottles: tuple[BottleFact, ...], expected: list[str]) -> None:
    decision = decide(bottles=bottles)
    assert stops(decision) == expected
    assert decision.portions == ()
    assert decision.dose_mg == 50


def test_a_missing_device_stops() -> None:
    assert stops(decide(device=None)) == ["no_device"]


@pytest.mark.parametrize(
    ("dose", "device", "code"),
    [
        ("50.5", SYRINGE, "not_measurable"),  # 5,05 mL on a syringe of 0,1 mL
        ("1", SYRINGE, "not_measurable"),  # under its smallest mark
        ("0.5", FINE, None),
        ("0.4", FINE, "not_measurable"),
    ],
)
def test_a_dose_that_the_device_cannot_measure_stops(dose: str, device: DeviceFact, code: str | None) -> None:
    found = [v.code for v in poured(dose, a_bottle(), device=device).violations if v.level == "stop"]
    assert found == ([code] if code else [])


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"expires_on": TODAY}, []),  # good to the end of its last day
        ({"opened_at": NOW - timedelta(days=29)}, []),
        ({"opened_at": NOW - timedelta(days=30)}, ["bottle_open_long"]),
        ({"opened_at": NOW - timedelta(days=59)}, ["bottle_open_long"]),
        ({"opened_at": at(0, 5, day=TODAY - timedelta(days=30))}, ["bottle_open_long"]),
    ],
)
def test_an_ageing_bottle_is_shown_before_it_stops(changes: dict[str, Any], shown: list[str]) -> None:
    decision = decide(bottles=(a_bottle(**changes),))
    assert decision.allowed
    assert codes(decision) == shown


def test_an_unusable_bottle_beside_a_good_one_is_shown_and_passed_over() -> None:
    expired = a_bottle(id=2, label="MP-0001", expires_on=TODAY - timedelta(days=1))
    decision = decide(bottles=(expired, a_bottle()))
    assert decision.allowed
    assert [p.bottle_id for p in decision.portions] == [1]
    assert codes(decision, "note") == ["bottle_expired"]


def test_a_quarantined_bottle_of_another_strength_does_not_stop() -> None:
    other = a_bottle(id=2, concentration=FIVE, quarantined=True)
    assert parts(poured("50", other, a_bottle())) == [(1, mg(50), 5_000)]


def test_a_closed_bottle_of_another_strength_does_not_stop() -> None:
    assert parts(poured("50", a_bottle(id=2, concentration=FIVE, opened_at=None), a_bottle()))[0][0] == 1


def test_an_empty_bottle_of_another_strength_still_stops() -> None:
    result = poured("50", a_bottle(id=2, concentration=FIVE, balance_ul=0), a_bottle())
    assert [v.code for v in result.violations] == ["two_strengths_open"]
    assert dict(result.violations[0].data) == {"first_strength": "5", "second_strength": "10"}


def test_the_bottle_that_expires_first_is_used_first_then_the_one_opened_first() -> None:
    later = a_bottle(id=3, expires_on=TODAY + timedelta(days=400))
    sooner = a_bottle(id=2, expires_on=TODAY + timedelta(days=40))
    older = a_bottle(id=9, expires_on=TODAY + timedelta(days=40), opened_at=at(5, day=TODAY - timedelta(days=9)))
    assert parts(poured("50", later, sooner))[0][0] == 2
    assert parts(poured("50", later, sooner, older))[0][0] == 9


def test_a_dose_from_two_bottles_finishes_the_first() -> None:
    result = poured("50", a_bottle(id=1, balance_ul=2_380), a_bottle(id=2))
    assert parts(result) == [(1, mg(23), 2_300), (2, mg(27), 2_700)]
    assert [v.code for v in result.violations] == ["two_bottles"]
    assert result.measure is not None
    assert [d.ul for d in result.measure.draws] == [2_300, 2_700]


def test_two_bottles_may_give_their_last_drop() -> None:
    result = poured("50", a_bottle(id=1, balance_ul=2_300), a_bottle(id=2, balance_ul=2_700))
    assert parts(result) == [(1, mg(23), 2_300), (2, mg(27), 2_700)]
    assert parts(poured("50", a_bottle(balance_ul=5_000))) == [(1, mg(50), 5_000)]


def test_the_half_dose_is_rounded_for_the_bottle_in_use() -> None:
    facts = a_patient("dddxxxx", prescription=a_prescription(dose_mg=mg(65)))
    for bottles, half in (
        ((a_bottle(id=2, concentration=FIVE, quarantined=True), a_bottle()), "32"),
        ((a_bottle(id=2, opened_at=None), a_bottle(concentration=FIVE)), "32.5"),
        ((), "32"),
    ):
        assert dict(decide(facts, bottles=bottles).violations[0].data)["half_mg"] == half


def test_a_first_bottle_with_less_than_one_draw_is_passed_over() -> None:
    assert parts(poured("50", a_bottle(id=1, balance_ul=150), a_bottle(id=2))) == [(2, mg(50), 5_000)]


def test_the_second_part_is_never_too_small_to_measure() -> None:
    result = poured("50", a_bottle(id=1, balance_ul=4_990), a_bottle(id=2))
    assert parts(result) == [(1, mg(48), 4_800), (2, mg(2), 200)]


def test_a_third_bottle_helps_where_the_second_is_nearly_empty_too() -> None:
    bottles = (a_bottle(id=1, balance_ul=2_000), a_bottle(id=2, balance_ul=500), a_bottle(id=3))
    assert parts(poured("50", *bottles)) == [(1, mg(20), 2_000), (3, mg(30), 3_000)]


def test_a_split_at_5_mg_per_ml_is_exact_to_the_hundredth_of_a_mg() -> None:
    result = poured("45.5", a_bottle(id=1, concentration=FIVE, balance_ul=3_333), a_bottle(id=2, concentration=FIVE))
    assert parts(result) == [(1, mg("16.5"), 3_300), (2, mg(29), 5_800)]


@pytest.mark.parametrize(
    ("ul", "device", "draws"),
    [
        (6_500, SYRINGE, (6_500,)),
        (10_000, SYRINGE, (10_000,)),
        (11_000, SYRINGE, (10_000, 1_000)),
        (10_100, SYRINGE, (5_100, 5_000)),  # a last draw of 0,1 mL would be too small
        (20_100, SYRINGE, (10_000, 5_100, 5_000)),
        (300, DeviceFact("Cốc", 300, 300, 300), (300,)),
        (30_000, SYRINGE, (10_000, 10_000, 10_000)),
        (6_550, SYRINGE, None),
        (100, SYRINGE, None),
        (0, SYRINGE, None),
        (700, DeviceFact("Cốc", 300, 300, 1_000), None),
        (1_200, DeviceFact("Cốc", 300, 300, 1_000), (900, 300)),
        (500, DeviceFact("Hỏng", 600, 0, 500), None),
    ],
)
def test_draws_for_fills_the_device_as_rarely_as_possible(
    ul: int, device: DeviceFact, draws: tuple[int, ...] | None
) -> None:
    assert draws_for(ul, device) == draws


def test_several_draws_are_shown() -> None:
    result = poured("110", a_bottle())
    assert [v.code for v in result.violations] == ["several_draws"]
    assert dict(result.violations[0].data) == {"draws": "2"}


@pytest.mark.parametrize(
    ("concentration", "device", "ul", "dose"),
    [
        ("10", SYRINGE, 100, "1"),
        ("5", SYRINGE, 100, "0.5"),
        ("10", FINE, 10, "0.1"),
        ("7.5", FINE, 20, "0.15"),
    ],
)
def test_granule_is_the_smallest_exact_measurable_step(
    concentration: str, device: DeviceFact, ul: int, dose: str
) -> None:
    assert granule_ul(mg(concentration), device) == ul
    assert granule_mg(mg(concentration), device) == mg(dose)


def test_rounded_down_gives_the_nearest_lower_measurable_dose() -> None:
    assert rounded_down(mg("32.5"), mg(10), SYRINGE) == 32
    assert rounded_down(mg("32.5"), FIVE, SYRINGE) == mg("32.5")
    assert rounded_down(mg("1.5"), mg(10), SYRINGE) == 0


devices = st.builds(
    DeviceFact,
    name=st.just("Bơm"),
    step_ul=st.sampled_from([10, 50, 100, 200]),
    min_ul=st.sampled_from([50, 100, 200, 500]),
    max_ul=st.sampled_from([1_000, 5_000, 10_000]),
)


@given(
    quarter_mg=st.integers(1, 1_200),
    concentration=st.sampled_from([mg(5), mg(10), mg("7.5")]),
    device=devices,
    balances=st.lists(st.integers(0, 30_000), max_size=4),
)
def test_a_pour_is_exact_measurable_and_never_more_than_a_bottle_holds(
    quarter_mg: int, concentration: Decimal, device: DeviceFact, balances: list[int]
) -> None:
    dose = Decimal(quarter_mg) / 4
    bottles = [a_bottle(id=n, balance_ul=ul, concentration=concentration) for n, ul in enumerate(balances, start=1)]
    result = pour(mg=dose, bottles=bottles, device=device, settings=SETTINGS, today=TODAY, now=NOW)
    stopped = any(v.level == "stop" for v in result.violations)
    assert stopped == (result.portions == ()) == (result.measure is None)
    if result.measure is None:
        return
    assert len(result.portions) <= 2
    assert sum(p.mg for p in result.portions) == dose
    assert all(p.mg * 1000 == p.ul * concentration for p in result.portions)
    assert all(p.ul <= balances[p.bottle_id - 1] for p in result.portions)
    assert len({p.bottle_id for p in result.portions}) == len(result.portions)
    draws = result.measure.draws
    assert sum(d.ul for d in draws) == result.measure.total_ul
    assert all(d.ul % device.step_ul == 0 and device.min_ul <= d.ul <= device.max_ul for d in draws)
    assert measurable(dose, concentration, device)


@given(quarter_mg=st.integers(1, 1_200), balances=st.lists(st.integers(0, 12_000), max_size=4))
def test_a_measurable_dose_is_refused_only_where_no_two_bottles_hold_it(quarter_mg: int, balances: list[int]) -> None:
    """Against every way to take it: from one bottle, or from two in steps of the device."""
    dose = Decimal(quarter_mg) / 4
    bottles = [a_bottle(id=n, balance_ul=ul) for n, ul in enumerate(balances, start=1)]
    result = pour(mg=dose, bottles=bottles, device=SYRINGE, settings=SETTINGS, today=TODAY, now=NOW)
    if not bottles or not measurable(dose, mg(10), SYRINGE):
        assert result.portions == ()
        return
    ul = int(dose * 100)
    ways = [balance for balance in balances if balance >= ul]
    for n, first in enumerate(balances):
        for second in balances[n + 1 :]:
            ways.extend(
                part
                for part in range(SYRINGE.min_ul, ul - SYRINGE.min_ul + 1, SYRINGE.step_ul)
                if part <= first and ul - part <= second
            )
    assert (result.portions != ()) == bool(ways)
