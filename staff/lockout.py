"""Under which name wrong sign-ins are counted: what people type there may be somebody's name, or a password."""

from typing import Any, Final

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from staff.models import Person

NOBODYS: Final = "?"  # no name of an account has it (staff.services.people makes them), so none is another's


def counted_as(request: HttpRequest, credentials: dict[str, Any] | None) -> str | None:
    """An account's own name; anything else as a digest under the server's key, which counts the same and tells nobody
    what it was. Called by django-axes (AXES_USERNAME_CALLABLE), a few times in a request, about one name.
    """
    typed = (credentials or {}).get("username")
    if typed is None:
        return None
    known: dict[str, str] = request.__dict__.setdefault("_counted_as", {})
    if typed not in known:
        of_an_account = Person.objects.filter(username__iexact=typed).values_list("username", flat=True).first()
        known[typed] = of_an_account or _digest(typed)
    return known[typed]


def _digest(typed: str) -> str:
    return NOBODYS + salted_hmac("staff.lockout", typed, algorithm="sha256").hexdigest()[:32]
