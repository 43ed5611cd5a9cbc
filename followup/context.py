"""What every page knows of what waits: asked only where a page draws the top bar."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from core.access import NOBODY
from followup.queries.tasks import count_unread


def notices(request: HttpRequest) -> dict[str, Any]:
    """How many notices the person has not read."""
    access = getattr(request, "access", NOBODY)
    return {"unread_notices": SimpleLazyObject(lambda: count_unread(access=access))}
