"""Look-alikes on one roster: the same initials, or codes that differ by one swap of neighbours. Pure."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class OnRoster:
    key: Hashable
    code: str
    initials: str


def lookalikes(roster: Iterable[OnRoster]) -> dict[Hashable, tuple[str, ...]]:
    """For each patient with one, the codes that a tired eye may take for theirs. The check digit is left out."""
    groups: defaultdict[tuple[str, str], list[OnRoster]] = defaultdict(list)
    for person in roster:
        groups["initials", person.initials].append(person)
        for shape in _shapes(person.code[:-1]):
            groups["code", shape].append(person)
    found: defaultdict[Hashable, set[str]] = defaultdict(set)
    for group in groups.values():
        for person in group if len(group) > 1 else ():
            found[person.key].update(other.code for other in group if other.key != person.key)
    return {key: tuple(sorted(codes)) for key, codes in found.items() if codes}


def near(code: str) -> frozenset[str]:
    """The numbers (codes without their check digit) that look like this code's: its own, and one swap of neighbours."""
    number = code[:-1]
    return frozenset({number}) | frozenset(
        number[:place] + other + one + number[place + 2 :]
        for place, (one, other) in enumerate(pairwise(number))
        if one != other
    )


def _shapes(number: str) -> set[str]:
    """What two numbers share when a neighbouring pair of digits is swapped. Same shape, similar to the eye."""
    shapes = set()
    for place, (one, other) in enumerate(pairwise(number)):
        if one != other:
            pair = one + other if one < other else other + one
            shapes.add(f"{place}:{number[:place]}{pair}{number[place + 2 :]}")
    return shapes
