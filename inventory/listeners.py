"""Rooms above that learn at once of a bottle that was opened: inventory knows no sheet of paper and no patient."""

from datetime import datetime
from typing import Protocol

from core.access import Access


class Listener(Protocol):
    """Told in the transaction of every opening, after it is booked; what it raises undoes the opening."""

    def __call__(self, *, facility_id: int, by: Access, now: datetime) -> object: ...


_of_openings: list[Listener] = []


def register(listener: Listener) -> None:
    """Be told of every bottle that is opened for use."""
    _of_openings.append(listener)


def opened(*, facility_id: int, by: Access, now: datetime) -> None:
    """Tell everybody that another bottle stands at this window."""
    for listener in _of_openings:
        listener(facility_id=facility_id, by=by, now=now)
