"""The top bar's entries. Upper apps register theirs when they start; each person sees only what they may open."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise

from core import clock
from core.access import NOBODY, Permission


@dataclass(frozen=True)
class Entry:
    label: str | Promise
    path: str
    permission: Permission
    order: int


_entries: dict[str, Entry] = {}


def register(label: str | Promise, path: str, permission: Permission, *, order: int) -> None:
    _entries[path] = Entry(label, path, permission, order)


def context(request: HttpRequest) -> dict[str, Any]:
    """Template context of every page: the person's access, the navigation, the idle lock."""
    access = getattr(request, "access", NOBODY)
    entries = sorted(_entries.values(), key=lambda entry: entry.order)
    visible = [entry for entry in entries if access.may(entry.permission)]
    here = max((e.path for e in visible if request.path.startswith(e.path)), key=len, default="")
    return {
        "access": access,
        "today": clock.local_day(clock.now(), access.zone),
        "navigation": [{"label": e.label, "path": e.path, "current": e.path == here} for e in visible],
        "idle_lock_seconds": settings.IDLE_LOCK_SECONDS,
    }
