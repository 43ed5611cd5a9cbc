"""Small differences that lean to one side again and again raise one case (domain 4.5)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from django.db import transaction

from core.access import SYSTEM, Access
from core.clock import local_day
from core.quantities import format_ml
from facilities.models import Facility
from facilities.services import settings
from followup.models import Case, CaseKind
from followup.services import cases
from inventory.models import Act, ActKind, Bottle, BottleMeasure
from inventory.queries.smalls import smalls
from inventory.rules.patterns import Of, Pattern, patterns
from inventory.rules.settings import StockSettings
from inventory.rules.violations import Code
from staff.models import Person

SUBJECT: Final = "stock_pattern"
_LONGEST_DAYS: Final = 62  # the longest that same_sign_days may be
_NAMES: Final = UUID("0199aa00-0000-7000-8000-73746f636b70")  # so that one site, bottle or person has one open case


def look(*, facility_id: int, by: Access, now: datetime) -> int:
    """Open a case where the last differences of the site, of one bottle or of one person all lean to one side.

    What a case has told stays told, concluded or not, until a newer difference leans the same way. Answers how many
    cases were opened.
    """
    in_force = settings.for_facility(StockSettings, facility_id=facility_id, at=now)
    today = local_day(now, by.zone)
    since = now - timedelta(in_force.same_sign_days + 1)
    found = patterns(smalls(facility_id=facility_id, since=since, zone=by.zone), today=today, settings=in_force)
    ids = {pattern: uuid5(_NAMES, f"{facility_id} {pattern.of} {pattern.subject}") for pattern in found}
    told = _told(list(ids.values())) if ids else {}
    new = [pattern for pattern in found if ids[pattern] not in told or told[ids[pattern]] < pattern.last_at]
    for pattern in new:
        cases.open_case(
            kind=CaseKind.SMALL_DIFFERENCES,
            facility_id=facility_id,
            subject_kind=SUBJECT,
            subject_id=ids[pattern],
            patient_id=None,
            findings=[{"code": str(_CODES[pattern.of]), "data": _figures(pattern)}],
            by=by,
            now=now,
        )
    return len(new)


def look_everywhere(*, now: datetime) -> int:
    """Look at every site that measured or emptied a bottle lately, each in its own transaction. Runs again harmlessly.

    Answers how many cases were opened.
    """
    longest = now - timedelta(_LONGEST_DAYS + 1)
    measured = BottleMeasure.objects.filter(measured_at__gte=longest).values_list("facility_id", flat=True)
    emptied = Act.objects.filter(kind=ActKind.EMPTYING, recorded_at__gte=longest).values_list("facility_id", flat=True)
    opened = 0
    for place in Facility.objects.filter(pk__in={*measured.distinct(), *emptied.distinct()}).order_by("pk"):
        there = replace(SYSTEM, facility_id=place.pk, facility_name=place.name, zone=place.zone)
        with transaction.atomic():
            opened += look(facility_id=place.pk, by=there, now=now)
    return opened


def _told(subjects: list[UUID]) -> dict[UUID, datetime]:
    """When each of these was told last. One statement."""
    rows = Case.objects.filter(kind=CaseKind.SMALL_DIFFERENCES, subject_kind=SUBJECT, subject_id__in=subjects)
    return dict(rows.order_by("opened_at").values_list("subject_id", "opened_at"))


_CODES: Final = {
    Of.SITE: Code.PATTERN_SITE,
    Of.BOTTLE: Code.PATTERN_BOTTLE,
    Of.PERSON: Code.PATTERN_PERSON,
}


def _figures(pattern: Pattern) -> dict[str, str]:
    figures = {
        "times": str(pattern.times),
        "ml": format_ml(abs(pattern.total), separator="."),
        "side": "more" if pattern.total > 0 else "less",
    }
    if pattern.of is Of.BOTTLE:
        figures["number"] = str(Bottle.objects.values_list("number", flat=True).get(pk=pattern.subject))
    if pattern.of is Of.PERSON:
        figures["who"] = Person.objects.get(pk=pattern.subject).initials
    return figures
