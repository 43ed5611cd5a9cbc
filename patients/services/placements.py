"""Where a patient drinks: exactly one facility on each day, held by the database."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.access import Access, Permission
from core.constraints import violated
from patients.models import Placement, PlacementKind
from patients.queries.reach import dosing_facilities, in_force, locked_patient


class PlacementRefused(Exception):
    """The patient stays where they are; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


def place(*, patient_id: UUID, facility_id: int, starts_on: date, by: Access, now: datetime) -> Placement:
    """Give a patient who drinks nowhere a facility from a day on, today at the earliest.

    Raises Patient.DoesNotExist out of reach, PlacementRefused on a wrong day or where there is a placement
    already.
    """
    today = clock.local_day(now, by.zone)
    with transaction.atomic():
        locked_patient(patient_id, access=by, permission=Permission.REGISTER_PATIENT, day=today)
        if starts_on < today:
            raise PlacementRefused(_("Ngày bắt đầu không được ở trước hôm nay."))
        made = _insert(patient_id, facility_id, starts_on, by=by, now=now)
        _audit("patient.placed", made, by=by, now=now)
    return made


def move(*, patient_id: UUID, facility_id: int, starts_on: date, by: Access, now: datetime) -> Placement:
    """Let a patient drink at another facility from a day on; the day before is the last at the old one.

    Tomorrow at the earliest (domain 3: dosing moves from D+1), so that today has one facility whatever the
    hour. Raises Patient.DoesNotExist out of reach, PlacementRefused otherwise.
    """
    today = clock.local_day(now, by.zone)
    with transaction.atomic():
        locked_patient(patient_id, access=by, permission=Permission.REGISTER_PATIENT, day=today)
        present = Placement.objects.filter(in_force(today), patient_id=patient_id).first()
        if present is None:
            raise PlacementRefused(_("Người bệnh hiện chưa uống ở cơ sở nào. Xếp nơi uống trước."))
        if present.facility_id == facility_id:
            raise PlacementRefused(_("Người bệnh đang uống ở chính cơ sở này. Chọn cơ sở khác."))
        if starts_on <= today:
            raise PlacementRefused(_("Chuyển sớm nhất là từ ngày mai: hôm nay vẫn uống ở nơi cũ."))
        if present.ended_on is None:
            _end(present, last_day=starts_on - timedelta(days=1), by=by)
        made = _insert(patient_id, facility_id, starts_on, by=by, now=now)
        _audit("patient.moved", made, by=by, now=now, moved_from=present.facility_id)
    return made


def _end(placement: Placement, *, last_day: date, by: Access) -> None:
    Placement.objects.filter(pk=placement.pk, ended_on__isnull=True).update(ended_on=last_day, ended_by_id=by.actor_id)


def _insert(patient_id: UUID, facility_id: int, starts_on: date, *, by: Access, now: datetime) -> Placement:
    if not dosing_facilities().filter(pk=facility_id).exists():
        raise PlacementRefused(_("Chọn cơ sở trong danh sách."))
    made = Placement(
        patient_id=patient_id,
        facility_id=facility_id,
        kind=PlacementKind.HOME,
        starts_on=starts_on,
        recorded_at=now,
        recorded_by_id=by.actor_id,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        if violated(error) != "patients_placement_one_a_day":
            raise
        raise PlacementRefused(
            _("Từ ngày đó người bệnh đã có nơi uống thuốc; mỗi ngày chỉ một nơi. Chọn ngày khác.")
        ) from error
    return made


def _audit(action: str, made: Placement, *, by: Access, now: datetime, **detail: int) -> None:
    audit.record(
        action=action,
        by=by,
        now=now,
        subject_kind="placement",
        subject_id=made.pk,
        patient_id=made.patient_id,
        facility_id=made.facility_id,
        starts_on=made.starts_on.isoformat(),
        **detail,
    )
