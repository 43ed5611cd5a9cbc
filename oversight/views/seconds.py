"""What the numbers about second signatures at a site are made of."""

from typing import Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from facilities.models import Facility
from oversight.queries import seconds as queries
from oversight.queries.seconds import Show

SHOW_WORDS: Final[dict[Show, str | Promise]] = {
    Show.ALL: _("Mọi việc cần hai người"),
    Show.ALONE: _("Làm một mình"),
    Show.WAITING: _("Làm một mình, chưa xem lại"),
    Show.REVIEWED: _("Làm một mình, đã xem lại"),
    Show.REMOTE: _("Ký từ xa"),
    Show.PAIR: _("Của cặp ký cùng nhau nhiều nhất"),
    Show.QUICK: _("Ký quá nhanh"),
}


@allow(Permission.VIEW_OVERSIGHT)
@require_safe
def seconds(request: AccessRequest, facility_id: int) -> HttpResponse:
    """?show= narrows the list to what one number counts; no patient."""
    now = clock.now()
    asked = request.GET.get("show", "")
    show = Show(asked) if asked in set(Show) else Show.ALL
    try:
        site = queries.seconds_site(facility_id, access=request.access, now=now)
        pair = site.habits.pair.ids if site.habits.pair else frozenset[int]()
        count, acts = queries.acts(facility_id, show=show, pair=pair, access=request.access, now=now)
    except Facility.DoesNotExist as error:
        raise Http404 from error
    context = {
        "site": site,
        "acts": acts,
        "count": count,
        "show": show,
        "shows": [{"value": str(each), "label": words, "current": each is show} for each, words in SHOW_WORDS.items()],
        "may_review": request.access.may(Permission.REVIEW_UNWITNESSED),
    }
    return render(request, "oversight/seconds.html", context)
