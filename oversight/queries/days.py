"""Which facilities somebody oversees, and today at several of them at once."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q, QuerySet

from core.access import Access, Permission
from core.clock import local_day
from facilities.models import Facility
from patients.queries.reach import dosing_facilities

Days = dict[date, list[int]]


def facilities_of(access: Access) -> QuerySet[Facility]:
    """The dosing facilities that this person oversees."""
    reach = access.reach_by_permission.get(Permission.VIEW_OVERSIGHT, frozenset())
    return dosing_facilities().filter(pk__in=reach)


def today_at(facilities: Iterable[Facility], *, now: datetime) -> Days:
    """Which facilities live in which day at that instant: one day for all of them, but for a border of zones."""
    days: Days = defaultdict(list)
    for facility in facilities:
        days[local_day(now, facility.zone)].append(facility.pk)
    return days


def on_their_day(days: Days, column: str) -> Q:
    """Rows of a facility on its own day."""
    matched = Q(pk__in=[])
    for day, facility_ids in days.items():
        matched |= Q(facility_id__in=facility_ids, **{column: day})
    return matched
