"""What a rule of stock says: a code, how grave it is, its words. The code is stored, the words are shown."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """STOP: not done. ASK: done only with a named answer. NOTE: shown."""

    STOP = "stop"
    ASK = "ask"
    NOTE = "note"


class Code(StrEnum):
    """Every rule that can speak. Never renamed: stored with acts and cases."""

    NOT_HERE = "bottle_not_here"
    EMPTIED = "bottle_emptied"
    ALREADY_OPENED = "bottle_already_opened"
    NOT_OPENED = "bottle_not_opened"
    QUARANTINED = "bottle_quarantined"
    EXPIRED = "bottle_expired"
    TWO_STRENGTHS = "two_strengths_open"
    OTHER_STRENGTH = "other_strength"
    LATER_EXPIRY = "earlier_expiry_first"
    ANOTHER_OPEN = "another_bottle_open"
    EXPIRES_SOON = "bottle_expires_soon"
    OPEN_LONG = "bottle_open_long"
    OPEN_TOO_LONG = "bottle_open_too_long"
    MEASURE_NEEDED = "measure_needed"
    RAN_OUT = "bottle_ran_out"
    WORDS_NEEDED = "words_needed"
    OVERFILL = "bottle_overfill"
    UNDERFILL = "bottle_underfill"
    LOT_DIFFERS = "lot_differs"
    LOT_EXPIRED = "lot_expired"
    SEALS_DIFFER = "seals_differ"
    NOTHING_DELIVERED = "nothing_delivered"
    CHANGED_MEANWHILE = "changed_meanwhile"
    OTHER_CONTENT = "other_content"
    WRONG_PLACE = "wrong_place"


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that speaks. `field` names the input it is about, where there is one."""

    code: Code
    level: Level
    words: str
    todo: str = ""
    unlocks: str = ""
    field: str = ""

    @property
    def kind(self) -> str:
        """The state that a page shows it in."""
        return "stop" if self.level is Level.STOP else "look"


def stops(found: tuple[Violation, ...]) -> tuple[Violation, ...]:
    """What keeps the act from being done: every stop, and every question without its answer."""
    return tuple(violation for violation in found if violation.level is not Level.NOTE)
