"""How a patient is named where no name may stand."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from core.access import Access, Permission
from patients.queries.reach import patients_for


def labels(ids: Collection[UUID], access: Access, day: date) -> dict[UUID, str]:
    """Code and initials of those among the patients whom this person may see; one statement."""
    seen = patients_for(access, Permission.VIEW_PATIENT, day=day).filter(pk__in=ids)
    return {id_: f"{code} · {initials}" for id_, code, initials in seen.values_list("id", "code", "initials")}
