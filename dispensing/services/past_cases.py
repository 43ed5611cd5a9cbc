"""The cases of what was typed in later: one for what a whole sheet shares, so an outage is one thing to look at."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from core.access import Access
from dispensing.models import Dose, LateEntry, Sheet
from dispensing.queries.later import day_subject
from dispensing.rules.late import LateReason
from dispensing.rules.violations import Code
from followup.models import CaseKind
from followup.services import cases
from followup.services.cases import Finding

SHEET: Final = "sheet"
DAY: Final = "late_day"

_BOTTLE: Final = frozenset({Code.BOTTLE_EXPIRED, Code.BOTTLE_QUARANTINED, Code.BOTTLE_OPEN_TOO_LONG})
_STOCK: Final = frozenset({Code.BEYOND_BOOK})
_PAPER: Final = frozenset(
    {
        Code.TYPED_LATER,
        Code.DEVICE_CLOCK_OFF,
        Code.AFTER_CLOSE,
        Code.BOTTLE_NOT_OPEN_THEN,
        Code.TWO_STRENGTHS_OPEN,
        Code.NO_DEVICE,
        Code.NOT_MEASURABLE,
        Code.NOT_EXACT,
        Code.MISSED_REASON,
        Code.SECOND_LOOK,
        Code.IDENTITY_NOT_STATED,
    }
)
# What opens no case for the patient: it concerns the paper, the bottle or the question that nobody put that morning.
SHARED: Final = frozenset({*_PAPER, *_BOTTLE, *_STOCK})
_LATER: Final = frozenset({Code.TYPED_LATER, Code.DEVICE_CLOCK_OFF, Code.AFTER_CLOSE, Code.BOTTLE_NOT_OPEN_THEN})
_TOLD: Final = (
    (CaseKind.UNUSABLE_BOTTLE, _BOTTLE),
    (CaseKind.UNRECONCILED_STOCK, _STOCK),
    (CaseKind.TYPED_LATER, _LATER),
)


def typed_later(reason: LateReason, day: date, sheet: Sheet | None) -> dict[str, Any]:
    """The finding that every late fact carries: for which day, why late, from which paper."""
    number = f"{sheet.number}/{sheet.year}" if sheet else "–"
    return {
        "code": str(Code.TYPED_LATER),
        "data": {"day_on": day.isoformat(), "reason": str(reason), "sheet": number},
    }


def clock_off(seconds: int) -> dict[str, Any]:
    """The finding of a fact whose device had its clock so far off that the time was put right by it."""
    minutes = round(abs(seconds) / 60)
    return {"code": str(Code.DEVICE_CLOCK_OFF), "data": {"minutes": str(minutes)}}


def open_shared(*, written: Sequence[UUID], sheets: Mapping[UUID, Sheet], by: Access, now: datetime) -> None:
    """Open, or leave open, the cases of the sheets and days that these new entries belong to. Three statements more."""
    entries = LateEntry.objects.filter(pk__in=written).order_by("occurred_at", "pk")
    doses = dict(Dose.objects.filter(pk__in=written).values_list("pk", "findings"))
    found: dict[tuple[str, UUID], list[dict[str, Any]]] = {}
    for entry in entries:
        subject = (
            (SHEET, entry.sheet_id)
            if entry.sheet_id
            else (DAY, day_subject(facility_id=entry.facility_id, day=entry.day))
        )
        sheet = sheets.get(entry.sheet_id) if entry.sheet_id else None
        told = doses.get(entry.pk) or [typed_later(LateReason(entry.reason), entry.day, sheet)]
        found.setdefault(subject, []).extend(finding for finding in told if finding["code"] in SHARED)
    cases.open_cases_many(
        [
            Finding(kind, by.facility_id or 0, subject_kind, subject_id, now, None, findings)
            for (subject_kind, subject_id), told in sorted(found.items())
            for kind, codes in _TOLD
            if (findings := _once(finding for finding in told if finding["code"] in codes))
        ],
        by=by,
    )


def _once(findings: Any) -> list[dict[str, Any]]:
    """The first of each code and what it speaks of: sixty rows of one morning say the same."""
    first: dict[tuple[str, str], dict[str, Any]] = {}
    for finding in findings:
        first.setdefault((finding["code"], finding["data"].get("label", "")), finding)
    return list(first.values())
