"""One recorded dose: everything that was stated, what was wrong with it, what corrected it."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.access import AccessRequest, Permission, allow
from dispensing.models import Dose
from dispensing.queries.doses import dose_page
from dispensing.views.mishaps import near_miss_context


@require_GET
@allow(Permission.VIEW_ROSTER)
def dose(request: AccessRequest, dose_id: UUID) -> HttpResponse:
    """For those who look into it: code and initials, no name."""
    try:
        shown = dose_page(dose_id=dose_id, access=request.access)
    except Dose.DoesNotExist as error:
        raise Http404 from error
    return render(request, "dispensing/dose.html", {"shown": shown} | near_miss_context(shown.dose.patient_id))
