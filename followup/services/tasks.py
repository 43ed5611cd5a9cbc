"""Tasks: what a named person is to do by a time, opened by rooms above and by jobs; done, handed on, gone up."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.access import Access, Permission
from core.ids import new_id
from core.models import AuditEvent
from followup import words as registered
from followup.models import Task, TaskEvent, TaskStep
from followup.queries.owners import candidates_by_facility
from followup.queries.tasks import visible_to
from followup.rules.owners import Nearness, choose
from followup.services import notices
from followup.services.notices import Telling
from staff.queries.appointments import standing_at

OPENED = "task.opened"


@dataclass(frozen=True)
class NewTask:
    """What is to be done about which fact. `first`: who is asked before the usual order; `owner_id`: this very person.

    `worse`: how bad it is; a higher one than the open task's is written onto it and told again.
    """

    kind: str
    facility_id: int
    subject_kind: str
    subject_id: UUID
    due_at: datetime
    patient_id: UUID | None = None
    data: dict[str, Any] = field(default_factory=dict)
    first: Nearness | None = None
    owner_id: int | None = None
    worse: int = 0


class TaskRefused(Exception):
    """The task stays as it is; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


class AlreadyDone(TaskRefused):
    def __init__(self) -> None:
        super().__init__(_("Việc này đã xong, không còn chờ ai."))


class UnknownOutcome(TaskRefused):
    def __init__(self) -> None:
        super().__init__(_("Chọn việc đã làm trong danh sách."))


class NotTheirs(TaskRefused):
    def __init__(self) -> None:
        super().__init__(_("Người này hiện không được phân công xem việc của cơ sở. Chọn người khác."))


def open_tasks(wanted: Sequence[NewTask], *, by: Access, now: datetime) -> list[Task]:
    """Open tasks, or answer those open already, in order; safe to run again and by two at once. Owners are told.

    A few statements whatever the number, in the caller's transaction where there is one.
    """
    if not wanted:
        return []
    owners = _owners(wanted, by, now)
    with transaction.atomic(savepoint=False):
        rows = [
            Task(
                id=new_id(), kind=task.kind, facility_id=task.facility_id, subject_kind=task.subject_kind,
                subject_id=task.subject_id, patient_id=task.patient_id, data={**task.data, "worse": task.worse},
                owner_id=owner, due_at=task.due_at, opened_at=now, opened_by_id=by.person_id,
            )
            for task, owner in zip(wanted, owners, strict=True)
        ]  # fmt: skip
        rows.sort(key=_key)
        Task.objects.bulk_create(rows, ignore_conflicts=True)
        held = {_key(task): task for task in _open_ones(wanted)}
        made = {row.pk for row in rows} & {task.pk for task in held.values()}
        _write([(held[_key(row)], TaskStep.OPENED, row.owner_id) for row in rows if row.pk in made], by=by, now=now)
        _worsen([(held[_key(task)], task) for task in wanted if held[_key(task)].pk not in made], by=by, now=now)
    return [held[_key(task)] for task in wanted]


def close(
    *,
    kind: str,
    subject_kind: str,
    subject_ids: Collection[UUID],
    outcome: str,
    by: Access,
    now: datetime,
    words: str = "",
) -> int:
    """What was waited for has happened: the open tasks about these subjects are done. Answers how many."""
    with transaction.atomic():
        open_ones = _of(kind, subject_kind, subject_ids)
        Task.objects.filter(pk__in=[task.pk for task in open_ones]).update(
            done_at=now, done_by_id=by.person_id, outcome=outcome
        )
        _write([(task, TaskStep.DONE, None) for task in open_ones], by=by, now=now, words=words)
    return len(open_ones)


def remark(
    *, kind: str, subject_kind: str, subject_ids: Collection[UUID], words: str, by: Access, now: datetime
) -> int:
    """Something was done about these subjects that ends nothing yet: a line in their open tasks. Answers how many."""
    with transaction.atomic():
        open_ones = _of(kind, subject_kind, subject_ids)
        _write([(task, TaskStep.NOTE, None) for task in open_ones], by=by, now=now, words=words)
    return len(open_ones)


def _of(kind: str, subject_kind: str, subject_ids: Collection[UUID]) -> list[Task]:
    """The open tasks of a kind about these subjects, held until the transaction ends."""
    return list(
        Task.objects.select_for_update()
        .filter(kind=kind, subject_kind=subject_kind, subject_id__in=subject_ids, done_at__isnull=True)
        .order_by("id")
    )


