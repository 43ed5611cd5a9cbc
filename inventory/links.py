"""Ways on from a bottle's page that rooms above register when they start: inventory knows no patient."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from core.access import Access, Permission


@dataclass(frozen=True)
class BottleLink:
    """Shown to who holds the permission. `path` answers the address for a bottle's number."""

    label: str | Promise
    permission: Permission
    path: Callable[[int], str]


_links: list[BottleLink] = []


def register(label: str | Promise, *, permission: Permission, path: Callable[[int], str]) -> None:
    """Offer a way on from every bottle's page."""
    _links.append(BottleLink(label, permission, path))


def of_bottle(number: int, access: Access) -> list[dict[str, str | Promise]]:
    """The ways on that this person has from this bottle."""
    return [{"label": one.label, "path": one.path(number)} for one in _links if access.may(one.permission)]
