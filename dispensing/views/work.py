"""The work list about patients, what managers see of it, and who is nobody's patient tomorrow."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.clock import local_day
from dispensing.queries import cut_offs, tomorrow, work
from dispensing.queries.watch_list import watch_list
from dispensing.queries.work import Show
from dispensing.rules.flag_codes import LEVEL_WORDS
from facilities.services import overdose

LIST, FIGURES = "dispensing/work/list.html", "dispensing/work/figures.html"
TOMORROW, WATCHED = "dispensing/work/tomorrow.html", "dispensing/work/watched.html"


@allow(Permission.FOLLOW_PATIENT)
@require_safe
def work_list(request: AccessRequest) -> HttpResponse:
    """One item per patient, overdue first: all, mine, overdue, or only watched."""
    asked = request.GET
    show = Show(asked["show"]) if asked.get("show") in set(Show) else Show.ALL
    shown = work.work_list(
        by=request.access, now=clock.now(), show=show, site=_number(asked.get("site", "")),
        page=_number(asked.get("page", "")) or 1,
    )  # fmt: skip
    return render(request, LIST, {"work": shown})


@allow(Permission.VIEW_OVERSIGHT)
@require_safe
def figures(request: AccessRequest) -> HttpResponse:
    """What stays undone at which site, without anybody's identity."""
    by, now = request.access, clock.now()
    reached = by.reach_by_permission.get(Permission.VIEW_OVERSIGHT, frozenset())
    context = {
        "sites": [
            (site, list(zip(LEVEL_WORDS.values(), site.levels, strict=True)))
            for site in work.site_figures(by=by, now=now)
        ],
        "levels": list(LEVEL_WORDS.values()),
        "cut_off": cut_offs.cut_off_sites(reached, today=local_day(now, by.zone)),
    }
    return render(request, FIGURES, context)


@allow(Permission.FOLLOW_PATIENT)
@require_safe
def nobodys(request: AccessRequest) -> HttpResponse:
    """Who may get no dose tomorrow, at every site that this person follows."""
    by, now = request.access, clock.now()
    day = tomorrow.day_after(local_day(now, by.zone))
    reached = by.reach_by_permission.get(Permission.FOLLOW_PATIENT, frozenset())
    found = tomorrow.nobodys(day=day, now=now, facility_ids=reached)
    return render(request, TOMORROW, {"day": day, "rows": found})


@allow(Permission.FOLLOW_PATIENT)
@require_safe
def watched(request: AccessRequest) -> HttpResponse:
    """Who was started or raised lately at this site, with the physician's number."""
    by, now = request.access, clock.now()
    rows = watch_list(facility_id=by.facility_id or 0, today=local_day(now, by.zone), now=now)
    card = overdose.latest(by.facility_id or 0)
    context = {
        "rows": rows,
        "physician": card.physician if card else "",
        "phone": card.physician_phone if card else "",
    }
    return render(request, WATCHED, context)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
