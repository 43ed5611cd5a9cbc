"""Days that nobody closed: who answers for the site is told once, and the telling ends with the close."""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from core.access import SYSTEM, Access
from dispensing.models import DayClose, DayOutcome, SweptDay
from followup.models import Task
from followup.queries.owners import candidates_by_facility
from followup.services import tasks
from followup.services.tasks import NewTask

TASK: Final = "day_not_closed"
SUBJECT: Final = "site_days"
CLOSED: Final = "closed"
DUE_AFTER: Final = timedelta(hours=24)
WORSE_FROM: Final = ((7, 2), (3, 1))  # days not closed: how bad it is; told again only where it gets worse
_SITES: Final = UUID("6f1d7f5e-3a53-5f0e-9d0c-0d3c1f6b7a52")


def subject_of(facility_id: int) -> UUID:
    """The one subject of a facility's unclosed days, so that they are one task however many."""
    return uuid5(_SITES, str(facility_id))


def tell(*, facility_id: int, day: date, now: datetime) -> bool:
    """Nobody closed this past day, on which somebody was to be dosed: one task for the site, however many days.

    Answers whether it is so. Who answers for the site is told at once, and again only when it has become much worse.
    """
    if DayClose.objects.filter(facility_id=facility_id, day=day).exists():
        return False
    if not DayOutcome.objects.filter(facility_id=facility_id, day=day).exclude(how="unknown").exists():
        return False
    if not candidates_by_facility({facility_id}, first_day=now.date(), last_day=now.date()).get(facility_id):
        return False  # nobody is appointed around this site: there is nobody to tell
    open_one = Task.objects.filter(
        kind=TASK, subject_kind=SUBJECT, subject_id=subject_of(facility_id), done_at__isnull=True
    ).first()
    since, count = day, 1
    if open_one is not None:
        since, count = min(day, date.fromisoformat(open_one.data["since"])), open_one.data["days"] + 1
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
    return True


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
