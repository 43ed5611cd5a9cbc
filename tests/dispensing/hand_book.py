"""The book of one day kept by hand, from what was said, never from what the product answers."""

from collections import Counter
from dataclasses import dataclass, field

UL_PER_MG = 100
A, B = "the bottle that runs out", "the next one"


@dataclass
class Book:
    """What was said of the day, kept by hand: mg and microlitres by patient, by bottle and by where it went."""

    left: dict[str, int] = field(default_factory=lambda: {A: 0, B: 0})
    given: Counter[str] = field(default_factory=Counter)
    elsewhere: Counter[str] = field(default_factory=Counter)
    mg: Counter[str] = field(default_factory=Counter)
    doses: int = 0

    def drank(self, who: str, mg: int, *, of: str = A) -> None:
        self.taken(mg * UL_PER_MG, of=of)
        self.doses += 1
        self.mg[who] += mg

    def taken(self, ul: int, *, of: str = A) -> None:
        """Swallowed, whoever it was."""
        self.left[of] -= ul
        self.given[of] += ul

    def gone(self, ul: int, where: str, *, of: str = A) -> None:
        self.left[of] -= ul
        self.elsewhere[where] += ul
