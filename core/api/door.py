"""A view of the JSON API: its policy, who is let in, and nothing of the field."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import HttpResponse
from rest_framework import exceptions
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from core import audit, clock
from core.access import AccessRequest, Permission, Policy

View = Callable[..., Response]


def api(*permissions: Permission, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], Callable[..., HttpResponse]]:
    """Let in who is signed in and holds any of the permissions; refuse a program with a problem, never a page.

    The view gets the access as `request.access`. A refusal to somebody signed in is written into the audit trail.
    """
    policy = Policy(permissions=frozenset(permissions))

    def decorate(view: View) -> Callable[..., HttpResponse]:
        @api_view(list(methods))
        @wraps(view)
        def guarded(request: Request, *args: Any, **kwargs: Any) -> Response:
            asked = cast(AccessRequest, request._request)  # the framework wraps the request; its access is on it
            access = asked.access
            if not access.signed_in:
                raise exceptions.NotAuthenticated
            if access.second_factor_missing or (permissions and not any(access.may(each) for each in permissions)):
                audit.record(
                    action="access.denied", by=access, now=clock.now(), subject_kind="api",
                    subject_id=view.__name__[:40], path=asked.path[:200], method=asked.method,
                )  # fmt: skip
                raise exceptions.PermissionDenied
            request.access = access  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        guarded.policy = policy  # type: ignore[attr-defined]
        return guarded

    return decorate
