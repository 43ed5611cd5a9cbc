"""The line of the log for every request, headers that every answer carries, and the language that it is in."""

import logging
import re
import time
from collections.abc import Callable
from typing import Final
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from core import logs, measured
from core.access import NOBODY
from core.api.problems import API

log = logging.getLogger("tram.request")
REQUEST_ID: Final = "X-Request-ID"
WELL_FORMED: Final = re.compile(r"[0-9a-f-]{16,40}")  # no word of any language is one
FOR_MACHINES: Final = ("/healthz", "/readyz", "/metrics", "/static/")  # many each minute, and nobody reads them

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)


def seen(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """One line of the log and one figure for each request, under a number that the answer carries too.

    The page is told by its name: addresses name patients by their ids. The proxy's number is taken where it is one.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get(REQUEST_ID, "")
        number = given if WELL_FORMED.fullmatch(given) else str(uuid4())
        started = time.perf_counter()
        with logs.within(lambda: {"request_id": number, **who(request)}):
            response = get_response(request)
            taken = time.perf_counter() - started
            route = route_of(request)
            measured.request(route=route, method=request.method or "", status=response.status_code, seconds=taken)
            if not request.path.startswith(FOR_MACHINES):
                level = logging.ERROR if response.status_code >= 500 else logging.INFO
                told = {"status": response.status_code, "ms": round(taken * 1000)}
                log.log(level, "request", extra={"tram": told})
        response.headers[REQUEST_ID] = number
        return response

    return middleware


def who(request: HttpRequest) -> logs.Fields:
    """Whose request, where, at which page: numbers and codes, never a name."""
    access = getattr(request, "access", NOBODY)
    return {
        "actor": access.person_id,
        "role": access.roles_text,
        "facility": access.facility_id,
        "method": request.method,
        "route": route_of(request),
    }


def route_of(request: HttpRequest) -> str:
    """The page's name; files and what is nowhere have none."""
    return request.resolver_match.view_name if request.resolver_match else ""


def security_headers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Strict CSP without inline code, no caching of pages (they show patients), no referrer to strangers."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def language(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Vietnamese, until a person chooses English on the page. An old laptop's browser language says nothing; a program
    that asks the API says what it wants.
    """
    known = dict(settings.LANGUAGES)

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if request.path.startswith(API) and "Accept-Language" in request.headers:
            chosen = translation.get_language_from_request(request)
        with translation.override(chosen if chosen in known else settings.LANGUAGE_CODE):
            request.LANGUAGE_CODE = translation.get_language()
            response = get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE or settings.LANGUAGE_CODE)
        return response

    return middleware
