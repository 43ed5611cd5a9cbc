"""What a carrier may ask for before a journey, and what became of it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TransportItem(StrEnum):
    """What makes a journey safer. The value is stored and never renamed."""

    VEHICLE = "vehicle"
    SECOND_PERSON = "second_person"
    LOCK_BOX = "lock_box"


class Became(StrEnum):
    """What became of one thing that was asked for."""

    WAITING = "waiting"
    GRANTED = "granted"
    REFUSED = "refused"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing asked for. `left_at`: when the boxes left, or the journey was given up, if they did."""

    granted: bool | None
    left_at: datetime | None = None


def became(asked: Asked) -> Became:
    """Granted or refused; waiting until the boxes leave, and unanswered for ever from then on."""
    if asked.granted is not None:
        return Became.GRANTED if asked.granted else Became.REFUSED
    return Became.WAITING if asked.left_at is None else Became.UNANSWERED


def lateness_rank(hours_late: float, *, late_after: int, again_after: Iterable[int]) -> int | None:
    """How bad a late journey is by now: 0 from `late_after` hours past its expected arrival, one more at each later
    threshold; None while it is not late (domain 12.3).
    """
    if hours_late < late_after:
        return None
    return sum(1 for hours in again_after if hours_late >= hours)
