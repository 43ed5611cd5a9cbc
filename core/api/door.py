"""A view of the JSON API: its policy, who is let in, and nothing of the field."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from core import audit, clock
from core.access import Access, AccessRequest, Permission, Policy
from core.api.problems import OTHER_CONTENT, Problem

View = Callable[..., Response]
MOST_BYTES: Final = 2_000_000  # two thousand facts of a kilobyte


def api(*permissions: Permission, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], Callable[..., HttpResponse]]:
    """Let in who is signed in and holds any of the permissions; refuse a program with a problem, never a page.

    Who it is, is known by a browser's session or by a device's token and a person's beside it; both come as an Access,
    which the view gets as `request.access`. A refusal to somebody known is written into the audit trail.
    """
    policy = Policy(permissions=frozenset(permissions))

    def decorate(view: View) -> Callable[..., HttpResponse]:
        @api_view(list(methods))
        @wraps(view)
        def guarded(request: Request, *args: Any, **kwargs: Any) -> Response:
            asked = cast(AccessRequest, request._request)  # the framework wraps the request; its access is on it
            if int(asked.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
                raise Problem(code="too_large", words="", status_code=413, most=MOST_BYTES)
            access: Access = getattr(request.auth, "access", None) or asked.access
            if not access.signed_in:
                raise exceptions.NotAuthenticated
            if access.second_factor_missing or (permissions and not any(access.may(each) for each in permissions)):
                _audit("access.denied", access, asked, view)
                raise exceptions.PermissionDenied
            request.access = asked.access = access  # type: ignore[attr-defined]
            try:
                with timezone.override(ZoneInfo(access.zone)):
                    return view(request, *args, **kwargs)
            except Problem as problem:
                if problem.get_codes() == OTHER_CONTENT:
                    _audit("api.other_content", access, asked, view)
                raise

        guarded.policy = policy  # type: ignore[attr-defined]
        return guarded

    return decorate


def api_public(why: str, *, methods: tuple[str, ...] = ("POST",)) -> Callable[[View], Callable[..., HttpResponse]]:
    """Let in everybody, for the few requests by which somebody becomes known. `request.auth` says what is known."""

    def decorate(view: View) -> Callable[..., HttpResponse]:
        guarded = cast(Callable[..., HttpResponse], api_view(list(methods))(view))
        guarded.policy = Policy(public=True, why=why)  # type: ignore[attr-defined]
        return guarded

    return decorate


def _audit(action: str, access: Access, asked: AccessRequest, view: View) -> None:
    audit.record(
        action=action, by=access, now=clock.now(), subject_kind="api", subject_id=view.__name__[:40],
        path=asked.path[:200], method=asked.method,
    )  # fmt: skip


def access_of(request: Request) -> Access:
    """Who asks, in a view behind `api`."""
    found: Access = request.access  # type: ignore[attr-defined]
    return found


def screen_of(request: Request) -> str:
    """A short name of where somebody works from, for the courtesy hold of an opened patient."""
    return str(getattr(request.auth, "screen", "")) or f"person-{access_of(request).actor_id}"
