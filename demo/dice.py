"""Chance that is the same on every run: drawn from the seed and from what it is about, never from the clock."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypeVar

from core.digests import microseconds

Choice = TypeVar("Choice")

_UNIT: Final = 2**64


def _drawn(key: tuple[object, ...], size: int) -> bytes:
    text = "\x1f".join(str(part) for part in key)
    return hashlib.blake2b(text.encode(), digest_size=size).digest()


def share(*key: object) -> float:
    """A number from 0 up to 1, evenly spread over keys."""
    return int.from_bytes(_drawn(key, 8)) / _UNIT


def below(limit: int, *key: object) -> int:
    """A whole number from 0 up to and without `limit`."""
    return int.from_bytes(_drawn(key, 8)) % limit


def pick(choices: Sequence[Choice], *key: object) -> Choice:
    """One of the choices."""
    return choices[below(len(choices), *key)]


def bell(*key: object) -> float:
    """A number around 0 with a standard deviation of 1, never beyond 3.5: the sum of twelve even ones."""
    drawn = _drawn(key, 24)
    parts = [int.from_bytes(drawn[place : place + 2]) / 65536 for place in range(0, 24, 2)]
    return max(-3.5, min(3.5, sum(parts) - 6))


def fact_id(moment: datetime, *key: object) -> uuid.UUID:
    """The id of a fact: a UUIDv7 of its moment whose chance part is drawn from the key, so that the same fact made
    again has the same id.
    """
    milliseconds = microseconds(moment) // 1000
    drawn = int.from_bytes(_drawn(key, 10))
    value = (milliseconds & (2**48 - 1)) << 80 | 7 << 76 | (drawn >> 62 & 0xFFF) << 64 | 2 << 62 | drawn & (2**62 - 1)
    return uuid.UUID(int=value)
