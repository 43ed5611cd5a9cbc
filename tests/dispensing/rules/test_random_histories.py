"""A hundred thousand random patients: the rule set and the tables read with a ruler say the same of every one."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Final

import pytest

from dispensing.rules.authorise import authorise
from dispensing.rules.choices import TreatmentStatus
from dispensing.rules.facts import (
    Answers,
    DayFact,
    IfMissedStep,
    OutcomeFact,
    PatientFacts,
    PlacementFact,
    PrescriptionFact,
)
from tests.dispensing.rules.paper import Life, Order, Ruling, answer, random_life, suspended
from tests.dispensing.rules.snapshots import (
    ELSEWHERE,
    HERE,
    NOW,
    SETTINGS,
    SYRINGE,
    TODAY,
    a_bottle,
    a_dose,
    a_hold,
    an_id,
    at,
)

pytestmark = pytest.mark.slow(6)

LIVES: Final = 100_000
PARTS: Final = 4
OUTCOMES: Final = {"x": "absent", "s": "stock_out", "v": "vomited", "w": "withheld"}
BOTTLE: Final = a_bottle(balance_ul=900_000)


@pytest.mark.parametrize("part", range(PARTS))
def test_random_histories_are_ruled_as_the_tables_say(part: int) -> None:
    draw = Random(20261122 + part)  # noqa: S311  the same patients every time
    met: Counter[str] = Counter()
    for number in range(LIVES // PARTS):
        life = random_life(draw)
        ruled = _ruled(life)
        assert ruled == answer(life), (part, number, life)
        met.update([*ruled.stops, *ruled.questions, "dosed" if ruled.dose_mg and not ruled.stops else "not dosed"])

    rare = [code for code in EVERY_ANSWER if met[code] < 20]
    assert not rare, f"too seldom met to prove anything: {rare}"


EVERY_ANSWER: Final = (
    "not_in_treatment", "placed_elsewhere", "not_placed", "dose_already_today", "poured_today", "signs_seen", "hold",
    "withheld_wait", "withheld_look_again", "last_dose_unknown", "no_prescription", "prescription_ended",
    "prescription_not_started", "prescription_suspended", "bridging_over", "missed_dropped_out", "missed_main_clinic",
    "missed_induction", "missed_needs_order", "missed_adjustment", "missed_after_raise", "missed_window",
    "missed_tell_clinic", "missed_onsite_check", "missed_reason", "second_look", "dosed", "not dosed",
)  # fmt: skip


def _ruled(life: Life) -> Ruling:
    decision = authorise(
        facts=_facts(life), bottles=(BOTTLE,), device=SYRINGE, answers=_answers(life), settings=SETTINGS, now=NOW
    )
    return Ruling(
        stops=frozenset(v.code.value for v in decision.violations if v.level == "stop"),
        questions=frozenset(code.value for code in decision.questions),
        dose_mg=None if decision.dose_mg is None else int(decision.dose_mg),
    )


def _answers(life: Life) -> Answers:
    said = life.answered
    return Answers(
        sober=("slurred",) if life.signs else (),
        alert_confirmed=True if "withheld_look_again" in said else None,
        missed_reason="travel" if "missed_reason" in said else None,
        onsite_check_done="missed_onsite_check" in said,
        clinic_told="missed_tell_clinic" in said,
        second_look="second_look" in said,
        last_dose_proof="card" if "last_dose_unknown" in said else None,
    )


def _facts(life: Life) -> PatientFacts:
    outcomes = []
    if life.outcome_today:
        outcomes.append(OutcomeFact(life.outcome_today, TODAY, at(5, 40), None))
    if life.withheld_today is not None:
        outcomes.append(OutcomeFact("withheld", TODAY, at(5, 20), NOW + timedelta(minutes=life.withheld_today)))
    ended = TODAY - timedelta(days=2) if life.order is None and life.earlier_order_ended else None
    return PatientFacts(
        patient_id=an_id(7),
        asking_facility_id=HERE,
        today=TODAY,
        treatment_started_on=TODAY - timedelta(days=700),
        status=TreatmentStatus.IN_TREATMENT if life.status == "in_treatment" else life.status,
        placement=_placement(life.place),
        prescription=_prescription(life.order) if life.order else None,
        last_prescription_end=ended,
        suspended=suspended(life),
        days=_days(life),
        doses_today=(a_dose(),) if life.dosed_today else (),
        outcomes_today=tuple(outcomes),
        holds=(a_hold(),) if life.hold else (),
        contact_told_at=NOW if life.told_today else None,
    )


def _placement(place: str) -> PlacementFact | None:
    if place == "nowhere":
        return None
    starts = TODAY + timedelta(days=3) if place == "not_yet" else TODAY - timedelta(days=300)
    return PlacementFact(
        ELSEWHERE if place == "elsewhere" else HERE, "Mường Pồn", "home", starts, TODAY if place == "ended" else None
    )


def _prescription(order: Order) -> PrescriptionFact:
    step = order.step
    return PrescriptionFact(
        id=an_id(1),
        phase=order.phase,
        dose_mg=Decimal(order.dose_mg),
        slot_mg=(Decimal(order.dose_mg),),
        starts_on=TODAY - timedelta(days=order.begun_days_ago),
        last_day=TODAY + timedelta(days=order.ends_in_days),
        if_missed=(IfMissedStep(step[0], step[1], Decimal(step[2]), step[3]),) if step else (),
        raised_on=None if order.raised_days_ago is None else TODAY - timedelta(days=order.raised_days_ago),
        previous_dose_mg=None,
        bridging=order.bridging,
        answers_until=None if order.answered_days_ago is None else TODAY - timedelta(days=order.answered_days_ago),
        signed_by_main_clinic=order.by_main_clinic,
    )


def _days(life: Life) -> tuple[DayFact, ...]:
    dose = Decimal(life.order.dose_mg) if life.order else Decimal(50)
    given = {"d": dose, "v": dose, "r": Decimal(int(dose) // 2)}
    return tuple(
        DayFact(
            day=TODAY - timedelta(days=ago),
            ingested_mg=given.get(mark, Decimal(0)),
            ordered_mg=dose,
            outcome=OUTCOMES.get(mark),
            known=mark != "?",
            caused_by_patient=mark == "x",
        )
        for ago, mark in zip(range(len(life.marks), 0, -1), life.marks, strict=True)
    )
