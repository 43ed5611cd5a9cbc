"""From a number of incidents to the single ones: behind a stated reason, for a short time, without identity."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core import clock
from core.access import AccessRequest, Permission, allow
from core.views.pages import INVALID
from facilities.models import Facility
from facilities.services import settings
from oversight.filters import Filter, asked
from oversight.forms_incidents import LookForm
from oversight.queries import incidents as queries
from oversight.queries.days import facilities_of
from oversight.rules.looks import WHAT_WORDS, LookSettings, What
from oversight.services import looks


@allow(Permission.VIEW_OVERSIGHT)
@never_cache
@require_http_methods(["GET", "POST"])
def incidents(request: AccessRequest, facility_id: int) -> HttpResponse:
    """?what= names the number, ?from= and ?to= its days. Without a stated reason in force: the question why."""
    now = clock.now()
    facility, what = _place(request, facility_id), _what(request)
    days = asked(request.GET, access=request.access, now=now).filter
    here = path_to(facility_id=facility_id, what=what, days=days)
    form = LookForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        command = form.command(facility_id=facility_id, what=what, first=days.first, last=days.last)
        looks.open_door(command=command, by=request.access, now=now)
        return redirect(here)
    context = {"facility": facility, "what": WHAT_WORDS[what], "days": days, "form": form, "here": here}
    look = queries.open_look(
        person_id=request.access.actor_id, facility_id=facility_id, what=what, first=days.first, last=days.last, now=now
    )
    if look is None or form.is_bound:
        minutes = settings.for_facility(LookSettings, facility_id=facility_id, at=now).open_minutes
        context |= {"minutes": minutes}
        return render(request, "oversight/incidents_why.html", context, status=INVALID if form.is_bound else 200)
    found = queries.incidents(what=what, facility=facility, first=days.first, last=days.last, access=request.access)
    return render(request, "oversight/incidents.html", context | {"look": look, "incidents": found})


def path_to(*, facility_id: int, what: What, days: Filter) -> str:
    """The address behind a number: of one site, one kind, these days."""
    query = urlencode({"what": str(what), "from": days.first.isoformat(), "to": days.last.isoformat()})
    return f"{reverse('oversight:incidents', args=[facility_id])}?{query}"


def _place(request: AccessRequest, facility_id: int) -> Facility:
    try:
        return facilities_of(request.access).get(pk=facility_id)
    except Facility.DoesNotExist as error:
        raise Http404 from error


def _what(request: AccessRequest) -> What:
    asked_for = request.GET.get("what", What.TURNED_AWAY)
    if asked_for not in set(What):
        raise Http404
    return What(asked_for)
