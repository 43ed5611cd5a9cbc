"""The chain's hashes, recomputed in Python as docs/ledger.md specifies them: the proof of the SQL. Pure."""

import hashlib
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

GENESIS = bytes(32)


@dataclass(frozen=True)
class HashedMovement:
    position: int
    item_id: int
    lot_id: int
    bottle_id: int | None
    source_id: int
    source_kind: str
    target_id: int
    target_kind: str
    quantity: int
    reason: str


@dataclass(frozen=True)
class HashedAct:
    id: UUID
    kind: str
    facility_id: int
    actor_id: int
    actor_label: str
    occurred_us: int
    recorded_us: int
    document_digest: str
    corrects: UUID | None
    movements: tuple[HashedMovement, ...]


def _integer(value: int) -> bytes:
    return struct.pack(">q", value)


def _text(words: str) -> bytes:
    encoded = words.encode()
    return struct.pack(">i", len(encoded)) + encoded


def _movements(movements: Iterable[HashedMovement]) -> bytes:
    return b"".join(
        _integer(m.position) + _integer(m.item_id) + _integer(m.lot_id) + _integer(m.bottle_id or 0)
        + _integer(m.source_id) + _text(m.source_kind) + _integer(m.target_id) + _text(m.target_kind)
        + _integer(m.quantity) + _text(m.reason)
        for m in movements
    )  # fmt: skip


def content_digest(act: HashedAct) -> bytes:
    """What a link says of an act: everything that the act and its movements state."""
    return hashlib.sha256(
        _text("tram.act.1") + act.id.bytes + _text(act.kind) + _integer(act.facility_id)
        + _integer(act.actor_id) + _text(act.actor_label)
        + _integer(act.occurred_us) + _integer(act.recorded_us) + _text(act.document_digest)
        + (act.corrects.bytes if act.corrects else bytes(16))
        + _integer(len(act.movements)) + _movements(act.movements)
    ).digest()  # fmt: skip


@dataclass(frozen=True)
class HashedEvent:
    """A custody event as its link speaks of it."""

    id: UUID
    consignment_id: UUID
    position: int
    step: str
    before: str
    state: str
    side: str
    facility_id: int
    actor_id: int
    actor_label: str
    witness_id: int | None
    act_id: UUID | None
    occurred_us: int
    recorded_us: int
    digest: str


def event_digest(event: HashedEvent) -> bytes:
    """What a link says of a custody event; its document by the digest, its act of stock by the id."""
    return hashlib.sha256(
        _text("tram.custody.1") + event.id.bytes + event.consignment_id.bytes + _integer(event.position)
        + _text(event.step) + _text(event.before) + _text(event.state) + _text(event.side)
        + _integer(event.facility_id) + _integer(event.actor_id) + _text(event.actor_label)
        + _integer(event.witness_id or 0) + (event.act_id.bytes if event.act_id else bytes(16))
        + _integer(event.occurred_us) + _integer(event.recorded_us) + _text(event.digest)
    ).digest()  # fmt: skip


def link_hash(
    *, previous: bytes, facility_id: int, sequence: int, kind: str, subject_id: UUID, content: bytes
) -> bytes:
    """The hash of one link, over the one before it."""
    return hashlib.sha256(
        previous + _integer(facility_id) + _integer(sequence) + _text(kind) + subject_id.bytes + content
    ).digest()
