"""Where a page of the register leads back to: the card it was opened from, when it was."""

from django.http import HttpRequest

_CARD = "/dispensing/patients/"


def back_of(request: HttpRequest) -> str:
    """The card's address as the page was given it; empty for anything else, so that nobody is led elsewhere."""
    asked = request.POST.get("back", "") or request.GET.get("back", "")
    rest = asked.removeprefix(_CARD).rstrip("/")
    return asked if asked.startswith(_CARD) and rest.replace("-", "").isalnum() else ""
