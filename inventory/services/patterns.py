"""Small differences that lean to one side again and again raise one case (domain 4.5)."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from core.access import Access
from core.clock import local_day
from core.quantities import format_ml
from facilities.services import settings
from followup.models import CaseKind
from followup.services import cases
from inventory.models import Bottle
from inventory.queries.smalls import smalls
from inventory.rules.patterns import Of, Pattern, patterns
from inventory.rules.settings import StockSettings
from inventory.rules.violations import Code
from staff.models import Person

SUBJECT: Final = "stock_pattern"
_NAMES: Final = UUID("0199aa00-0000-7000-8000-73746f636b70")  # so that one site, bottle or person has one open case


def look(*, facility_id: int, by: Access, now: datetime) -> None:
    """Open a case where the last differences of the site, of one bottle or of one person all lean to one side."""
    in_force = settings.for_facility(StockSettings, facility_id=facility_id, at=now)
    today = local_day(now, by.zone)
    since = now - timedelta(in_force.same_sign_days + 1)
    found = patterns(smalls(facility_id=facility_id, since=since, zone=by.zone), today=today, settings=in_force)
    for pattern in found:
        cases.open_case(
            kind=CaseKind.SMALL_DIFFERENCES,
            facility_id=facility_id,
            subject_kind=SUBJECT,
            subject_id=uuid5(_NAMES, f"{facility_id} {pattern.of} {pattern.subject}"),
            patient_id=None,
            findings=[{"code": str(_CODES[pattern.of]), "data": _figures(pattern)}],
            by=by,
            now=now,
        )


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
