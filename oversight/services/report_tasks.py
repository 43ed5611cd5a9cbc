"""Quarterly reports that are to be handed in: whoever hands them in is asked, and signing ends it."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, time
from typing import Final
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.db.models import Q

from core.access import SYSTEM, Access, Role
from core.clock import local_day
from facilities.models import Facility
from facilities.services import settings
from followup.services import tasks
from followup.services.tasks import NewTask
from oversight.models import Report
from oversight.reports.places import Place, every_place
from oversight.rules import periods
from oversight.rules.periods import Period
from oversight.rules.report_codes import ReportKind, ReportScope
from oversight.rules.report_settings import ReportSettings
from staff.models import Appointment

TASK: Final = "report_due"
SUBJECT: Final = "report_period"
HANDED_IN: Final = "handed_in"
_REPORTS: Final = UUID("3b0f9a52-7c1e-5d0e-8a4e-52f9c3a1d7b6")
_BY_NOON: Final = time(17, 0)
_WHO: Final = {
    ReportScope.CLINIC: Role.CLINIC_HEAD,
    ReportScope.AREA: Role.AREA_MANAGER,
    ReportScope.PROVINCE: Role.PROVINCE_MANAGER,
}


def subject_of(place: Place, period: Period) -> UUID:
    """The one subject of a place's report of a period."""
    return uuid5(_REPORTS, f"{period.kind}:{period.code}:{place.key}")


def hands_in(place: Place, access: Access) -> bool:
    """Whether the place's report is this person's own to hand in, not only one of a place below."""
    who = {Role.CLINIC_HEAD, Role.CLINIC_PHYSICIAN} if place.scope is ReportScope.CLINIC else {_WHO.get(place.scope)}
    return bool(access.roles & who)


def due_on(place: Place, period: Period, *, now: datetime) -> date:
    """By which day of the period's last month the place hands it in."""
    rules = settings.for_facility(ReportSettings, facility_id=place.ids[0], at=now)
    of_scope = {ReportScope.AREA: rules.report_due_day_area, ReportScope.PROVINCE: rules.report_due_day_province}
    return period.last.replace(day=of_scope.get(place.scope, rules.report_due_day_clinic))


def waiting(places: Iterable[Place], *, today: date) -> list[tuple[Place, Period]]:
    """Which of these places have not handed in the quarter that ended last, as far as they worked here by then. Two
    statements.
    """
    period = periods.before(periods.of(ReportKind.QUARTER, today))
    handed_in = Report.objects.filter(kind=str(ReportKind.QUARTER), period=period.code).values_list(
        "scope", "facility_id", "area_id", "province_id"
    )
    there = {(scope, facility or area or province) for scope, facility, area, province in handed_in}
    live = set(Facility.objects.filter(went_live_on__lte=period.last).values_list("pk", flat=True))
    return [
        (place, period)
        for place in places
        if place.scope in _WHO and (str(place.scope), place.id) not in there and live & set(place.ids)
    ]


def ask(*, now: datetime) -> int:
    """Ask for every quarterly report that is missing, from the day after the quarter's end on. Safe to run again."""
    facilities = list(Facility.objects.values_list("pk", "zone"))
    if not facilities:
        return 0
    today = min(local_day(now, zone) for _pk, zone in facilities)
    missing = waiting(every_place(periods.before(periods.of(ReportKind.QUARTER, today)).last), today=today)
    who = _answering({place.scope for place, _period in missing}, today)
    zones = dict(facilities)
    wanted = [
        NewTask(
            kind=TASK,
            facility_id=place.id if place.scope is ReportScope.CLINIC else place.ids[0],
            subject_kind=SUBJECT,
            subject_id=subject_of(place, period),
            due_at=datetime.combine(due_on(place, period, now=now), _BY_NOON, ZoneInfo(zones[place.ids[0]])),
            data={"place": place.name, "scope": str(place.scope), "period": period.code},
            owner_id=who[place.scope, place.id],
        )
        for place, period in missing
        if (place.scope, place.id) in who
    ]
    return len(tasks.open_tasks(wanted, by=SYSTEM, now=now))


def done(place: Place, period: Period, *, by: Access, now: datetime) -> None:
    """It was frozen and signed: nobody waits for it any more. In the transaction of the freeze."""
    tasks.close(
        kind=TASK, subject_kind=SUBJECT, subject_ids=[subject_of(place, period)], outcome=HANDED_IN, by=by, now=now
    )


def _answering(scopes: Collection[ReportScope], today: date) -> dict[tuple[ReportScope, int], int]:
    """Who hands in for which place: the first appointed of those who stand today. One statement."""
    rows = Appointment.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gte=today),
        role__in=[str(_WHO[scope]) for scope in scopes], starts_on__lte=today, person__is_active=True,
    ).order_by("-starts_on", "-pk")  # fmt: skip
    of_role = {str(role): scope for scope, role in _WHO.items()}
    return {(of_role[row.role], row.facility_id or row.area_id or row.province_id or 0): row.person_id for row in rows}
