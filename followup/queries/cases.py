"""Open cases, worst first, and how many there are."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import BooleanField, Count, ExpressionWrapper, IntegerField, Q, QuerySet, Value, When
from django.db.models import Case as Switch
from django.utils.functional import Promise

from core import clock
from core.access import SYSTEM, Access, Permission
from followup import words
from followup.models import Case, CaseEvent
from followup.rules.due import spoken
from followup.rules.kinds import KIND_WORDS, STEP_WORDS, WORST_FIRST, CaseKind, CaseStep

PAGE = 30
_GRAVITY = Switch(
    *(When(kind=kind, then=Value(place)) for place, kind in enumerate(WORST_FIRST)),
    default=Value(len(WORST_FIRST)),
    output_field=IntegerField(),
)


class Whose(StrEnum):
    """Which open cases a list shows."""

    MINE = "mine"
    SITES = "sites"


@dataclass(frozen=True)
class Counts:
    """Open cases, and how many of them are past their due time."""

    open: int = 0
    overdue: int = 0


@dataclass(frozen=True)
class CaseRow:
    """One line of the list. `patient` is code and initials, empty for who may not see the patient."""

    id: UUID
    kind: str | Promise
    facility: str
    owner: str
    mine: bool
    patient: str
    what: str
    opened_at: datetime
    due_at: datetime
    due: str
    overdue: bool


@dataclass(frozen=True)
class CaseList:
    """One page of open cases, worst first, and what there is beside it."""

    rows: tuple[CaseRow, ...]
    whose: Whose
    page: int
    pages: int
    mine: int
    sites: int


@dataclass(frozen=True)
class Line:
    """One step of a timeline."""

    step: str | Promise
    at: datetime
    by: str
    to: str
    words: str


@dataclass(frozen=True)
class CaseView:
    """A case as its page shows it."""

    case: Case
    kind: str | Promise
    subject: str
    subject_path: str | None
    ways: list[words.Way]
    patient: str
    findings: tuple[words.Words, ...]
    timeline: tuple[Line, ...]
    due: str
    overdue: bool
    concluded: bool
    mine: bool
    may_conclude: bool
    may_write: bool


def count_open(*, facility_id: int | None) -> int:
    """Open cases of one facility in one statement; none for who acts at no facility."""
    if facility_id is None:
        return 0
    return Case.objects.filter(facility_id=facility_id, concluded_at__isnull=True).count()


def counts_by_facility(facility_ids: Collection[int], *, now: datetime) -> dict[int, Counts]:
    """Open and overdue cases of each facility; one statement, facilities without a case left out."""
    rows = (
        Case.objects.filter(facility_id__in=facility_ids, concluded_at__isnull=True)
        .order_by()
        .values("facility_id")
        .annotate(open=Count("id"), overdue=Count("id", filter=Q(due_at__lt=now)))
    )
    return {row["facility_id"]: Counts(row["open"], row["overdue"]) for row in rows}


def visible_to(access: Access) -> QuerySet[Case]:
    """The cases of the facilities where this person may see cases."""
    return Case.objects.filter(facility_id__in=access.reach_by_permission.get(Permission.VIEW_CASES, frozenset()))


def get_case(case_id: UUID, *, access: Access) -> Case:
    """The case; raises Case.DoesNotExist alike for one that is not there and one of another site."""
    return visible_to(access).select_related("facility", "owner").get(pk=case_id)


def open_cases(
    *, access: Access, whose: Whose, now: datetime, facility_id: int | None = None, page: int = 1
) -> CaseList:
    """The person's own cases, or all of their sites (or of one of them): overdue first, then the gravest,
    then the soonest due. Three statements whatever the number of cases.
    """
    seen = visible_to(access).filter(concluded_at__isnull=True)
    if facility_id is not None:
        seen = seen.filter(facility_id=facility_id)
    mine = Q(owner_id=access.person_id)
    counts = seen.order_by().aggregate(sites=Count("id"), mine=Count("id", filter=mine))
    chosen = seen.filter(mine) if whose is Whose.MINE else seen
    pages = max(1, -(-counts[whose] // PAGE))
    page = min(max(page, 1), pages)
    overdue = ExpressionWrapper(Q(due_at__lt=now), output_field=BooleanField())
    found = list(
        chosen.annotate(overdue=overdue, gravity=_GRAVITY)
        .select_related("facility", "owner")
        .order_by("-overdue", "gravity", "due_at", "id")[(page - 1) * PAGE : page * PAGE]
    )
    labels = words.patients(
        {case.patient_id for case in found if case.patient_id}, access, clock.local_day(now, access.zone)
    )
    rows = tuple(
        CaseRow(
            id=case.id,
            kind=KIND_WORDS[CaseKind(case.kind)],
            facility=case.facility.name,
            owner=case.owner.full_name,
            mine=case.owner_id == access.person_id,
            patient=labels.get(case.patient_id, "") if case.patient_id else "",
            what=words.of(case.subject_kind, case.findings[0]).what if case.findings else "",
            opened_at=case.opened_at,
            due_at=case.due_at,
            due=spoken(case.due_at, now),
            overdue=case.due_at < now,
        )
        for case in found
    )
    return CaseList(rows, whose, page, pages, counts["mine"], counts["sites"])


def case_view(case_id: UUID, *, access: Access, now: datetime) -> CaseView:
    """A case with its timeline, oldest first. Raises Case.DoesNotExist out of reach. Three statements."""
    case = get_case(case_id, access=access)
    events = CaseEvent.objects.filter(case=case).select_related("by", "to").order_by("at", "id")
    labels = words.patients({case.patient_id} if case.patient_id else set(), access, clock.local_day(now, access.zone))
    mine = case.owner_id == access.person_id
    may_conclude = mine or access.may_at(Permission.CONCLUDE_CASE, case.facility_id)
    concluded = case.concluded_at is not None
    return CaseView(
        case=case,
        kind=KIND_WORDS[CaseKind(case.kind)],
        subject=words.name_of(case.subject_kind),
        subject_path=words.path_to(case.subject_kind, case.subject_id, access),
        ways=words.ways_from(case.kind, case.subject_kind, case.subject_id, access),
        patient=labels.get(case.patient_id, "") if case.patient_id else "",
        findings=tuple(words.of(case.subject_kind, finding) for finding in case.findings),
        timeline=tuple(
            Line(
                step=STEP_WORDS[CaseStep(event.step)],
                at=event.at,
                by=event.by.full_name if event.by else SYSTEM.label,
                to=event.to.full_name if event.to else "",
                words=event.words,
            )
            for event in events
        ),
        due=spoken(case.due_at, now),
        overdue=not concluded and case.due_at < now,
        concluded=concluded,
        mine=mine,
        may_conclude=may_conclude and not concluded,
        may_write=not concluded,
    )
