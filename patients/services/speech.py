"""In which language a patient understands best, whether somebody interprets, and what was explained to them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.access import Access, Permission
from patients.models import Explained, Speech
from patients.queries.phrases import phrase_sets
from patients.queries.reach import locked_patient
from patients.rules.alerts import Interpreter


class ExplainedRefused(Exception):
    """Nothing was written; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True)
class NewExplained:
    """The phrases that were on the screen (language and version of the file) and what came of it. `language`: the one
    spoken; another than the file's where an interpreter put the Vietnamese phrases into it.
    """

    id: UUID
    patient_id: UUID
    phrases: str
    version: str
    language: str
    interpreter: Interpreter
    understood: bool


def state(*, patient_id: UUID, language: str, needs_interpreter: bool, by: Access, now: datetime) -> None:
    """Write down the language and whether it needs an interpreter. Raises Patient.DoesNotExist out of reach."""
    today = clock.local_day(now, by.zone)
    with transaction.atomic():
        patient = locked_patient(patient_id, access=by, permission=Permission.RECORD_ALERT, day=today)
        patient.language = language.strip()
        patient.save(update_fields=["language"])
        Speech.objects.update_or_create(
            patient_id=patient_id,
            defaults={"needs_interpreter": needs_interpreter, "recorded_at": now, "recorded_by_id": by.actor_id},
        )
        audit.record(
            action="patient.speech_stated", by=by, now=now, subject_kind="patient", subject_id=patient_id,
            patient_id=patient_id, interpreter=needs_interpreter,
        )  # fmt: skip


def explained(*, new: NewExplained, by: Access, now: datetime) -> Explained:
    """Write down that the phrases were explained, by whose mouth, and whether they were understood.

    The same id by the same person answers the same row. Raises Patient.DoesNotExist out of reach, ExplainedRefused
    where the phrases have been replaced since the page was opened.
    """
    today = clock.local_day(now, by.zone)
    with transaction.atomic():
        locked_patient(new.patient_id, access=by, permission=Permission.RECORD_ALERT, day=today)
        earlier = Explained.objects.filter(pk=new.id, patient_id=new.patient_id, explained_by_id=by.actor_id).first()
        if earlier is not None:
            return earlier
        shown = phrase_sets().get(new.phrases)
        if shown is None or shown.version != new.version:
            raise ExplainedRefused(_("Các câu mẫu vừa được thay. Xem lại trang này rồi ghi."))
        row = Explained.objects.create(
            id=new.id, patient_id=new.patient_id, phrases=new.phrases, version=new.version,
            language=new.language.strip() or shown.name, interpreter=new.interpreter, understood=new.understood,
            explained_at=now, explained_by_id=by.actor_id,
        )  # fmt: skip
        audit.record(
            action="patient.explained", by=by, now=now, subject_kind="patient", subject_id=new.patient_id,
            patient_id=new.patient_id, phrases=new.phrases, understood=new.understood,
        )  # fmt: skip
    return row
