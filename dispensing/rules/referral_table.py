"""The life of a referral as one table: what may be done in which state, by which side, for which kind. Pure.

The database holds the same table: `dispensing_referralstep_known_way` is made of `ways()`. docs/referrals.md shows it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.access import Permission


class Kind(StrEnum):
    """TO_CLINIC: a satellite's patient to the main clinic, and back when stable. TRANSFER_IN: a stable patient of the
    main clinic to a satellite. BETWEEN: from one satellite to another."""

    TO_CLINIC = "to_clinic"
    TRANSFER_IN = "transfer_in"
    BETWEEN = "between"


class State(StrEnum):
    """Where a referral is in its life: what its last step leads to. Stored: never renamed."""

    NEW = "new"  # before the first step
    DRAFTED = "drafted"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    APPOINTED = "appointed"  # the clinic has named a day, the site has not agreed yet
    EXPECTED = "expected"  # the day is agreed by both: the patient drinks at the clinic from then on
    NOT_ARRIVED = "not_arrived"
    ARRIVED = "arrived"
    TREATED = "treated"
    OFFERED = "offered"  # the treating physician has signed that the patient may go to the satellite
    SIGNED = "signed"  # so has the head of the clinic
    MOVING = "moving"  # and the head of the satellite: the day is agreed
    RETURNED = "returned"
    MOVED = "moved"
    KEPT = "kept"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What somebody does with a referral. Stored: never renamed."""

    DRAFT = "draft"
    SEND = "send"
    CANCEL = "cancel"
    ACKNOWLEDGE = "acknowledge"
    ANSWER = "answer"
    APPOINT = "appoint"
    AGREE = "agree"
    OTHER_DAY = "other_day"
    ARRIVE = "arrive"
    NOT_ARRIVE = "not_arrive"
    GO_BACK = "go_back"
    TREAT = "treat"
    KEEP = "keep"
    OFFER = "offer"
    COUNTERSIGN = "countersign"
    ACCEPT = "accept"
    DECLINE = "decline"
    SETTLE = "settle"
    CLOSE = "close"


class Side(StrEnum):
    """In which part somebody stands to a referral. SYSTEM: a job, from what is recorded."""

    SITE = "site"  # the satellite that the patient leaves
    CLINIC = "clinic"
    PHYSICIAN = "physician"  # the treating physician who signs the patient out to a satellite
    HEAD = "head"  # of the main clinic
    SITE_HEAD = "site_head"  # of the satellite that takes the patient
    RECEIVER = "receiver"  # that satellite
    SYSTEM = "system"


# Which permission, where the side stands, lets somebody act for it.
PERMISSION_OF: Final = {
    Side.SITE: Permission.REFER_PATIENT,
    Side.CLINIC: Permission.ANSWER_REFERRAL,
    Side.PHYSICIAN: Permission.PRESCRIBE,
    Side.HEAD: Permission.SIGN_TRANSFER,
    Side.SITE_HEAD: Permission.ACCEPT_PATIENT,
    Side.RECEIVER: Permission.REFER_PATIENT,
}


@dataclass(frozen=True)
class Transition:
    """One row. `signed`: by the own PIN of who does it, a job excepted. `words`: it says why. `day`: names the day of
    the move. `order`: names the signed order that answers."""

    step: Step
    before: tuple[State, ...]
    after: tuple[State, ...]
    sides: tuple[Side, ...]
    kinds: tuple[Kind, ...] = (Kind.TO_CLINIC,)
    signed: bool = False
    words: bool = False
    day: bool = False
    order: bool = False

    def ways(self) -> Iterator[tuple[State, State]]:
        for before in self.before:
            for after in self.after:
                yield before, after


