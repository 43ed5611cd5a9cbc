"""One person gives the duty to another: keys, opened bottles measured, closed ones counted, what is open; both sign."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from core.access import Access
from core.digests import canonical, sha256_of
from inventory.models import DutyHandover
from inventory.queries import bottles as bottle_queries
from inventory.rules.kinds import Key
from inventory.services import closed_counts, keys, measures, observing, patterns
from inventory.services.closed_counts import ClosedFound, Counted
from inventory.services.keys import HandOver
from inventory.services.measures import Measure, Measured
from inventory.services.observing import Observation, Second
from inventory.services.withdrawals import lock_bottles
from staff.services import attestations
from staff.services.attestations import ProvenSecond


@dataclass(frozen=True)
class Duty:
    """What changes hands. `second` takes the duty and signs; alone: nobody was there, the keys are sealed away.

    `measures` and `closed` carry no second person of their own: this hand-over names them. `open_items` are codes and
    figures of what the taker must know, as the rooms above counted them.
    """

    id: UUID
    second: Second
    keys: tuple[Key, ...] = ()
    envelope_number: str = ""
    measures: tuple[Measure, ...] = ()
    closed: ClosedFound | None = None
    open_items: Sequence[Mapping[str, Any]] = ()
    note: str = ""


@dataclass(frozen=True)
class HandedOver:
    """The receipt: the hand-over, what its measures and its count found."""

    row: DutyHandover
    measured: tuple[Measured, ...] = ()
    counted: Counted | None = None
    known: bool = False


def hand_over(*, command: Duty, by: Access, now: datetime) -> HandedOver:
    """Everything at once or nothing. Raises what its parts raise; then nothing is kept."""
    observing.authorise(by)
    second = observing.prove(command.second, by=by, now=now)
    seen = Observation(command.id, "duty_handover", by, now, {"given_by_id": by.actor_id})
    with observing.recording(seen):
        earlier = observing.known(seen, DutyHandover)
        if earlier is not None:
            return HandedOver(earlier, known=True)
        _lock(command, seen.facility_id)
        measured = tuple(measures.record(command=each, by=by, now=now) for each in command.measures)
        counted = closed_counts.record(command=command.closed, by=by, now=now) if command.closed else None
        if command.keys:
            given = HandOver(
                uuid5(command.id, "keys"), command.keys, second, command.envelope_number, attested_here=False
            )
            keys.hand_over(command=given, by=by, now=now)
        content = _content(command, measured, counted)
        digest = sha256_of({"document": seen.kind, "id": seen.id, "facility": seen.facility_id, "content": content})
        row = DutyHandover.objects.create(
            **seen.columns,
            taken_by_id=second.access.person_id if isinstance(second, ProvenSecond) else None,
            content=content,
            digest=digest,
            handed_over_at=now,
        )
        attestations.attest(
            act_kind=seen.kind, act_id=seen.id, digest=digest, facility_id=seen.facility_id,
            actor=by, second=second, now=now,
        )  # fmt: skip
        observing.written(seen, keys=[str(key) for key in command.keys])
        if measured:
            patterns.look(facility_id=seen.facility_id, by=by, now=now)
        return HandedOver(row, measured, counted)


def _lock(command: Duty, facility_id: int) -> None:
    """Bottles before the chain head, in one order, whatever the order of the measures."""
    ids = (bottle_queries.get_id(number=each.number, facility_id=facility_id) for each in command.measures)
    lock_bottles(sorted(ids))


def _content(command: Duty, measured: tuple[Measured, ...], counted: Counted | None) -> dict[str, Any]:
    """What both sign."""
    signed: dict[str, Any] = canonical(
        {
            "keys": sorted(str(key) for key in command.keys),
            "envelope": command.envelope_number.strip(),
            "measures": [
                {"id": each.row.pk, "bottle": wanted.number, "ul": each.row.measured_ul, "within": each.row.within}
                for wanted, each in zip(command.measures, measured, strict=True)
            ],
            "closed": {"id": counted.row.pk, "agrees": counted.row.agrees} if counted else None,
            "open": list(command.open_items),
            "note": command.note.strip(),
        }
    )
    return signed
