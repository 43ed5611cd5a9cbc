"""The life of a request as one table: what may be done in which state, and by which side. Pure.

The database holds the same table: `inventory_requestevent_known_way` is made of `ways()`. docs/stock.md shows it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.access import Permission


class State(StrEnum):
    """Where a request is in its life: what its last event leads to. Stored: never renamed."""

    NEW = "new"  # before the first event
    DRAFT = "draft"
    SENT = "sent"
    RETURNED = "returned"
    APPROVED = "approved"
    CHANGED = "changed"
    PREPARED = "prepared"
    RECEIVED = "received"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What somebody does with a request, or what happens to the consignment that carries it."""

    DRAFT = "draft"
    REVISE = "revise"
    SEND = "send"
    ENDORSE = "endorse"
    APPROVE = "approve"
    RETURN = "return"
    CANCEL = "cancel"
    WITHDRAW = "withdraw"
    PREPARE = "prepare"
    FALL_THROUGH = "fall_through"
    RECEIVE = "receive"
    CLOSE = "close"


class Side(StrEnum):
    """In which part somebody stands to a request; ROAD: the consignment's own steps, whoever takes them."""

    SITE = "site"
    HEAD = "head"
    CLINIC = "clinic"
    ROAD = "road"


# Which permission, at the facility of the side, lets somebody act for it.
PERMISSION_OF: Final = {
    Side.SITE: Permission.PREPARE_REQUEST,
    Side.HEAD: Permission.ENDORSE_REQUEST,
    Side.CLINIC: Permission.APPROVE_REQUEST,
}


@dataclass(frozen=True)
class Transition:
    """One row. `signed`: by the own PIN of who does it. `words`: it says why."""

    step: Step
    before: tuple[State, ...]
    after: tuple[State, ...]
    side: Side
    signed: bool = False
    words: bool = False


_GRANTED: Final = (State.APPROVED, State.CHANGED)
TABLE: Final = (
    Transition(Step.DRAFT, (State.NEW,), (State.DRAFT,), Side.SITE),
    Transition(Step.REVISE, (State.DRAFT, State.RETURNED), (State.DRAFT,), Side.SITE),
    Transition(Step.SEND, (State.DRAFT, State.RETURNED), (State.SENT,), Side.SITE, signed=True),
    Transition(Step.ENDORSE, (State.SENT,), (State.SENT,), Side.HEAD, signed=True),
    Transition(Step.APPROVE, (State.SENT,), _GRANTED, Side.CLINIC, signed=True),
    Transition(Step.RETURN, (State.SENT,), (State.RETURNED,), Side.CLINIC, words=True),
    Transition(Step.WITHDRAW, (State.DRAFT, State.RETURNED, State.SENT), (State.CANCELLED,), Side.SITE, words=True),
    Transition(Step.CANCEL, _GRANTED, (State.CANCELLED,), Side.CLINIC, words=True),
    Transition(Step.PREPARE, _GRANTED, (State.PREPARED,), Side.CLINIC),
    Transition(Step.FALL_THROUGH, (State.PREPARED,), _GRANTED, Side.ROAD),
    Transition(Step.RECEIVE, (State.PREPARED,), (State.RECEIVED,), Side.ROAD),
    Transition(Step.CLOSE, (State.RECEIVED,), (State.CLOSED,), Side.ROAD),
)
BY_STEP: Final = {row.step: row for row in TABLE}
ENDED: Final = frozenset({State.CLOSED, State.CANCELLED})
SIGNED: Final = tuple(row.step for row in TABLE if row.signed)
OF_A_CONSIGNMENT: Final = (Step.PREPARE, Step.FALL_THROUGH, Step.RECEIVE, Step.CLOSE)
# With the clinic, and not with the site any more.
WITH_CLINIC: Final = frozenset({State.SENT, *_GRANTED})
# What the site has done its part of.
ASKED: Final = frozenset({State.SENT, *_GRANTED, State.PREPARED, State.RECEIVED, State.CLOSED})


def allowed(step: Step, *, state: State, side: Side) -> bool:
    """Whether somebody on that side may do the step in that state."""
    row = BY_STEP[step]
    return state in row.before and side is row.side


def steps_for(*, state: State, sides: frozenset[Side]) -> tuple[Step, ...]:
    """What these sides may do now, in the order of the table."""
    return tuple(row.step for row in TABLE if state in row.before and row.side in sides)


def ways() -> tuple[tuple[State, Step, State], ...]:
    """Every (state before, step, state after) that exists."""
    return tuple((before, row.step, after) for row in TABLE for before in row.before for after in row.after)


def diagram() -> str:
    """The table as a state diagram in Mermaid, for docs/stock.md."""
    arrows: dict[tuple[State, State], list[str]] = {}
    for before, step, after in ways():
        arrows.setdefault((before, after), []).append(str(step))
    lines = ["stateDiagram-v2"]
    for (before, after), steps in arrows.items():
        start = "[*]" if before is State.NEW else str(before)
        lines.append(f"    {start} --> {after}: {', '.join(steps)}")
    lines += [f"    {state} --> [*]" for state in State if state in ENDED]
    return "\n".join(lines)
