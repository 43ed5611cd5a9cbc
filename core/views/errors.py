"""What went wrong, in words. A refusal to a signed-in person is written into the audit trail."""

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from core import audit, clock, logs
from core.access import NOBODY, AccessRequest
from core.api import problems


def forbidden(request: AccessRequest, exception: Exception | None = None) -> HttpResponse:
    access = getattr(request, "access", NOBODY)
    if access.signed_in:
        view = request.resolver_match.view_name if request.resolver_match else ""
        audit.record(
            action="access.denied",
            by=access,
            now=clock.now(),
            subject_kind="page",
            subject_id=view[:40],
            path=request.path[:200],
            method=request.method,
        )
    return problems.plain(request, 403, "permission_denied") or render(request, "errors/403.html", status=403)


def not_found(request: AccessRequest, exception: Exception | None = None) -> HttpResponse:
    return problems.plain(request, 404, "not_found") or render(request, "errors/404.html", status=404)


def server_error(request: AccessRequest) -> HttpResponse:
    """No request context: whatever failed may fail again while the page is made."""
    told = problems.plain(request, 500, "server_error")
    return told or HttpResponse(render_to_string("errors/500.html", {"request_id": logs.request_id()}), status=500)


def csrf_failure(request: AccessRequest, reason: str = "") -> HttpResponse:
    return problems.plain(request, 403, "csrf_failed") or render(request, "errors/csrf.html", status=403)
