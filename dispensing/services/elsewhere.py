"""Doses that other places gave, written down from their slips: kept whatever is wrong with them, never refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from core import audit
from core.access import Access, Permission
from core.clock import local_day
from core.models import AuditEvent
from dispensing.models import Dose, DoseElsewhere
from dispensing.queries.prescribing import dosing_place
from dispensing.rules import elsewhere as rules
from dispensing.rules.checkups import Wrong
from dispensing.rules.daycodes import Why
from dispensing.rules.elsewhere import ElsewhereSettings, KnownDay
from dispensing.rules.elsewhere_codes import PlaceKind
from dispensing.rules.facts import DoseKind
from dispensing.rules.reviews import ReviewWhy
from dispensing.services import days, reviews
from dispensing.services.doses import OtherContent
from facilities.models import Facility
from facilities.services import settings as rule_settings
from followup.models import CaseKind
from followup.services import cases
from followup.services.cases import Finding
from patients.models import Patient
from patients.queries.reach import locked_patient

SUBJECT: Final = "elsewhere"


@dataclass(frozen=True)
class NewElsewhere:
    """The same dose on every day from `day` to `until`, as one slip says. `photos`: digests of attachments.

    `corrects`: the record of one day that this one puts right; `took_place` false: that one never happened.
    """

    id: UUID
    patient_id: UUID
    day: date
    mg: Decimal
    place_kind: PlaceKind
    place: str
    confirmed_by: str
    until: date | None = None
    slip_number: str = ""
    photos: tuple[str, ...] = ()
    note: str = ""
    corrects: UUID | None = None
    took_place: bool = True


class ElsewhereRefused(Exception):
    """Nothing was written; each of `wrongs` says at which field and what to do."""

    def __init__(self, wrongs: tuple[Wrong, ...]) -> None:
        self.wrongs = wrongs
        super().__init__("; ".join(wrong.sentence for wrong in wrongs))


def id_of(command_id: UUID, *, day: date, first: date) -> UUID:
    """The id of one day's row: the form's own for the first day, made from it for every other."""
    return command_id if day == first else uuid5(command_id, day.isoformat())


def record(*, command: NewElsewhere, by: Access, now: datetime) -> list[DoseElsewhere]:
    """Write it down, a row for each day, oldest first. The same id with the same content answers the same rows.

    A day that has a dose here, or elsewhere already, is written down all the same, with a finding and a case. Days that
    were decided are decided again, and the patient is looked at. Raises ElsewhereRefused for what cannot be so,
    OtherContent, Patient.DoesNotExist beyond this person's reach.
    """
    today = local_day(now, by.zone)
    with transaction.atomic():
        patient = locked_patient(command.patient_id, access=by, permission=Permission.RECORD_ELSEWHERE, day=today)
        place = dosing_place(patient.pk, day=today, otherwise=by.facility_id)
        settings = rule_settings.for_facility(ElsewhereSettings, facility_id=place.pk, at=now)
        rows = _rows(command, patient, place, settings, by, now)
        stands = {row.pk: row for row in DoseElsewhere.objects.filter(pk__in=[row.pk for row in rows])}
        if stands:
            return _same_again(rows, stands)
        wrongs = (*_uncorrectable(command), *_wrongs(command, patient, settings, today))
        if wrongs:
            raise ElsewhereRefused(wrongs)
        _with_findings(rows, command)
        DoseElsewhere.objects.bulk_create(rows)
        _afterwards(rows, command, by, now)
    return rows


def record_many(
    *, commands: Sequence[NewElsewhere], patients: Mapping[UUID, Patient], place: Facility, by: Access, now: datetime
) -> list[DoseElsewhere]:
    """What the book before this one documents of patients who enter the register in the caller's transaction: a fixed
    number of statements, nothing judged, because nothing is recorded of their days yet. A vial handed out for a day
    that is still to come stands for that day from then on.
    """
    settings = rule_settings.for_facility(ElsewhereSettings, facility_id=place.pk, at=now)
    rows = [row for each in commands for row in _rows(each, patients[each.patient_id], place, settings, by, now)]
    DoseElsewhere.objects.bulk_create(rows)
    AuditEvent.objects.bulk_create(
        audit.event(
            action="elsewhere.recorded", by=by, now=now, subject_kind=SUBJECT, subject_id=each.id,
            patient_id=each.patient_id, facility_id=place.pk, first=each.day.isoformat(),
            last=(each.until or each.day).isoformat(), counts=True, corrects="",
        )
        for each in commands
    )  # fmt: skip
    return rows


def _rows(
    command: NewElsewhere, patient: Patient, place: Facility, settings: ElsewhereSettings, by: Access, now: datetime
) -> list[DoseElsewhere]:
    last = command.until or command.day
    span = min(max((last - command.day).days, 0), settings.elsewhere_days_max)
    slip = command.slip_number.strip()
    proven = bool(slip or command.photos)
    return [
        DoseElsewhere(
            id=id_of(command.id, day=day, first=command.day),
            patient=patient,
            facility=place,
            day=day,
            mg=command.mg,
            place_kind=str(command.place_kind),
            place=command.place.strip(),
            slip_number=slip,
            photos=list(command.photos),
            confirmed_by=command.confirmed_by.strip(),
            note=command.note.strip(),
            proven=proven,
            counts=command.took_place and (proven or not settings.elsewhere_needs_proof),
            took_place=command.took_place,
            corrects_id=command.corrects,
            recorded_at=now,
            recorded_by_id=by.actor_id,
        )
        for day in (command.day + timedelta(days=number) for number in range(span + 1))
    ]


def _wrongs(command: NewElsewhere, patient: Patient, settings: ElsewhereSettings, today: date) -> tuple[Wrong, ...]:
    return rules.check(
        first=command.day, last=command.until or command.day, mg=command.mg, place=command.place.strip(),
        confirmed_by=command.confirmed_by.strip(), started_on=patient.treatment_started_on, today=today,
        settings=settings, correction=command.corrects is not None,
    )  # fmt: skip


def _uncorrectable(command: NewElsewhere) -> tuple[Wrong, ...]:
    """A correction names a record of this patient that nobody has corrected yet, and one day."""
    if command.corrects is None:
        return ()
    old = DoseElsewhere.objects.filter(pk=command.corrects, patient_id=command.patient_id)
    if not old.exists():
        return (Wrong("", _("Không tìm thấy bản ghi cần sửa. Mở lại trang người bệnh.")),)
    if DoseElsewhere.objects.filter(corrects_id=command.corrects).exists():
        return (Wrong("", _("Đã có người sửa bản ghi này. Mở lại trang người bệnh để xem.")),)
    if command.until not in (None, command.day):
        return (Wrong("until", _("Sửa từng ngày một.")),)
    return ()


def _with_findings(rows: list[DoseElsewhere], command: NewElsewhere) -> None:
    """What each of the days holds already, in two statements."""
    if not command.took_place:
        return
    days_asked = [row.day for row in rows]
    here = (
        Dose.objects.filter(patient_id=command.patient_id, covers_day__in=days_asked, void__isnull=True)
        .exclude(kind=DoseKind.REPLACEMENT)
        .order_by()
        .values_list("covers_day")
        .annotate(mg=Sum("mg"))
    )
    others = (
        DoseElsewhere.objects.filter(
            patient_id=command.patient_id, day__in=days_asked, took_place=True, corrected_by__isnull=True
        )
        .exclude(pk__in=[command.corrects] if command.corrects else [])
        .order_by()
        .values_list("day")
        .annotate(total=Sum("mg"))
    )
    drunk, documented = dict(here), dict(others)
    for row in rows:
        known = KnownDay(drunk.get(row.day, Decimal(0)), documented.get(row.day, Decimal(0)))
        row.findings = rules.findings(day=row.day, mg=row.mg, known=known, proven=row.proven)


def _afterwards(rows: list[DoseElsewhere], command: NewElsewhere, by: Access, now: datetime) -> None:
    """The trail, the cases, the days decided again, the patient looked at."""
    first, last = rows[0], rows[-1]
    touched = [row.day for row in rows]
    if command.corrects is not None:
        touched.append(DoseElsewhere.objects.values_list("day", flat=True).get(pk=command.corrects))
    audit.record(
        action="elsewhere.recorded", by=by, now=now, subject_kind=SUBJECT, subject_id=first.pk,
        patient_id=first.patient_id, facility_id=first.facility_id, first=first.day.isoformat(),
        last=last.day.isoformat(), counts=first.counts, corrects=str(command.corrects or ""),
    )  # fmt: skip
    cases.open_cases_many(
        [
            Finding(
                CaseKind.CONFLICTING_DOSE, row.facility_id, SUBJECT, row.pk, now, row.patient_id,
                [found for found in row.findings if rules.needs_case([found])],
            )
            for row in rows
            if rules.needs_case(row.findings)
        ],
        by=by,
    )  # fmt: skip
    for day in sorted(set(touched)):
        days.after_the_day(patient_id=first.patient_id, day=day, by=by, now=now, why=Why.LATE_FACT)
    reviews.due([first.patient_id], why=ReviewWhy.ELSEWHERE, now=now)


def _same_again(rows: list[DoseElsewhere], stands: dict[UUID, DoseElsewhere]) -> list[DoseElsewhere]:
    if len(stands) != len(rows) or any(_content(stands[row.pk]) != _content(row) for row in rows):
        raise OtherContent
    return [stands[row.pk] for row in rows]


def _content(row: DoseElsewhere) -> dict[str, Any]:
    """What was said and by whom; not when it arrived, nor what it was judged to be."""
    beside = ("recorded_at", "facility_id", "findings", "counts")
    names = (each.attname for each in row._meta.concrete_fields if each.attname not in beside)
    return {name: getattr(row, name) for name in names}
