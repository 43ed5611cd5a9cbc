"""The last month, and the last quarter where the demo saw its end: signed by the area, approved by the province."""

from datetime import datetime
from typing import Final

from core.access import Access, Role
from core.clock import local_day
from core.ids import new_id
from demo.places import Places
from demo.refusals import left_out
from oversight.reports.places import Place, places
from oversight.rules import periods
from oversight.rules.report_codes import ReportKind, ReportScope
from oversight.services import reports
from oversight.services.reports import NewReport
from staff.queries.appointments import standing_at

KINDS: Final = (ReportKind.MONTH, ReportKind.QUARTER)
EXPLAINED: Final = "có người đang nằm viện hoặc bị tạm giữ, uống thuốc ở đó"


def until_now(held: Places, now: datetime) -> None:
    """Freeze and approve what is not frozen yet; a later call goes on from there."""
    maker, approver = (_access(held, role, now) for role in (Role.AREA_MANAGER, Role.PROVINCE_MANAGER))
    today = local_day(now, maker.zone)
    own = places(access=maker, day=today)
    area = next((place for place in own if place.scope is ReportScope.AREA), None)
    if area is None:
        return
    for kind in KINDS:
        period = periods.before(periods.of(kind, today))
        if _lived_through(held, period) and reports.latest(area, period) is None:
            with left_out("report"):
                _freeze(held, area, period, maker, approver, now)


def _freeze(held: Places, area: Place, period: periods.Period, maker: Access, approver: Access, now: datetime) -> None:
    pins = {post.role: post.pin for post in held.posts}
    command = NewReport(new_id(), area.key, period, explained=EXPLAINED, own_pin=pins[Role.AREA_MANAGER])
    report = reports.freeze(command=command, by=maker, now=now)
    reports.approve(report_id=report.pk, own_pin=pins[Role.PROVINCE_MANAGER], by=approver, now=now)


def _lived_through(held: Places, period: periods.Period) -> bool:
    """Whether the demo had begun when the period ended."""
    live = [facility.went_live_on for facility in held.facilities.values() if facility.went_live_on]
    return bool(live) and min(live) <= period.last


def _access(held: Places, role: Role, now: datetime) -> Access:
    post = next(post for post in held.posts if post.role is role)
    anywhere = next(iter(held.facilities.values()))
    return standing_at(anywhere.pk, person_id=held.people[post.username].pk, now=now)
