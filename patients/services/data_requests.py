"""What somebody asks about their own data: written down, answered, put off once, done; a task says by when."""

from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.access import Access, Permission
from core.constraints import violated
from facilities.queries.calendar import Calendar, calendar_between
from facilities.services import settings
from followup.services import tasks
from followup.services.tasks import NewTask
from patients.models import DataRequest
from patients.queries.reach import locked_patient
from patients.queries.whose import facility_of
from patients.rules import data_requests as rules
from patients.rules.data_requests import AskedFor, DataSettings, Outcome

ANSWER: Final = "data_request_answer"
DO: Final = "data_request_do"
SUBJECT: Final = "data_request"
ANSWERED, ENDED, PUT_OFF = "answered", "ended", "put_off"
_CLOSING: Final = time(17, 0)


class DataRequestRefused(Exception):
    """Nothing was written; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


def receive(
    *, request_id: UUID, patient_id: UUID, kind: AskedFor, received_on: date, words: str, by: Access, now: datetime
) -> DataRequest:
    """Write a request down; somebody of the facility has its answer as a task. The same id again is the same request.

    Raises Patient.DoesNotExist out of reach, DataRequestRefused for a day to come, and while one of its kind is open.
    """
    today = clock.local_day(now, by.zone)
    if received_on > today:
        raise DataRequestRefused(_("Ngày nhận không thể sau hôm nay."))
    try:
        with transaction.atomic():
            locked_patient(patient_id, access=by, permission=Permission.REGISTER_PATIENT, day=today)
            held = DataRequest.objects.filter(pk=request_id, patient_id=patient_id, recorded_by_id=by.person_id).first()
            if held is not None:
                if (held.kind, held.received_on, held.words) != (str(kind), received_on, words.strip()):
                    raise DataRequestRefused(_("Yêu cầu này đã được ghi với nội dung khác. Mở lại trang và xem."))
                return held
            facility_id = facility_of(patient_id, day=today)
            group = settings.for_facility(DataSettings, facility_id=facility_id, at=now)
            calendar = _calendar(received_on)
            days_off = calendar.holidays | calendar.swapped_rest
            answer_by = rules.answer_due(received_on, days_off=days_off, worked=calendar.swapped_work, rules=group)
            made = DataRequest.objects.create(
                id=request_id, patient_id=patient_id, kind=kind, received_on=received_on, words=words.strip(),
                answer_due=answer_by, due=max(answer_by, rules.done_due(kind, received_on, rules=group)),
                recorded_at=now, recorded_by_id=by.actor_id,
            )  # fmt: skip
            _task(ANSWER, made, facility_id, made.answer_due, by=by, now=now)
            _told("data_request.received", made, by=by, now=now, kind=str(kind))
    except IntegrityError as error:
        if violated(error) != "patients_datarequest_open_once":
            raise
        raise DataRequestRefused(_("Yêu cầu loại này đang mở. Trả lời yêu cầu đó trước.")) from error
    return made


def answer(*, request_id: UUID, patient_id: UUID, by: Access, now: datetime) -> DataRequest:
    """The patient was answered; what is still to be done has its own time. A second time changes nothing."""
    with transaction.atomic():
        row = _locked(request_id, patient_id, by, now)
        if row.answered_at is None and row.ended_at is None:
            row.answered_at, row.answered_by_id = now, by.actor_id
            row.save(update_fields=["answered_at", "answered_by"])
            _close(row, ANSWER, ANSWERED, by=by, now=now)
            _task(DO, row, facility_of(patient_id, day=clock.local_day(now, by.zone)), row.due, by=by, now=now)
            _told("data_request.answered", row, by=by, now=now)
    return row


def put_off(*, request_id: UUID, patient_id: UUID, why: str, by: Access, now: datetime) -> DataRequest:
    """Give it more time, once, as much as the law allows, with the reason that the patient was told.

    Raises DataRequestRefused before it was answered, a second time, and once it has ended.
    """
    today = clock.local_day(now, by.zone)
    with transaction.atomic():
        row = _locked(request_id, patient_id, by, now)
        if row.answered_at is None:
            raise DataRequestRefused(_("Trả lời người bệnh trước, rồi mới lùi hạn."))
        if row.extended_to is not None or row.ended_at is not None:
            raise DataRequestRefused(_("Chỉ lùi hạn được một lần, khi yêu cầu còn mở."))
        facility_id = facility_of(patient_id, day=today)
        group = settings.for_facility(DataSettings, facility_id=facility_id, at=now)
        row.extended_to, row.extended_by_id = rules.last_day(row.due, rules=group), by.actor_id
        row.extended_why = why.strip()
        row.save(update_fields=["extended_to", "extended_by", "extended_why"])
        _close(row, DO, PUT_OFF, by=by, now=now)
        _task(DO, row, facility_id, row.extended_to, by=by, now=now)
        _told("data_request.put_off", row, by=by, now=now)
    return row


def end(*, request_id: UUID, patient_id: UUID, outcome: Outcome, by: Access, now: datetime) -> DataRequest:
    """Nothing of it is left to do. A second time changes nothing."""
    with transaction.atomic():
        row = _locked(request_id, patient_id, by, now)
        if row.ended_at is None:
            row.ended_at, row.ended_by_id, row.outcome = now, by.actor_id, outcome
            row.save(update_fields=["ended_at", "ended_by", "outcome"])
            for kind in (ANSWER, DO):
                _close(row, kind, ENDED, by=by, now=now)
            _told("data_request.ended", row, by=by, now=now, outcome=str(outcome))
    return row


def _locked(request_id: UUID, patient_id: UUID, by: Access, now: datetime) -> DataRequest:
    day = clock.local_day(now, by.zone)
    locked_patient(patient_id, access=by, permission=Permission.REGISTER_PATIENT, day=day)
    return DataRequest.objects.get(pk=request_id, patient_id=patient_id)


def _calendar(received_on: date) -> Calendar:
    """Of the weeks that follow; the longest Tết has nine days."""
    return calendar_between(received_on, received_on.fromordinal(received_on.toordinal() + 30))


def _task(kind: str, row: DataRequest, facility_id: int, due: date, *, by: Access, now: datetime) -> None:
    wanted = NewTask(
        kind=kind, facility_id=facility_id, subject_kind=SUBJECT, subject_id=row.pk, patient_id=row.patient_id,
        due_at=datetime.combine(due, _CLOSING, ZoneInfo(by.zone)), data={"asked": row.kind},
    )  # fmt: skip
    tasks.open_tasks([wanted], by=by, now=now)


def _close(row: DataRequest, kind: str, outcome: str, *, by: Access, now: datetime) -> None:
    tasks.close(kind=kind, subject_kind=SUBJECT, subject_ids=[row.pk], outcome=outcome, by=by, now=now)


def _told(action: str, row: DataRequest, *, by: Access, now: datetime, **detail: Any) -> None:
    audit.record(
        action=action, by=by, now=now, subject_kind=SUBJECT, subject_id=row.pk, patient_id=row.patient_id, **detail
    )
