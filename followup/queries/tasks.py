"""Open tasks, overdue first, and what a person was told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet
from django.utils.functional import Promise

from core import clock
from core.access import SYSTEM, Access, Permission
from followup import words
from followup.models import Notice, Task, TaskEvent
from followup.queries.cases import PAGE, Line, Whose
from followup.rules.due import spoken
from followup.rules.tasks import STEP_WORDS, TaskStep

NOTICES_SHOWN = 100


@dataclass(frozen=True)
class TaskRow:
    """One line of the list. `patient` is code and initials, empty for who may not see the patient."""

    id: UUID
    name: str
    sentence: str
    facility: str
    owner: str
    mine: bool
    patient: str
    opened_at: datetime
    due: str
    overdue: bool


@dataclass(frozen=True)
class TaskList:
    """One page of open tasks and what there is beside it."""

    rows: tuple[TaskRow, ...]
    whose: Whose
    page: int
    pages: int
    mine: int
    sites: int


@dataclass(frozen=True)
class TaskView:
    """A task as its page shows it."""

    task: Task
    name: str
    sentence: str
    path: str | None
    patient: str
    timeline: tuple[Line, ...]
    due: str
    overdue: bool
    done: bool
    outcome: str
    outcomes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class NoticeRow:
    """One thing a person was told."""

    id: UUID
    sentence: str
    facility: str
    path: str | None
    made_at: datetime
    unread: bool


def visible_to(access: Access) -> QuerySet[Task]:
    """The tasks of the facilities where this person may see what is to be done, and the person's own."""
    reached = access.reach_by_permission.get(Permission.VIEW_CASES, frozenset())
    return Task.objects.filter(Q(facility_id__in=reached) | Q(owner_id=access.person_id))


def open_tasks(*, access: Access, whose: Whose, now: datetime, page: int = 1) -> TaskList:
    """The person's own tasks, or all of their sites: overdue first, then the soonest due. Three statements whatever the
    number."""
    seen = visible_to(access).filter(done_at__isnull=True)
    mine = Q(owner_id=access.person_id)
    counts = seen.order_by().aggregate(sites=Count("id"), mine=Count("id", filter=mine))
    chosen = seen.filter(mine) if whose is Whose.MINE else seen
    pages = max(1, -(-counts[whose] // PAGE))
    page = min(max(page, 1), pages)
    overdue = ExpressionWrapper(Q(due_at__lt=now), output_field=BooleanField())
    found = list(
        chosen.annotate(overdue=overdue)
        .select_related("facility", "owner")
        .order_by("-overdue", "due_at", "id")[(page - 1) * PAGE : page * PAGE]
    )
    labels = words.patients(
        {task.patient_id for task in found if task.patient_id}, access, clock.local_day(now, access.zone)
    )
    rows = tuple(
        TaskRow(
            id=task.id,
            name=words.task_name(task.kind),
            sentence=words.task_sentence(task.kind, task.data),
            facility=task.facility.name,
            owner=task.owner.full_name,
            mine=task.owner_id == access.person_id,
            patient=labels.get(task.patient_id, "") if task.patient_id else "",
            opened_at=task.opened_at,
            due=spoken(task.due_at, now),
            overdue=task.due_at < now,
        )
        for task in found
    )
    return TaskList(rows, whose, page, pages, counts["mine"], counts["sites"])


def task_view(task_id: UUID, *, access: Access, now: datetime) -> TaskView:
    """A task with its timeline, oldest first. Raises Task.DoesNotExist out of reach. Three statements."""
    task = visible_to(access).select_related("facility", "owner").get(pk=task_id)
    events = TaskEvent.objects.filter(task=task).select_related("by", "to").order_by("at", "id")
    labels = words.patients({task.patient_id} if task.patient_id else set(), access, clock.local_day(now, access.zone))
    outcomes = {code: str(said) for code, said in words.outcomes_of(task.kind).items()}
    done = task.done_at is not None
    return TaskView(
        task=task,
        name=words.task_name(task.kind),
        sentence=words.task_sentence(task.kind, task.data),
        path=words.task_path(task.kind, task.subject_id, access),
        patient=labels.get(task.patient_id, "") if task.patient_id else "",
        timeline=tuple(_line(event) for event in events),
        due=spoken(task.due_at, now),
        overdue=not done and task.due_at < now,
        done=done,
        outcome=words.outcome_words(task.kind, task.outcome),
        outcomes=tuple(outcomes.items()),
    )


def _line(event: TaskEvent) -> Line:
    step: str | Promise = STEP_WORDS[TaskStep(event.step)]
    return Line(
        step=step,
        at=event.at,
        by=event.by.full_name if event.by else SYSTEM.label,
        to=event.to.full_name if event.to else "",
        words=event.words,
    )


def count_unread(*, access: Access) -> int:
    """How many notices the person has not read; one statement, none for nobody."""
    if access.person_id is None:
        return 0
    return Notice.objects.filter(person_id=access.person_id, read_at__isnull=True).count()


def notices(*, access: Access) -> tuple[NoticeRow, ...]:
    """The newest things the person was told, unread first. One statement, none for nobody."""
    if access.person_id is None:
        return ()
    found = (
        Notice.objects.filter(person_id=access.person_id)
        .select_related("facility")
        .annotate(unread=ExpressionWrapper(Q(read_at__isnull=True), output_field=BooleanField()))
        .order_by("-unread", "-made_at", "id")[:NOTICES_SHOWN]
    )
    return tuple(
        NoticeRow(
            id=notice.id,
            sentence=words.notice_sentence(notice.kind, notice.data),
            facility=notice.facility.name if notice.facility else "",
            path=_where(notice, access),
            made_at=notice.made_at,
            unread=notice.read_at is None,
        )
        for notice in found
    )


def _where(notice: Notice, access: Access) -> str | None:
    if notice.subject_kind in ("task", "case"):
        return f"/cases/{'tasks/' if notice.subject_kind == 'task' else ''}{notice.subject_id}/"
    return words.notice_path(notice.kind, notice.subject_id, access)
