"""The tables of domain 2.4: what may be replaced after vomiting, who is watched after drinking another amount."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from dispensing.rules.incident_settings import IncidentSettings
from dispensing.rules.incidents import (
    Tolerance,
    must_be_watched,
    replaceable_mg,
    replaced_share,
    tolerance_of,
    watched_until,
)
from tests.dispensing.rules.snapshots import TODAY, a_patient, a_prescription

RULES = IncidentSettings()


@pytest.mark.parametrize(
    ("seconds", "witnessed", "share"),
    [
        (0, True, "1"),
        (600, True, "1"),
        (601, True, "0.5"),
        (1800, True, "0.5"),
        (1801, True, "0.25"),
        (2700, True, "0.25"),
        (2701, True, "0"),
        (60, False, "0"),
        (-60, True, "0"),
    ],
)
def test_vomiting_replaces_by_its_band(seconds: int, witnessed: bool, share: str) -> None:
    assert replaced_share(after=timedelta(seconds=seconds), witnessed=witnessed, settings=RULES) == Decimal(share)


def test_vomiting_only_told_of_counts_where_the_province_says_so() -> None:
    trusting = replace(RULES, vomit_requires_witness=False)
    assert replaced_share(after=timedelta(minutes=5), witnessed=False, settings=trusting) == 1


@pytest.mark.parametrize(("mg", "share", "given"), [("65", "0.5", "32"), ("65", "1", "65"), ("3", "0.25", "0")])
def test_replaced_amount_is_rounded_down_to_what_can_be_measured(mg: str, share: str, given: str) -> None:
    assert replaceable_mg(mg=Decimal(mg), share=Decimal(share), granule_mg=Decimal(1)) == Decimal(given)


@pytest.mark.parametrize(
    ("drunk", "usual", "first_weeks", "stable", "irregular", "watched"),
    [
        ("21", "20", True, False, False, True),
        ("20", "20", True, False, False, False),
        ("130", "65", False, True, False, False),
        ("130.5", "65", False, True, False, True),
        ("97.5", "65", False, True, True, False),
        ("98", "65", False, True, True, True),
        ("45", "30", False, False, False, False),
        ("46", "30", False, False, False, True),
        ("5", None, False, False, False, True),
    ],
)
def test_who_drank_more_than_usual_is_watched_by_the_table(
    drunk: str, usual: str | None, first_weeks: bool, stable: bool, irregular: bool, watched: bool
) -> None:
    tolerance = Tolerance(Decimal(usual) if usual else None, first_weeks, stable, irregular)
    assert must_be_watched(drunk_mg=Decimal(drunk), tolerance=tolerance, settings=RULES) is watched


def _facts(mg: str, *, days_in: int, missed: tuple[int, ...] = ()) -> Tolerance:
    marks = "".join("x" if ago in missed else "d" for ago in range(min(days_in, 90), 0, -1))
    facts = a_patient(
        marks,
        prescription=a_prescription(dose_mg=Decimal(mg)),
        treatment_started_on=TODAY - timedelta(days=days_in),
    )
    return tolerance_of(facts, RULES)


def test_tolerance_of_somebody_stable() -> None:
    assert _facts("65", days_in=300) == Tolerance(Decimal("65"), False, True, False)


def test_tolerance_at_forty_or_below_is_uncertain() -> None:
    assert not _facts("40", days_in=300).stable
    assert not _facts("65", days_in=59).stable


def test_tolerance_after_missed_days_is_irregular() -> None:
    assert _facts("65", days_in=300, missed=(2, 5)).irregular
    assert not _facts("65", days_in=300, missed=(2,)).irregular


def test_tolerance_in_the_first_two_weeks() -> None:
    assert _facts("20", days_in=13).first_weeks
    assert not _facts("20", days_in=14).first_weeks


@pytest.mark.parametrize(("why", "hours"), [("wrong_dose", 4), ("first_dose", 4), ("naloxone", 10), ("other", 4)])
def test_somebody_is_watched_for_as_long_as_the_reason_asks(why: str, hours: int) -> None:
    since = datetime(2026, 11, 24, 6, 10, tzinfo=UTC)
    assert watched_until(why=why, since=since, settings=RULES) == since + timedelta(hours=hours)


def test_the_band_lists_go_together() -> None:
    assert len(RULES.vomit_band_minutes) == len(RULES.vomit_band_percent)
