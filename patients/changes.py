"""What turned out otherwise in the register about days that lie behind; rooms above are told in its transaction."""

from collections.abc import Callable, Collection
from datetime import date, datetime
from uuid import UUID

from core.access import Access

# who, from which day on, by whom, when
Listener = Callable[[Collection[UUID], date, Access, datetime], None]
_listeners: list[Listener] = []


def on_change(listener: Listener) -> None:
    """Be told whenever a status or a place has been put right from today or an earlier day on."""
    _listeners.append(listener)


def tell(patient_ids: Collection[UUID], *, since: date, by: Access, now: datetime) -> None:
    """The status or the place of these patients is another one from `since` on. Their rows are locked."""
    for listener in _listeners:
        listener(patient_ids, since, by, now)
