"""Urine tests, examinations and counselling: written down, and put right by a new record that names the old one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access, Permission
from core.clock import local_day
from dispensing.models import Counselling, Examination, UrineTest
from dispensing.queries.prescribing import dosing_place
from dispensing.rules.checkups import Wrong, check_day, check_next, check_urine
from dispensing.rules.reviews import ReviewWhy
from dispensing.rules.settings import DosingSettings
from dispensing.rules.stability_codes import AskedHow, CounsellingKind, Sample
from dispensing.rules.stability_settings import StabilitySettings
from dispensing.services import reviews
from dispensing.services.doses import OtherContent
from facilities.models import Facility
from facilities.services import settings as rule_settings
from patients.models import Patient
from patients.queries.reach import locked_patient

Row = TypeVar("Row", UrineTest, Examination, Counselling)
ANY_AGE: Final = 36_500  # days
URINE, EXAM, COUNSELLING = "urine_test", "examination", "counselling"
_WHY: Final = {URINE: ReviewWhy.URINE, EXAM: ReviewWhy.EXAM, COUNSELLING: ReviewWhy.COUNSELLING}


@dataclass(frozen=True)
class NewUrine:
    """`results`: substance to result, of a given sample. `corrects`: the record that this one puts right or completes;
    `took_place` false: that one never happened.
    """

    id: UUID
    patient_id: UUID
    taken_at: datetime
    asked: AskedHow
    sample: Sample
    observed: bool = False
    results: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    corrects: UUID | None = None
    took_place: bool = True


@dataclass(frozen=True)
class NewExam:
    """One of `place_id` and `place_words`, one of `physician_id` and `physician_name`."""

    id: UUID
    patient_id: UUID
    examined_on: date
    place_id: int | None = None
    place_words: str = ""
    physician_id: int | None = None
    physician_name: str = ""
    next_due: date | None = None
    note: str = ""
    corrects: UUID | None = None
    took_place: bool = True


@dataclass(frozen=True)
class NewCounselling:
    """One of `counsellor_id` and `counsellor_name`."""

    id: UUID
    patient_id: UUID
    held_on: date
    kind: CounsellingKind
    counsellor_id: int | None = None
    counsellor_name: str = ""
    note: str = ""
    corrects: UUID | None = None
    took_place: bool = True


class CheckupRefused(Exception):
    """Nothing was written; each of `wrongs` says at which field and what to do."""

    def __init__(self, wrongs: tuple[Wrong, ...]) -> None:
        self.wrongs = wrongs
        super().__init__("; ".join(wrong.sentence for wrong in wrongs))


def record_urine(*, command: NewUrine, by: Access, now: datetime) -> UrineTest:
    """Write a test down. Raises CheckupRefused, OtherContent, Patient.DoesNotExist beyond this person's reach."""
    given = command.sample == Sample.GIVEN
    with transaction.atomic():
        patient, place = _whom(command.patient_id, Permission.RECORD_TEST, by, now)
        row = UrineTest(
            id=command.id, patient=patient, facility=place, taken_at=command.taken_at, asked=command.asked,
            sample=command.sample, observed=given and command.observed, note=command.note.strip(),
            took_place=command.took_place, corrects_id=command.corrects, recorded_at=now, recorded_by_id=by.actor_id,
            **(command.results if given else {}),
        )  # fmt: skip
        wrongs = check_urine(
            sample=command.sample, results=dict(command.results), taken_at=command.taken_at,
            started_on=patient.treatment_started_on, now=now, oldest_days=_oldest(place, now, command.corrects),
        )  # fmt: skip
        return _write(row, wrongs, URINE, by, now)


def record_exam(*, command: NewExam, by: Access, now: datetime) -> Examination:
    """Write an examination down. Raises CheckupRefused, OtherContent, Patient.DoesNotExist."""
    with transaction.atomic():
        patient, place = _whom(command.patient_id, Permission.RECORD_TEST, by, now)
        row = Examination(
            id=command.id, patient=patient, facility=place, examined_on=command.examined_on,
            place_id=command.place_id, place_words="" if command.place_id else command.place_words.strip(),
            physician_id=command.physician_id,
            physician_name="" if command.physician_id else command.physician_name.strip(),
            next_due=command.next_due, note=command.note.strip(), took_place=command.took_place,
            corrects_id=command.corrects, recorded_at=now, recorded_by_id=by.actor_id,
        )  # fmt: skip
        settings = rule_settings.for_facility(StabilitySettings, facility_id=place.pk, at=now)
        wrongs = _day(command.examined_on, patient, place, command.corrects, by, now) + check_next(
            examined_on=command.examined_on, next_due=command.next_due, at_most_days=settings.exam_next_at_most_days
        )
        if not row.place_id and not row.place_words:
            wrongs += (Wrong("place_words", _("Ghi khám ở đâu.")),)
        if not row.physician_id and not row.physician_name:
            wrongs += (Wrong("physician_name", _("Ghi bác sĩ nào khám.")),)
        return _write(row, wrongs, EXAM, by, now)


