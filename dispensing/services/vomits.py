"""A patient vomited after a dose: what was seen, how long after, and what an order may replace."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access
from core.ids import new_id
from dispensing.models import Dose, DoseVoid, Outcome, VomitRecord
from dispensing.queries.snapshot import bottle_facts, device_fact
from dispensing.rules.choices import OutcomeCode
from dispensing.rules.daycodes import Why
from dispensing.rules.incident_codes import VomitSeen
from dispensing.rules.incident_settings import IncidentSettings
from dispensing.rules.incidents import replaceable_mg, replaced_share
from dispensing.rules.measuring import granule_mg
from dispensing.rules.reviews import ReviewWhy
from dispensing.rules.violations import Code
from dispensing.services import alarms, days, reviews
from dispensing.services.doses import OtherContent, lock_patient
from dispensing.services.incidents import IncidentRefused
from facilities.rules import digest
from facilities.services import settings as rule_settings
from followup.models import CaseKind
from followup.services import cases
from inventory.queries.window import site_window

SUBJECT: Final = "vomit"


@dataclass(frozen=True)
class NewVomit:
    """`witnessed`: somebody of the staff saw it; else it was only told."""

    id: UUID
    dose_id: UUID
    vomited_at: datetime
    witnessed: bool
    seen: VomitSeen


def record(*, command: NewVomit, by: Access, now: datetime) -> VomitRecord:
    """Write it down, work out by the bands what may be replaced, and tell the physician by a case.

    A dose is vomited once: who records it again gets the record that stands. Within the bands the day counts as vomited
    until a replacement is drunk. Raises IncidentRefused, OtherContent, Dose.DoesNotExist beyond this facility.
    """
    patient_id = Dose.objects.values_list("patient_id", flat=True).get(
        pk=command.dose_id, facility_id=by.facility_id or 0
    )
    with transaction.atomic():
        lock_patient(patient_id)
        stands = VomitRecord.objects.filter(pk=command.id).first()
        if stands is not None and (stands.dose_id, stands.recorded_by_id) != (command.dose_id, by.actor_id):
            raise OtherContent
        stands = stands or VomitRecord.objects.filter(dose_id=command.dose_id).first()
        if stands is not None:
            return stands
        dose = Dose.objects.get(pk=command.dose_id)
        _check(command, dose, now)
        settings = rule_settings.for_facility(IncidentSettings, facility_id=dose.facility_id, at=now)
        after = command.vomited_at - dose.given_at
        share = replaced_share(after=after, witnessed=command.witnessed, settings=settings)
        made = VomitRecord.objects.create(
            id=command.id, dose=dose, patient_id=dose.patient_id, facility_id=dose.facility_id, day=dose.covers_day,
            vomited_at=command.vomited_at, minutes=int(after.total_seconds() // 60), witnessed=command.witnessed,
            seen=command.seen, replace_mg=replaceable_mg(mg=dose.mg, share=share, granule_mg=_granule(dose)),
            rules_digest=digest(settings), recorded_at=now, recorded_by_id=by.actor_id,
        )  # fmt: skip
        if replaced_share(after=after, witnessed=True, settings=settings) > 0:
            _state_day(made, by, now)
            days.after_the_day(patient_id=patient_id, day=made.day, by=by, now=now, why=Why.LATE_FACT)
        reviews.due([patient_id], why=ReviewWhy.VOMIT, now=now)
        _tell(made, by, now)
    return made


def _check(command: NewVomit, dose: Dose, now: datetime) -> None:
    if DoseVoid.objects.filter(dose=dose).exists():
        raise IncidentRefused(None, _("Bản ghi liều này đã được hủy. Mở lại danh sách để xem."))
    if command.vomited_at < dose.given_at:
        raise IncidentRefused("at", _("Giờ nôn phải sau giờ uống."))
    if command.vomited_at > now:
        raise IncidentRefused("at", _("Giờ nôn không thể sau bây giờ."))


def _granule(dose: Dose) -> Decimal:
    """The dose step that can be measured here now, 1 mg while no bottle or device says."""
    window = site_window(facility_id=dose.facility_id)
    device, opened = device_fact(window), [b for b in bottle_facts(window) if not b.quarantined]
    return granule_mg(opened[0].concentration, device) if device is not None and opened else Decimal(1)


def _state_day(made: VomitRecord, by: Access, now: datetime) -> None:
    """The day's outcome: vomited and not replaced yet, also where it was the replacement that came up."""
    Outcome.objects.create(
        id=new_id(), patient_id=made.patient_id, facility_id=made.facility_id, day=made.day, code=OutcomeCode.VOMITED,
        at=made.vomited_at, recorded_at=now, recorded_by_id=by.actor_id,
    )  # fmt: skip


def _tell(made: VomitRecord, by: Access, now: datetime) -> None:
    figures = {"minutes": str(made.minutes), "replace_mg": f"{made.replace_mg.normalize():f}"}
    cases.open_case(
        kind=CaseKind.VOMITED, facility_id=made.facility_id, subject_kind=SUBJECT, subject_id=made.pk,
        patient_id=made.patient_id, findings=[{"code": str(Code.VOMITED_AFTER), "data": figures}], by=by, now=now,
    )  # fmt: skip
    alarms.of_outcomes(outcomes=[(made.patient_id, OutcomeCode.VOMITED)], by=by, now=now)
    audit.record(
        action="vomit.recorded", by=by, now=now, subject_kind=SUBJECT, subject_id=made.pk, patient_id=made.patient_id,
        minutes=made.minutes,
    )  # fmt: skip
