"""Announced absences: "I will be away Thursday and Friday", written down before; taken back where it is not so."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access, Permission
from core.clock import local_day
from core.constraints import violated
from dispensing.models import Absence
from dispensing.queries.prescribing import dosing_place
from dispensing.rules.flag_codes import AbsenceReason, ToldBy
from dispensing.rules.flag_settings import FlagSettings
from dispensing.rules.reviews import ReviewWhy
from dispensing.services import reviews
from dispensing.services.doses import OtherContent
from dispensing.services.incidents import IncidentRefused
from facilities.services import settings as rule_settings
from patients.queries.reach import locked_patient


@dataclass(frozen=True)
class NewAbsence:
    """From which day to which a patient will be away, both included; who said so, and why."""

    id: UUID
    patient_id: UUID
    from_day: date
    until_day: date
    reason: AbsenceReason
    told_by: ToldBy
    words: str = ""


def announce(*, command: NewAbsence, by: Access, now: datetime) -> Absence:
    """Write an absence down, today at the earliest: what is said afterwards is a reason, not an announcement.

    The days still count as missed for what may be poured. The same id with the same content answers the same row.
    Raises IncidentRefused, OtherContent, Patient.DoesNotExist out of reach.
    """
    today = local_day(now, by.zone)
    with transaction.atomic():
        patient = locked_patient(command.patient_id, access=by, permission=Permission.RECORD_CONTACT, day=today)
        facility_id = dosing_place(patient.pk, day=today, otherwise=by.facility_id).pk
        made = Absence(
            id=command.id, patient_id=patient.pk, facility_id=facility_id, from_day=command.from_day,
            until_day=command.until_day, reason=str(command.reason), told_by=str(command.told_by),
            words=command.words.strip(), recorded_at=now, recorded_by_id=by.actor_id,
        )  # fmt: skip
        stands = Absence.objects.filter(pk=command.id).first()
        if stands is not None:
            if _content(stands) != _content(made):
                raise OtherContent
            return stands
        _plausible(command, today, rule_settings.for_facility(FlagSettings, facility_id=facility_id, at=now))
        _insert(made)
        _audit("absence.announced", made, by, now)
        reviews.due([patient.pk], why=ReviewWhy.ABSENCE, now=now)
    return made


def cancel(*, absence_id: UUID, by: Access, now: datetime) -> Absence:
    """The patient is here after all, or never said so. Taken back once; answers the row.

    Raises IncidentRefused where its last day is over, Absence.DoesNotExist out of reach.
    """
    today = local_day(now, by.zone)
    with transaction.atomic():
        found = Absence.objects.get(pk=absence_id)
        try:
            locked_patient(found.patient_id, access=by, permission=Permission.RECORD_CONTACT, day=today)
        except found.patient.DoesNotExist as error:
            raise Absence.DoesNotExist from error
        found = Absence.objects.select_for_update().get(pk=absence_id)
        if found.cancelled_at is not None:
            return found
        if found.until_day < today:
            raise IncidentRefused(None, _("Những ngày này đã qua, không bỏ được nữa."))
        found.cancelled_at, found.cancelled_by_id = now, by.actor_id
        found.save(update_fields=["cancelled_at", "cancelled_by"])
        _audit("absence.cancelled", found, by, now)
        reviews.due([found.patient_id], why=ReviewWhy.ABSENCE, now=now)
    return found


def _plausible(command: NewAbsence, today: date, settings: FlagSettings) -> None:
    if command.from_day < today:
        raise IncidentRefused(
            "from_day", _("Báo vắng từ hôm nay trở đi. Ngày đã qua: ghi lý do ở mục liên hệ người bệnh.")
        )
    if command.until_day < command.from_day:
        raise IncidentRefused("until_day", _("Ngày cuối không được ở trước ngày đầu."))
    if command.from_day - today > timedelta(days=settings.absence_ahead_days_max):
        raise IncidentRefused("from_day", _("Ngày này còn xa quá. Xem lại ngày."))
    if (command.until_day - command.from_day).days >= settings.absence_days_max:
        raise IncidentRefused(
            "until_day",
            _("Một lần báo vắng dài tối đa %(days)d ngày. Vắng lâu hơn: hỏi bác sĩ về nơi uống khác.")
            % {"days": settings.absence_days_max},
        )


def _insert(made: Absence) -> None:
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        if violated(error) != "dispensing_absence_one_a_day":
            raise
        raise IncidentRefused(
            "from_day", _("Đã có báo vắng trùng những ngày này. Bỏ lần trước rồi ghi lại.")
        ) from error


def _content(row: Absence) -> tuple[object, ...]:
    said = (row.from_day, row.until_day, row.reason, row.told_by, row.words)
    return row.patient_id, *said, row.recorded_by_id


def _audit(action: str, row: Absence, by: Access, now: datetime) -> None:
    audit.record(
        action=action, by=by, now=now, subject_kind="absence", subject_id=row.pk, patient_id=row.patient_id,
        facility_id=row.facility_id, from_day=row.from_day.isoformat(), until_day=row.until_day.isoformat(),
    )  # fmt: skip
