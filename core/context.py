"""What every page says of the night: that a job of it has not gone well, while that is so."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from core import clock
from core.access import NOBODY, Permission
from core.queries import nights


def night(request: HttpRequest) -> dict[str, Any]:
    """The jobs of the night that are not done, for who is signed in; read only where a page shows it."""
    access = getattr(request, "access", NOBODY)
    if not access.signed_in:
        return {}
    return {
        "undone_at_night": SimpleLazyObject(lambda: nights.undone_kept(now=clock.now())),
        "may_see_operations": access.may(Permission.VIEW_OPERATIONS),
    }
