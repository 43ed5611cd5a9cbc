"""Alerts: what the patient, a paper or a clinic says that changes today's act (domain 12.2); nothing is edited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.access import Access, Permission
from core.constraints import violated
from core.ids import new_id
from core.models import AuditEvent
from followup.models import CaseKind
from followup.services import cases
from followup.services.cases import Finding
from patients.models import Alert, AlertMedicine, MedicinesAsked
from patients.queries.reach import locked_patient, patients_for
from patients.rules.alerts import OTHER, AlertKind, AlertSource, EndedWhy, MedicineChange, MedicineEffect, effect_of


class AlertRefused(Exception):
    """Nothing was written; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True)
class NewAlert:
    """One thing to heed from `since` on. Of a medicine: one of the list or `other`, its name where it is known, what it
    does as far as anybody can say, started or stopped.
    """

    id: UUID
    patient_id: UUID
    kind: AlertKind
    since: date
    source: AlertSource
    medicine: str = OTHER
    name: str = ""
    effect: MedicineEffect = MedicineEffect.UNKNOWN
    change: MedicineChange = MedicineChange.STARTED

    @property
    def is_medicine(self) -> bool:
        return self.kind is AlertKind.MEDICINE


def record(*, new: NewAlert, by: Access, now: datetime) -> Alert:
    """Write an alert down; unless a prescriber does it, a physician gets a case (`alert_physician_hours`).

    The same id with the same content by the same person answers the same alert. Raises Patient.DoesNotExist out of
    reach, AlertRefused for a day to come, for an illness that stands already, and for other content under the id.
    """
    today = clock.local_day(now, by.zone)
    with transaction.atomic():
        locked_patient(new.patient_id, access=by, permission=Permission.RECORD_ALERT, day=today)
        earlier = Alert.objects.filter(pk=new.id).first()
        if earlier is not None:
            return _same_again(earlier, new, by)
        if new.since > today:
            raise AlertRefused(_("Ngày này chưa tới. Ghi ngày hôm nay hoặc trước đó."))
        made = _write(_row(new, by, now), new.name.strip() or _name_of_list(new))
        if new.is_medicine and new.source is AlertSource.PATIENT:
            _asked(new_id(), new.patient_id, any_new=True, by=by, now=now)
        _tell(made, by, now)
    return made


def record_many(*, new: Sequence[NewAlert], by: Access, now: datetime) -> list[Alert]:
    """Alerts of patients who enter the register in the caller's transaction, in a fixed number of statements.

    As `record`: each is a case for a physician unless a prescriber writes it. The caller answers for days and doubles.
    """
    made = [_row(each, by, now) for each in new]
    Alert.objects.bulk_create(made)
    named = zip(made, (each.name.strip() or _name_of_list(each) for each in new), strict=True)
    AlertMedicine.objects.bulk_create(
        AlertMedicine(alert=alert, name=name) for alert, name in named if alert.kind == AlertKind.MEDICINE and name
    )
    AuditEvent.objects.bulk_create(
        audit.event(
            action="alert.recorded", by=by, now=now, subject_kind="alert", subject_id=alert.pk,
            patient_id=alert.patient_id, **_figures(alert),
        )
        for alert in made
    )  # fmt: skip
    if by.facility_id is not None and not by.may(Permission.PRESCRIBE):
        cases.open_cases_many([_finding(alert, by.facility_id, now) for alert in made], by=by)
    return made


def stop(*, alert_id: UUID, stopped_id: UUID, on: date, by: Access, now: datetime) -> Alert:
    """A medicine is no longer taken from a day on: its alert ends, and one of the stop begins, with the same class and
    name. Raises Alert.DoesNotExist out of reach, AlertRefused for a day to come or before the start.
    """
    today = clock.local_day(now, by.zone)
    with transaction.atomic():
        alert = _locked(alert_id, by, today)
        earlier = Alert.objects.filter(pk=stopped_id, patient_id=alert.patient_id, recorded_by_id=by.actor_id).first()
        if earlier is not None:
            return earlier
        if alert.kind != AlertKind.MEDICINE or alert.change != MedicineChange.STARTED or alert.ended_on:
            raise AlertRefused(_("Thuốc này không còn ghi là đang uống. Xem lại danh sách."))
        if not alert.since <= on <= today:
            raise AlertRefused(_("Ngày ngừng phải từ ngày bắt đầu đến hôm nay."))
        _end(alert, EndedWhy.OVER, on, by, now)
        stopped = Alert(
            id=stopped_id, patient_id=alert.patient_id, kind=alert.kind, effect=alert.effect,
            change=MedicineChange.STOPPED, since=on, source=alert.source, recorded_at=now, recorded_by_id=by.actor_id,
        )  # fmt: skip
        named = AlertMedicine.objects.filter(pk=alert.pk).values_list("name", flat=True).first()
        _write(stopped, named or "")
        _tell(stopped, by, now)
    return stopped


def end(*, alert_id: UUID, why: EndedWhy, by: Access, now: datetime) -> Alert:
    """It is over, or was recorded by mistake. Ended twice is ended once. Raises Alert.DoesNotExist out of reach."""
    today = clock.local_day(now, by.zone)
    with transaction.atomic():
        alert = _locked(alert_id, by, today)
        if alert.ended_on is None:
            _end(alert, why, max(today, alert.since), by, now)
    return alert


