"""The monthly cycle's reminders: whoever is to send a request, or to report a quarter, has a task before the date."""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import uuid5

from core.access import SYSTEM, Access
from core.clock import local_day
from facilities.models import Facility, FacilityKind, Supervision
from facilities.services import settings
from followup.models import Task
from followup.services import tasks
from followup.services.tasks import NewTask
from inventory.models import RequestEvent
from inventory.rules.request_table import Step
from inventory.rules.requests import Cycle, cycle, month_after, month_of, quarter_due
from inventory.rules.settings_requests import RequestSettings
from inventory.rules.wording_requests import NOT_NEEDED
from inventory.services import request_tasks

_BY: Final[Access] = SYSTEM


def remind(*, now: datetime) -> int:
    """Open what is due at each supplied site and each main clinic, and close what a month has outrun.

    Answers how many sites have not sent. Again on the same day: the same tasks.
    """
    due = [each for each in _supplied(now) if _is_due(each, now)]
    for facility_id, dates in due:
        owner = request_tasks.preparer(facility_id, now)
        if owner is not None:
            request_tasks.due(facility_id, dates, owner_id=owner, by=_BY, now=now)
    _close_past(now)
    _quarters(now)
    return len(due)


def _supplied(now: datetime) -> list[tuple[int, Cycle]]:
    """The satellites with a main clinic today, and the dates of the month that they are to ask for next."""
    found: list[tuple[int, Cycle]] = []
    rows = Supervision.objects.filter(ended_on__isnull=True).select_related("satellite").order_by("satellite_id")
    for row in rows:
        today = local_day(now, row.satellite.zone)
        if row.starts_on <= today:
            rules = settings.for_facility(RequestSettings, facility_id=row.satellite_id, at=now)
            found.append((row.satellite_id, cycle(month_after(today), rules)))
    return found


def _is_due(site: tuple[int, Cycle], now: datetime) -> bool:
    """Some days before the date, unless the month's request was sent, or somebody said that nothing is needed. A
    request that was sent and then taken back leaves the month without one."""
    facility_id, dates = site
    rules = settings.for_facility(RequestSettings, facility_id=facility_id, at=now)
    if local_day(now, "Asia/Ho_Chi_Minh") < dates.send_by - timedelta(days=rules.remind_days_before):
        return False
    sent = RequestEvent.objects.filter(
        request__facility_id=facility_id,
        request__period=dates.period,
        request__monthly=True,
        request__cancelled_at__isnull=True,
        step=Step.SEND,
    )
    subject = request_tasks.month_subject(facility_id, dates.period)
    settled = Task.objects.filter(kind=request_tasks.DUE, subject_id=subject, outcome=NOT_NEEDED)
    return not sent.exists() and not settled.exists()


def _close_past(now: datetime) -> None:
    """A month that has begun is asked for no more: what is missing then is an ad-hoc request."""
    open_ones = Task.objects.filter(kind=request_tasks.DUE, done_at__isnull=True)
    this_month = month_of(local_day(now, "Asia/Ho_Chi_Minh"))
    past = [task.subject_id for task in open_ones if _month_of_words(str(task.data["month"])) < this_month]
    tasks.close(
        kind=request_tasks.DUE, subject_kind="request_month", subject_ids=past, outcome="passed", by=_BY, now=now
    )


def _month_of_words(words: str) -> date:
    month, year = words.split("/")
    return date(int(year), int(month), 1)


def _quarters(now: datetime) -> None:
    """Each main clinic's store-keeper, some days before the 5th of a quarter's first month."""
    wanted: list[NewTask] = []
    for clinic in Facility.objects.filter(kind=FacilityKind.MAIN_CLINIC).order_by("pk"):
        today = local_day(now, clinic.zone)
        rules = settings.for_facility(RequestSettings, facility_id=clinic.pk, at=now)
        day = quarter_due(today, rules)
        keeper = request_tasks.keeper(clinic.pk, now)
        subject = uuid5(request_tasks.SPACE, f"quarter:{clinic.pk}:{day:%Y-%m}")
        done = Task.objects.filter(kind=request_tasks.QUARTER, subject_id=subject, done_at__isnull=False)
        if keeper is None or today < day - timedelta(days=rules.remind_days_before) or done.exists():
            continue
        wanted.append(
            NewTask(
                kind=request_tasks.QUARTER,
                facility_id=clinic.pk,
                subject_kind="quarter",
                subject_id=subject,
                due_at=request_tasks.end_of(day, clinic.zone),
                data={"day": f"{day:%d/%m}"},
                owner_id=keeper,
            )
        )
    tasks.open_tasks(wanted, by=_BY, now=now)