def record_counselling(*, command: NewCounselling, by: Access, now: datetime) -> Counselling:
    """Write counselling down. Raises CheckupRefused, OtherContent, Patient.DoesNotExist."""
    with transaction.atomic():
        patient, place = _whom(command.patient_id, Permission.RECORD_COUNSELLING, by, now)
        row = Counselling(
            id=command.id, patient=patient, facility=place, held_on=command.held_on, kind=command.kind,
            counsellor_id=command.counsellor_id,
            counsellor_name="" if command.counsellor_id else command.counsellor_name.strip(),
            note=command.note.strip(), took_place=command.took_place, corrects_id=command.corrects,
            recorded_at=now, recorded_by_id=by.actor_id,
        )  # fmt: skip
        wrongs = _day(command.held_on, patient, place, command.corrects, by, now)
        if not row.counsellor_id and not row.counsellor_name:
            wrongs += (Wrong("counsellor_name", _("Ghi ai đã tư vấn.")),)
        return _write(row, wrongs, COUNSELLING, by, now)


def _whom(patient_id: UUID, permission: Permission, by: Access, now: datetime) -> tuple[Patient, Facility]:
    """The patient, locked, and where they drink."""
    today = local_day(now, by.zone)
    patient = locked_patient(patient_id, access=by, permission=permission, day=today)
    return patient, dosing_place(patient.pk, day=today, otherwise=by.facility_id)


def _oldest(place: Facility, now: datetime, corrects: UUID | None) -> int:
    """How many days ago a new record may lie; what puts an old one right may be as old as that."""
    if corrects is not None:
        return ANY_AGE
    return rule_settings.for_facility(DosingSettings, facility_id=place.pk, at=now).typed_later_days_max


def _day(
    day: date, patient: Patient, place: Facility, corrects: UUID | None, by: Access, now: datetime
) -> tuple[Wrong, ...]:
    return check_day(
        day=day, started_on=patient.treatment_started_on, today=local_day(now, by.zone), field="on",
        oldest_days=_oldest(place, now, corrects),
    )  # fmt: skip


def _write(row: Row, wrongs: tuple[Wrong, ...], kind: str, by: Access, now: datetime) -> Row:
    """One new row, its review and its trail; the row that stands where the same form came twice."""
    model = type(row)
    stands = model._default_manager.filter(pk=row.pk).first()
    if stands is not None:
        if _content(stands) != _content(row):
            raise OtherContent
        return stands
    wrongs = (*_uncorrectable(row), *wrongs)
    if wrongs:
        raise CheckupRefused(wrongs)
    row.save(force_insert=True)
    reviews.due([row.patient_id], why=_WHY[kind], now=now)
    audit.record(
        action=f"{kind}.recorded", by=by, now=now, subject_kind=kind, subject_id=row.pk, patient_id=row.patient_id,
        corrects=str(row.corrects_id or ""),
    )  # fmt: skip
    return row


def _uncorrectable(row: Row) -> tuple[Wrong, ...]:
    """A correction names a record of this patient that nobody has corrected yet."""
    if row.corrects_id is None:
        return ()
    old = type(row)._default_manager.filter(pk=row.corrects_id, patient_id=row.patient_id)
    if not old.exists():
        return (Wrong("", _("Không tìm thấy bản ghi cần sửa. Mở lại trang người bệnh.")),)
    if type(row)._default_manager.filter(corrects_id=row.corrects_id).exists():
        return (Wrong("", _("Đã có người sửa bản ghi này. Mở lại trang người bệnh để xem.")),)
    return ()


def _content(row: Row) -> dict[str, Any]:
    """What was said and by whom; not when it arrived."""
    return {
        each.attname: getattr(row, each.attname)
        for each in row._meta.concrete_fields
        if each.attname not in ("recorded_at", "facility_id")
    }