_ALL: Final = tuple(Kind)
_TRANSFERS: Final = (Kind.TRANSFER_IN, Kind.BETWEEN)
_WITH_CLINIC: Final = (State.SENT, State.ACKNOWLEDGED, State.APPOINTED)
TABLE: Final = (
    Transition(Step.DRAFT, (State.NEW,), (State.DRAFTED,), (Side.SITE, Side.SYSTEM)),
    Transition(Step.DRAFT, (State.NEW,), (State.DRAFTED,), (Side.CLINIC,), (Kind.TRANSFER_IN,)),
    Transition(Step.DRAFT, (State.NEW,), (State.DRAFTED,), (Side.SITE,), (Kind.BETWEEN,)),
    Transition(Step.SEND, (State.DRAFTED,), (State.SENT,), (Side.SITE, Side.SYSTEM), signed=True),
    Transition(
        Step.CANCEL, (State.DRAFTED,), (State.CANCELLED,), (Side.SITE,), (Kind.TO_CLINIC, Kind.BETWEEN), words=True
    ),
    Transition(Step.CANCEL, (State.DRAFTED,), (State.CANCELLED,), (Side.CLINIC,), (Kind.TRANSFER_IN,), words=True),
    Transition(Step.ACKNOWLEDGE, (State.SENT,), (State.ACKNOWLEDGED,), (Side.CLINIC,)),
    Transition(Step.ANSWER, _WITH_CLINIC, (State.CLOSED,), (Side.CLINIC,), order=True),
    Transition(
        Step.APPOINT,
        (State.SENT, State.ACKNOWLEDGED, State.APPOINTED, State.NOT_ARRIVED),
        (State.APPOINTED, State.EXPECTED),
        (Side.CLINIC,),
        day=True,
    ),
    Transition(Step.AGREE, (State.APPOINTED,), (State.EXPECTED,), (Side.SITE,), day=True),
    Transition(Step.OTHER_DAY, (State.APPOINTED,), (State.ACKNOWLEDGED,), (Side.SITE,), words=True),
    Transition(Step.ARRIVE, (State.EXPECTED, State.NOT_ARRIVED), (State.ARRIVED,), (Side.CLINIC, Side.SYSTEM)),
    Transition(Step.NOT_ARRIVE, (State.EXPECTED,), (State.NOT_ARRIVED,), (Side.CLINIC, Side.SYSTEM)),
    Transition(
        Step.GO_BACK, (State.EXPECTED, State.NOT_ARRIVED), (State.CLOSED,), (Side.CLINIC,), words=True, day=True
    ),
    Transition(Step.TREAT, (State.ARRIVED,), (State.TREATED,), (Side.CLINIC,), order=True),
    Transition(Step.KEEP, (State.TREATED,), (State.KEPT,), (Side.CLINIC,), signed=True, words=True),
    Transition(Step.OFFER, (State.TREATED,), (State.OFFERED,), (Side.PHYSICIAN,), signed=True, day=True),
    Transition(Step.OFFER, (State.DRAFTED,), (State.OFFERED,), (Side.PHYSICIAN,), _TRANSFERS, signed=True, day=True),
    Transition(Step.COUNTERSIGN, (State.OFFERED,), (State.SIGNED,), (Side.HEAD,), _ALL, signed=True),
    Transition(Step.ACCEPT, (State.SIGNED,), (State.MOVING,), (Side.SITE_HEAD,), _ALL, signed=True, day=True),
    Transition(
        Step.DECLINE,
        (State.OFFERED, State.SIGNED),
        (State.TREATED,),
        (Side.PHYSICIAN, Side.HEAD, Side.SITE_HEAD),
        words=True,
    ),
    Transition(
        Step.DECLINE,
        (State.OFFERED, State.SIGNED),
        (State.CLOSED,),
        (Side.PHYSICIAN, Side.HEAD, Side.SITE_HEAD),
        _TRANSFERS,
        words=True,
    ),
    Transition(Step.SETTLE, (State.MOVING,), (State.RETURNED,), (Side.RECEIVER, Side.SYSTEM)),
    Transition(Step.SETTLE, (State.MOVING,), (State.MOVED,), (Side.RECEIVER, Side.SYSTEM), _TRANSFERS),
    Transition(
        Step.CLOSE,
        (*_WITH_CLINIC, State.EXPECTED, State.NOT_ARRIVED, State.ARRIVED, State.TREATED, State.MOVING),
        (State.CLOSED,),
        (Side.CLINIC,),
        _ALL,
        words=True,
    ),
)
ENDED: Final = frozenset({State.RETURNED, State.MOVED, State.KEPT, State.CLOSED, State.CANCELLED})
SIGNED: Final = tuple(dict.fromkeys(row.step for row in TABLE if row.signed))
WORDED: Final = tuple(dict.fromkeys(row.step for row in TABLE if row.words))
DATED: Final = tuple(dict.fromkeys(row.step for row in TABLE if row.day))
ORDERED: Final = tuple(dict.fromkeys(row.step for row in TABLE if row.order))


def row_of(step: Step, *, state: State, kind: Kind) -> Transition | None:
    """The one row of the table that a step in this state of such a referral is, or None: it cannot be taken."""
    rows = (row for row in TABLE if row.step is step and state in row.before and kind in row.kinds)
    return next(rows, None)


def allowed(step: Step, *, state: State, kind: Kind, side: Side) -> bool:
    """Whether somebody on that side may take the step in that state."""
    row = row_of(step, state=state, kind=kind)
    return row is not None and side in row.sides


def steps_for(*, state: State, kind: Kind, sides: frozenset[Side]) -> tuple[Step, ...]:
    """What these sides may do now, in the order of the table."""
    found = (row.step for row in TABLE if state in row.before and kind in row.kinds and sides.intersection(row.sides))
    return tuple(dict.fromkeys(found))


def ways(kind: Kind | None = None) -> tuple[tuple[State, Step, State], ...]:
    """Every (state before, step, state after) that exists, of one kind or of any."""
    found = (
        (before, row.step, after) for row in TABLE if kind is None or kind in row.kinds for before, after in row.ways()
    )
    return tuple(dict.fromkeys(found))


def diagram(kind: Kind) -> str:
    """The table as a state diagram in Mermaid, for docs/referrals.md."""
    arrows: dict[tuple[State, State], list[str]] = {}
    for before, step, after in ways(kind):
        arrows.setdefault((before, after), []).append(str(step))
    lines = ["stateDiagram-v2"]
    for (before, after), steps in arrows.items():
        start = "[*]" if before is State.NEW else str(before)
        lines.append(f"    {start} --> {after}: {', '.join(steps)}")
    reached = {after for _before, _step, after in ways(kind)}
    lines += [f"    {state} --> [*]" for state in State if state in ENDED & reached]
    return "\n".join(lines)


def table() -> str:
    """The table as Markdown, for docs/referrals.md."""
    lines = ["| Step | Kinds | From | To | Who | Needs |", "|---|---|---|---|---|---|"]
    for row in TABLE:
        wanted = [
            name
            for name, asked in (("PIN", row.signed), ("words", row.words), ("day", row.day), ("order", row.order))
            if asked
        ]
        cells = (
            f"`{row.step}`", ", ".join(row.kinds), ", ".join(row.before), ", ".join(row.after), ", ".join(row.sides),
            ", ".join(wanted) or "-",
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