def done(*, task_id: UUID, outcome: str, words: str, by: Access, now: datetime) -> Task:
    """Say what was done. Raises Task.DoesNotExist out of reach, AlreadyDone, UnknownOutcome."""
    with transaction.atomic():
        task = _locked(task_id, by)
        if outcome not in registered.outcomes_of(task.kind):
            raise UnknownOutcome
        task.done_at, task.done_by_id, task.outcome = now, by.actor_id, outcome
        task.save(update_fields=["done_at", "done_by", "outcome"])
        _write([(task, TaskStep.DONE, None)], by=by, now=now, words=words.strip())
    return task


def note(*, task_id: UUID, words: str, by: Access, now: datetime) -> Task:
    """Add a line to an open task's timeline. Raises Task.DoesNotExist out of reach, AlreadyDone."""
    with transaction.atomic():
        task = _locked(task_id, by)
        _write([(task, TaskStep.NOTE, None)], by=by, now=now, words=words.strip())
    return task


def hand_on(*, task_id: UUID, to_id: int, words: str, by: Access, now: datetime) -> Task:
    """Give an open task to another person who may see the facility's today; the due time stays, the person is told."""
    with transaction.atomic():
        task = _locked(task_id, by)
        if not standing_at(task.facility_id, person_id=to_id, now=now).may_at(Permission.VIEW_CASES, task.facility_id):
            raise NotTheirs
        task.owner_id = to_id
        task.save(update_fields=["owner"])
        _write([(task, TaskStep.HANDED_ON, to_id)], by=by, now=now, words=words.strip())
    return task


def _owners(wanted: Sequence[NewTask], by: Access, now: datetime) -> list[int]:
    day = clock.local_day(now, by.zone)
    candidates = candidates_by_facility({task.facility_id for task in wanted}, first_day=day, last_day=day)
    owners = []
    for task in wanted:
        around = candidates.get(task.facility_id, [])
        nearest = [c for c in around if c.nearness is task.first]
        owner = task.owner_id or choose(nearest, day) or choose(around, day) or by.person_id
        if owner is None:
            raise LookupError(f"Nobody answers for facility {task.facility_id}.")
        owners.append(owner)
    return owners


def _open_ones(wanted: Sequence[NewTask]) -> list[Task]:
    return list(
        Task.objects.select_for_update()
        .filter(
            kind__in={task.kind for task in wanted},
            subject_kind__in={task.subject_kind for task in wanted},
            subject_id__in={task.subject_id for task in wanted},
            done_at__isnull=True,
        )
        .order_by("subject_kind", "subject_id", "kind")
    )


def _worsen(pairs: Sequence[tuple[Task, NewTask]], *, by: Access, now: datetime) -> None:
    """Write onto open tasks what has become worse since."""
    worse = [(held, new) for held, new in pairs if new.worse > held.data.get("worse", 0)]
    for held, new in worse:
        held.data = {**held.data, **new.data, "worse": new.worse}
        held.due_at = min(held.due_at, new.due_at)
    Task.objects.bulk_update([held for held, _new in worse], ["data", "due_at"])
    _write([(held, TaskStep.WORSE, held.owner_id) for held, _new in worse], by=by, now=now)


def _write(steps: Sequence[tuple[Task, TaskStep, int | None]], *, by: Access, now: datetime, words: str = "") -> None:
    """The timeline, the trail, and a notice to whoever a step names."""
    TaskEvent.objects.bulk_create(
        TaskEvent(task=task, step=step, at=now, by_id=by.person_id, to_id=to, words=words) for task, step, to in steps
    )
    AuditEvent.objects.bulk_create(
        audit.event(
            action=f"task.{step}", by=by, now=now, subject_kind="task", subject_id=task.pk, patient_id=task.patient_id,
            facility_id=task.facility_id, kind=task.kind,
        )
        for task, step, _to in steps
    )  # fmt: skip
    told = [(task, step, to) for task, step, to in steps if to is not None and to != by.person_id]
    notices.tell(
        (
            Telling(
                person_id=to, kind=task.kind, key=f"task:{task.pk}:{step}:{task.data.get('worse', 0)}",
                subject_kind="task", subject_id=task.pk, facility_id=task.facility_id, data=task.data,
            )
            for task, step, to in told
        ),
        now=now,
    )  # fmt: skip


def _locked(task_id: UUID, by: Access) -> Task:
    task = visible_to(by).select_for_update().get(pk=task_id)
    if task.done_at is not None:
        raise AlreadyDone
    return task


def _key(task: Task | NewTask) -> tuple[str, UUID, str]:
    return task.subject_kind, task.subject_id, task.kind
