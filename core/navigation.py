"""The top bar's entries. Upper apps register theirs when they start; each person sees only what they may open.

The bar holds the first few, and the page that is open; the menu beside it holds them all.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise

from core import clock, guide
from core.access import NOBODY, Permission

IN_BAR: Final = 5  # as many as a narrow desk screen shows beside the site's name


@dataclass(frozen=True)
class Entry:
    label: str | Promise
    path: str
    permission: Permission
    order: int
    at_facility: bool


_entries: dict[str, Entry] = {}


def register(label: str | Promise, path: str, permission: Permission, *, order: int, at_facility: bool = False) -> None:
    """Name a page in the top bar. `at_facility`: it speaks of one facility, so it is shown to who acts at one."""
    _entries[path] = Entry(label, path, permission, order, at_facility)


def context(request: HttpRequest) -> dict[str, Any]:
    """Template context of every page: the person's access, the navigation, the help that fits, the idle lock."""
    access = getattr(request, "access", NOBODY)
    entries = sorted(_entries.values(), key=lambda entry: entry.order)
    somewhere = access.facility_id is not None
    visible = [entry for entry in entries if access.may(entry.permission) and (somewhere or not entry.at_facility)]
    here = max((e.path for e in visible if request.path.startswith(e.path)), key=len, default="")
    first = [e.path for e in visible if e.path != here][: IN_BAR - bool(here)]
    return {
        "access": access,
        "today": clock.local_day(clock.now(), access.zone),
        "navigation": [
            {"label": e.label, "path": e.path, "current": e.path == here, "in_bar": e.path in (*first, here)}
            for e in visible
        ],
        "help_address": guide.address(request),
        "idle_lock_seconds": settings.IDLE_LOCK_SECONDS,
    }
