"""Hands for tests of reports."""

from datetime import datetime

from core.ids import new_id
from oversight.models import Report
from oversight.reports.gather import Gathered, gather
from oversight.reports.places import Place, get_place
from oversight.rules import periods
from oversight.rules.periods import Period
from oversight.rules.report_codes import ReportScope
from oversight.services import reports
from oversight.services.reports import NewReport
from tests import cast, world
from tests.entrance import access

LAST_QUARTER = periods.quarter(2026, 3)  # 15/06 to 14/09, the one that has ended
THIS_QUARTER = periods.quarter(2026, 4)
OCTOBER = periods.month(world.TODAY.replace(month=10))
NOVEMBER = periods.month(world.TODAY)


def place(scope: ReportScope, name: str = cast.SITE, *, member: cast.Member = cast.AREA_MANAGER) -> Place:
    """The area, or a facility by its name, as this person may ask for it."""
    by = access(member)
    pk = world.facility(name).area_id if scope is ReportScope.AREA else world.facility(name).pk
    return get_place(f"{scope}-{pk}", access=by, day=world.TODAY)


def counted(
    scope: ReportScope, period: Period, name: str = cast.SITE, *, member: cast.Member = cast.AREA_MANAGER
) -> Gathered:
    """A report as it counts now."""
    return gather(place(scope, name, member=member), period, by=access(member), now=world.NOW)


def frozen(
    scope: ReportScope = ReportScope.AREA,
    period: Period = LAST_QUARTER,
    *,
    name: str = cast.SITE,
    member: cast.Member = cast.AREA_MANAGER,
    now: datetime = world.NOW,
    **said: str,
) -> Report:
    """Frozen and signed by this person."""
    key = place(scope, name, member=member).key
    command = NewReport(new_id(), key, period, own_pin=member.pin, **said)
    return reports.freeze(command=command, by=access(member), now=now)


def of_the_site() -> Report:
    """The first site's last quarter, signed by the clinic's physician; the same one when asked again."""
    held = Report.objects.filter(facility__name=cast.SITE, period=LAST_QUARTER.code).order_by("version").last()
    return held or frozen(ReportScope.FACILITY, member=cast.CLINIC_PHYSICIAN)
