"""The audit trail for auditors."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.access import AccessRequest, Permission, allow
from core.views.pages import INVALID
from oversight.forms import AuditFilter
from oversight.queries import audit as audit_queries


@allow(Permission.READ_AUDIT)
@require_safe
def trail(request: AccessRequest) -> HttpResponse:
    """?facility=, ?day= narrow it; ?before= goes on to what is older."""
    facilities = audit_queries.facilities_of(request.access)
    form = AuditFilter(request.GET, facilities=[(place.pk, place.name) for place in facilities])
    asked = form.cleaned_data if form.is_valid() else {}
    page = audit_queries.audit_page(
        facilities=facilities,
        zone=request.access.zone,
        facility_id=asked.get("facility"),
        day=asked.get("day"),
        before=asked.get("before"),
    )
    context = {"form": form, "page": page, "asked": asked}
    return render(request, "oversight/audit.html", context, status=200 if form.is_valid() else INVALID)
