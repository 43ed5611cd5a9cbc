"""What rooms above know of a patient, registered when they start: for the patient's own page, and for how long records
are kept. Counts with days, never what was said."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.functional import Promise


@dataclass(frozen=True)
class Known:
    """So many records of a kind, of the first to the last day; no day where there is none."""

    label: str | Promise
    count: int
    first: date | None = None
    last: date | None = None


Ask = Callable[[Collection[UUID]], Iterable[tuple[UUID, Known]]]
_asked: list[Ask] = []


def register(ask: Ask) -> None:
    """Add what a room knows: of each patient the kinds that there are; so many statements for any number of them."""
    if ask not in _asked:
        _asked.append(ask)


def of_patients(patient_ids: Collection[UUID]) -> dict[UUID, list[Known]]:
    """Everything that is recorded of each of them, in the order in which the rooms stand."""
    found: dict[UUID, list[Known]] = {patient_id: [] for patient_id in patient_ids}
    for ask in _asked:
        for patient_id, known in ask(patient_ids):
            found[patient_id].append(known)
    return found


def of_patient(patient_id: UUID) -> list[Known]:
    """The same of one patient."""
    return of_patients([patient_id])[patient_id]
