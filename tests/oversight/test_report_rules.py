"""Periods, figures, checks, and the shape of what DHIS2 takes; no database."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.reports.indicators import OF, codes, fingerprint
from oversight.rules import dhis2, periods
from oversight.rules.figures import Figure, Unit, checks, differences, hidden, middle, read, together
from oversight.rules.periods import UnknownPeriod
from oversight.rules.report_codes import ReportKind

DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2060, 12, 31))


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2026-Q1", date(2025, 12, 15), date(2026, 3, 14)),
        ("2026-Q2", date(2026, 3, 15), date(2026, 6, 14)),
        ("2026-Q3", date(2026, 6, 15), date(2026, 9, 14)),
        ("2026-Q4", date(2026, 9, 15), date(2026, 12, 14)),
    ],
)
def test_quarter_runs_from_the_15th_before_it_to_the_14th_of_its_last_month(code: str, first: date, last: date) -> None:
    found = periods.read(ReportKind.QUARTER, code)

    assert (found.first, found.last, found.code) == (first, last, code)
    assert periods.of(ReportKind.QUARTER, first) == periods.of(ReportKind.QUARTER, last) == found
    assert periods.of(ReportKind.QUARTER, last + timedelta(days=1)) != found
    assert (found.over(last), found.over(last + timedelta(days=1))) == (False, True)


def test_year_runs_from_15_december_to_14_december_and_is_its_four_quarters() -> None:
    found = periods.read(ReportKind.YEAR, "2026")
    quarters = periods.quarters_of(found)

    assert (found.first, found.last) == (date(2025, 12, 15), date(2026, 12, 14))
    assert (quarters[0].first, quarters[-1].last) == (found.first, found.last)
    assert sum(one.days for one in quarters) == found.days


@given(day=DAYS, kind=st.sampled_from(ReportKind))
def test_every_day_lies_in_one_period_of_a_kind_and_they_follow_without_a_gap(day: date, kind: ReportKind) -> None:
    found = periods.of(kind, day)

    assert found.first <= day <= found.last
    assert periods.before(found).last == found.first - timedelta(days=1)
    assert periods.read(kind, found.code) == found


@pytest.mark.parametrize(
    ("kind", "code"),
    [("quarter", "2026"), ("quarter", "2026-11"), ("month", "2026-Q1"), ("year", "2026-11"), ("month", "2026-13"),
     ("quarter", "2026-Q5"), ("year", "nonsense"), ("year", "1999")],
)  # fmt: skip
def test_read_of_what_names_no_period_is_refused(kind: str, code: str) -> None:
    with pytest.raises(UnknownPeriod):
        periods.read(ReportKind(kind), code)


def sexes(male: int, female: int) -> Figure:
    return Figure(male + female, male=male, female=female)


WHOLE = {
    "1": sexes(300, 120), "1.1": sexes(250, 90), "1.2": sexes(200, 80), "1.3": sexes(9, 4), "2": sexes(220, 80),
    "3": sexes(80, 40), "4": sexes(3, 0), "5": sexes(2, 1),
}  # fmt: skip


def failing(**changed: Figure) -> dict[str, bool]:
    """The checks that do not hold, and whether they are hard."""
    return {check.code: check.hard for check in checks(WHOLE | changed) if not check.ok}


def test_checks_hold_for_the_sample_and_name_what_does_not() -> None:
    assert failing() == {}
    assert failing(**{"1.2": sexes(260, 91)}) == {"1.2<=1.1": True}
    assert failing(**{"1.1": sexes(300, 121)}) == {"inside": True}
    assert failing(**{"5": Figure(3, male=1, female=1)}) == {"sexes": True}
    assert failing(**{"3": sexes(70, 40)}) == {"1=2+3": False}  # soft: explained, not refused


def test_figures_of_places_add_up_and_are_read_back_as_stored() -> None:
    one, other = {"1": sexes(2, 1), "attended": Figure(3, of=4)}, {"1": sexes(0, 1), "attended": Figure(1, of=6)}

    total = together([one, other])

    assert total == {"1": sexes(2, 2), "attended": Figure(4, of=10)}
    assert total["attended"].value(Unit.PERCENT) == Decimal("40.0")
    assert read({code: figure.stored() for code, figure in total.items()}) == total


@given(st.dictionaries(st.integers(1, 30_000), st.integers(1, 20), max_size=12))
def test_median_of_a_spread_is_that_of_everybody_in_a_row(spread: dict[int, int]) -> None:
    row = sorted(mg for mg, people in spread.items() for _one in range(people))
    found = middle(spread)

    assert found.of == len(row)
    if row:
        low, high = row[(len(row) - 1) // 2], row[len(row) // 2]
        assert found.n == (low + high + 1) // 2  # halves up: hundredths of a milligram
    else:
        assert found.value(Unit.MG) is None


def test_small_numbers_are_those_that_could_tell_of_somebody() -> None:
    assert hidden(Figure(4, male=4, female=0), under=5)
    assert hidden(Figure(30, male=28, female=2), under=5)
    assert not hidden(Figure(0, male=0, female=0), under=5)
    assert not hidden(Figure(11, male=6, female=5), under=5)


def test_differences_are_told_in_the_order_of_the_report_the_total_first() -> None:
    was = {None: {"5": sexes(1, 0), "1": sexes(9, 1)}, 7: {"1": sexes(9, 1)}}
    now = {None: {"1": sexes(8, 1), "5": sexes(1, 0)}, 7: {"1": sexes(8, 1)}}

    found = differences(was, now, order=codes(ReportKind.QUARTER))

    assert [(one.place, one.code, one.was, one.now) for one in found] == [
        (None, "1", sexes(9, 1), sexes(8, 1)),
        (7, "1", sexes(9, 1), sexes(8, 1)),
    ]


def test_every_definition_has_words_of_what_it_counts_and_a_code_of_its_own() -> None:
    assert [one.code for one in OF[ReportKind.QUARTER]] == ["1", "1.1", "1.2", "1.3", "2", "3", "4", "5"]
    for kind in ReportKind:
        assert len(set(codes(kind))) == len(codes(kind))
        assert all(one.words and one.numerator for one in OF[kind])
        assert all(one.denominator for one in OF[kind] if one.unit in (Unit.PERCENT, Unit.MEAN_MG, Unit.DAYS))
    assert fingerprint(ReportKind.QUARTER) != fingerprint(ReportKind.MONTH)


GOOD = {
    "dataSet": "pBOMPrpg1QX", "completeDate": "2026-12-16", "period": "2026Q4", "orgUnit": "DiszpKrYNg8",
    "dataValues": [{"dataElement": "f7n9E0hX8qk", "categoryOptionCombo": "HllvX50cXC0", "value": "12"}],
}  # fmt: skip


def test_problems_names_what_dhis2_would_not_take() -> None:
    value = GOOD["dataValues"][0]

    assert dhis2.problems(GOOD) == ()
    assert dhis2.problems(GOOD | {"period": "Q4/2026", "orgUnit": "x"}) == ("orgUnit", "period")
    assert dhis2.problems(GOOD | {"dataValues": []}) == ("dataValues",)
    assert dhis2.problems(GOOD | {"dataValues": [value, value]}) == ("dataValues[1]",)
    assert dhis2.problems(GOOD | {"dataValues": [value | {"value": 12}]}) == ("dataValues[0].value",)
    assert dhis2.problems([]) == ("",)


def test_mapping_keeps_uids_and_names_what_is_none() -> None:
    found, wrong = dhis2.read(
        {"dataElements": {"1": "f7n9E0hX8qk", "1.1": "", "2": "too short"}, "orgUnits": 3, "more": {}}
    )

    assert dict(found.elements) == {"1": "f7n9E0hX8qk"}
    assert wrong == ("dataElements.2", "orgUnits", "more")
