"""Who drank from a lot that is called back: on the page, and on paper without names."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from dispensing.queries.lots import RecalledLot, drinkers_of, drinkers_paper
from inventory.models import Recall
from inventory.views.printed import as_file


@allow(Permission.VIEW_ROSTER)
@require_safe
def drinkers(request: AccessRequest, recall_id: UUID) -> HttpResponse:
    """Everybody who drank from any bottle of the lot, at the sites whose roster the person may see."""
    return render(request, "dispensing/incidents/lot.html", {"found": _found(request, recall_id)})


@allow(Permission.VIEW_ROSTER)
@require_safe
def drinkers_printed(request: AccessRequest, recall_id: UUID) -> HttpResponse:
    """The same list on paper: code and initials."""
    found = _found(request, recall_id)
    paper = drinkers_paper(found, by=request.access, now=clock.now())
    return as_file(paper, f"recall-{found.row.pk}")


def _found(request: AccessRequest, recall_id: UUID) -> RecalledLot:
    try:
        return drinkers_of(recall_id, access=request.access)
    except Recall.DoesNotExist as missing:
        raise Http404(_("Không có quyết định thu hồi này.")) from missing
