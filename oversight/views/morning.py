"""This morning, for managers: one calm page, what stands behind its doses and its stock, and one site."""

from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.papers import Paper
from core.views.files import as_file
from core.views.pages import INVALID, page_or_partial
from facilities.models import Facility
from oversight.figures import dose_figures, figures, stock_figures
from oversight.figures_hours import hours_figures, near_picture, site_picture
from oversight.figures_map import map_picture, positions
from oversight.filters import Filter, FilterForm, asked
from oversight.queries import hours as hours_queries
from oversight.queries import site as site_queries
from oversight.queries import sites as site_list
from oversight.queries import stock as stock_queries
from oversight.queries.morning_paper import morning_paper
from oversight.queries.weekend import weekend

FIRST: Final = 5  # sites of a section on the one page
FILES: Final = ("xlsx", "pdf")
SHOWN: Final = 60  # sites on one page of the whole


@allow(Permission.VIEW_OVERSIGHT)
@require_safe
def morning(request: AccessRequest) -> HttpResponse:
    now = clock.now()
    form = asked(request.GET, access=request.access, now=now)
    chosen = form.filter
    shown = site_list.morning(access=request.access, now=now, asked=chosen)
    stock = stock_queries.stock_page(chosen, access=request.access, now=now)
    if request.GET.get("as") in FILES:
        paper = morning_paper(asked=chosen, by=request.access, now=now, morning=shown, stock=stock)
        return _file(request, "morning", paper)
    context = {
        **_common(request, form, chosen),
        "now": now,
        "morning": shown,
        "stock": stock,
        "sites": shown.sites[:FIRST],
        "stock_sites": stock.sites[:FIRST],
        "figures": figures(shown, stock, request.access, chosen),
        "map": map_picture(shown.sites, stock.sites, positions([site.id for site in shown.sites], today=chosen.today)),
        **_hours(request, chosen),
    }
    return _answer(request, "oversight/morning.html", form, context)


@allow(Permission.VIEW_OVERSIGHT)
@require_safe
def doses(request: AccessRequest) -> HttpResponse:
    """Every site of the filter, who needs help first; ?page= goes on."""
    now = clock.now()
    form = asked(request.GET, access=request.access, now=now)
    chosen = form.filter
    shown = site_list.morning(access=request.access, now=now, asked=chosen)
    if request.GET.get("as") in FILES:
        return _file(request, "doses", morning_paper(asked=chosen, by=request.access, now=now, morning=shown))
    context = {
        **_common(request, form, chosen),
        **_page(request, shown.sites),
        "now": now,
        "morning": shown,
        "figures": dose_figures(shown, request.access, chosen),
        "weekend": weekend([site.id for site in shown.sites], today=chosen.today),
    }
    return _answer(request, "oversight/doses.html", form, context)


@allow(Permission.VIEW_OVERSIGHT)
@require_safe
def stock(request: AccessRequest) -> HttpResponse:
    """Every site of the filter, who runs out first; ?page= goes on."""
    now = clock.now()
    form = asked(request.GET, access=request.access, now=now)
    chosen = form.filter
    shown = stock_queries.stock_page(chosen, access=request.access, now=now)
    if request.GET.get("as") in FILES:
        return _file(request, "stock", morning_paper(asked=chosen, by=request.access, now=now, stock=shown))
    context = {
        **_common(request, form, chosen),
        **_page(request, shown.sites),
        "now": now,
        "stock": shown,
        "figures": stock_figures(shown, request.access, chosen),
    }
    return _answer(request, "oversight/stock.html", form, context)


@allow(Permission.VIEW_OVERSIGHT)
@require_safe
def site(request: AccessRequest, facility_id: int) -> HttpResponse:
    """What the numbers of one site are made of; no patient."""
    try:
        shown = site_queries.site_page(facility_id, access=request.access, now=clock.now())
    except Facility.DoesNotExist as error:
        raise Http404 from error
    return render(request, "oversight/site.html", {"shown": shown, **_links(request)})


def _file(request: AccessRequest, name: str, paper: Paper) -> HttpResponse:
    """?as=xlsx or pdf: the same page, every site of the filter, as a file."""
    return as_file(paper, name, excel=request.GET["as"] == "xlsx")


def _answer(request: AccessRequest, template: str, form: FilterForm, context: dict[str, Any]) -> HttpResponse:
    return page_or_partial(request, template, "live", context, status=200 if form.is_valid() else INVALID)


def _common(request: AccessRequest, form: FilterForm, chosen: Filter) -> dict[str, Any]:
    pages = {name: chosen.at(reverse(f"oversight:{name}")) for name in ("morning", "doses", "stock", "hours")}
    return {"form": form, "asked": chosen, "pages_of": pages, **_links(request)}


def _page(request: AccessRequest, sites: tuple[Any, ...]) -> dict[str, Any]:
    """One page of a long list; a page that is none is the first."""
    wanted = request.GET.get("page", "")
    pages = max(1, -(-len(sites) // SHOWN))
    number = min(int(wanted), pages) if wanted.isdecimal() and len(wanted) < 6 and int(wanted) else 1
    return {"sites": sites[(number - 1) * SHOWN : number * SHOWN], "page": number, "pages": pages}


def _hours(request: AccessRequest, chosen: Filter) -> dict[str, Any]:
    found = hours_queries.hours(asked=chosen, access=request.access, now=clock.now())
    return {
        "hours": found,
        "hours_figures": hours_figures(found, chosen),
        "near_picture": near_picture(found),
        "site_picture": site_picture(found, chosen),
    }


def _links(request: AccessRequest) -> dict[str, bool]:
    """Which numbers may be followed by this person."""
    return {
        "may_cases": request.access.may(Permission.VIEW_CASES),
        "may_review": request.access.may(Permission.REVIEW_UNWITNESSED),
    }
