"""For the machines that watch over the product."""

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from core import clock
from core.access import AccessRequest, allow_public
from core.queries import health
from core.queries import metrics as figures

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


@allow_public("For Prometheus, inside: behind a token of its own, because no session watches over the product.")
@require_safe
def metrics(request: AccessRequest) -> HttpResponse:
    """Refused without the token of METRICS_TOKEN, and to everybody where none is set. Counts and ages, of nobody."""
    told, _space, token = request.headers.get("Authorization", "").partition(" ")
    wanted = settings.METRICS_TOKEN
    if not wanted or told.lower() != "bearer" or not constant_time_compare(token, wanted):
        answer = HttpResponse("A token is needed.\n", content_type="text/plain", status=401)
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    return HttpResponse(figures.text(now=clock.now()), content_type=CONTENT_TYPE_LATEST)
