"""Drafts and their surroundings for the tests of signing: 30 more days of the same 50 mg."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from dispensing.rules.facts import DeviceFact, IfMissedStep
from dispensing.rules.missed import MissedCount, count_missed
from dispensing.rules.prescribing import (
    PrescribingContext,
    PrescriptionDraft,
    check_prescription,
)
from dispensing.rules.settings import DosingSettings
from dispensing.rules.violations import Violation
from tests.dispensing.rules.snapshots import (
    NOW,
    SETTINGS,
    SYRINGE,
    TODAY,
    a_patient,
    a_prescription,
    assert_figures_are_whole,
    mg,
)

HALF = IfMissedStep(4, 5, mg(25), 1)


def a_draft(**changes: Any) -> PrescriptionDraft:
    """30 days of the same 50 mg from today, signed by a physician; `days` counts both ends."""
    if "dose_mg" in changes and "slot_mg" not in changes:
        changes["slot_mg"] = (changes["dose_mg"],)
    starts_on = changes.get("starts_on", TODAY)
    days = changes.pop("days", 30)
    usual = PrescriptionDraft(
        phase="maintenance",
        dose_mg=mg(50),
        slot_mg=(mg(50),),
        starts_on=starts_on,
        last_day=starts_on + timedelta(days=days - 1),
        signer_role="physician",
    )
    return replace(usual, **changes)


def a_context(**changes: Any) -> PrescribingContext:
    usual = PrescribingContext(
        today=TODAY, satellite=True, may_induct=False, current=a_prescription(), concentrations=(mg(10),)
    )
    return replace(usual, **changes)


def check(
    draft: PrescriptionDraft,
    context: PrescribingContext | None = None,
    settings: DosingSettings = SETTINGS,
    device: DeviceFact | None = SYRINGE,
) -> tuple[Violation, ...]:
    answer = check_prescription(draft=draft, context=context or a_context(), settings=settings, device=device, now=NOW)
    assert_figures_are_whole(answer)
    return answer


def found(*arguments: Any, **named: Any) -> list[tuple[str, str]]:
    return [(v.level.value, v.code.value) for v in check(*arguments, **named)]


def refused(*arguments: Any, **named: Any) -> list[str]:
    return [code for level, code in found(*arguments, **named) if level == "stop"]


def asked(*arguments: Any, **named: Any) -> list[str]:
    return [code for level, code in found(*arguments, **named) if level == "ask"]


def missed_days(marks: str) -> MissedCount:
    return count_missed(a_patient(marks), SETTINGS)


def bridging(**changes: Any) -> PrescriptionDraft:
    usual: dict[str, Any] = {
        "bridging": True,
        "days": 3,
        "signer_role": "dispenser",
        "phone_order_by": "p-4",
        "read_back": True,
    }
    return a_draft(**{**usual, **changes})
