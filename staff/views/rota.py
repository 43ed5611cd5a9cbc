"""The rota: a week of a place, one tap to put somebody in, last week again, a fair proposal, and who had how many."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.views.pages import INVALID
from facilities.models import Facility
from staff.forms_rota import TakeForm, TapForm
from staff.queries.rota_fair import fairness, suggestions
from staff.queries.rota_pages import candidates, monday_of, places_of, swaps_to_decide, week_of
from staff.rules.rota import Entry
from staff.rules.rota_codes import RotaRole
from staff.rules.wording_rota import ROLE_WORDS
from staff.services import rota
from staff.services.hours_refusals import HoursRefused


def place_asked(request: AccessRequest, permission: Permission) -> tuple[Facility, list[Facility]]:
    """The place that ?facility= names, else the one acted in; and those there are to choose from. Raises Http404."""
    places = places_of(request.access.reach_by_permission.get(permission, frozenset()))
    chosen = request.GET.get("facility") or str(request.access.facility_id or "")
    place = next((each for each in places if str(each.pk) == chosen), None)
    if place is None and (request.GET.get("facility") or not places):
        raise Http404
    return place or places[0], places


def day_asked(text: str, today: date) -> date:
    """A day as an address writes it; today for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today


@allow(Permission.VIEW_ROTA)
@require_safe
def week(request: AccessRequest) -> HttpResponse:
    """A week of the place: ?from=2026-11-23&facility=ID."""
    place, places = place_asked(request, Permission.VIEW_ROTA)
    today = clock.local_day(clock.now(), place.zone)
    shown = week_of(
        facility_id=place.pk, monday=monday_of(day_asked(request.GET.get("from", ""), today)), today=today
    )  # fmt: skip
    may_plan = request.access.may_at(Permission.PLAN_ROTA, place.pk)
    context = {
        "week": shown, "place": place, "places": places, "may_plan": may_plan,
        "to_decide": swaps_to_decide(facility_id=place.pk, today=today) if may_plan else (),
    }  # fmt: skip
    return render(request, "staff/rota/week.html", context)


@allow(Permission.PLAN_ROTA)
@require_http_methods(["GET", "POST"])
def slot(request: AccessRequest, day: str, rota_role: str) -> HttpResponse:
    """Who may take one role of a day. POST: one tap puts somebody in or takes them out, and the week is shown again."""
    place, _places = place_asked(request, Permission.PLAN_ROTA)
    on, what = _slot(day, rota_role)
    if request.method == "POST":
        form = TapForm(request.POST)
        if form.is_valid():
            _tapped(request, place.pk, Entry(on, what, form.cleaned_data["person"]), form.cleaned_data["what"])
        return _to_week(place, on)
    context = {
        "place": place, "day": on, "role": ROLE_WORDS[what], "monday": monday_of(on),
        "people": candidates(facility_id=place.pk, day=on, role=what),
    }  # fmt: skip
    return render(request, "staff/rota/slot.html", context)


@allow(Permission.PLAN_ROTA)
@require_POST
def copy(request: AccessRequest) -> HttpResponse:
    """Fill what is open of a week as the week before it was."""
    place, _places = place_asked(request, Permission.PLAN_ROTA)
    monday = monday_of(day_asked(request.POST.get("from", ""), clock.local_day(clock.now(), place.zone)))
    made = rota.copy_week(facility_id=place.pk, monday=monday, by=request.access, now=clock.now())
    _say_planned(request, made)
    return _to_week(place, monday)


@allow(Permission.PLAN_ROTA)
@require_http_methods(["GET", "POST"])
def propose(request: AccessRequest) -> HttpResponse:
    """A fair proposal for what is open of the next four weeks, with its reasons; taken as a whole or in part."""
    place, _places = place_asked(request, Permission.PLAN_ROTA)
    today = clock.local_day(clock.now(), place.zone)
    found = suggestions(facility_id=place.pk, first=today)
    form = TakeForm(request.POST or None, choices=[each.value for each in found])
    if request.method == "POST" and form.is_valid():
        made = rota.take(facility_id=place.pk, wanted=form.entries(), by=request.access, now=clock.now())
        _say_planned(request, made)
        return _to_week(place, today)
    typed = request.POST.getlist("chosen") if request.method == "POST" else [each.value for each in found]
    context = {"place": place, "found": found, "form": form, "typed": typed}
    return render(request, "staff/rota/propose.html", context, status=INVALID if form.is_bound else 200)


@allow(Permission.VIEW_ROTA)
@require_safe
def fair(request: AccessRequest) -> HttpResponse:
    """Weekends and holidays of each person over a year, planned and as they were worked."""
    place, places = place_asked(request, Permission.VIEW_ROTA)
    today = clock.local_day(clock.now(), place.zone)
    context: dict[str, Any] = {"place": place, "places": places, "today": today}
    context["shares"] = fairness(facility_id=place.pk, until=today)
    return render(request, "staff/rota/fair.html", context)


def _tapped(request: AccessRequest, facility_id: int, entry: Entry, what: str) -> None:
    do = rota.plan if what == "on" else rota.unplan
    try:
        do(facility_id=facility_id, entry=entry, by=request.access, now=clock.now())
    except HoursRefused as refused:
        messages.error(request, refused.sentence)


def _slot(day: str, role: str) -> tuple[date, RotaRole]:
    try:
        return date.fromisoformat(day), RotaRole(role)
    except ValueError as wrong:
        raise Http404 from wrong


def _say_planned(request: AccessRequest, made: int) -> None:
    if made:
        words = ngettext("Đã xếp %(n)d ca.", "Đã xếp %(n)d ca.", made)
        messages.success(request, words % {"n": made})
    else:
        messages.info(request, _("Không còn ca trống nào xếp thêm được."))


def _to_week(place: Facility, day: date) -> HttpResponse:
    return redirect(f"/staff/rota/?from={monday_of(day).isoformat()}&facility={place.pk}#d{day.isoformat()}")
