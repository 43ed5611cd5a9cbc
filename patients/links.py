"""Ways on from the register, and from a patient's page of it, that rooms above register when they start."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise

from core.access import Access, Permission


@dataclass(frozen=True)
class PatientLink:
    """Shown to who holds the permission. `path` answers the address for a patient's id."""

    label: str | Promise
    permission: Permission
    path: Callable[[UUID], str]


_links: list[PatientLink] = []
_of_register: list[tuple[str | Promise, Permission, str]] = []


def register(label: str | Promise, *, permission: Permission, path: Callable[[UUID], str]) -> None:
    """Offer a way on from every patient's page of the register."""
    _links.append(PatientLink(label, permission, path))


def of_patient(patient_id: UUID, access: Access) -> list[dict[str, str | Promise]]:
    """The ways on that this person has from this patient."""
    return [{"label": one.label, "path": one.path(patient_id)} for one in _links if access.may(one.permission)]


def register_for_all(label: str | Promise, *, permission: Permission, path: str) -> None:
    """Offer a way on from the register as a whole."""
    _of_register.append((label, permission, path))


def of_register(access: Access) -> list[dict[str, str | Promise]]:
    """The ways on that this person has from the register."""
    return [{"label": label, "path": path} for label, permission, path in _of_register if access.may(permission)]
