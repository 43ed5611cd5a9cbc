"""Days that nobody closed: who answers for the site is told once, and the telling ends with the close."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from django.db import connection, transaction

from core.access import SYSTEM, Access
from dispensing.models import DayClose, SweptDay
from followup.models import Task
from followup.queries.owners import candidates_by_facility
from followup.services import tasks
from followup.services.tasks import NewTask

TASK: Final = "day_not_closed"
SUBJECT: Final = "site_days"
CLOSED: Final = "closed"
DUE_AFTER: Final = timedelta(hours=24)
LOOK_BACK: Final = timedelta(days=60)  # what was not closed before then has been told, or is history
WORSE_FROM: Final = ((7, 2), (3, 1))  # days not closed: how bad it is; told again only where it gets worse
_SITES: Final = UUID("6f1d7f5e-3a53-5f0e-9d0c-0d3c1f6b7a52")

_UNTOLD: Final = """
SELECT t.facility_id, array_agg(t.day ORDER BY t.day)
  FROM dispensing_sweptday t
 WHERE t.final_at IS NOT NULL AND t.unclosed_told_at IS NULL AND t.day >= %s
   AND NOT EXISTS (SELECT FROM dispensing_dayclose c WHERE c.facility_id = t.facility_id AND c.day = t.day)
   AND EXISTS (SELECT FROM dispensing_dayoutcome o
                WHERE o.facility_id = t.facility_id AND o.day = t.day AND o.how NOT IN ('unknown', 'not_due'))
 GROUP BY t.facility_id ORDER BY t.facility_id
"""


def subject_of(facility_id: int) -> UUID:
    """The one subject of a facility's unclosed days, so that they are one task however many."""
    return uuid5(_SITES, str(facility_id))


def tell(*, now: datetime) -> int:
    """Past days on which somebody was to be dosed and that nobody closed: one task for each site, however many days.

    Who answers for the site is told at once, and again only when it has become much worse. Safe twice and by two at
    once; answers how many days were told.
    """
    with connection.cursor() as cursor:
        cursor.execute(_UNTOLD, [(now - LOOK_BACK).date()])
        found: Sequence[tuple[int, list[date]]] = cursor.fetchall()
    today = now.date()
    answering = candidates_by_facility({facility_id for facility_id, _ in found}, first_day=today, last_day=today)
    # Where nobody is appointed around a site there is nobody to tell; it waits until somebody is.
    return sum(_tell(facility_id, days, now) for facility_id, days in found if answering.get(facility_id))


def closed(*, facility_id: int, by: Access, now: datetime) -> None:
    """A day was closed: where none is left of those that somebody was told about, that is done. In the close's
    transaction.
    """
    told = SweptDay.objects.filter(facility_id=facility_id, unclosed_told_at__isnull=False)
    shut = DayClose.objects.filter(facility_id=facility_id).values("day")
    if not told.exclude(day__in=shut).exists():
        tasks.close(
            kind=TASK, subject_kind=SUBJECT, subject_ids=[subject_of(facility_id)], outcome=CLOSED, by=by, now=now
        )


def _tell(facility_id: int, days: Sequence[date], now: datetime) -> int:
    with transaction.atomic():
        rows = SweptDay.objects.filter(facility_id=facility_id, day__in=days, unclosed_told_at__isnull=True)
        fresh = sorted(rows.select_for_update().values_list("day", flat=True))
        if not fresh:
            return 0
        open_one = Task.objects.filter(
            kind=TASK, subject_kind=SUBJECT, subject_id=subject_of(facility_id), done_at__isnull=True
        ).first()
        since, count = fresh[0], len(fresh)
        if open_one is not None:
            since = min(since, date.fromisoformat(open_one.data["since"]))
            count += open_one.data["days"]
        data = {"since": since.isoformat(), "days": count}
        wanted = NewTask(
            kind=TASK,
            facility_id=facility_id,
            subject_kind=SUBJECT,
            subject_id=subject_of(facility_id),
            due_at=now + DUE_AFTER,
            data=data,
            worse=next((worse for least, worse in WORSE_FROM if count >= least), 0),
        )
        [task] = tasks.open_tasks([wanted], by=SYSTEM, now=now)
        Task.objects.filter(pk=task.pk).update(data={**task.data, **data})
        rows.update(unclosed_told_at=now)
    return len(fresh)
