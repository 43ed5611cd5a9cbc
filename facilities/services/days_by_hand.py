"""Days that the calendar of the law does not know: a holiday fixed late, a working day swapped with a rest day.

What is payable is worked out anew from the day's kind; a difference to what was paid is due in the next batch.
"""

from datetime import date, datetime

from django.db import transaction

from core import audit
from core.access import Access, Permission
from facilities.models import DayKind, Holiday


class MayNot(PermissionError):
    """Only who sets rules keeps the calendar."""


def keep(*, day: date, kind: str, name: str, by: Access, now: datetime) -> Holiday:
    """The day is of this kind, whatever was said of it before. Raises MayNot."""
    _may(by)
    with transaction.atomic():
        row, _first = Holiday.objects.update_or_create(
            day=day, defaults={"kind": DayKind(kind), "name": " ".join(name.split())}
        )
        audit.record(
            action="calendar.kept", by=by, now=now, subject_kind="calendar_day", subject_id=row.pk,
            day=day.isoformat(), kind=kind,
        )  # fmt: skip
    return row


def drop(*, day: date, by: Access, now: datetime) -> bool:
    """The calendar of the law holds for the day again; answers whether anything was kept of it. Raises MayNot."""
    _may(by)
    with transaction.atomic():
        row = Holiday.objects.select_for_update().filter(day=day).first()
        if row is None:
            return False
        audit.record(
            action="calendar.dropped", by=by, now=now, subject_kind="calendar_day", subject_id=row.pk,
            day=day.isoformat(), kind=row.kind,
        )  # fmt: skip
        row.delete()
    return True


def _may(by: Access) -> None:
    if not by.may(Permission.SET_RULES):
        raise MayNot
