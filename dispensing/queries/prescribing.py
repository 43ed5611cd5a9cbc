"""What a physician's new order is judged against: the orders before it, the missed days, the stock and the
device.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from core.access import Access, Permission
from core.clock import local_day
from dispensing.models import Dose, Prescription
from dispensing.queries import facts as facts_query
from dispensing.queries.facts import Known
from dispensing.queries.stability import exam_overdue_days
from dispensing.rules.facts import DeviceFact, IfMissedStep, PrescriptionFact
from dispensing.rules.missed import MissedCount, count_missed
from dispensing.rules.prescribing import PrescribingContext
from dispensing.rules.settings import DosingSettings
from facilities.models import Facility, FacilityKind
from facilities.services import settings as rule_settings
from inventory.models import AccountKind, Balance, DeviceKind, MeasuringDevice
from inventory.queries.window import METHADONE
from patients.models import Patient, Placement
from patients.queries.reach import covers_some_day, not_over_by, patients_for

ONE_DAY: Final = timedelta(days=1)
HISTORY: Final = 60  # orders looked back over: two months of daily induction, or five years of monthly ones
_AT_HAND: Final = (AccountKind.OPENED, AccountKind.DISPENSING, AccountKind.STORAGE)


@dataclass(frozen=True)
class Situation:
    """Everything around an order that is about to be signed, as of now.

    `place` is where the patient drinks from the order's first day on. `previous` is the order that the new
    one follows, in force or ended; `reaching` are the orders that would still hold on its first day or
    later, and end for it.
    """

    known: Known
    place: Facility
    today: date
    settings: DosingSettings
    missed: MissedCount
    previous: Prescription | None
    reaching: tuple[Prescription, ...]
    device: DeviceFact | None
    context: PrescribingContext

    @property
    def missed_in_sight(self) -> bool:
        """Whether missed days lie before the signer's eyes, so that the order answers them."""
        return self.missed.consecutive > 0 or self.missed.in_window > 0


def last_covered(order: Prescription) -> date:
    """The last day the order holds; before its first day where it was replaced or stopped before it began."""
    return min(order.ends_on, order.ended_on) if order.ended_on else order.ends_on


def covers(order: Prescription, day: date) -> bool:
    return order.starts_on <= day <= last_covered(order)


def situation(
    *,
    patient_id: UUID,
    starts_on: date,
    by: Access,
    now: datetime,
    permission: Permission = Permission.PRESCRIBE,
) -> Situation:
    """Load what an order from `starts_on` on is judged against; a fixed number of statements.

    Raises Patient.DoesNotExist alike for an unknown patient and one for whom `by` does not hold the permission.
    """
    today = local_day(now, by.zone)
    if not patients_for(by, permission, day=today).filter(pk=patient_id).exists():
        raise Patient.DoesNotExist(patient_id)
    place = dosing_place(patient_id, day=max(starts_on, today), otherwise=by.facility_id)
    settings = rule_settings.for_facility(DosingSettings, facility_id=place.pk, at=now)
    days = max(settings.missed_pattern_window_days, settings.missed_dropout_days + 1)
    known = facts_query.load(patient_ids=[patient_id], facility_id=place.pk, now=now, zone=by.zone, days=days)[
        patient_id
    ]
    missed = count_missed(known.facts, settings)
    history = orders_of(patient_id)
    previous = _previous(history, starts_on, dosed_today=bool(known.facts.doses_today), today=today)
    return Situation(
        known=known,
        place=place,
        today=today,
        settings=settings,
        missed=missed,
        previous=previous,
        reaching=tuple(order for order in history if last_covered(order) >= max(starts_on, order.starts_on)),
        device=site_device(place.pk),
        context=PrescribingContext(
            today=today,
            satellite=place.kind == FacilityKind.SATELLITE,
            may_induct=settings.may_induct,
            current=order_fact(previous) if previous else None,
            concentrations=concentrations_at(place.pk, today=today),
            current_suspended=_is_suspended(previous),
            same_dose_since=_same_dose_since(previous, history) if previous else None,
            dose_week_ago_mg=_dose_on(history, starts_on - 7 * ONE_DAY),
            missed=missed,
            exam_overdue_days=exam_overdue_days(patient_id, dosing=settings, today=today),
        ),
    )


