"""Reports as they count now: which one, its numbers, what each is made of, the form as a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core import clock
from core.access import Access, AccessRequest, Permission, allow
from core.clock import local_day
from core.views.files import as_file
from oversight.forms_reports import ChooseForm
from oversight.models import Report
from oversight.queries import reports as frozen_reports
from oversight.reports.addresses import path_of, read_which, which
from oversight.reports.gather import Gathered, from_stored, gather
from oversight.reports.indicators import Indicator, codes, indicator
from oversight.reports.lines import lines
from oversight.reports.papers import Printed, paper
from oversight.reports.places import Place, answers_for, places
from oversight.reports.shown import by_site, look, row, rows
from oversight.rules import periods
from oversight.rules.periods import Period, UnknownPeriod
from oversight.rules.report_codes import KIND_WORDS, ReportKind
from oversight.services import report_tasks, reports

_HOW_MANY = {ReportKind.QUARTER: 6, ReportKind.MONTH: 13, ReportKind.YEAR: 3}


@dataclass(frozen=True)
class Waiting:
    """A quarterly report that was not handed in. `mine`: by this person; else by a place below."""

    place: Place
    period: Period
    due_on: Any
    late: bool
    path: str
    mine: bool


@allow(Permission.VIEW_REPORTS)
@require_safe
def overview(request: AccessRequest) -> HttpResponse:
    """What is still to be handed in, which report to look at, and those that were frozen."""
    now = clock.now()
    today = local_day(now, request.access.zone)
    own = places(access=request.access, day=today)
    waiting = _waiting(own, request.access, now)
    first = {"place": _first(own, request.access)}
    context = {
        "mine": [one for one in waiting if one.mine],
        "below": [one for one in waiting if not one.mine],
        "form": ChooseForm(groups=_groups(now, request.access), places=own, initial=first) if own else None,
        "frozen": frozen_reports.frozen(own),
        "may_sign": request.access.may(Permission.SIGN_REPORTS),
    }
    return render(request, "oversight/reports/list.html", context)


@allow(Permission.VIEW_REPORTS)
@require_safe
def report(request: AccessRequest) -> HttpResponse:
    """?which=quarter:2026-Q4&place=area-3: the report as it counts now."""
    now = clock.now()
    place, period = asked(request)
    found = gather(place, period, by=request.access, now=now)
    seen = look(place, access=request.access, under=small_number(found))
    latest = reports.latest(place, period)
    over = period.over(local_day(now, request.access.zone))
    context = {
        "place": place,
        "period": period,
        "kind_words": KIND_WORDS[period.kind],
        "rows": rows(
            period.kind, found.total, look=seen, link=lambda one: path_of("lines", place, period, code=one.code)
        ),
        "checks": [check for check in found.checks if not check.ok],
        "all_hold": found.checks and all(check.ok for check in found.checks),
        "known_hiv": found.total["1.3"].of if "1.3" in found.total else None,
        "day": found.asked.day,
        "over": over,
        "latest": latest,
        "monthly": period.kind is ReportKind.MONTH,
        "pdf": path_of("report-file", place, period, **{"as": "pdf"}),
        "xlsx": path_of("report-file", place, period, **{"as": "xlsx"}),
        "sign": path_of("report-sign", place, period) if over and _signs(request.access, place) else "",
        "before": path_of("report", place, periods.before(period)),
    }
    return render(request, "oversight/reports/report.html", context)


@allow(Permission.VIEW_REPORTS)
@require_safe
def number(request: AccessRequest) -> HttpResponse:
    """?code= one number: how it is counted, each facility; ?site= its days and acts; ?report= as it was frozen."""
    now = clock.now()
    frozen = _frozen(request)
    place, period = (frozen.place, frozen.period) if frozen else asked(request)
    one = indicator(period.kind, request.GET.get("code") or codes(period.kind)[0])
    if one is None:
        raise Http404
    found = gather(place, period, by=request.access, now=now)
    seen = look(place, access=request.access, under=small_number(found))
    by_place = from_stored(frozen.report.figures) if frozen else found.by_place
    site_id = _site(request, place)
    context = {
        "place": place,
        "period": period,
        "one": one,
        "total": row(one, by_place[None][one.code], look=seen),
        "sites": [
            (name, shown, _number_path(one, place, period, pk, frozen))
            for pk, name, shown in by_site(one, by_place, place, look=seen)
        ],
        "site": dict(place.facilities).get(site_id) if site_id else None,
        "lines": lines(one, found.asked, facility_id=site_id, by=request.access, now=now) if site_id else None,
        "frozen": frozen,
        "back": reverse("oversight:frozen", args=[frozen.report.pk]) if frozen else path_of("report", place, period),
    }
    return render(request, "oversight/reports/number.html", context)


@allow(Permission.VIEW_REPORTS)
@require_safe
def file(request: AccessRequest) -> HttpResponse:
    """The form of what counts now, unsigned: ?as=pdf|xlsx."""
    now = clock.now()
    place, period = asked(request)
    found = gather(place, period, by=request.access, now=now)
    seen = look(place, access=request.access, under=small_number(found))
    printed = Printed(place, period, found.by_place, None, f"{found.asked.day:%d/%m/%Y}")
    made = paper(printed, look=seen, by=request.access, now=now)
    return as_file(made, f"report-{period.code}-{place.key}", excel=request.GET.get("as") == "xlsx")


def asked(request: AccessRequest, permission: Permission = Permission.VIEW_REPORTS) -> tuple[Place, Period]:
    """The report that the address names; without a word of it the last quarter of the person's widest place. 404 for
    what there is not, and for a place beyond the person's reach.
    """
    today = local_day(clock.now(), request.access.zone)
    try:
        period = read_which(request.GET.get("which") or which(_last_quarter(today)))
        own = places(access=request.access, day=period.last, permission=permission)
    except UnknownPeriod as error:
        raise Http404 from error
    key = request.GET.get("place") or _first(own, request.access)
    place = next((one for one in own if one.key == key), None)
    if place is None or period.first > today:
        raise Http404
    return place, period


def _first(own: Sequence[Place], access: Access) -> str:
    """The widest place that the person signs for, or only sees; empty for who sees none."""
    return next((one.key for one in [*(each for each in own if _signs(access, each)), *own]), "")


def _last_quarter(today: date) -> Period:
    return periods.before(periods.of(ReportKind.QUARTER, today))


def small_number(found: Gathered) -> int:
    """From which number on people with HIV are anybody's to see, at this place."""
    return max(rules.small_number for rules in found.asked.rules.values())


