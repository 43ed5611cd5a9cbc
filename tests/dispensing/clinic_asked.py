"""Hands for tests of questions to the main clinic."""

from datetime import datetime
from typing import Any
from uuid import UUID

from core.ids import new_id
from dispensing.models import Question, QuestionStep
from dispensing.rules.question_codes import Said, Topic, Urgency
from dispensing.services import questions
from dispensing.services.questions import NewQuestion, Saying
from patients.models import Patient
from tests import cast, world
from tests.dispensing import morning

WORDS = "Người bệnh mới uống rifampicin từ hôm qua, có cho uống không?"
ADVICE = "Cứ cho uống liều như đơn. Theo dõi dấu hiệu thiếu thuốc."


def asked(
    patient: Patient | None = None,
    *,
    urgency: Urgency = Urgency.WAITING,
    member: cast.Member = cast.DISPENSER,
    now: datetime = world.NOW,
    **more: Any,
) -> Question:
    """The site has asked."""
    new = question(patient or morning.patient(), urgency=urgency, **more)
    return questions.ask(new=new, by=morning.access(member, now=now), now=now)


def question(patient: Patient, **more: Any) -> NewQuestion:
    said: dict[str, Any] = {
        "id": new_id(), "step_id": new_id(), "patient_id": patient.pk, "topic": Topic.MEDICINE,
        "urgency": Urgency.WAITING, "words": WORDS,
    }  # fmt: skip
    return NewQuestion(**(said | more))


def said(
    question_id: UUID,
    step: Said,
    words: str = ADVICE,
    *,
    member: cast.Member = cast.CLINIC_PHYSICIAN,
    at: str | None = None,
    now: datetime = world.NOW,
    **more: Any,
) -> QuestionStep:
    """One more word, by a physician of the clinic where nobody else is named."""
    where = at or (cast.MAIN_CLINIC if member is cast.CLINIC_PHYSICIAN else cast.SITE)
    saying = Saying(**({"id": new_id(), "question_id": question_id, "step": step, "words": words} | more))
    if step is Said.ANSWER and "own_pin" not in more:
        saying = Saying(saying.id, question_id, step, words, cast.PIN)
    return questions.say(saying=saying, by=morning.access(member, where, now=now), now=now)


def answered(patient: Patient | None = None, *, now: datetime = world.NOW) -> Question:
    made = asked(patient, now=now)
    said(made.pk, Said.ANSWER, now=now)
    return made
