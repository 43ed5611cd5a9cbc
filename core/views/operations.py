"""What keeps the product running, for who runs it. Nothing of the field stands here."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.queries import health


@allow(Permission.VIEW_OPERATIONS)
@require_safe
def operations(request: AccessRequest) -> HttpResponse:
    context = {"parts": health.parts(now=clock.now()), "runs": health.last_runs()}
    return render(request, "core/operations.html", context)
