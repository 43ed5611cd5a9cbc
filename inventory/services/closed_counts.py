"""Closed bottles counted by their labels, blind: compared with the book only after they are entered (domain 12.1)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from core.access import Access
from core.scanning import encode
from followup.models import CaseKind
from inventory.models import ClosedCount
from inventory.queries.closed import closed_numbers
from inventory.rules.checks import Compared, check_closed, compare
from inventory.rules.kinds import Why
from inventory.rules.scancodes import BOTTLE
from inventory.services import observing
from inventory.services.observing import Observation

LABELS_END: Final = 100_000_000  # a label of ours has eight digits


@dataclass(frozen=True)
class ClosedFound:
    """The label numbers that were found; none is an answer, too. A number that is no bottle's is kept as found."""

    id: UUID
    why: Why
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Counted:
    """The receipt: what was found against what the book had here at that moment."""

    row: ClosedCount
    compared: Compared
    known: bool = False


def record(*, command: ClosedFound, by: Access, now: datetime) -> Counted:
    """Keep which closed bottles were found; one too few or too many is a case. Raises PermissionDenied."""
    observing.authorise(by)
    found = sorted(set(command.numbers))
    stated = {"why": str(command.why), "found": found, "counted_by_id": by.actor_id}
    seen = Observation(command.id, "closed_count", by, now, stated)
    with observing.recording(seen):
        earlier = observing.known(seen, ClosedCount)
        if earlier is not None:
            return Counted(earlier, compare(earlier.found, earlier.expected), known=True)
        as_of = observing.chain_end(seen.facility_id)
        compared = compare(found, closed_numbers(facility_id=seen.facility_id))
        row = ClosedCount.objects.create(
            **seen.columns, expected=list(compared.expected), agrees=compared.agrees, as_of=as_of, counted_at=now
        )
        observing.written(seen, agrees=compared.agrees)
        wrong = check_closed(compared)
        missing, extra = _labels(compared.missing), _labels(compared.extra)
        observing.open_case(seen, CaseKind.CLOSED_BOTTLES, wrong, missing=missing, extra=extra)
        return Counted(row, compared)


def _labels(numbers: tuple[int, ...]) -> str:
    """The labels as they are printed; what is no label of ours as it was found."""
    return ", ".join(encode(BOTTLE, number) if 0 < number < LABELS_END else str(number) for number in numbers)
