"""Ways on from a patient's page of the register that rooms above register when they start."""

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


def register(label: str | Promise, *, permission: Permission, path: Callable[[UUID], str]) -> None:
    """Offer a way on from every patient's page of the register."""
    _links.append(PatientLink(label, permission, path))


def of_patient(patient_id: UUID, access: Access) -> list[dict[str, str | Promise]]:
    """The ways on that this person has from this patient."""
    return [{"label": one.label, "path": one.path(patient_id)} for one in _links if access.may(one.permission)]
