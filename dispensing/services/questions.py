"""Questions to the main clinic: asked with an urgency, answered by a physician there, kept with the patient.

An answer is advice. It changes no order, lifts no stop and allows no dose: what may be poured is asked of the rules.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access, Permission
from core.clock import local_day
from core.digests import canonical, sha256_of
from core.proofs import Broken
from dispensing.models import Question, QuestionStep
from dispensing.queries.prescribing import dosing_place
from dispensing.queries.questions import clinic_of
from dispensing.rules import questions as rules
from dispensing.rules.question_codes import OF_THE_CLINIC, TIMED, TURN_WORDS, WORDED, Said, Topic, Turn, Urgency
from dispensing.rules.question_settings import QuestionSettings
from dispensing.services.doses import OtherContent, lock_patient
from facilities.services import settings as rule_settings
from followup.queries.owners import candidates_by_facility
from followup.rules.owners import Nearness
from followup.services import notices, tasks
from followup.services.notices import Telling
from followup.services.tasks import NewTask
from patients.queries.reach import locked_patient
from staff.models import Signature
from staff.services import pins, signatures
from staff.services.pins import Proven

SUBJECT: Final = "question"
WAITS: Final = "question_waits"  # the clinic's turn
ASKED_BACK: Final = "question_asked_back"  # the site's
ANSWERED: Final = "question_answered"
DONE: Final = "said"
PROOF: Final = "question.answers"
_PHYSICIANS: Final = (Nearness.CLINIC_PHYSICIAN, Nearness.PHYSICIAN)


class QuestionRefused(Exception):
    """Nothing was written; `sentence` says why, at `field` where it is about one."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        self.sentence, self.field = sentence, field
        super().__init__(sentence)


@dataclass(frozen=True)
class NewQuestion:
    """What is asked about which patient. `step_id` is the id of its first step."""

    id: UUID
    step_id: UUID
    patient_id: UUID
    topic: Topic
    urgency: Urgency
    words: str


@dataclass(frozen=True)
class Saying:
    """One more step of a question, before it is written. `own_pin`: of who answers."""

    id: UUID
    question_id: UUID
    step: Said
    words: str = ""
    own_pin: str = ""


def ask(*, new: NewQuestion, by: Access, now: datetime) -> Question:
    """Ask the main clinic of the facility in which this person acts. The same id again answers the same question.

    Raises QuestionRefused where the patient does not drink here, where the facility has no main clinic today, or
    where nothing is asked; OtherContent; Patient.DoesNotExist out of reach; PermissionDenied.
    """
    here, today = by.facility_id or 0, local_day(now, by.zone)
    if not by.may_at(Permission.ASK_CLINIC, here):
        raise PermissionDenied
    with _trail("question.refused", new.id, by, now), transaction.atomic():
        patient = locked_patient(new.patient_id, access=by, permission=Permission.ASK_CLINIC, day=today)
        stands = Question.objects.filter(pk=new.id).first()
        if stands is not None:
            if not _same_question(stands, new, by):
                raise OtherContent
            return stands
        clinic_id = _asked_of(patient.pk, here, today)
        if not new.words.strip():
            raise QuestionRefused(_("Ghi câu hỏi."), "words")
        made = Question.objects.create(
            id=new.id, patient=patient, facility_id=here, clinic_id=clinic_id, topic=str(new.topic),
            urgency=str(new.urgency), asked_at=now, asked_by_id=by.actor_id,
        )  # fmt: skip
        first = Saying(id=new.step_id, question_id=new.id, step=Said.ASK, words=new.words)
        _write(made, first, None, Turn.CLINIC, None, by, now)
    return made


def say(*, saying: Saying, by: Access, now: datetime) -> QuestionStep:
    """Answer, ask back, say more or close, as the table allows; an answer is signed with the answerer's own PIN.

    The same id again answers the same step. Raises QuestionRefused with who said what meanwhile, OtherContent,
    PermissionDenied, Question.DoesNotExist for who has no part in it.
    """
    question = Question.objects.get(pk=saying.question_id)
    if saying.step is Said.ASK or not sides(question, by):
        raise Question.DoesNotExist
    proven = _proven(saying, by, now) if saying.step is Said.ANSWER else None
    with _trail("question.refused", saying.question_id, by, now), transaction.atomic():
        lock_patient(question.patient_id)
        earlier = QuestionStep.objects.filter(pk=saying.id).first()
        if earlier is not None:
            if not _same_step(earlier, saying, by):
                raise OtherContent
            return earlier
        last = QuestionStep.objects.filter(question=question).select_related("actor").latest("position")
        state = rules.next_state(Turn(last.state), saying.step)
        if ("clinic" if saying.step in OF_THE_CLINIC else "site") not in sides(question, by):
            raise PermissionDenied
        if state is None:
            raise QuestionRefused(_not_now(last))
        if saying.step in WORDED and not saying.words.strip():
            raise QuestionRefused(_("Viết vài chữ."), "words")
        return _write(question, saying, last, state, proven, by, now)


