"""How much one person may ask, counted in this process's memory: no broker, no other server, no statement.

With several web processes each counts its own, so the bound is on the order of the rate times their number: enough
against a program that runs wild. A refusal is 429 with Retry-After; a dose is then sent again, and is the same dose.
"""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle


class PersonThrottle(SimpleRateThrottle):
    """By person and device; a device that nobody acts through is counted by itself."""

    scope = "person"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        by_token = getattr(request.auth, "access", None)
        who = by_token.person_id if by_token else getattr(request.user, "pk", None)
        device = getattr(request.auth, "device_id", "")
        if who is None and not device:
            return None
        return f"throttle-{self.scope}-{who}-{device}"


class SignInThrottle(PersonThrottle):
    """Entries of a PIN through one device: few a minute, beside the lock that wrong ones put on the PIN itself."""

    scope = "sign_in"
