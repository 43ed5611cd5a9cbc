"""This morning, for managers: all sites, worst first, and one of them."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.clock import local_day
from dispensing.queries.cut_offs import cut_off_sites
from facilities.models import Facility
from oversight.figures import figures
from oversight.queries import site as site_queries
from oversight.queries import sites as site_list


@allow(Permission.VIEW_OVERSIGHT)
@require_safe
def morning(request: AccessRequest) -> HttpResponse:
    now = clock.now()
    shown = site_list.morning(access=request.access, now=now)
    cut_off = cut_off_sites([one.id for one in shown.sites], today=local_day(now, request.access.zone))
    context = {"morning": shown, "figures": figures(shown, request.access), "cut_off": cut_off, **_links(request)}
    return render(request, "oversight/morning.html", context)


@allow(Permission.VIEW_OVERSIGHT)
@require_safe
def site(request: AccessRequest, facility_id: int) -> HttpResponse:
    """What the numbers of one site are made of; no patient."""
    try:
        shown = site_queries.site_page(facility_id, access=request.access, now=clock.now())
    except Facility.DoesNotExist as error:
        raise Http404 from error
    return render(request, "oversight/site.html", {"shown": shown, **_links(request)})


def _links(request: AccessRequest) -> dict[str, bool]:
    """Which numbers may be followed by this person."""
    return {
        "may_cases": request.access.may(Permission.VIEW_CASES),
        "may_review": request.access.may(Permission.REVIEW_UNWITNESSED),
    }
