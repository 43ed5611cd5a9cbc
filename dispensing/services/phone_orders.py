"""A physician's words over the phone: taken down, read back, acted on at once, unsigned until the physician signs.

Three things can be ordered (domain 12.1): the last dose goes on for a few days, a stop is lifted, and, where the
province allows it, the reduced dose of one day after missed days. A colleague's single dose has an order of its own and
uses `words_of`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access, Permission, Role
from core.clock import local_day
from core.constraints import violated
from core.digests import sha256_of
from core.ids import new_id
from dispensing.models import EndReason, Hold, PhoneOrder, Prescription
from dispensing.queries.prescribing import Situation, dosing_place, situation
from dispensing.rules.measuring import granule_mg
from dispensing.rules.missed import MissedLevel, half_dose, missed_level
from dispensing.rules.named_orders import OrderKind
from dispensing.rules.reviews import ReviewWhy
from dispensing.rules.settings import DosingSettings
from dispensing.rules.violations import Unlocker
from dispensing.services import reviews
from dispensing.services.continuations import (
    ONE_DAY,
    continuation,
    lifted_figures,
    ordered_figures,
    seal,
)
from dispensing.services.doses import lock_patient
from dispensing.services.holds import LEVEL_WORDS, MAY_LIFT
from dispensing.services.named_orders import (
    OrderRefused,
    OtherContent,
    ShownOther,
    countersign,
    disown,
    document,
)
from facilities.services import settings as rule_settings
from patients.models import Patient, Status
from patients.queries.reach import patients_for
from staff.queries.appointments import standing_at

TAKEN: Final = "phone_order.taken_down"
SUBJECT: Final = "phone_order"
_PRESCRIBERS: Final = (Role.CLINIC_PHYSICIAN, Role.PHYSICIAN)


@dataclass(frozen=True)
class Told:
    """What a physician said, and who took it down and read it back. `told_at` is when it was said."""

    id: UUID
    patient_id: UUID
    ordered_by_id: int
    told_at: datetime
    words: str
    read_back: bool


@dataclass(frozen=True)
class TakeDown:
    """What was ordered. `days` for an order that goes on, `hold_id` for a stop that is lifted."""

    told: Told
    kind: OrderKind
    days: int = 1
    hold_id: UUID | None = None


def take_down(*, command: TakeDown, by: Access, now: datetime) -> PhoneOrder:
    """Take a phone order down and act on it at once; the patient can be authorised right after.

    The same id with the same content by the same person answers the order that stands. Raises OrderRefused with what
    speaks against it, OtherContent, Patient.DoesNotExist where `by` does not dose the patient.
    """
    try:
        with transaction.atomic():
            return _take_down(command, by, now)
    except OtherContent:
        told = command.told
        audit.record(
            action="phone_order.other_content", by=by, now=now, subject_kind=SUBJECT, subject_id=told.id,
            patient_id=told.patient_id,
        )  # fmt: skip
        raise


def words_of(*, told: Told, kind: OrderKind, facility_id: int, by: Access, now: datetime) -> tuple[PhoneOrder, Access]:
    """The phone order, not written yet and without what it orders, and what its physician may do at the facility.

    For every service that acts on words over the phone; call `write` with the figures of the row that names it.
    Raises OrderRefused.
    """
    settings = rule_settings.for_facility(DosingSettings, facility_id=facility_id, at=now)
    if not told.words.strip():
        raise OrderRefused(_("Ghi lời bác sĩ dặn."), "words")
    if not told.read_back:
        raise OrderRefused(_("Đọc lại y lệnh cho bác sĩ nghe, rồi đánh dấu đã đọc lại."), "read_back")
    if told.told_at > now:
        raise OrderRefused(_("Giờ bác sĩ nói không thể sau bây giờ."), "told_at")
    if now - told.told_at > timedelta(hours=settings.phone_order_told_hours):
        raise OrderRefused(_("Lời dặn này đã quá lâu. Gọi lại bác sĩ."), "told_at")
    if told.ordered_by_id == by.person_id:
        raise OrderRefused(_("Người ra y lệnh và người ghi là hai người khác nhau."), "ordered_by")
    physician = standing_at(facility_id, person_id=told.ordered_by_id, now=told.told_at)
    if not physician.may_at(Permission.PRESCRIBE, facility_id):
        raise OrderRefused(_("Hôm đó người này không kê đơn cho cơ sở này. Chọn bác sĩ khác."), "ordered_by")
    order = PhoneOrder(
        id=told.id, patient_id=told.patient_id, facility_id=facility_id, kind=kind, ordered_by_id=told.ordered_by_id,
        told_at=told.told_at, words=told.words.strip(), read_back=True, taken_down_by_id=by.actor_id, recorded_at=now,
    )  # fmt: skip
    return order, physician


def write(order: PhoneOrder, *, ordered: dict[str, Any], by: Access, now: datetime) -> None:
    """Store the order in the caller's transaction, before the row that names it."""
    order.ordered = ordered
    order.digest = sha256_of(document(order))
    try:
        with transaction.atomic():
            order.save(force_insert=True)
    except IntegrityError as error:
        if violated(error) != "dispensing_phoneorder_pkey":  # the same id, sent for two patients at once
            raise
        raise OtherContent from error
    audit.record(
        action=TAKEN, by=by, now=now, subject_kind=SUBJECT, subject_id=order.pk, patient_id=order.patient_id,
        facility_id=order.facility_id, kind=order.kind, ordered_by=order.ordered_by_id,
    )  # fmt: skip
    reviews.due([order.patient_id], why=ReviewWhy.PRESCRIPTION, now=now)


