"""Who asks the JSON API by tokens: the device's in Authorization, and the person's beside it in Tram-Person."""

from typing import Any, Final

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from core import clock
from core.api.problems import Problem
from staff.services.device_access import DeviceRefused, DeviceUse, let_in
from staff.services.devices import digest_of

SCHEME: Final = "Bearer"
PERSON_HEADER: Final = "Tram-Person"


class DeviceToken(BaseAuthentication):
    """`Authorization: Bearer <device>` with `Tram-Person: <person>`; without the second a device that is nobody.

    Who sends a token is never taken for the browser session beside it, so no CSRF token is asked for: no page of
    another site can make a browser send this header.
    """

    def authenticate(self, request: Request) -> tuple[Any, DeviceUse] | None:
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        person = request.headers.get(PERSON_HEADER, "").strip()
        try:
            if scheme.lower() != SCHEME.lower() or not token.strip():
                raise DeviceRefused("token_unreadable", "Authorization: Bearer …")
            use = let_in(
                device_digest=digest_of(token.strip()), person_digest=digest_of(person) if person else "",
                now=clock.now(),
            )  # fmt: skip
        except DeviceRefused as refused:
            raise problem_of(refused) from refused
        return None, use

    def authenticate_header(self, request: Request) -> str:
        return SCHEME


def problem_of(refused: DeviceRefused) -> Problem:
    """What a program is told: 401 where the token or the person is not known any more, 403 where they are not let in.

    A program signs in again at 401, and asks a person at 403.
    """
    return Problem(
        code=refused.code,
        words=refused.sentence,
        status_code=403 if refused.forbidden else 401,
        sign_in="" if refused.forbidden else SCHEME,
    )
