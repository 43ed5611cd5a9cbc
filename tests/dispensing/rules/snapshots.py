"""Snapshots for the rules' tests: a patient in maintenance, one good bottle, a syringe, at ten past six."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from dispensing.rules.authorise import Decision, authorise
from dispensing.rules.codes import Unlocker
from dispensing.rules.facts import (
    Answers,
    BottleFact,
    DayFact,
    DeviceFact,
    DoseFact,
    HoldFact,
    OutcomeFact,
    PatientFacts,
    PlacementFact,
    PrescriptionFact,
)
from dispensing.rules.settings import DosingSettings
from dispensing.rules.violations import Violation
from dispensing.rules.wording import WORDS

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TODAY = date(2026, 3, 3)
NOW = datetime(2026, 3, 3, 6, 10, tzinfo=ZONE)
HERE, ELSEWHERE = 11, 12
SETTINGS = DosingSettings()
SYRINGE = DeviceFact(name="Bơm 10 mL", step_ul=100, min_ul=200, max_ul=10_000)


def mg(text: str | int) -> Decimal:
    return Decimal(text)


def an_id(number: int) -> UUID:
    return UUID(int=number)


def at(hour: int, minute: int = 0, *, day: date = TODAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def history(marks: str, *, today: date = TODAY, dose: Decimal = Decimal(50)) -> tuple[DayFact, ...]:
    """Days before today as a picture, yesterday last.

    d dosed, x absent, s stock out, v vomited after the dose, w withheld, ? unknown, a blank: no fact at all.
    """
    outcomes = {"x": "absent", "s": "stock_out", "v": "vomited", "w": "withheld"}
    facts = []
    for ago, mark in zip(range(len(marks), 0, -1), marks, strict=True):
        if mark == " ":
            continue
        facts.append(
            DayFact(
                day=today - timedelta(days=ago),
                ingested_mg=dose if mark in "dv" else Decimal(0),
                ordered_mg=dose,
                outcome=outcomes.get(mark),
                known=mark != "?",
                caused_by_patient=mark == "x",
            )
        )
    return tuple(facts)


def a_prescription(**changes: Any) -> PrescriptionFact:
    """50 mg once a day in maintenance, signed two weeks ago; `dose_mg` alone also sets the one slot."""
    if "dose_mg" in changes and "slot_mg" not in changes:
        changes["slot_mg"] = (changes["dose_mg"],)
    usual = PrescriptionFact(
        id=an_id(1),
        phase="maintenance",
        dose_mg=Decimal(50),
        slot_mg=(Decimal(50),),
        starts_on=date(2026, 2, 17),
        last_day=date(2026, 3, 18),
        if_missed=(),
        raised_on=None,
        previous_dose_mg=None,
        bridging=False,
    )
    return replace(usual, **changes)


def a_patient(marks: str = "d" * 20, **changes: Any) -> PatientFacts:
    prescription = changes.get("prescription", a_prescription())
    dose = prescription.dose_mg if prescription else Decimal(50)
    usual = PatientFacts(
        patient_id=an_id(7),
        asking_facility_id=HERE,
        today=TODAY,
        treatment_started_on=date(2024, 5, 6),
        status="in_treatment",
        placement=PlacementFact(HERE, "Mường Pồn", "home", date(2025, 1, 1), None),
        prescription=prescription,
        last_prescription_end=None,
        suspended=False,
        days=history(marks, today=changes.get("today", TODAY), dose=dose),
        doses_today=(),
        outcomes_today=(),
        holds=(),
        contact_told_at=None,
    )
    return replace(usual, **changes)


def a_bottle(**changes: Any) -> BottleFact:
    usual = BottleFact(
        id=1,
        label="MP-0217",
        lot_number="060426",
        expires_on=date(2028, 4, 30),
        concentration=Decimal(10),
        balance_ul=400_000,
        opened_at=at(5, 30, day=date(2026, 2, 27)),
        quarantined=False,
    )
    return replace(usual, **changes)


def a_dose(**changes: Any) -> DoseFact:
    usual = DoseFact(an_id(21), TODAY, 1, "scheduled", Decimal(50), at(6), HERE, None)
    return replace(usual, **changes)


def an_outcome(code: str, *, hour: int = 5, minute: int = 40, recheck_at: datetime | None = None) -> OutcomeFact:
    return OutcomeFact(code, TODAY, at(hour, minute), recheck_at)


def a_hold(**changes: Any) -> HoldFact:
    usual = HoldFact(an_id(31), "physician_review", at(8, day=date(2026, 3, 2)), Unlocker.PHYSICIAN)
    return replace(usual, **changes)


def decide(facts: PatientFacts | None = None, **changes: Any) -> Decision:
    """The decision about a patient on a good morning, with whatever is changed."""
    usual: dict[str, Any] = {
        "bottles": (a_bottle(),),
        "device": SYRINGE,
        "answers": Answers(),
        "settings": SETTINGS,
        "now": NOW,
    }
    decision = authorise(facts=facts or a_patient(), **{**usual, **changes})
    assert_figures_are_whole(decision.violations)
    return decision


def assert_figures_are_whole(found: Iterable[Violation]) -> None:
    """Every figure that the words need is in the data: nothing is shown as a dash."""
    for one in found:
        needed = {name for text in WORDS[one.code] for name in re.findall(r"%\((\w+)\)s", str(text))}
        assert needed <= dict(one.data).keys(), (one.code, needed)


def codes(decision: Decision, level: str | None = None) -> list[str]:
    return [v.code.value for v in decision.violations if level is None or v.level == level]


def stops(decision: Decision) -> list[str]:
    return codes(decision, "stop")
