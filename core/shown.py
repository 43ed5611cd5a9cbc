"""When a page was shown, carried by its form and signed by us: how long somebody had it before they signed."""

from datetime import UTC, datetime, timedelta
from typing import Final

from django.core.signing import BadSignature, Signer

_signer: Final = Signer(salt="core.shown")
LONGEST: Final = timedelta(days=1)


def token(now: datetime) -> str:
    """What the form carries along."""
    return _signer.sign(str(int(now.timestamp() * 1000)))


def read(carried: str) -> datetime | None:
    """The moment the page was shown; None where the form does not say it, or somebody else wrote it."""
    try:
        return datetime.fromtimestamp(int(_signer.unsign(carried)) / 1000, UTC)
    except (BadSignature, ValueError):
        return None


def considered_ms(shown_at: datetime | None, now: datetime) -> int | None:
    """Whole milliseconds between being shown and being signed; None where nobody knows."""
    if shown_at is None or not timedelta(0) <= now - shown_at <= LONGEST:
        return None
    return (now - shown_at) // timedelta(milliseconds=1)
