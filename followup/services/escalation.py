"""What is overdue is told one rung up, once, and again as it stays undone: site head, main clinic, area."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from facilities.services import settings
from followup.models import Case, CaseEvent, CaseStep, Task, TaskEvent, TaskStep
from followup.queries.rungs import people_by_rung
from followup.rules.escalation import Rung, next_rung, next_time
from followup.rules.settings import CaseSettings
from followup.services import notices
from followup.services.notices import Telling

BATCH = 500
CASE_OVERDUE = "case_overdue"
TASK_OVERDUE = "task_overdue"


def escalate(*, now: datetime) -> int:
    """Tell the next rung about every overdue case and task whose time has come; answers how many went up.

    Rows are claimed as they are read, so that two workers, or the same job twice, tell nobody twice.
    """
    return _escalate(Case, now) + _escalate(Task, now)


def _escalate(model: type[Case] | type[Task], now: datetime) -> int:
    ended = "concluded_at" if model is Case else "done_at"
    went_up = 0
    after = None
    while True:
        with transaction.atomic():
            overdue = model._default_manager.select_for_update(skip_locked=True).filter(
                **{f"{ended}__isnull": True}, due_at__lte=now, rung__lt=Rung.AREA_MANAGER
            )
            if after is not None:
                overdue = overdue.filter(id__gt=after)
            batch: list[Any] = list(overdue.order_by("id")[:BATCH])
            if not batch:
                return went_up
            went_up += _tell_up(batch, now)
            after = batch[-1].pk


def _tell_up(batch: Sequence[Case | Task], now: datetime) -> int:
    longest = _longest({row.facility_id for row in batch}, now)
    ripe = [
        row
        for row in batch
        if next_time(
            opened_at=row.opened_at, due_at=row.due_at, told_at=row.told_at, longest=longest[row.facility_id]
        ) <= now
    ]  # fmt: skip
    above = people_by_rung({row.facility_id for row in ripe}, day=timezone.localdate(now))
    tellings: list[Telling] = []
    steps: dict[type[Case] | type[Task], list[tuple[Case | Task, int]]] = defaultdict(list)
    for row in ripe:
        people = above.get(row.facility_id, {})
        rung = next_rung(row.rung, owner_id=row.owner_id, people=people)
        row.told_at = now
        row.rung = Rung.AREA_MANAGER if rung is None else rung
        told = [person for person in people.get(rung, ()) if person != row.owner_id] if rung else []
        steps[type(row)] += [(row, person) for person in told]
        tellings += [_telling(row, person) for person in told]
    Case.objects.bulk_update([row for row in ripe if isinstance(row, Case)], ["rung", "told_at"])
    Task.objects.bulk_update([row for row in ripe if isinstance(row, Task)], ["rung", "told_at"])
    CaseEvent.objects.bulk_create(
        CaseEvent(case=row, step=CaseStep.ESCALATED, at=now, to_id=person)
        for row, person in steps[Case]
        if isinstance(row, Case)
    )
    TaskEvent.objects.bulk_create(
        TaskEvent(task=row, step=TaskStep.ESCALATED, at=now, to_id=person)
        for row, person in steps[Task]
        if isinstance(row, Task)
    )
    notices.tell(tellings, now=now)
    return len(ripe)


def _telling(row: Case | Task, person_id: int) -> Telling:
    what = "case" if isinstance(row, Case) else "task"
    return Telling(
        person_id=person_id,
        kind=CASE_OVERDUE if isinstance(row, Case) else TASK_OVERDUE,
        key=f"{what}:{row.pk}:rung:{row.rung}",
        subject_kind=what,
        subject_id=row.pk,
        facility_id=row.facility_id,
        data={"kind": row.kind},
    )


def _longest(facility_ids: set[int], now: datetime) -> dict[int, timedelta]:
    return {
        facility_id: timedelta(
            hours=settings.for_facility(CaseSettings, facility_id=facility_id, at=now).escalate_after_hours
        )
        for facility_id in facility_ids
    }
