"""What follows a record at the window: the card goes, the next search is ready, the list fetches itself anew."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from core.access import AccessRequest
from core.views.pages import page_or_partial

BOARD = "dispensing/board.html"


def recorded(request: AccessRequest, words: str, *, dose_id: UUID | None = None, case: bool = False) -> HttpResponse:
    """Say that it is recorded. `dose_id`: the dose that may still be voided; `case`: somebody was told of it."""
    if not request.htmx:
        messages.success(request, words)
        return redirect("dispensing:board")
    shown = {"words": words, "dose_id": dose_id, "case": case}
    response = page_or_partial(request, BOARD, "after", shown)
    response.headers["HX-Trigger-After-Settle"] = "tram:roster"
    response.headers["HX-Push-Url"] = "/dispensing/"
    return response
