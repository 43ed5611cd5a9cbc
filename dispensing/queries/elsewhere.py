"""Doses that other places documented, as the page of a patient shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from core.access import Access, Permission
from core.clock import local_day
from dispensing.models import DoseElsewhere
from dispensing.queries.following import Followed, task_path
from dispensing.rules.elsewhere_codes import PLACE_KIND_WORDS, PlaceKind
from dispensing.rules.violations import words_for
from patients.models import Patient
from patients.queries.reach import get_patient

KEY: Final = "elsewhere"
TEMPLATE: Final = "dispensing/following/_elsewhere.html"
SHOWN: Final = 31


@dataclass(frozen=True)
class Line:
    """One documented dose that nobody has corrected. `wrong`: what is wrong with it, in words."""

    id: UUID
    day: date
    mg: Decimal
    place: str
    slip_number: str
    photos: tuple[str, ...]
    confirmed_by: str
    note: str
    by: str
    counts: bool
    wrong: tuple[str, ...]


def section(shown: Followed, by: Access) -> Mapping[str, Any] | None:
    """The newest first; one statement. None where there is nothing, and nothing may be written down."""
    may = shown.may(by, Permission.RECORD_ELSEWHERE)
    rows = DoseElsewhere.objects.filter(patient=shown.patient, took_place=True, corrected_by__isnull=True)
    lines = [_line(row) for row in rows.select_related("recorded_by").order_by("-day", "-recorded_at", "-pk")[:SHOWN]]
    return {"lines": lines, "may": may} if lines or may else None


def of_day(*, facility_id: int, day: date) -> tuple[DoseElsewhere, ...]:
    """What other places document of a day of this facility's patients, by code; for the day's sheet. One statement."""
    rows = DoseElsewhere.objects.filter(
        facility_id=facility_id, day=day, took_place=True, corrected_by__isnull=True
    ).select_related("patient", "recorded_by")
    return tuple(rows.order_by("patient__code", "recorded_at", "pk"))


def standing_record(record_id: UUID, *, patient_id: UUID) -> DoseElsewhere:
    """A record of the patient that nobody has corrected; raises DoseElsewhere.DoesNotExist."""
    standing = DoseElsewhere.objects.filter(took_place=True, corrected_by__isnull=True)
    return standing.get(pk=record_id, patient_id=patient_id)


def as_typed(row: DoseElsewhere) -> dict[str, Any]:
    """The record as its form would show it."""
    return {
        "day": row.day, "mg": row.mg.normalize(), "place_kind": row.place_kind, "place": row.place,
        "slip_number": row.slip_number, "confirmed_by": row.confirmed_by, "note": row.note, "took_place": "1",
    }  # fmt: skip


def record_path(record_id: UUID, access: Access) -> str | None:
    """Where a documented dose is seen, for who may follow its patient."""
    patient_id = DoseElsewhere.objects.filter(pk=record_id).values_list("patient_id", flat=True).first()
    return task_path(patient_id, access) if patient_id else None


def photos_of(record_id: UUID, *, by: Access, now: Any) -> tuple[str, ...]:
    """The pictures of a slip, for who may follow the patient; empty for everybody else."""
    row = DoseElsewhere.objects.filter(pk=record_id).first()
    if row is None:
        return ()
    try:
        get_patient(row.patient_id, access=by, permission=Permission.FOLLOW_PATIENT, day=local_day(now, by.zone))
    except Patient.DoesNotExist:
        return ()
    return tuple(row.photos)


def _line(row: DoseElsewhere) -> Line:
    return Line(
        id=row.pk,
        day=row.day,
        mg=row.mg,
        place=f"{row.place} ({PLACE_KIND_WORDS[PlaceKind(row.place_kind)]})",
        slip_number=row.slip_number,
        photos=tuple(row.photos),
        confirmed_by=row.confirmed_by,
        note=row.note,
        by=row.recorded_by.initials,
        counts=row.counts,
        wrong=tuple(words_for(found["code"], found["data"])[0] for found in row.findings),
    )
