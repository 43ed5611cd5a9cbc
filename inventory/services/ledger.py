"""The typed caller of the ledger's one door, the database function `inventory_post`.

Post inside the caller's transaction, so that the act, what it books and its audit row stand or fall together.
The caller has locked the patient or bottle row first; the function locks the chain head (docs/ledger.md).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import connection

from core.digests import microseconds
from inventory.models import ActKind


class Short(StrEnum):
    """What to do where a real place holds less than an act takes."""

    REFUSE = "refuse"  # still preventable: nothing is written, the receipt says what was short
    UNRECONCILED = "unreconciled"  # already happened: the rest comes from the facility's unreconciled account


@dataclass(frozen=True)
class Move:
    """`quantity` (base units) of a lot, and bottle, from one account to another."""

    lot_id: int
    bottle_id: int | None
    source_id: int
    target_id: int
    quantity: int
    reason: str


@dataclass(frozen=True)
class NewAct:
    """An act to be booked. `empties`: the bottle that stands nowhere from now on; only then, or where it counts, may it
    move nothing. `gone`: bottles that are lost, broken or destroyed by it.
    """

    id: UUID
    kind: ActKind
    actor_id: int
    actor_label: str
    occurred_at: datetime
    recorded_at: datetime
    document_digest: str
    moves: Sequence[Move]
    short: Short = Short.UNRECONCILED
    corrects: UUID | None = None
    empties: int | None = None
    gone: Sequence[int] = ()


class Status(StrEnum):
    POSTED = "posted"
    KNOWN = "known"
    OTHER_CONTENT = "other_content"
    SHORT = "short"
    CLOCK = "clock"


@dataclass(frozen=True)
class Receipt:
    """The door's answer for one act. `beyond`: base units past the book; `after_close`: its day is closed."""

    id: UUID
    status: Status
    beyond: int = 0
    after_close: bool = False
    account_id: int | None = None
    bottle_id: int | None = None
    held: int = 0
    wanted: int = 0

    @property
    def stands(self) -> bool:
        """The act is in the ledger, by this call or by an earlier one with the same content."""
        return self.status in {Status.POSTED, Status.KNOWN}


class LedgerRefused(Exception):
    """The door refused an act that could still be prevented; the receipt says why."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(receipt.status)
        self.receipt = receipt


def post(act: NewAct, *, facility_id: int, consignment_id: UUID | None = None) -> Receipt:
    """Book one act in the facility's chain; raises LedgerRefused unless it stands. `consignment_id`: whose accounts it
    may move (docs/custody.md).
    """
    [receipt] = post_many([act], facility_id=facility_id, consignment_id=consignment_id)
    if not receipt.stands:
        raise LedgerRefused(receipt)
    return receipt


def post_many(acts: Sequence[NewAct], *, facility_id: int, consignment_id: UUID | None = None) -> list[Receipt]:
    """Book acts of one facility in their order, in one statement; each gets a receipt, refusals included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inventory_post(%s::jsonb)", [as_batch(acts, facility_id=facility_id, consignment_id=consignment_id)]
        )
        [answer] = cursor.fetchone()
    rows = json.loads(answer) if isinstance(answer, str) else answer
    return [
        Receipt(
            id=UUID(row["id"]),
            status=Status(row["status"]),
            beyond=row.get("beyond", 0),
            after_close=row["after_close"],
            account_id=row.get("account"),
            bottle_id=row.get("bottle"),
            held=row.get("held", 0),
            wanted=row.get("wanted", 0),
        )
        for row in rows
    ]


def lock(*, facility_id: int) -> None:
    """Hold the facility's chain head until the end of the transaction, so that balances read next stay as
    read.
    """
    post_many([], facility_id=facility_id)


def as_batch(acts: Sequence[NewAct], *, facility_id: int, consignment_id: UUID | None = None) -> str:
    """The one argument of the door."""
    of = {"consignment": str(consignment_id)} if consignment_id else {}
    return json.dumps({"facility": facility_id, **of, "acts": [_as_json(act) for act in acts]})


def _as_json(act: NewAct) -> dict[str, object]:
    return {
        "id": str(act.id),
        "kind": str(act.kind),
        "actor": act.actor_id,
        "actor_label": act.actor_label,
        "occurred_us": microseconds(act.occurred_at),
        "recorded_us": microseconds(act.recorded_at),
        "digest": act.document_digest,
        "corrects": str(act.corrects) if act.corrects else None,
        "short": str(act.short),
        "empties": act.empties,
        **({"gone": sorted(act.gone)} if act.gone else {}),
        "movements": [
            {
                "lot": move.lot_id,
                "bottle": move.bottle_id,
                "source": move.source_id,
                "target": move.target_id,
                "quantity": move.quantity,
                "reason": move.reason,
            }
            for move in act.moves
        ],
    }