def _signs(access: Access, place: Place) -> bool:
    return answers_for(place, access=access, permission=Permission.SIGN_REPORTS)


def _frozen(request: AccessRequest) -> frozen_reports.Frozen | None:
    """The frozen report that the number is asked of, if any."""
    name = request.GET.get("report", "")
    if not name:
        return None
    try:
        today = local_day(clock.now(), request.access.zone)
        return frozen_reports.get_frozen(UUID(name), access=request.access, day=today)
    except (Report.DoesNotExist, ValueError) as error:
        raise Http404 from error


def _site(request: AccessRequest, place: Place) -> int | None:
    """The facility whose lines are asked for: the only one, or the one that the address names."""
    if place.single:
        return place.ids[0]
    text = request.GET.get("site", "")
    if not text:
        return None
    if not text.isdecimal() or int(text) not in place.ids:
        raise Http404
    return int(text)


def _number_path(one: Indicator, place: Place, period: Period, pk: int, frozen: frozen_reports.Frozen | None) -> str:
    if one.secret:
        return ""
    more = {"report": str(frozen.report.pk)} if frozen else {}
    return path_of("lines", place, period, code=one.code, site=str(pk), **more)


def _waiting(own: Sequence[Place], access: Access, now: datetime) -> list[Waiting]:
    """Of these places, where the person signs: the last quarter, while it is not handed in."""
    today = local_day(now, access.zone)
    mine = [place for place in own if _signs(access, place)]
    found = []
    for place, period in report_tasks.waiting(mine, today=today):
        due_on = report_tasks.due_on(place, period, now=now)
        path = path_of("report", place, period)
        found.append(Waiting(place, period, due_on, due_on < today, path, report_tasks.hands_in(place, access)))
    return found


def _groups(now: datetime, access: Access) -> list[tuple[str, list[tuple[str, str]]]]:
    today = local_day(now, access.zone)
    return [
        (
            str(KIND_WORDS[kind]),
            [(which(one), f"{one.words} · {one.days_words}") for one in periods.latest(kind, today, count=count)],
        )
        for kind, count in _HOW_MANY.items()
    ]
