"""For the machines that watch over the product."""

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from core import clock
from core.access import AccessRequest, allow_public
from core.queries import health

UNAVAILABLE = 503


@allow_public("The web's own health check; it tells nothing but that the process and its database answer.")
@require_safe
def healthz(request: AccessRequest) -> HttpResponse:
    if health.database_answers():
        return HttpResponse("ok\n", content_type="text/plain")
    return HttpResponse("database away\n", content_type="text/plain", status=UNAVAILABLE)


@allow_public("For people and alarms; it tells which part answers and when it was last seen, nothing of the field.")
@require_safe
def readyz(request: AccessRequest) -> HttpResponse:
    parts = health.parts(now=clock.now())
    answer = {part.name: {"ok": part.ok, "seen_at": part.seen_at} for part in parts}
    return JsonResponse(answer, status=200 if all(part.ok for part in parts) else UNAVAILABLE)
