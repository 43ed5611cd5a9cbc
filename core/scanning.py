"""What a scanner may read: digits only (kind, number, check digit), because Vietnamese input methods mangle letters.

Upper apps register their kind with a resolver when they start; `/scan/` asks them where the code leads.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stdnum.iso7064 import mod_11_10

if TYPE_CHECKING:
    from core.access import Access

LENGTH = 10  # one digit of kind, eight of number, one check digit (ISO 7064 MOD 11,10)


class NotACode(ValueError):
    """The digits are no code of ours: wrong length, unknown kind, or a check digit that does not fit."""


@dataclass(frozen=True)
class Scanned:
    kind: int
    number: int


Resolver = Callable[[int, "Access"], str | None]  # the address that the number leads to, or None: unknown here
_resolvers: dict[int, tuple[str, Resolver]] = {}


def register(kind: int, name: str, resolver: Resolver) -> None:
    """Claim one digit of kind. `resolver(number, access)` answers an address the person may open, or None."""
    if kind in _resolvers and _resolvers[kind][0] != name:
        raise ValueError(f"Kind {kind} already belongs to {_resolvers[kind][0]}.")
    _resolvers[kind] = (name, resolver)


def encode(kind: int, number: int) -> str:
    """The digits to print for a number of this kind."""
    body = f"{kind:d}{number:08d}"
    return body + str(mod_11_10.calc_check_digit(body))


def decode(digits: str) -> Scanned:
    """Read a code; raises NotACode."""
    if len(digits) != LENGTH or not digits.isascii() or not digits.isdigit() or not mod_11_10.is_valid(digits):
        raise NotACode(digits)
    return Scanned(kind=int(digits[0]), number=int(digits[1:9]))


def resolve(digits: str, access: "Access") -> str | None:
    """Where a scanned code leads for this person; None when nothing here carries it. Raises NotACode."""
    scanned = decode(digits)
    if scanned.kind not in _resolvers:
        raise NotACode(digits)
    return _resolvers[scanned.kind][1](scanned.number, access)
