"""Ways on from pages of stock that rooms above register when they start: inventory knows no patient."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

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


@dataclass(frozen=True)
class Page:
    """A page of a room above that belongs beside the pages of stock; shown to who holds one of the permissions."""

    label: str | Promise
    permissions: tuple[Permission, ...]
    path: str


_pages: list[Page] = []


def register_page(label: str | Promise, path: str, *permissions: Permission) -> None:
    """Offer a page from the overview of stock."""
    _pages.append(Page(label, permissions, path))


def of_stock(access: Access) -> list[dict[str, str | Promise]]:
    """The pages above that this person has from the overview of stock."""
    return [{"label": page.label, "path": page.path} for page in _pages if any(map(access.may, page.permissions))]


@dataclass(frozen=True)
class RecallLink:
    """Shown on a recall's page to who holds the permission. `path` answers the address for the recall."""

    label: str | Promise
    permission: Permission
    path: Callable[[UUID], str]


_of_recalls: list[RecallLink] = []


def register_recall(label: str | Promise, *, permission: Permission, path: Callable[[UUID], str]) -> None:
    """Offer a way on from every recall's page."""
    _of_recalls.append(RecallLink(label, permission, path))


def of_recall(recall_id: UUID, access: Access) -> list[dict[str, str | Promise]]:
    """The ways on that this person has from this recall."""
    return [{"label": one.label, "path": one.path(recall_id)} for one in _of_recalls if access.may(one.permission)]
