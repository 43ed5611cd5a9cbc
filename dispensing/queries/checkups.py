"""The forms of tests, examinations and counselling: who and where may be chosen, and the record that is put right."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db.models import Q

from core.access import Permission
from core.clock import local_day
from core.templatetags.tram import time
from dispensing.models import Counselling, Examination, UrineTest
from dispensing.rules.stability_codes import Substance
from facilities.models import Facility, Supervision
from staff.queries.people import with_permission

Row = TypeVar("Row", UrineTest, Examination, Counselling)
OTHER: Final = "other"
Named = list[tuple[int, str]]


@dataclass(frozen=True)
class Choices:
    """What a form offers: id and name, the likeliest first."""

    places: Named
    physicians: Named
    counsellors: Named


def choices(place: Facility, *, day: date, now: datetime) -> Choices:
    """Where the patient drinks and the clinic above it; who prescribes and who counsels there today."""
    held = Q(ended_on__isnull=True) | Q(ended_on__gte=day)
    clinics = Facility.objects.filter(
        pk__in=Supervision.objects.filter(held, satellite=place, starts_on__lte=day).values("main_clinic_id")
    )
    physicians = with_permission(Permission.PRESCRIBE, facility_id=place.pk, now=now)
    counsellors = with_permission(Permission.RECORD_COUNSELLING, facility_id=place.pk, now=now)
    return Choices(
        places=[*((clinic.pk, clinic.name) for clinic in clinics.order_by("name")), (place.pk, place.name)],
        physicians=[(person.pk, person.full_name) for person in physicians],
        counsellors=[(person.pk, person.full_name) for person in counsellors],
    )


def standing_record(model: type[Row], record_id: UUID, *, patient_id: UUID) -> Row:
    """A record of the patient that nobody has corrected; raises the model's DoesNotExist."""
    return model._default_manager.filter(corrected_by__isnull=True, took_place=True).get(
        pk=record_id, patient_id=patient_id
    )


def urine_as_typed(row: UrineTest, zone: str) -> dict[str, Any]:
    """The record as its form would show it."""
    return {
        "on": local_day(row.taken_at, zone),
        "at_time": time(row.taken_at),
        "sample": row.sample,
        "observed": "1" if row.observed else "0",
        "asked": row.asked,
        "note": row.note,
        "took_place": "1",
        **{str(substance): getattr(row, substance) for substance in Substance},
    }


def exam_as_typed(row: Examination) -> dict[str, Any]:
    return {
        "on": row.examined_on,
        "place": str(row.place_id or OTHER),
        "place_words": row.place_words,
        "physician": str(row.physician_id or OTHER),
        "physician_name": row.physician_name,
        "next_due": row.next_due,
        "note": row.note,
        "took_place": "1",
    }


def counselling_as_typed(row: Counselling) -> dict[str, Any]:
    return {
        "on": row.held_on,
        "kind": row.kind,
        "counsellor": str(row.counsellor_id or OTHER),
        "counsellor_name": row.counsellor_name,
        "note": row.note,
        "took_place": "1",
    }
