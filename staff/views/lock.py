"""The idle lock: the session stays, its pages refuse until the person's PIN opens them again."""

from typing import Final

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from core.access import NOBODY, AccessRequest, allow
from core.views.pages import INVALID, own_address
from staff.services import pins
from staff.views.session_keys import LOCKED

LOCKED_STATUS: Final = 423


@allow(before_second_factor=True)
@require_POST
def lock(request: AccessRequest) -> HttpResponse:
    request.session[LOCKED] = True
    return HttpResponse(status=204) if _by_script(request) else redirect("staff:unlock")


@allow(before_second_factor=True)
@require_http_methods(["GET", "POST"])
def unlock(request: AccessRequest) -> HttpResponse:
    """Open the session with its person's PIN: 204 or a message for the script, a page for everybody else."""
    if request.method == "GET":
        return _page(request, then=request.GET.get("next", "/"))
    then = request.POST.get("next", "/")
    try:
        pins.verify(
            person_id=request.access.person_id or 0, pin=request.POST.get("pin", ""), by=request.access, now=clock.now()
        )
    except pins.PinRefused as refused:
        if _by_script(request):
            return JsonResponse({"message": refused.sentence}, status=INVALID)
        return _page(request, then=then, error=refused.sentence, status=INVALID)
    request.session.pop(LOCKED, None)
    return HttpResponse(status=204) if _by_script(request) else redirect(own_address(request, then))


@allow(before_second_factor=True)
@require_GET
def here(request: AccessRequest) -> HttpResponse:
    """Nothing: that the server answers, and knows who asks, is what a page wants to know before it lets a form go."""
    return HttpResponse(content_type="text/plain")


def locked_answer(request: AccessRequest) -> HttpResponse:
    """What every page answers while the session is locked."""
    if request.htmx or _by_script(request):
        return HttpResponse(status=LOCKED_STATUS)
    then = request.get_full_path() if request.method == "GET" else "/"
    return _page(request, then=then, status=LOCKED_STATUS)


def _page(request: AccessRequest, *, then: str, error: str = "", status: int = 200) -> HttpResponse:
    """The page without the person's navigation and without the cover that lies over other pages."""
    hidden = {"access": NOBODY, "navigation": [], "person_label": request.access.label}
    return render(request, "staff/locked.html", {**hidden, "next": then, "error": error}, status=status)


def _by_script(request: AccessRequest) -> bool:
    return "text/html" not in request.headers.get("Accept", "text/html")
