"""Questions to the main clinic as both sides see them: the clinic those of all its satellites, overdue first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from core.access import Access, Permission
from dispensing.models import Question, QuestionStep
from dispensing.queries.following import Followed, following_path
from dispensing.rules import questions as rules
from dispensing.rules.question_codes import (
    OF_THE_CLINIC,
    SAID_WORDS,
    TOPIC_WORDS,
    TURN_WORDS,
    URGENCY_WORDS,
    Said,
    Topic,
    Turn,
    Urgency,
)
from facilities.models import Facility, FacilityKind, Supervision
from patients.queries.reach import in_force

LOOK: Final = (Permission.ASK_CLINIC, Permission.ANSWER_QUESTION)
PAGE: Final = 50
OF_PATIENT: Final = 10
KEY: Final = "questions"
TEMPLATE: Final = "dispensing/following/_questions.html"
_TONES: Final[Mapping[Turn, str]] = {Turn.CLINIC: "look", Turn.SITE: "look", Turn.ANSWERED: "go"}


@dataclass(frozen=True)
class Row:
    """One question of a list: code and initials, what it is about, whose turn it is and until when."""

    id: UUID
    code: str
    initials: str
    topic: str
    urgency: Urgency
    state: Turn
    words: str
    place: str
    asked_at: datetime
    due_at: datetime | None
    late: bool
    mine: bool

    @property
    def path(self) -> str:
        return f"/dispensing/questions/{self.id}/"

    @property
    def state_words(self) -> str:
        return str(TURN_WORDS[self.state])

    @property
    def urgency_words(self) -> str:
        return str(URGENCY_WORDS[self.urgency])

    @property
    def pressing(self) -> bool:
        return self.urgency is Urgency.WAITING and self.state is not Turn.CLOSED

    @property
    def tone(self) -> str:
        return "stop" if self.late else _TONES.get(self.state, "info")


@dataclass(frozen=True)
class Line:
    """One thing that was said, in words."""

    step: QuestionStep
    words: str
    who: str
    place: str
    of_clinic: bool


@dataclass(frozen=True)
class Talk:
    """One question with everything said of it, oldest first, and what this person may say now."""

    question: Question
    row: Row
    lines: tuple[Line, ...]
    steps: tuple[Said, ...]

    @property
    def answered(self) -> bool:
        return any(line.step.step == Said.ANSWER for line in self.lines)


@dataclass(frozen=True)
class Strip:
    """Counts for one facility: answers to be read, what is to be said more, what waits for the other side's answer, and
    what this facility itself is asked and owes; `overdue` of the last.
    """

    came: int
    asked_back: int
    waiting: int
    late: int
    owed: int
    overdue: int


_STRIP: Final = """
SELECT count(*) FILTER (WHERE q.facility_id = %(here)s AND s.state = 'answered'),
       count(*) FILTER (WHERE q.facility_id = %(here)s AND s.state = 'site'),
       count(*) FILTER (WHERE q.facility_id = %(here)s AND s.state = 'clinic'),
       count(*) FILTER (WHERE q.facility_id = %(here)s AND s.state = 'clinic' AND s.due_at < %(now)s),
       count(*) FILTER (WHERE q.clinic_id = %(here)s AND s.state = 'clinic'),
       count(*) FILTER (WHERE q.clinic_id = %(here)s AND s.state = 'clinic' AND s.due_at < %(now)s)
  FROM dispensing_question q
 CROSS JOIN LATERAL (SELECT x.state, x.due_at FROM dispensing_questionstep x
                      WHERE x.question_id = q.id ORDER BY x.position DESC LIMIT 1) s
 WHERE q.closed_at IS NULL AND (q.facility_id = %(here)s OR q.clinic_id = %(here)s)
