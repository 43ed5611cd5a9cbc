"""What a rule says: a code, its figures, how grave it is, who unlocks it. The words follow from code and
figures.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from dispensing.rules.codes import LEVEL_RANK, RANK, Code, Level, Unlocker
from dispensing.rules.wording import unlocker_words, words_for

__all__ = [
    "Code",
    "Figure",
    "Figures",
    "Level",
    "Unlocker",
    "Violation",
    "unlocker_words",
    "violation",
    "words_for",
    "worst_first",
]

Figure = str | int | Decimal | date | datetime
Figures = dict[str, Figure]


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that speaks. `data` holds plain strings (ISO dates, decimal points), never a name or free
    text.

    Stored with a finding as code and data; `words` and `what_to_do` are read from those two alone, in the
    language of whoever looks.
    """

    code: Code
    level: Level
    unlocker: Unlocker
    data: tuple[tuple[str, str], ...] = ()

    @property
    def words(self) -> str:
        """What is wrong, in plain words."""
        return words_for(self.code, self.data)[0]

    @property
    def what_to_do(self) -> str:
        """The next step for whoever stands at the window."""
        return words_for(self.code, self.data)[1]

    @property
    def unlocker_words(self) -> str:
        """Who can clear it."""
        return unlocker_words(self.unlocker)


def violation(code: Code, level: Level, unlocker: Unlocker, **figures: Figure) -> Violation:
    """A violation with its figures as stored: dates and instants ISO, amounts without trailing zeros."""
    return Violation(code, level, unlocker, tuple((key, _stored(value)) for key, value in figures.items()))


def worst_first(found: list[Violation]) -> tuple[Violation, ...]:
    """STOP before ASK before NOTE, then the order of `Code`, then the figures: the same facts, the same
    order.
    """
    return tuple(sorted(set(found), key=lambda v: (LEVEL_RANK[v.level], RANK[v.code], v.data)))


def _stored(value: Figure) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)
