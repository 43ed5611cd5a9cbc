"""Overtime that somebody chose to take as leave instead of pay. Pure.

It is what was payable of an approved interval: the limits are used up as if it were paid, and what no rule would pay
cannot be chosen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from staff.rules.hours import MINUTE
from staff.rules.hours_codes import Taken
from staff.rules.payable import Block

WHOLE: Final = 100  # per cent


@dataclass(frozen=True)
class Chosen:
    """So many minutes of the interval between these instants are to be leave."""

    starts_at: datetime
    ends_at: datetime
    minutes: int


def as_leave(blocks: Sequence[Block], chosen: Iterable[Chosen]) -> tuple[Block, ...]:
    """The same minutes, those that were chosen no longer payable but leave: the last payable ones of each interval."""
    found = list(blocks)
    for each in chosen:
        found = list(_turned(found, each))
    return tuple(found)


def payable_within(blocks: Iterable[Block], starts_at: datetime, ends_at: datetime) -> int:
    """How many minutes of an interval could be chosen."""
    return sum(block.payable for block in blocks if starts_at <= block.starts_at < ends_at)


def earned(minutes: int, per_cent: int) -> int:
    """The minutes of leave that overtime makes: whole ones, at least one."""
    return max(1, minutes * per_cent // WHOLE)


def _turned(blocks: Sequence[Block], chosen: Chosen) -> Iterable[Block]:
    left = chosen.minutes
    turned: list[Block] = []
    for block in reversed(blocks):
        here = min(left, block.payable) if chosen.starts_at <= block.starts_at < chosen.ends_at else 0
        if not here:
            turned.append(block)
            continue
        left -= here
        paid = block.minutes - here
        turned.append(replace(block, starts_at=block.starts_at + paid * MINUTE, minutes=here, taken=Taken.LEAVE))
        if paid:
            turned.append(replace(block, minutes=paid))
    return reversed(turned)