def _take_down(command: TakeDown, by: Access, now: datetime) -> PhoneOrder:
    told = command.told
    lock_patient(told.patient_id)
    stands = PhoneOrder.objects.filter(pk=told.id).first()
    if stands is not None:
        return _same_again(stands, command, by)
    place = _place(told.patient_id, by, now)
    order, physician = words_of(told=told, kind=command.kind, facility_id=place, by=by, now=now)
    if command.kind is OrderKind.LIFT:
        _lift(order, command, physician, by, now)
    elif command.kind is OrderKind.COMING_BACK:
        _prescribe(order, _coming_back(order, physician, by, now), by, now)
    elif command.kind is OrderKind.BRIDGING:
        found = continuation(
            patient_id=told.patient_id, days=command.days, by=by, permission=Permission.GIVE_DOSE,
            ordered_by=physician.label, role=_role(physician), read_back=told.read_back, now=now,
        )  # fmt: skip
        _prescribe(order, found.prescription, by, now)
    else:
        raise OrderRefused(_("Chọn bác sĩ ra y lệnh gì."), "kind")
    return order


def _place(patient_id: UUID, by: Access, now: datetime) -> int:
    """Where the patient drinks, for somebody who gives doses there."""
    today = local_day(now, by.zone)
    if not patients_for(by, Permission.GIVE_DOSE, day=today).filter(pk=patient_id).exists():
        raise Patient.DoesNotExist(patient_id)
    place: int = dosing_place(patient_id, day=today, otherwise=by.facility_id).pk
    if not by.may_at(Permission.GIVE_DOSE, place):
        raise Patient.DoesNotExist(patient_id)
    return place


def _role(physician: Access) -> str:
    return next((str(role) for role in _PRESCRIBERS if role in physician.roles), "")


def _prescribe(order: PhoneOrder, prescription: Prescription, by: Access, now: datetime) -> None:
    prescription.phone_order_id = order.pk
    seal(prescription)
    write(order, ordered=ordered_figures(prescription), by=by, now=now)
    prescription.save(force_insert=True)