def sides(question: Question, by: Access) -> frozenset[str]:
    """On which sides of a question this person stands where they act now."""
    here = by.facility_id
    found = set()
    if here == question.clinic_id and by.may_at(Permission.ANSWER_QUESTION, question.clinic_id):
        found.add("clinic")
    if here == question.facility_id and by.may_at(Permission.ASK_CLINIC, question.facility_id):
        found.add("site")
    return frozenset(found)


def _asked_of(patient_id: UUID, here: int, today: date) -> int:
    if dosing_place(patient_id, day=today, otherwise=None).pk != here:
        raise QuestionRefused(_("Người bệnh hiện không uống ở đây. Nơi đang cho uống hỏi cơ sở điều trị."))
    clinic = clinic_of(here, day=today)
    if clinic is None:
        raise QuestionRefused(_("Hôm nay cơ sở này chưa có cơ sở điều trị phụ trách. Báo quản trị ghi vào phần mềm."))
    return clinic.pk


def _proven(saying: Saying, by: Access, now: datetime) -> Proven:
    try:
        return pins.verify(person_id=by.actor_id, pin=saying.own_pin, by=by, now=now)
    except pins.PinRefused as refused:
        raise QuestionRefused(refused.sentence, "own_pin") from refused


def _not_now(last: QuestionStep) -> str:
    figures = {"state": TURN_WORDS[Turn(last.state)], "who": last.actor.full_name}
    return _("Câu hỏi này: %(state)s (%(who)s vừa ghi). Chưa ghi gì thêm; xem lại ở dưới.") % figures


def _write(
    question: Question,
    saying: Saying,
    last: QuestionStep | None,
    state: Turn,
    proven: Proven | None,
    by: Access,
    now: datetime,
) -> QuestionStep:
    step = QuestionStep(
        id=saying.id,
        question=question,
        position=last.position + 1 if last else 1,
        step=str(saying.step),
        before=last.state if last else str(Turn.NEW),
        state=str(state),
        words=saying.words.strip(),
        facility_id=by.facility_id or question.facility_id,
        actor_id=by.actor_id,
        acting_as=by.roles_text,
        at=now,
        due_at=_until(question, now) if saying.step in TIMED else None,
        signature=_signed(question, saying, proven, by, now),
    )
    step.save(force_insert=True)
    if state is Turn.CLOSED:
        Question.objects.filter(pk=question.pk).update(closed_at=now, closed_by_id=by.actor_id)
    audit.record(
        action=f"question.{saying.step}", by=by, now=now, subject_kind=SUBJECT, subject_id=question.pk,
        patient_id=question.patient_id, facility_id=step.facility_id, state=str(state),
    )  # fmt: skip
    _turn(question, step, by, now)
    return step


def _until(question: Question, now: datetime) -> datetime:
    settings = rule_settings.for_facility(QuestionSettings, facility_id=question.clinic_id, at=now)
    return rules.due_at(Urgency(question.urgency), since=now, settings=settings)


def _signed(question: Question, saying: Saying, proven: Proven | None, by: Access, now: datetime) -> Signature | None:
    if proven is None:
        return None
    said = QuestionStep.objects.filter(question=question).order_by("position").values_list("step", "words")
    digest = sha256_of(answer_document(question, saying.id, list(said), saying.words.strip(), by.actor_id, now))
    return signatures.sign(
        proven=proven, signer=by, meaning="answer", subject_kind="question.answer", subject_id=saying.id,
        digest=digest, now=now,
    )  # fmt: skip


def answer_document(
    question: Question, step_id: UUID, before: Sequence[tuple[str, str]], words: str, actor_id: int, at: datetime
) -> dict[str, Any]:
    """What an answer's signature is over: everything that was said before it, and what is advised."""
    stated: dict[str, Any] = canonical(
        {
            "document": "tram.question.answer",
            "id": step_id,
            "question": question.pk,
            "patient": question.patient_id,
            "topic": question.topic,
            "said": [list(each) for each in before],
            "answer": words,
            "actor": actor_id,
            "at": at,
        }
    )
    return stated


