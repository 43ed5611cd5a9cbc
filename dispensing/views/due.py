"""Who is due: one list for a site, and for a clinic over all its satellites."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from dispensing.queries import due as queries

LIST = "dispensing/following/due.html"


@allow(Permission.FOLLOW_PATIENT)
@require_safe
def due(request: AccessRequest) -> HttpResponse:
    """Drawn for a urine test, late, and coming up; ?site= shows one site alone."""
    asked = request.GET.get("site", "")
    site_id = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
    shown = queries.due_list(by=request.access, now=clock.now(), site_id=site_id)
    clinical = request.access.may(Permission.VIEW_PRESCRIPTIONS)
    return render(request, LIST, {"shown": shown, "clinical": clinical})
