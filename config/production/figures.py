"""What the operations page says of the version that answers: the first question of whoever is asked for help."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache

from django.utils.translation import gettext as _

from config.production import released
from core.operations import Figure


def running(now: datetime) -> Iterator[Figure]:
    """The release that this web process was started from."""
    yield Figure(_("Đang chạy"), _version() or _("chưa phát hành"))


@cache
def _version() -> str:
    """Read once: a process goes on with the code that it began with, whatever stands in the file by then."""
    return released.version()
