"""A patient's standing in treatment: every change is a row; the patient's row shows the newest."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.access import Access, Permission
from patients import changes
from patients.models import Patient, Status, StatusChange
from patients.queries.reach import locked_patient


class StatusRefused(Exception):
    """The status stays as it is; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


def change(*, patient_id: UUID, status: Status, from_day: date, reason: str, by: Access, now: datetime) -> Patient:
    """Give a patient another status from a day on, today or earlier, with the reason.

    Raises Patient.DoesNotExist out of reach, StatusRefused for the same status, a day to come or before the
    last change.
    """
    today = clock.local_day(now, by.zone)
    with transaction.atomic():
        patient = locked_patient(patient_id, access=by, permission=Permission.REGISTER_PATIENT, day=today)
        if patient.status == status:
            raise StatusRefused(_("Người bệnh đang ở tình trạng này. Chọn tình trạng khác."))
        if from_day > today:
            raise StatusRefused(_("Ngày thay đổi không được ở sau hôm nay."))
        last = StatusChange.objects.filter(patient_id=patient_id).order_by("-from_day").first()
        if last is not None and from_day < last.from_day:
            raise StatusRefused(
                _("Tình trạng hiện tại có từ ngày %(day)s. Chọn ngày đó hoặc sau đó.")
                % {"day": f"{last.from_day:%d/%m/%Y}"}
            )
        StatusChange.objects.create(
            patient_id=patient_id,
            status=status,
            from_day=from_day,
            reason=reason.strip(),
            recorded_at=now,
            recorded_by_id=by.actor_id,
        )
        patient.status = status
        patient.save(update_fields=["status"])
        changes.tell([patient_id], since=from_day, by=by, now=now)
        audit.record(
            action="patient.status_changed",
            by=by,
            now=now,
            subject_kind="patient",
            subject_id=patient_id,
            patient_id=patient_id,
            status=status,
            from_day=from_day.isoformat(),
        )
    return patient
