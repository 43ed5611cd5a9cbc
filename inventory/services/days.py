"""The stock side of a day's close."""

from dataclasses import dataclass
from datetime import date

from django.db import connection


@dataclass(frozen=True)
class ChainEnd:
    """The end of a facility's chain, to be printed on the day's sheet. `hash` is 64 hex digits.

    `closed_through`: up to this day, included, the facility's days are closed.
    """

    sequence: int
    hash: str
    closed_through: date


def close_through(*, facility_id: int, day: date) -> ChainEnd:
    """Close the facility's days up to this one, in the caller's transaction, and answer the end of its chain.

    Holds the chain head until the transaction ends: a dose is in the chain that is answered, or it comes after and its
    receipt says `after_close`. Never moves back; the same day again answers the chain as it is then. The database
    refuses a day that has not come.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequence, hash, closed_through FROM inventory_close_through(%s, %s)", [facility_id, day])
        sequence, digest, closed = cursor.fetchone()
    return ChainEnd(sequence, bytes(digest).hex(), closed)
