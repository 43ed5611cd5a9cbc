"""The proposal, its bottle size, the dates of the cycle, and the table of states."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.rules.request_table import BY_STEP, ENDED, Side, State, Step, allowed, diagram, steps_for, ways
from inventory.rules.requests import (
    Figures,
    Pick,
    changed,
    cycle,
    is_late,
    month_after,
    month_before,
    pick,
    propose,
    quarter_due,
)
from inventory.rules.settings_requests import RequestSettings
from tests.plugins.servers import ROOT

SIZES = (1_000_000, 100_000)
USUAL = Figures(
    patients=20,
    daily_mg=Decimal(1400),
    days=36,
    new_patients=2,
    new_patient_mg=Decimal(60),
    safety_pct=Decimal(10),
    concentration=Decimal(10),
    stock_ul=2_000_000,
    road_ul=0,
)
RULES = RequestSettings()


@pytest.mark.parametrize(
    ("figures", "missing_ul", "size_ul", "bottles"),
    [
        # 1400 x 36 + 2 x 60 x 36 = 54720 mg, + 10 % = 60192 mg = 6019.2 mL, - 2000 mL
        (USUAL, 4_019_200, 1_000_000, 5),
        (replace(USUAL, road_ul=4_019_200), 0, 1_000_000, 0),
        (replace(USUAL, road_ul=4_019_199), 1, 1_000_000, 1),
        (replace(USUAL, stock_ul=50_000_000), 0, 1_000_000, 0),
        (replace(USUAL, safety_pct=Decimal(0), new_patients=0, stock_ul=0), 5_040_000, 1_000_000, 6),
        (replace(USUAL, concentration=Decimal(5)), 10_038_400, 1_000_000, 11),
        # 300 mg a day: a litre would last 33 days, so 100 mL bottles
        (replace(USUAL, daily_mg=Decimal(300), new_patients=0, stock_ul=0), 1_188_000, 100_000, 12),
        # 334 mg a day: 30 days take more than a litre
        (replace(USUAL, daily_mg=Decimal(334), new_patients=0, stock_ul=0), 1_322_640, 1_000_000, 2),
        (replace(USUAL, daily_mg=Decimal(0), new_patients=0, stock_ul=0), 0, 100_000, 0),
    ],
)
def test_propose_covers_the_days_with_whole_bottles(figures: Figures, missing_ul: int, size_ul: int, bottles: int):
    found = propose(figures, sizes_ul=SIZES, largest_bottle_days=30)

    assert (found.missing_ul, found.size_ul, found.bottles) == (missing_ul, size_ul, bottles)


@given(mg=st.integers(0, 20_000), days=st.integers(0, 100), new=st.integers(0, 50), stock=st.integers(0, 30_000_000))
def test_propose_is_the_fewest_bottles_that_are_enough(mg: int, days: int, new: int, stock: int):
    figures = replace(USUAL, daily_mg=Decimal(mg), days=days, new_patients=new, stock_ul=stock)
    found = propose(figures, sizes_ul=SIZES, largest_bottle_days=30)

    needed_mg = found.treated_mg + found.new_mg + found.safety_mg
    there_ul = stock + found.bottles * found.size_ul
    assert there_ul * figures.concentration >= needed_mg * 1000 or (found.bottles == 0 and found.missing_ul == 0)
    if found.bottles:
        assert (there_ul - found.size_ul) * figures.concentration < needed_mg * 1000


def test_changed_names_the_figures_that_somebody_put_in_place_of_the_systems():
    assert changed(replace(USUAL, days=40, new_patients=5), USUAL) == ("days", "new_patients")


@pytest.mark.parametrize(
    ("period", "send_by", "deliver_by"),
    [
        (date(2026, 12, 1), date(2026, 11, 25), date(2026, 11, 30)),
        (date(2027, 3, 1), date(2027, 2, 25), date(2027, 2, 28)),
        (date(2027, 1, 1), date(2026, 12, 25), date(2026, 12, 30)),
    ],
)
def test_cycle_lies_in_the_month_before(period: date, send_by: date, deliver_by: date):
    assert cycle(period, RULES) == type(cycle(period, RULES))(period, send_by, deliver_by)
    assert month_after(month_before(period)) == period


@pytest.mark.parametrize(
    ("state", "day", "late"),
    [
        (State.DRAFT, 25, ""),
        (State.DRAFT, 26, "send"),
        (State.RETURNED, 26, "send"),
        (State.SENT, 26, ""),
        (State.SENT, 30, ""),
        (State.CLOSED, 30, ""),
    ],
)
def test_is_late_after_the_day_of_the_cycle(state: State, day: int, late: str):
    assert is_late(state, dates=cycle(date(2026, 12, 1), RULES), today=date(2026, 11, day)) == late


@pytest.mark.parametrize("state", [State.SENT, State.APPROVED, State.CHANGED, State.PREPARED])
def test_is_late_for_the_clinic_once_the_delivery_day_is_past(state: State):
    assert is_late(state, dates=cycle(date(2026, 12, 1), RULES), today=date(2026, 12, 1)) == "deliver"


@pytest.mark.parametrize(
    ("today", "due"),
    [
        (date(2026, 11, 24), date(2027, 1, 5)),
        (date(2027, 1, 5), date(2027, 1, 5)),
        (date(2027, 1, 6), date(2027, 4, 5)),
    ],
)
def test_quarter_is_due_on_the_fifth_of_its_first_month(today: date, due: date):
    assert quarter_due(today, RULES) == due


def test_pick_takes_first_expiry_first_size_by_size():
    there = [Pick("a", 1, 1_000_000, 2), Pick("b", 1, 100_000, 9), Pick("c", 1, 1_000_000, 5), Pick("d", 2, None, 30)]

    assert pick({(1, 1_000_000): 3, (2, None): 12}, there) == {"a": 2, "b": 0, "c": 1, "d": 12}


def test_every_state_is_reached_and_every_one_but_an_end_leads_on():
    reached = {after for _before, _step, after in ways()}
    left = {before for before, _step, _after in ways()}

    assert reached == set(State) - {State.NEW}
    assert left == set(State) - ENDED


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("state", list(State))
def test_allowed_is_exactly_the_table(step: Step, state: State):
    row = BY_STEP[step]
    for side in Side:
        assert allowed(step, state=state, side=side) == (state in row.before and side is row.side)
        assert (step in steps_for(state=state, sides=frozenset({side}))) == allowed(step, state=state, side=side)


def test_docs_show_the_table_as_it_is():
    page = (ROOT / "docs" / "stock.md").read_text(encoding="utf-8")

    assert diagram() in page