def medicine_name(*, alert_id: UUID, by: Access, now: datetime) -> str:
    """Which medicine it is; the look is written down. Empty where nobody knew the name.

    Raises PermissionDenied without the permission, and writes that down, too; Alert.DoesNotExist out of reach.
    """
    permission = Permission.VIEW_MEDICINE_NAME if by.may(Permission.VIEW_MEDICINE_NAME) else Permission.RECORD_ALERT
    mine = patients_for(by, permission, day=clock.local_day(now, by.zone))
    alert = Alert.objects.select_related("medicine").get(pk=alert_id, patient__in=mine)
    seen = permission is Permission.VIEW_MEDICINE_NAME
    _audit("alert.medicine_seen" if seen else "alert.medicine_refused", alert, by, now)
    if not seen:
        raise PermissionDenied
    return alert.medicine.name if hasattr(alert, "medicine") else ""


def asked(*, asked_id: UUID, patient_id: UUID, by: Access, now: datetime) -> MedicinesAsked:
    """The patient was asked and takes no new medicine. The same id again answers the same row.

    Raises Patient.DoesNotExist out of reach.
    """
    today = clock.local_day(now, by.zone)
    with transaction.atomic():
        locked_patient(patient_id, access=by, permission=Permission.RECORD_ALERT, day=today)
        earlier = MedicinesAsked.objects.filter(pk=asked_id, patient_id=patient_id).first()
        return earlier or _asked(asked_id, patient_id, any_new=False, by=by, now=now)


def _row(new: NewAlert, by: Access, now: datetime) -> Alert:
    return Alert(
        id=new.id,
        patient_id=new.patient_id,
        kind=new.kind,
        effect=effect_of(new.medicine, new.effect) if new.is_medicine else "",
        change=new.change if new.is_medicine else "",
        since=new.since,
        source=new.source,
        recorded_at=now,
        recorded_by_id=by.actor_id,
    )


def _name_of_list(new: NewAlert) -> str:
    """A medicine picked from the list is its own name."""
    return new.medicine if new.is_medicine and new.medicine != OTHER else ""


def _same_again(earlier: Alert, new: NewAlert, by: Access) -> Alert:
    wanted = (new.patient_id, str(new.kind), new.since, str(new.source), by.actor_id)
    if (earlier.patient_id, earlier.kind, earlier.since, earlier.source, earlier.recorded_by_id) != wanted:
        raise AlertRefused(_("Màn hình này đã cũ. Mở lại trang và ghi lại."))
    return earlier


def _write(alert: Alert, name: str) -> Alert:
    try:
        with transaction.atomic():
            alert.save(force_insert=True)
    except IntegrityError as error:
        if violated(error) == "patients_alert_one_open":
            raise AlertRefused(_("Điều này đã được ghi và còn hiệu lực.")) from error
        raise
    if alert.kind == AlertKind.MEDICINE and name:
        AlertMedicine.objects.create(alert=alert, name=name)
    return alert


def _locked(alert_id: UUID, by: Access, today: date) -> Alert:
    """The alert, its patient's row locked first."""
    patient_id = Alert.objects.values_list("patient_id", flat=True).get(pk=alert_id)
    mine = patients_for(by, Permission.RECORD_ALERT, day=today)
    if not mine.select_for_update(of=("self",)).filter(pk=patient_id).first():
        raise Alert.DoesNotExist(alert_id)
    return Alert.objects.get(pk=alert_id)


def _end(alert: Alert, why: EndedWhy, on: date, by: Access, now: datetime) -> None:
    alert.ended_on, alert.ended_by_id, alert.ended_why = on, by.actor_id, why
    alert.save(update_fields=["ended_on", "ended_by", "ended_why"])
    _audit("alert.ended", alert, by, now, why=str(why))


def _asked(asked_id: UUID, patient_id: UUID, *, any_new: bool, by: Access, now: datetime) -> MedicinesAsked:
    row = MedicinesAsked.objects.create(
        id=asked_id, patient_id=patient_id, asked_on=clock.local_day(now, by.zone), any_new=any_new, asked_at=now,
        asked_by_id=by.actor_id,
    )  # fmt: skip
    audit.record(
        action="patient.asked_medicines", by=by, now=now, subject_kind="patient", subject_id=patient_id,
        patient_id=patient_id, any_new=any_new,
    )  # fmt: skip
    return row


def _tell(alert: Alert, by: Access, now: datetime) -> None:
    """The trail, and the case for a physician where no prescriber has seen it yet."""
    _audit("alert.recorded", alert, by, now, **_figures(alert))
    if by.facility_id is not None and not by.may(Permission.PRESCRIBE):
        cases.open_cases_many([_finding(alert, by.facility_id, now)], by=by)


def _figures(alert: Alert) -> dict[str, Any]:
    figures = {"kind": alert.kind, "effect": alert.effect, "change": alert.change, "since_on": alert.since.isoformat()}
    return {key: value for key, value in figures.items() if value}


def _finding(alert: Alert, facility_id: int, now: datetime) -> Finding:
    told = [{"code": f"{alert.change or 'told'}", "data": _figures(alert)}]
    return Finding(CaseKind.ALERT_REVIEW, facility_id, "alert", alert.pk, now, alert.patient_id, told)


def _audit(action: str, alert: Alert, by: Access, now: datetime, **detail: Any) -> None:
    audit.record(
        action=action, by=by, now=now, subject_kind="alert", subject_id=alert.pk, patient_id=alert.patient_id, **detail
    )
