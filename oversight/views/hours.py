"""Overtime, for managers: what was worked, what of it is payable and paid, and who is near the year's limit."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.views.files import as_file
from core.views.pages import INVALID, page_or_partial
from oversight.figures_hours import hours_figures, months_picture, near_picture, near_words, site_picture
from oversight.filters import Filter, asked
from oversight.queries import hours as queries
from oversight.queries.hours_paper import hours_paper
from staff.queries.reckoning import month_after

SHOWN: Final = 100  # people of one page; the file has them all


@allow(Permission.VIEW_OVERSIGHT)
@require_safe
def hours(request: AccessRequest) -> HttpResponse:
    """The filter's last day says which month; ?site= shows one site's people; ?as=xlsx or pdf is the same as a file."""
    now = clock.now()
    form = asked(request.GET, access=request.access, now=now)
    chosen = form.filter
    found = queries.hours(asked=chosen, access=request.access, now=now)
    kind = request.GET.get("as")
    if kind in ("xlsx", "pdf"):
        paper = hours_paper(found, asked=chosen, by=request.access, now=now)
        return as_file(paper, f"hours-{found.month_begins:%Y-%m}", excel=kind == "xlsx")
    site = next((one for one in found.sites if str(one.id) == request.GET.get("site")), None)
    people = [person for person in found.people if site is None or person.site_id == site.id]
    context = {
        "form": form,
        "asked": chosen,
        "now": now,
        "hours": found,
        "figures": hours_figures(found, chosen),
        "near": [(near, near_words(near)) for near in found.near],
        "near_picture": near_picture(found),
        "site_picture": site_picture(found, chosen),
        "months_picture": months_picture(found.sites),
        "site": site,
        "people": people[:SHOWN],
        "people_more": max(0, len(people) - SHOWN),
        **_months(chosen),
    }
    status = 200 if form.is_valid() else INVALID
    return page_or_partial(request, "oversight/hours.html", "live", context, status=status)


def _months(chosen: Filter) -> dict[str, Filter | None]:
    """The months before and after, with the same filter otherwise."""
    month = queries.month_of(chosen)
    after = month_after(month)
    return {
        "month_before": _in(chosen, month - timedelta(days=1)),
        "month_after": _in(chosen, min(month_after(after) - timedelta(days=1), chosen.today))
        if after <= chosen.today
        else None,
    }


def _in(chosen: Filter, last: date) -> Filter:
    return replace(chosen, first=last.replace(day=1), last=last)
