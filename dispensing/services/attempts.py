"""What people did about somebody who stays away: each attempt is a fact; what settles the matter ends the task."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access, Permission
from core.clock import local_day
from core.constraints import violated
from dispensing.models import ContactAttempt
from dispensing.queries.prescribing import dosing_place
from dispensing.rules.flag_codes import HOW_WORDS, RESULT_WORDS, ContactHow, ContactResult
from dispensing.rules.flag_settings import FlagSettings
from dispensing.rules.flags import ASK_STATUS
from dispensing.rules.reviews import ReviewWhy
from dispensing.services import reviews
from dispensing.services.doses import OtherContent
from dispensing.services.flags import MISSED, STATUS, SUBJECT
from dispensing.services.incidents import IncidentRefused
from facilities.services import settings as rule_settings
from followup.rules.owners import Nearness
from followup.services import tasks
from followup.services.tasks import NewTask
from patients.queries.reach import locked_patient

LONGEST_AGO: Final = timedelta(days=14)


@dataclass(frozen=True)
class NewAttempt:
    """How somebody tried to reach the patient, when, and what came of it."""

    id: UUID
    patient_id: UUID
    at: datetime
    how: ContactHow
    result: ContactResult
    words: str = ""


def record(*, command: NewAttempt, by: Access, now: datetime) -> ContactAttempt:
    """Write the attempt down; what settled the matter ends the task, "not reached" stays in its timeline.

    Heard of a death or a move, somebody is asked to put it into the register: it changes no status by itself. The same
    id with the same content answers the same row. Raises IncidentRefused, OtherContent, Patient.DoesNotExist.
    """
    _plausible(command, now)
    day = local_day(now, by.zone)
    with transaction.atomic():
        patient = locked_patient(command.patient_id, access=by, permission=Permission.RECORD_CONTACT, day=day)
        facility_id = dosing_place(patient.pk, day=day, otherwise=by.facility_id).pk
        made = ContactAttempt(
            id=command.id, patient_id=patient.pk, facility_id=facility_id, at=command.at, how=str(command.how),
            result=str(command.result), words=command.words.strip(), recorded_at=now, recorded_by_id=by.actor_id,
        )  # fmt: skip
        stands = _stands(made)
        if stands is not None:
            return stands
        _act(made, by=by, now=now)
        audit.record(
            action="contact.recorded", by=by, now=now, subject_kind="contact", subject_id=made.pk,
            patient_id=patient.pk, facility_id=facility_id, how=made.how, result=made.result,
        )  # fmt: skip
        reviews.due([patient.pk], why=ReviewWhy.CONTACT, now=now)
    return made


def _plausible(command: NewAttempt, now: datetime) -> None:
    if command.at > now:
        raise IncidentRefused("at", _("Giờ liên hệ không thể sau bây giờ."))
    if now - command.at > LONGEST_AGO:
        raise IncidentRefused("at", _("Đã quá 14 ngày. Xem lại ngày và giờ."))
    if command.result is ContactResult.OTHER and not command.words.strip():
        raise IncidentRefused("words", _("Ghi rõ kết quả."))


def _stands(made: ContactAttempt) -> ContactAttempt | None:
    """The row that this id stands for already; raises OtherContent where it says something else."""
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        if violated(error) != "dispensing_contactattempt_pkey":
            raise
    else:
        return None
    stands = ContactAttempt.objects.get(pk=made.pk)
    if _content(stands) != _content(made):
        raise OtherContent
    return stands


def _content(row: ContactAttempt) -> tuple[object, ...]:
    return row.patient_id, row.at, row.how, row.result, row.words, row.recorded_by_id


def _act(made: ContactAttempt, *, by: Access, now: datetime) -> None:
    """What the attempt does to the open work."""
    said = said_of(made)
    if made.result == ContactResult.NOT_REACHED:
        tasks.remark(kind=MISSED, subject_kind=SUBJECT, subject_ids=[made.patient_id], words=said, by=by, now=now)
        return
    tasks.close(
        kind=MISSED, subject_kind=SUBJECT, subject_ids=[made.patient_id], outcome=made.result, words=said, by=by,
        now=now,
    )  # fmt: skip
    if made.result in ASK_STATUS:
        settings = rule_settings.for_facility(FlagSettings, facility_id=made.facility_id, at=now)
        tasks.open_tasks(
            [
                NewTask(
                    kind=STATUS, facility_id=made.facility_id, subject_kind=SUBJECT, subject_id=made.patient_id,
                    patient_id=made.patient_id, due_at=now + timedelta(hours=settings.flag_status_due_hours),
                    data={"result": made.result}, first=Nearness.SITE_HEAD,
                    worse=int(made.result == ContactResult.DIED),
                )
            ],
            by=by, now=now,
        )  # fmt: skip


def said_of(made: ContactAttempt) -> str:
    """One line for the timeline: how, what came of it, the words."""
    line = f"{HOW_WORDS[ContactHow(made.how)]}: {RESULT_WORDS[ContactResult(made.result)]}"
    return f"{line}. {made.words}" if made.words else line
