"""Gives every request its access, holds a locked screen locked, and sets the facility's zone."""

from collections.abc import Callable
from typing import Final, cast
from zoneinfo import ZoneInfo

from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from core import clock
from core.access import NOBODY, Access, AccessRequest
from core.api.problems import API
from core.views.pages import go
from staff import idle
from staff.models import Person
from staff.queries.appointments import access_of
from staff.views.lock import locked_answer
from staff.views.session_keys import FACILITY, LOCKED

WITHOUT_SESSION: Final = frozenset({"/healthz", "/readyz", "/metrics"})  # must answer when the database does not
WAYS_OUT: Final = frozenset({"/staff/sign-out/", "/staff/sign-in/", "/i18n/setlang/"})
# The overdose card is about no patient, and nobody looks for a PIN while somebody is not breathing.
OPEN_WHILE_LOCKED: Final = WAYS_OUT | {
    "/staff/lock/", "/staff/unlock/", "/facilities/overdose/", "/facilities/overdose/offline/",
}  # fmt: skip
OPEN_WITH_ONE_TIME_PASSWORD: Final = WAYS_OUT | {"/staff/password/"}


def access(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Supply `request.access`. While the session is locked only unlocking is open, and under a password that was handed
    out only choosing one's own. No query for a stranger."""

    def middleware(request: HttpRequest) -> HttpResponse:
        asked = cast(AccessRequest, request)
        asked.access = NOBODY if request.path in WITHOUT_SESSION else _access(request)
        if not asked.access.signed_in:
            return get_response(request)
        if idle.overdue(request):
            request.session[LOCKED] = True
        locked = request.session.get(LOCKED) and request.path not in OPEN_WHILE_LOCKED
        handed_out = (
            cast(Person, request.user).one_time_until is not None and request.path not in OPEN_WITH_ONE_TIME_PASSWORD
        )
        if (locked or handed_out) and request.path.startswith(API):
            asked.access = NOBODY  # a program is told that nobody is signed in, not shown a page
            return get_response(request)
        if locked:
            return locked_answer(asked)
        if handed_out:
            return go(asked, "staff:password")
        with timezone.override(ZoneInfo(asked.access.zone)):
            response = get_response(request)
        if not request.session.get(LOCKED):
            idle.here(request, response)
        return response

    return middleware


def _access(request: HttpRequest) -> Access:
    person = request.user
    if not person.is_authenticated:
        if SESSION_KEY in request.session:
            logout(request)  # the account was closed while signed in
        return NOBODY
    return access_of(
        person,
        person.held,
        now=clock.now(),
        chosen_facility_id=request.session.get(FACILITY),
        second_factor=getattr(person, "otp_device", None) is not None,
    )
