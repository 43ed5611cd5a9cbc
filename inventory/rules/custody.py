"""The life of a consignment as one table: what may be done in which state, by whom, and what it needs. Pure.

The database holds the same table: `inventory_custodyevent_known_way` is made of `ways()`. docs/custody.md shows it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.access import Permission


class ConsignmentKind(StrEnum):
    """SUPPLY: from the main clinic to a satellite. RETURN: from a satellite back to its main clinic."""

    SUPPLY = "supply"
    RETURN = "return"


class State(StrEnum):
    """Where a consignment is in its life: what its last event leads to."""

    NEW = "new"  # before the first event
    PREPARED = "prepared"
    PACKED = "packed"
    CANCELLED = "cancelled"
    HANDED_OVER = "handed_over"
    ON_ROAD = "on_road"
    RETURNING = "returning"
    ARRIVED = "arrived"
    INSPECTED = "inspected"
    RECEIVED = "received"
    PARTIAL = "partial"
    DISPUTED = "disputed"
    RETURNED = "returned"
    SETTLED = "settled"
    CLOSED = "closed"


class Step(StrEnum):
    """What somebody does with a consignment: each is one event, signed and chained."""

    PREPARE = "prepare"
    PACK = "pack"
    CANCEL = "cancel"
    HAND_OVER = "hand_over"
    CHECK_POINT = "check_point"
    INCIDENT = "incident"
    NEW_LEG = "new_leg"
    TURN_BACK = "turn_back"
    ARRIVE = "arrive"
    INSPECT = "inspect"
    RECEIVE = "receive"
    TAKE_BACK = "take_back"
    NOT_ARRIVED = "not_arrived"
    ADMIT = "admit"
    SETTLE = "settle"
    CLOSE = "close"


class Side(StrEnum):
    """In which part somebody stands to a consignment."""

    SENDER = "sender"
    CARRIER = "carrier"
    RECEIVER = "receiver"


class Need(StrEnum):
    """What a step asks beside who, when and where.

    SIGNATURE: the actor's own PIN. WITNESS: a second person, or openly alone. SECOND: a second real person. CARRIER:
    the carrier signs that they take it; on a new leg the one who carries on, where that is somebody else.
    """

    SIGNATURE = "signature"
    WITNESS = "witness"
    SECOND = "second"
    CARRIER = "carrier"
    SEALS = "seals"
    QUANTITIES = "quantities"
    NOTE = "note"


# Which permission, at the facility of the side, lets somebody act for it. The carrier is moreover one named person.
PERMISSION_OF: Final = {
    Side.SENDER: Permission.DISPATCH,
    Side.CARRIER: Permission.CARRY,
    Side.RECEIVER: Permission.RECEIVE_DELIVERY,
}


@dataclass(frozen=True)
class Transition:
    """One row. `after` empty: the state stays as it is."""

    step: Step
    before: tuple[State, ...]
    after: tuple[State, ...]
    sides: tuple[Side, ...]
    needs: tuple[Need, ...] = ()

    def ways(self) -> Iterator[tuple[State, State]]:
        for before in self.before:
            for after in self.after or (before,):
                yield before, after


_ROAD: Final = (State.HANDED_OVER, State.ON_ROAD)
_BLIND: Final = (Need.SIGNATURE, Need.SECOND, Need.QUANTITIES)
TABLE: Final = (
    Transition(Step.PREPARE, (State.NEW,), (State.PREPARED,), (Side.SENDER,), (Need.QUANTITIES,)),
    Transition(
        Step.PACK,
        (State.PREPARED,),
        (State.PACKED,),
        (Side.SENDER,),
        (Need.WITNESS, Need.SEALS, Need.QUANTITIES),
    ),
    Transition(Step.CANCEL, (State.PREPARED, State.PACKED), (State.CANCELLED,), (Side.SENDER,), (Need.NOTE,)),
    Transition(Step.HAND_OVER, (State.PACKED,), (State.HANDED_OVER,), (Side.SENDER,), (Need.SIGNATURE, Need.CARRIER)),
    Transition(Step.CHECK_POINT, _ROAD, (State.ON_ROAD,), (Side.CARRIER,), (Need.SEALS,)),
    Transition(Step.INCIDENT, (*_ROAD, State.RETURNING, State.ARRIVED), (), (Side.CARRIER,), (Need.NOTE,)),
    Transition(
        Step.NEW_LEG,
        (*_ROAD, State.RETURNING),
        (),
        (Side.CARRIER,),
        (Need.SIGNATURE, Need.CARRIER, Need.SEALS, Need.NOTE),
    ),
    Transition(
        Step.TURN_BACK,
        (*_ROAD, State.ARRIVED),
        (State.RETURNING,),
        (Side.CARRIER, Side.RECEIVER),
        (Need.NOTE,),
    ),
    Transition(Step.ARRIVE, _ROAD, (State.ARRIVED,), (Side.RECEIVER, Side.CARRIER)),
    Transition(Step.INSPECT, (State.ARRIVED,), (State.INSPECTED,), (Side.RECEIVER,), (Need.SEALS,)),
    Transition(
        Step.RECEIVE,
        (State.INSPECTED,),
        (State.RECEIVED, State.PARTIAL, State.DISPUTED),
        (Side.RECEIVER,),
        _BLIND,
    ),
    Transition(Step.TAKE_BACK, (State.RETURNING,), (State.RETURNED, State.DISPUTED), (Side.SENDER,), _BLIND),
    Transition(
        Step.NOT_ARRIVED,
        (*_ROAD, State.RETURNING, State.ARRIVED),
        (State.DISPUTED,),
        (Side.SENDER,),
        (Need.SIGNATURE, Need.SECOND, Need.NOTE),
    ),
    Transition(
        Step.ADMIT,
        (State.PARTIAL, State.DISPUTED),
        (State.DISPUTED,),
        (Side.SENDER,),
        (Need.SIGNATURE, Need.SECOND, Need.QUANTITIES, Need.NOTE),
    ),
    Transition(
        Step.SETTLE,
        (State.PARTIAL, State.DISPUTED),
        (State.PARTIAL, State.DISPUTED, State.SETTLED),
        (Side.SENDER, Side.RECEIVER),
        (Need.SIGNATURE, Need.SECOND, Need.QUANTITIES, Need.NOTE),
    ),
    Transition(Step.CLOSE, (State.RECEIVED, State.RETURNED, State.SETTLED), (State.CLOSED,), (Side.SENDER,)),
)
BY_STEP: Final = {row.step: row for row in TABLE}
ENDED: Final = frozenset({State.CANCELLED, State.CLOSED})
# On the way: the stock is in the consignment's own account and in the carrier's hands.
IN_TRANSIT: Final = (*_ROAD, State.RETURNING, State.ARRIVED, State.INSPECTED)
OPEN_DIFFERENCE: Final = (State.PARTIAL, State.DISPUTED)
# From these on whoever receives may see what was sent.
TOLD: Final = frozenset(
    {State.RECEIVED, State.PARTIAL, State.DISPUTED, State.RETURNED, State.SETTLED, State.CLOSED, State.CANCELLED}
)


def allowed(step: Step, *, state: State, side: Side) -> bool:
    """Whether somebody on that side may do the step in that state."""
    row = BY_STEP[step]
    return state in row.before and side in row.sides


def steps_for(*, state: State, sides: frozenset[Side]) -> tuple[Step, ...]:
    """What these sides may do now, in the order of the table."""
    return tuple(row.step for row in TABLE if state in row.before and sides.intersection(row.sides))


def ways() -> tuple[tuple[State, Step, State], ...]:
    """Every (state before, step, state after) that exists."""
    return tuple(
        (before, row.step, after) for row in TABLE for before, after in row.ways() if _settles(row, before, after)
    )


def _settles(row: Transition, before: State, after: State) -> bool:
    """A settlement ends the difference or leaves the state as it was."""
    return row.step is not Step.SETTLE or after in (before, State.SETTLED)


def diagram() -> str:
    """The table as a state diagram in Mermaid, for docs/custody.md."""
    arrows: dict[tuple[State, State], list[str]] = {}
    for before, step, after in ways():
        arrows.setdefault((before, after), []).append(str(step))
    lines = ["stateDiagram-v2"]
    for (before, after), steps in arrows.items():
        start = "[*]" if before is State.NEW else str(before)
        lines.append(f"    {start} --> {after}: {', '.join(steps)}")
    lines += [f"    {state} --> [*]" for state in State if state in ENDED]
    return "\n".join(lines)


def table() -> str:
    """The table as Markdown, for docs/custody.md."""
    lines = ["| Step | From | To | Who | Needs |", "|---|---|---|---|---|"]
    for row in TABLE:
        after = ", ".join(row.after) or "the same"
        who = ", ".join(f"{side} (`{PERMISSION_OF[side]}`)" for side in row.sides)
        cells = (f"`{row.step}`", ", ".join(row.before), after, who, ", ".join(row.needs) or "-")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