"""


def may_look(access: Access, question: Question) -> bool:
    """Whether this person has a part in it: at the facility that asked, or at the clinic."""
    here = access.facility_id or 0
    return here in (question.facility_id, question.clinic_id) and any(access.may_at(each, here) for each in LOOK)


def question_path(question_id: UUID, access: Access) -> str | None:
    """Where a question is read and answered, for who has a part in it."""
    question = Question.objects.filter(pk=question_id).first()
    return f"/dispensing/questions/{question_id}/" if question is not None and may_look(access, question) else None


def clinic_of(facility_id: int, *, day: date) -> Facility | None:
    """The main clinic that answers for a satellite on that day; None for others, and where none does."""
    over = Supervision.objects.filter(
        in_force(day), satellite_id=facility_id, satellite__kind=FacilityKind.SATELLITE
    ).select_related("main_clinic")
    found = over.first()
    return found.main_clinic if found else None


def open_ones(access: Access, *, now: datetime) -> tuple[Row, ...]:
    """Everything open that this facility has a part in: the overdue first, then by when it is due, then the answered.
    Two statements at most.
    """
    rows = _rows(_mine(access).filter(closed_at__isnull=True), access, now)
    return tuple(
        sorted(rows, key=lambda row: (not row.late, row.due_at is None, row.due_at or row.asked_at, str(row.id)))
    )


def closed_ones(access: Access, *, page: int, now: datetime) -> tuple[tuple[Row, ...], bool]:
    """Those that are over, newest first, and whether there are older ones."""
    skip = (page - 1) * PAGE
    found = _mine(access).filter(closed_at__isnull=False).order_by("-closed_at", "pk")[skip : skip + PAGE + 1]
    rows = _rows(found, access, now)
    return tuple(rows[:PAGE]), len(rows) > PAGE


def get_talk(question_id: UUID, access: Access, *, now: datetime) -> Talk:
    """One question; raises Question.DoesNotExist alike where there is none and for who has no part in it."""
    question = Question.objects.select_related("patient", "facility", "clinic").get(pk=question_id)
    if not may_look(access, question):
        raise Question.DoesNotExist
    [row] = _rows(Question.objects.filter(pk=question_id), access, now)
    steps = QuestionStep.objects.filter(question=question).select_related("actor", "facility").order_by("position")
    here = access.facility_id
    return Talk(
        question=question,
        row=row,
        lines=tuple(
            Line(step, str(SAID_WORDS[Said(step.step)]), step.actor.full_name, step.facility.name,
                 step.step in OF_THE_CLINIC)
            for step in steps
        ),
        steps=rules.open_steps(
            row.state,
            clinic=here == question.clinic_id and access.may_at(Permission.ANSWER_QUESTION, question.clinic_id),
            site=here == question.facility_id and access.may_at(Permission.ASK_CLINIC, question.facility_id),
        ),
    )  # fmt: skip


def section(shown: Followed, by: Access) -> Mapping[str, Any] | None:
    """What the page of a patient shows: what was asked about them, and whether more may be asked. Four statements."""
    if not any(by.may_at(each, by.facility_id or 0) for each in LOOK):
        return None
    found = _mine(by).filter(patient_id=shown.patient.pk).order_by("-asked_at", "pk")[:OF_PATIENT]
    rows = _rows(found, by, shown.now)
    clinic = clinic_of(shown.place.pk, day=shown.today) if may_ask(shown, by) else None
    if not rows and clinic is None:
        return None
    return {"rows": rows, "clinic": clinic}


def may_ask(shown: Followed, by: Access) -> bool:
    """Whether this person asks for where the patient drinks."""
    return shown.place.pk == by.facility_id and by.may_at(Permission.ASK_CLINIC, shown.place.pk)


def patient_path(question: Question, access: Access) -> str:
    """Where the clinic reads more of the patient; empty for who may not follow them there."""
    return following_path(question.patient_id) if access.may_at(Permission.FOLLOW_PATIENT, question.facility_id) else ""


def on_strip(facility_id: int, *, now: datetime) -> Strip:
    """What the board of a facility says of its questions; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_STRIP, {"here": facility_id, "now": now})
        return Strip(*cursor.fetchone())


def _mine(access: Access) -> QuerySet[Question]:
    here = access.facility_id or 0
    if not any(access.may_at(each, here) for each in LOOK):
        return Question.objects.none()
    return Question.objects.filter(Q(facility=here) | Q(clinic=here))


def _rows(found: QuerySet[Question], access: Access, now: datetime) -> list[Row]:
    last = QuestionStep.objects.filter(question=OuterRef("pk")).order_by("-position")
    first = QuestionStep.objects.filter(question=OuterRef("pk"), position=1)
    loaded = found.select_related("patient", "facility", "clinic").annotate(
        state=Subquery(last.values("state")[:1]),
        until=Subquery(last.values("due_at")[:1]),
        asked=Subquery(first.values("words")[:1]),
        site=F("facility__name"),
    )
    return [_row(each, access, now) for each in loaded]


def _row(each: Any, access: Access, now: datetime) -> Row:
    state = Turn(each.state)
    turn_of = {Turn.CLINIC: each.clinic_id, Turn.SITE: each.facility_id, Turn.ANSWERED: each.facility_id}.get(state)
    return Row(
        id=each.pk,
        code=each.patient.code,
        initials=each.patient.initials,
        topic=str(TOPIC_WORDS[Topic(each.topic)]),
        urgency=Urgency(each.urgency),
        state=state,
        words=each.asked,
        place=each.site if access.facility_id == each.clinic_id else each.clinic.name,
        asked_at=each.asked_at,
        due_at=each.until,
        late=each.until is not None and each.until < now,
        mine=turn_of == access.facility_id,
    )
