"""Reads the chain with everything its links speak of, in the chain's own order, however long it is."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from core.digests import microseconds
from inventory.rules.chain import HashedAct, HashedEvent, HashedMovement

CHUNK = 2000

_LINKS = """
SELECT coalesce(h.facility_id, l.facility_id), coalesce(h.sequence, 0), h.hash,
       l.sequence, l.kind, l.subject_id, l.content_digest, l.previous_hash, l.hash, l.recorded_at,
       a.id, a.kind, a.facility_id, a.actor_id, a.actor_label, a.occurred_at, a.recorded_at, a.document_digest,
       a.corrects_id,
       (SELECT jsonb_agg(jsonb_build_array(m."position", m.item_id, m.lot_id, m.bottle_id, m.source_id, s.kind,
                                           m.target_id, t.kind, m.quantity, m.reason) ORDER BY m."position")
          FROM inventory_movement m
          JOIN inventory_account s ON s.id = m.source_id
          JOIN inventory_account t ON t.id = m.target_id
         WHERE m.act_id = a.id),
       e.id, e.consignment_id, e."position", e.step, e.before, e.state, e.side, e.facility_id, e.actor_id,
       e.actor_label, e.witness_id, e.act_id, e.occurred_at, e.recorded_at, e.digest
  FROM inventory_chainhead h
  FULL JOIN inventory_chainlink l ON l.facility_id = h.facility_id
  LEFT JOIN inventory_act a ON a.id = l.subject_id AND l.kind = 'act'
  LEFT JOIN inventory_custodyevent e ON e.id = l.subject_id AND l.kind = 'custody'
 ORDER BY 1, l.sequence
"""


@dataclass(frozen=True)
class StoredLink:
    """A link as stored, and the act or custody event that it speaks of as the tables tell it now; None where that is
    gone.
    """

    sequence: int
    kind: str
    subject_id: UUID
    content_digest: bytes
    previous_hash: bytes
    hash: bytes
    recorded_at: datetime
    act: HashedAct | None
    event: HashedEvent | None
    subject_recorded_at: datetime | None


@dataclass(frozen=True)
class ChainRow:
    """One link with its facility's head; `link` is None for a head without any link."""

    facility_id: int
    head_sequence: int
    head_hash: bytes
    link: StoredLink | None


def rows() -> Iterator[ChainRow]:
    """Every link of every facility, streamed by a cursor of the server's; one statement, so one moment."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_LINKS)
        while chunk := cursor.fetchmany(CHUNK):
            yield from map(_row, chunk)


def _row(row: tuple[Any, ...]) -> ChainRow:
    facility_id, head_sequence, head_hash, *rest = row
    link = None
    if rest[0] is not None:
        sequence, kind, subject, content, previous, own, recorded_at = rest[:7]
        act = _act(rest[7:17]) if rest[7] is not None else None
        event = _event(rest[17:]) if rest[17] is not None else None
        link = StoredLink(
            sequence=sequence,
            kind=kind,
            subject_id=subject,
            content_digest=bytes(content),
            previous_hash=bytes(previous),
            hash=bytes(own),
            recorded_at=recorded_at,
            act=act,
            event=event,
            subject_recorded_at=rest[30] if event else rest[13],
        )
    return ChainRow(facility_id, head_sequence, bytes(head_hash or b""), link)


def _act(row: list[Any]) -> HashedAct:
    id_, kind, facility, actor, label, occurred_at, recorded_at, digest, corrects, movements = row
    return HashedAct(
        id=id_,
        kind=kind,
        facility_id=facility,
        actor_id=actor,
        actor_label=label,
        occurred_us=microseconds(occurred_at),
        recorded_us=microseconds(recorded_at),
        document_digest=digest,
        corrects=corrects,
        movements=tuple(HashedMovement(*movement) for movement in _decoded(movements)),
    )


def _event(row: list[Any]) -> HashedEvent:
    (
        id_,
        consignment,
        position,
        step,
        before,
        state,
        side,
        facility,
        actor,
        label,
        witness,
        act,
        occurred_at,
        recorded_at,
        digest,
    ) = row
    return HashedEvent(
        id=id_,
        consignment_id=consignment,
        position=position,
        step=step,
        before=before,
        state=state,
        side=side,
        facility_id=facility,
        actor_id=actor,
        actor_label=label,
        witness_id=witness,
        act_id=act,
        occurred_us=microseconds(occurred_at),
        recorded_us=microseconds(recorded_at),
        digest=digest,
    )


def _decoded(movements: Any) -> list[Any]:
    """A raw cursor of Django hands JSON over as text."""
    if isinstance(movements, str):
        return list(json.loads(movements))
    return movements or []