def _coming_back(order: PhoneOrder, physician: Access, by: Access, now: datetime) -> Prescription:
    """The reduced dose of one day after missed days: half, at most the cap, rounded down to what can be measured.

    The order that was in force ends for it, so that tomorrow offers nothing before a physician has signed.
    """
    today = local_day(now, by.zone)
    around = situation(patient_id=order.patient_id, starts_on=today, by=by, now=now, permission=Permission.GIVE_DOSE)
    last = around.previous or next(iter(around.reaching), None)
    if not around.settings.phone_order_after_missed:
        raise OrderRefused(
            _("Uống lại sau khi bỏ liều nhiều ngày cần bác sĩ ký đơn, không nhận qua điện thoại."), "kind"
        )
    if last is None or last.bridging or around.context.current_suspended or not _may_come_back(around):
        raise OrderRefused(_("Không có đơn để tính liều uống lại qua điện thoại. Cần bác sĩ ký đơn."), "kind")
    dose = half_dose(last.dose_mg, around.settings, _granule(around))
    if dose <= 0:
        raise OrderRefused(_("Không đong được liều giảm. Cần bác sĩ ký đơn."), "kind")
    covering = [held.pk for held in around.reaching if held.ended_on is None]
    Prescription.objects.filter(pk__in=covering).update(
        ended_on=today - ONE_DAY, end_reason=EndReason.REPLACED, ended_by_id=by.actor_id, ended_at=now
    )
    return Prescription(
        id=new_id(), patient_id=order.patient_id, facility_id=order.facility_id, phase=last.phase, dose_mg=dose,
        slot_mg=[dose], starts_on=today, ends_on=today, bridging=True, previous_dose_mg=last.dose_mg,
        answers_until=today - ONE_DAY, by_main_clinic=Role.CLINIC_PHYSICIAN in physician.roles, recorded_at=now,
    )  # fmt: skip


def _may_come_back(around: Situation) -> bool:
    """Only the table's half-dose row, in treatment, with nothing drunk today; a longer gap is the main clinic's."""
    facts = around.known.facts
    level = missed_level(around.missed.consecutive, around.settings)
    return level is MissedLevel.ORDER and facts.status == Status.IN_TREATMENT and not facts.doses_today


def _granule(around: Situation) -> Decimal:
    strengths = around.context.concentrations
    return granule_mg(strengths[0], around.device) if around.device and strengths else Decimal(1)


def _lift(order: PhoneOrder, command: TakeDown, physician: Access, by: Access, now: datetime) -> None:
    """Let the patient drink again on the word of a physician who might lift the stop in person."""
    hold = Hold.objects.filter(pk=command.hold_id or UUID(int=0), patient_id=order.patient_id).first()
    if hold is None or hold.lifted_at is not None:
        raise OrderRefused(_("Lệnh dừng này đã được mở. Xem lại thẻ."), "kind")
    level = Unlocker(hold.unlocker)
    if not MAY_LIFT.get(level, frozenset()) & physician.roles:
        words = _("Chỉ %(who)s được cho uống lại: gọi người đó.") % {"who": LEVEL_WORDS.get(level, "")}
        raise OrderRefused(words, "ordered_by")
    write(order, ordered=lifted_figures(hold), by=by, now=now)
    Hold.objects.filter(pk=hold.pk).update(
        lifted_at=now, lifted_by_id=by.actor_id, lift_reason=order.words[:300], lift_phone_order_id=order.pk
    )
    audit.record(
        action="hold.lifted", by=by, now=now, subject_kind="hold", subject_id=hold.pk, patient_id=hold.patient_id,
        facility_id=hold.facility_id, reason=hold.reason, unlocker=hold.unlocker, phone_order=str(order.pk),
    )  # fmt: skip


def _same_again(stands: PhoneOrder, command: TakeDown, by: Access) -> PhoneOrder:
    told = command.told
    said = (told.patient_id, str(command.kind), told.ordered_by_id, told.told_at, told.words.strip(), by.person_id)
    held = (stands.patient_id, stands.kind, stands.ordered_by_id, stands.told_at, stands.words, stands.taken_down_by_id)
    if said != held:
        raise OtherContent
    return stands


__all__ = [
    "OrderRefused",
    "OtherContent",
    "ShownOther",
    "TakeDown",
    "Told",
    "countersign",
    "disown",
    "take_down",
    "words_of",
    "write",
]
