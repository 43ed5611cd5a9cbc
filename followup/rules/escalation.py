"""Who hears next of what is overdue: the one who owns it, the site head, the main clinic, the area.

Nothing is taken from its owner: whoever is above is told, and answers for it from then on as well.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Rung(IntEnum):
    """How far up something overdue has been told."""

    OWNER = 0
    SITE_HEAD = 1
    CLINIC_HEAD = 2
    AREA_MANAGER = 3


RUNG_WORDS: Final[dict[Rung, Promise]] = {
    Rung.OWNER: _("người phụ trách"),
    Rung.SITE_HEAD: _("trưởng trạm"),
    Rung.CLINIC_HEAD: _("phụ trách cơ sở điều trị"),
    Rung.AREA_MANAGER: _("cán bộ quản lý khu vực"),
}


def next_time(*, opened_at: datetime, due_at: datetime, told_at: datetime | None, longest: timedelta) -> datetime:
    """When it is told one rung up: at its due time, then each time as long after as it was given to be done in, at
    most `longest`. So what had to be done within two hours goes up every two hours.
    """
    if told_at is None:
        return due_at
    return told_at + min(max(due_at - opened_at, timedelta(hours=1)), longest)


def next_rung(rung: int, *, owner_id: int, people: Mapping[Rung, Collection[int]]) -> Rung | None:
    """The next rung on which somebody other than the owner stands; None when there is nobody further up."""
    for above in Rung:
        if above > rung and any(person != owner_id for person in people.get(above, ())):
            return above
    return None
