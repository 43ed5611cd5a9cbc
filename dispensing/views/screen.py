"""Which screen a request comes from: a hold belongs to one signed-in browser."""

import hashlib

from core.access import AccessRequest


def screen_of(request: AccessRequest) -> str:
    """A short name of this browser's session; not the session's key itself, which opens doors."""
    key = request.session.session_key or ""
    return hashlib.sha256(key.encode()).hexdigest()[:16]
