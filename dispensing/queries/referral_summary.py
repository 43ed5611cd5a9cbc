"""The case as a referral carries it: doses, missed days, order, tests, alerts. A few statements for any number."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from dispensing.models import Examination, StabilityAssessment, UrineTest
from dispensing.queries import facts as facts_query
from dispensing.queries.facts import Known
from dispensing.rules.missed import count_missed
from dispensing.rules.settings import DosingSettings
from dispensing.rules.stability_codes import Substance

TESTS: Final = 5
LOOK_BACK: Final = 91  # days of facts, so that the missed days are those that the board counts


def summaries(
    patient_ids: Collection[UUID], *, now: datetime, zone: str, days: int, settings: DosingSettings
) -> dict[UUID, dict[str, Any]]:
    """What the other side must know of each patient, as plain values that a digest can be made of: codes, never words.

    No name, no medicine's name, nothing of HIV. `days` of doses, newest last. Four statements, whatever the number.
    """
    known = facts_query.load(patient_ids=list(patient_ids), facility_id=0, now=now, zone=zone, days=LOOK_BACK)
    tests, examined, assessed = _tests(known), _examined(known), latest_assessments(known)
    return {
        who: {
            **_days(one, days, settings),
            "order": _order(one),
            "alerts": sorted({alert.kind for alert in one.facts.alerts}),
            "holds": sorted({hold.reason for hold in one.facts.holds}),
            "tests": tests.get(who, []),
            "examined_on": examined.get(who),
            "stability": _stability(assessed.get(who)),
        }
        for who, one in known.items()
    }


def latest_assessments(patient_ids: Collection[UUID]) -> dict[UUID, StabilityAssessment]:
    """The assessment that stands of each patient who has one. One statement."""
    found = (
        StabilityAssessment.objects.filter(patient_id__in=list(patient_ids))
        .order_by("patient_id", "-version")
        .distinct("patient_id")
    )
    return {each.patient_id: each for each in found}


def _days(one: Known, days: int, settings: DosingSettings) -> dict[str, Any]:
    facts = one.facts
    first = facts.today - timedelta(days=days)
    missed = count_missed(facts, settings)
    today = [[facts.today.isoformat(), str(sum(dose.mg for dose in facts.doses_today))]] if facts.doses_today else []
    shown = [day for day in facts.days if day.day >= first]
    return {
        "as_of": facts.today.isoformat(),
        "treatment_started_on": facts.treatment_started_on.isoformat() if facts.treatment_started_on else None,
        "doses": [[day.day.isoformat(), str(day.ingested_mg)] for day in shown if day.ingested_mg > 0] + today,
        "missed": [day.day.isoformat() for day in shown if day.known and day.ingested_mg == 0],
        "missed_running": missed.consecutive,
        "last_dose": [one.last_dose[0].isoformat(), str(one.last_dose[1])] if one.last_dose else None,
    }


def _order(one: Known) -> dict[str, Any] | None:
    order = one.facts.prescription
    if order is None:
        return None
    return {
        "id": str(order.id),
        "phase": order.phase,
        "dose_mg": str(order.dose_mg),
        "slot_mg": [str(mg) for mg in order.slot_mg],
        "starts_on": order.starts_on.isoformat(),
        "last_day": order.last_day.isoformat(),
    }


def _tests(patient_ids: Collection[UUID]) -> Mapping[UUID, list[list[Any]]]:
    """The newest tests of each patient: day, and what each strip said."""
    found: dict[UUID, list[list[Any]]] = defaultdict(list)
    rows = UrineTest.objects.filter(
        patient_id__in=list(patient_ids), corrected_by__isnull=True, took_place=True
    ).order_by("-taken_at", "-pk")
    for row in rows:
        if len(found[row.patient_id]) < TESTS:
            strips = {str(substance): getattr(row, substance) for substance in Substance}
            found[row.patient_id].append([row.taken_at.date().isoformat(), row.sample, strips])
    return found


def _examined(patient_ids: Collection[UUID]) -> dict[UUID, str]:
    rows = (
        Examination.objects.filter(patient_id__in=list(patient_ids), corrected_by__isnull=True, took_place=True)
        .order_by("patient_id", "-examined_on")
        .distinct("patient_id")
    )
    return {row.patient_id: row.examined_on.isoformat() for row in rows}


def _stability(assessment: StabilityAssessment | None) -> dict[str, Any] | None:
    if assessment is None:
        return None
    return {"level": assessment.level, "reasons": list(assessment.reasons), "at": assessment.at.isoformat()}