def orders_of(patient_id: UUID) -> list[Prescription]:
    """The patient's orders, newest first, with who signed."""
    held = Prescription.objects.filter(patient_id=patient_id).select_related(
        "signed_by", "ended_by", "acting_for", "delegated_order",
        "phone_order__ordered_by", "phone_order__taken_down_by",
    )  # fmt: skip
    return list(held.order_by("-starts_on", "-recorded_at", "-pk")[:HISTORY])


def dosing_place(patient_id: UUID, *, day: date, otherwise: int | None) -> Facility:
    """Where the patient drinks on that day, else where they drank last."""
    placed = Placement.objects.filter(patient_id=patient_id).select_related("facility")
    then = placed.filter(not_over_by(day)).order_by("starts_on").first()
    then = then or placed.filter(covers_some_day()).order_by("-starts_on").first()
    return then.facility if then else Facility.objects.get(pk=otherwise or 0)


def site_device(facility_id: int) -> DeviceFact | None:
    """What the site measures doses with."""
    pouring = MeasuringDevice.objects.exclude(kind=DeviceKind.SCALE)
    used = pouring.filter(facility_id=facility_id, retired_on__isnull=True).first()
    return DeviceFact(used.name, used.step_ul, used.min_ul, used.max_ul) if used else None


def concentrations_at(facility_id: int, *, today: date) -> tuple[Decimal, ...]:
    """The strengths of the methadone that the site can use, those of opened bottles first."""
    found = (
        Balance.objects.filter(
            quantity__gt=0,
            account__facility_id=facility_id,
            account__item__code=METHADONE,
            account__kind__in=_AT_HAND,
            lot__expires_on__gte=today,
            lot__concentration__isnull=False,
        )
        .order_by()
        .values_list("account__kind", "lot__concentration")
        .distinct()
    )
    opened_first = sorted((kind != AccountKind.OPENED, strength) for kind, strength in found if strength is not None)
    return tuple(dict.fromkeys(strength for _, strength in opened_first))


def order_fact(order: Prescription) -> PrescriptionFact:
    """The order as the rules see it."""
    raised = order.previous_dose_mg is not None and order.dose_mg > order.previous_dose_mg
    return PrescriptionFact(
        id=order.pk,
        phase=order.phase,
        dose_mg=order.dose_mg,
        slot_mg=tuple(order.slot_mg),
        starts_on=order.starts_on,
        last_day=last_covered(order),
        if_missed=steps_of(order),
        raised_on=order.starts_on if raised else None,
        previous_dose_mg=order.previous_dose_mg,
        bridging=order.bridging,
        answers_until=order.answers_until,
        signed_by_main_clinic=order.by_main_clinic,
    )


def steps_of(order: Prescription) -> tuple[IfMissedStep, ...]:
    """The signed if-missed steps."""
    return tuple(
        IfMissedStep(step["from_missed"], step["to_missed"], Decimal(step["dose_mg"]), step["days"])
        for step in order.if_missed
    )


def _previous(
    history: Sequence[Prescription], starts_on: date, *, dosed_today: bool, today: date
) -> Prescription | None:
    """The newest order that held on a day before the new one begins: today too, where today's dose was
    drunk.
    """
    before = today + ONE_DAY if dosed_today and starts_on == today else starts_on
    return next((o for o in history if o.starts_on < before and last_covered(o) >= o.starts_on), None)


def _is_suspended(previous: Prescription | None) -> bool:
    """Whether less than ordered was drunk against the order, which then offers nothing by itself (domain 12.2), also
    after its last day.
    """
    return previous is not None and Dose.objects.filter(prescription=previous, reduced=True, void=None).exists()


def _same_dose_since(previous: Prescription, history: Sequence[Prescription]) -> date:
    """The day on which the dose of `previous` began, over orders that follow one another without a gap."""
    since = previous.starts_on
    for order in history:
        older = order.starts_on < since and last_covered(order) >= order.starts_on
        if not older:
            continue
        if order.dose_mg != previous.dose_mg or last_covered(order) < since - ONE_DAY:
            break
        since = order.starts_on
    return since


def _dose_on(history: Sequence[Prescription], day: date) -> Decimal | None:
    return next((order.dose_mg for order in history if covers(order, day)), None)