def answers() -> Iterable[Broken]:
    """The proof that each answer's signature is over what was asked and what was answered."""
    before: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    rows = QuestionStep.objects.select_related("question", "signature").order_by("question_id", "position")
    for step in rows.iterator(chunk_size=200):
        said = before[step.question_id]
        if step.position != len(said) + 1:
            yield Broken(PROOF, f"step {step.pk}", "it does not follow from the step before")
        if step.signature is not None:
            stated = answer_document(step.question, step.pk, said, step.words, step.actor_id, step.at)
            if sha256_of(stated) != step.signature.digest:
                yield Broken(PROOF, f"step {step.pk}", "its signature is over something else")
        said.append((step.step, step.words))


def _turn(question: Question, step: QuestionStep, by: Access, now: datetime) -> None:
    """Close the turn that this step ended, open the next one, and tell who waits for it."""
    for kind in (WAITS, ASKED_BACK):
        tasks.close(kind=kind, subject_kind=SUBJECT, subject_ids=[question.pk], outcome=DONE, by=by, now=now)
    state = Turn(step.state)
    if state in (Turn.CLINIC, Turn.SITE):
        clinic = state is Turn.CLINIC
        assert step.due_at is not None  # noqa: S101  whose turn it is has until then
        wanted = NewTask(
            kind=WAITS if clinic else ASKED_BACK, facility_id=question.clinic_id if clinic else question.facility_id,
            subject_kind=SUBJECT, subject_id=question.pk, due_at=step.due_at, patient_id=question.patient_id,
            data=_figures(question, step), first=Nearness.CLINIC_PHYSICIAN if clinic else None,
            owner_id=None if clinic else question.asked_by_id,
        )  # fmt: skip
        tasks.open_tasks([wanted], by=by, now=now)
    if state is Turn.CLINIC:
        _tell_physicians(question, step, by, now)
    elif state is Turn.ANSWERED:
        notices.tell([_telling(question, step, question.asked_by_id, ANSWERED)], now=now)


def _tell_physicians(question: Question, step: QuestionStep, by: Access, now: datetime) -> None:
    """Everybody at the clinic who may answer hears of it, not only whose task it is."""
    day = local_day(now, by.zone)
    around = candidates_by_facility({question.clinic_id}, first_day=day, last_day=day).get(question.clinic_id, ())
    people = {one.person_id for one in around if one.nearness in _PHYSICIANS and one.serves(day)}
    notices.tell((_telling(question, step, person, WAITS) for person in people), now=now)


def _telling(question: Question, step: QuestionStep, person_id: int, kind: str) -> Telling:
    return Telling(
        person_id=person_id, kind=kind, key=f"question:{step.pk}", subject_kind=SUBJECT, subject_id=question.pk,
        facility_id=question.facility_id if kind == ANSWERED else question.clinic_id, data=_figures(question, step),
    )  # fmt: skip


def _figures(question: Question, step: QuestionStep) -> dict[str, object]:
    """For the words of tasks and notices: places and codes, never who it is about and no drug."""
    waiting = question.urgency == Urgency.WAITING
    return {
        "place": question.facility.name, "clinic": question.clinic.name, "topic": question.topic,
        "urgency": question.urgency, "urgent": waiting and step.state != Turn.CLOSED,
    }  # fmt: skip


def _same_question(stands: Question, new: NewQuestion, by: Access) -> bool:
    first = QuestionStep.objects.filter(question=stands, position=1).values_list("words", flat=True).get()
    said = (stands.patient_id, stands.topic, stands.urgency, first, stands.asked_by_id)
    return said == (new.patient_id, str(new.topic), str(new.urgency), new.words.strip(), by.actor_id)


def _same_step(earlier: QuestionStep, saying: Saying, by: Access) -> bool:
    said = (earlier.question_id, earlier.step, earlier.words, earlier.actor_id)
    return said == (saying.question_id, str(saying.step), saying.words.strip(), by.actor_id)


@contextmanager
def _trail(action: str, question_id: UUID, by: Access, now: datetime) -> Iterator[None]:
    """A refusal undoes the write and leaves its audit row in a transaction of its own."""
    try:
        yield
    except (QuestionRefused, OtherContent, PermissionDenied) as refused:
        audit.record(
            action=action, by=by, now=now, subject_kind=SUBJECT, subject_id=question_id, why=type(refused).__name__
        )
        raise
