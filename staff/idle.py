"""The idle lock as the server keeps it: a browser that was closed, or a page without scripts, never says that nobody is
here, and a session outlasts both.

When somebody was last here stands in a cookie under the session's own key, so that no request costs a write; without it
the session's own beginning counts. The page's script (static/js/idle.js) is the sharper one: it knows keys and touches.
"""

import time
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from staff.views.session_keys import SIGNED_IN_AT

COOKIE: Final = "tram_here"
LEAST_SECONDS: Final = 900  # somebody types for ten minutes and asks the server nothing
FRESH_SECONDS: Final = 60  # so long a cookie is not written anew


def signed_in(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """Somebody has just given their password (Django's signal)."""
    request.session[SIGNED_IN_AT] = int(time.time())


def overdue(request: HttpRequest) -> bool:
    """Whether this session has asked for nothing for so long that its person must say again who they are."""
    if not settings.IDLE_LOCK_SECONDS:
        return False
    last = _last(request)
    return last is not None and time.time() - last > max(LEAST_SECONDS, 3 * settings.IDLE_LOCK_SECONDS)


def here(request: HttpRequest, response: HttpResponse) -> None:
    """Whoever asked is let in: remember when."""
    key, last = request.session.session_key, _last(request, cookie_only=True)
    if key is None or (last is not None and time.time() - last < FRESH_SECONDS):
        return
    response.set_cookie(
        COOKIE, _signer(key).sign(str(int(time.time()))), max_age=settings.SESSION_COOKIE_AGE, httponly=True,
        secure=settings.SESSION_COOKIE_SECURE, samesite="Lax",
    )  # fmt: skip


def _last(request: HttpRequest, *, cookie_only: bool = False) -> int | None:
    try:
        return int(_signer(request.session.session_key or "").unsign(request.COOKIES.get(COOKIE, "")))
    except (signing.BadSignature, ValueError):
        return None if cookie_only else request.session.get(SIGNED_IN_AT)


def _signer(session_key: str) -> signing.Signer:
    """Of this session alone: another session's cookie says nothing of it."""
    return signing.Signer(salt=f"staff.idle.{session_key}")
