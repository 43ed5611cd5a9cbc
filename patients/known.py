"""What rooms above know of a patient, registered when they start: for the patient's own page, and for how long records
are kept. Counts with days, never what was said."""

from collections.abc import Callable, Iterable
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


Ask = Callable[[UUID], Iterable[Known]]
_asked: list[Ask] = []


def register(ask: Ask) -> None:
    """Add what a room knows; a bounded number of statements for one patient."""
    if ask not in _asked:
        _asked.append(ask)


def of_patient(patient_id: UUID) -> list[Known]:
    """Everything that is recorded of the patient, in the order in which the rooms stand."""
    return [known for ask in _asked for known in ask(patient_id)]
