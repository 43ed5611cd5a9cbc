"""An assistant physician acts in a physician's name for some days, and only as far as the settings allow.

Never a raise, never induction: the last dose goes on for a few days, or a stop is lifted that its physician may lift.
Each act waits on the physician's page to be signed as well.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core import audit
from core.access import Access, Permission, Role
from core.clock import local_day
from core.constraints import violated
from core.digests import sha256_of
from dispensing.models import DelegatedOrder, Delegation, Hold, Phase
from dispensing.queries.prescribing import dosing_place
from dispensing.rules.named_orders import OrderKind
from dispensing.rules.reviews import ReviewWhy
from dispensing.rules.settings import DosingSettings
from dispensing.rules.violations import Unlocker
from dispensing.services import reviews
from dispensing.services.continuations import continuation, lifted_figures, ordered_figures, seal
from dispensing.services.doses import lock_patient
from dispensing.services.holds import LEVEL_WORDS, MAY_LIFT
from dispensing.services.named_orders import OrderRefused, OtherContent, document
from dispensing.services.prescriptions import SIGNED as PRESCRIPTION_SIGNED
from dispensing.services.prescriptions import SUBJECT as PRESCRIPTION
from facilities.models import Facility
from facilities.services import settings as rule_settings
from patients.queries.reach import get_patient
from staff.queries.appointments import standing_at
from staff.services import pins, signatures

SIGNED: Final = "delegation.signed"
ENDED: Final = "delegation.ended"
SUBJECT: Final = "delegation"


@dataclass(frozen=True)
class NewDelegation:
    """Whom a physician lets act in their name at the facility, from a day to a day, both included."""

    id: UUID
    facility_id: int
    assistant_id: int
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class InTheName:
    """What an assistant physician signs under a delegation. `days` for an order that goes on, `hold_id` for a stop."""

    id: UUID
    patient_id: UUID
    delegation_id: UUID
    kind: OrderKind
    days: int = 1
    hold_id: UUID | None = None
    reason: str = ""


def in_force(*, now: datetime, zone: str) -> QuerySet[Delegation]:
    """The delegations under which somebody may act now, in the zone of their facility."""
    today = local_day(now, zone)
    return Delegation.objects.filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=now), starts_on__lte=today, ends_on__gte=today
    )


def delegate(*, command: NewDelegation, by: Access, pin: str, now: datetime) -> Delegation:
    """The physician signs. The same id again by the same person answers what stands.

    Raises OrderRefused for days or a person that do not fit, OtherContent, a pins.PinRefused.
    """
    if not by.may_at(Permission.PRESCRIBE, command.facility_id):
        raise OrderRefused(_("Chỉ bác sĩ kê đơn cho cơ sở này được ủy quyền."))
    _refuse_days(command, by, now)
    assistant = standing_at(command.facility_id, person_id=command.assistant_id, now=now)
    if Role.ASSISTANT_PHYSICIAN not in assistant.roles or command.assistant_id == by.person_id:
        raise OrderRefused(_("Chọn một y sĩ của cơ sở này."), "assistant")
    proven = pins.verify(person_id=by.actor_id, pin=pin, by=by, now=now)
    made = Delegation(
        id=command.id, facility_id=command.facility_id, physician_id=by.actor_id, assistant_id=command.assistant_id,
        starts_on=command.starts_on, ends_on=command.ends_on, recorded_at=now,
    )  # fmt: skip
    made.digest = sha256_of(delegation_document(made))
    try:
        with transaction.atomic():
            made.signature = signatures.sign(
                proven=proven, signer=by, meaning=SIGNED, subject_kind=SUBJECT, subject_id=made.pk, digest=made.digest,
                now=now,
            )  # fmt: skip
            made.save(force_insert=True)
            _audit(SIGNED, made, by, now)
    except IntegrityError as error:
        if violated(error) != "dispensing_delegation_pkey":
            raise
        return _same_delegation(made)
    return made


def end(*, delegation_id: UUID, by: Access, now: datetime) -> Delegation:
    """Either of the two ends it early, at once. Ending it again answers the same.

    Raises Delegation.DoesNotExist for somebody else's.
    """
    mine = Q(physician_id=by.actor_id) | Q(assistant_id=by.actor_id)
    with transaction.atomic():
        held = Delegation.objects.select_for_update().get(mine, pk=delegation_id)
        if held.ended_at is None:
            held.ended_at, held.ended_by_id = now, by.actor_id
            held.save(update_fields=["ended_at", "ended_by"])
            _audit(ENDED, held, by, now)
    return held


def act(*, command: InTheName, by: Access, pin: str, now: datetime) -> DelegatedOrder:
    """The assistant physician signs in the physician's name; it holds at once and waits for the physician's signature.

    The same id again by the same person answers what stands. Raises OrderRefused with what speaks against it,
    OtherContent, a pins.PinRefused, Patient.DoesNotExist out of reach.
    """
    get_patient(command.patient_id, access=by, permission=Permission.LIFT_HOLD, day=local_day(now, by.zone))
    proven = pins.verify(person_id=by.actor_id, pin=pin, by=by, now=now)
    try:
        with transaction.atomic():
            return _act(command, by, proven, now)
    except OtherContent:
        audit.record(
            action="delegated_order.other_content", by=by, now=now, subject_kind="delegated_order",
            subject_id=command.id, patient_id=command.patient_id,
        )  # fmt: skip
        raise


def delegation_document(made: Delegation) -> dict[str, Any]:
    """What the physician signs."""
    return {
        "document": "delegation",
        "id": made.pk,
        "facility": made.facility_id,
        "physician": made.physician_id,
        "assistant": made.assistant_id,
        "starts_on": made.starts_on,
        "ends_on": made.ends_on,
    }


def _act(command: InTheName, by: Access, proven: pins.Proven, now: datetime) -> DelegatedOrder:
    lock_patient(command.patient_id)
    stands = DelegatedOrder.objects.filter(pk=command.id).first()
    if stands is not None:
        held = (stands.patient_id, stands.kind, stands.delegation_id, stands.done_by_id)
        if held != (command.patient_id, str(command.kind), command.delegation_id, by.person_id):
            raise OtherContent
        return stands
    place = dosing_place(command.patient_id, day=local_day(now, by.zone), otherwise=by.facility_id)
    under = _under(command, place, by, now)
    order = DelegatedOrder(
        id=command.id, patient_id=command.patient_id, facility_id=place.pk, kind=command.kind, delegation=under,
        acting_for_id=under.physician_id, done_by_id=by.actor_id, recorded_at=now,
    )  # fmt: skip
    settings = rule_settings.for_facility(DosingSettings, facility_id=place.pk, at=now)
    if command.kind is OrderKind.BRIDGING and settings.delegation_continues:
        _continue(order, command, by, proven, now)
    elif command.kind is OrderKind.LIFT and settings.delegation_lifts:
        _lift(order, command, by, proven, now)
    else:
        raise OrderRefused(_("Việc này chỉ bác sĩ được ký."), "kind")
    return order


def _under(command: InTheName, place: Facility, by: Access, now: datetime) -> Delegation:
    """The delegation, while it holds and both still work there."""
    under = in_force(now=now, zone=place.zone).filter(
        pk=command.delegation_id, assistant_id=by.actor_id, facility_id=place.pk
    ).first()  # fmt: skip
    if under is None:
        raise OrderRefused(_("Ủy quyền đã hết hoặc không dùng cho cơ sở này."))
    physician = standing_at(place.pk, person_id=under.physician_id, now=now)
    if not physician.may_at(Permission.PRESCRIBE, place.pk):
        raise OrderRefused(_("Bác sĩ đã ủy quyền không còn kê đơn cho cơ sở này."))
    if Role.ASSISTANT_PHYSICIAN not in standing_at(place.pk, person_id=by.actor_id, now=now).roles:
        raise OrderRefused(_("Chỉ y sĩ của cơ sở này được ký thay."))
    return under


def _continue(order: DelegatedOrder, command: InTheName, by: Access, proven: pins.Proven, now: datetime) -> None:
    made = continuation(
        patient_id=command.patient_id, days=command.days, by=by, permission=Permission.LIFT_HOLD, ordered_by=by.label,
        role=str(Role.ASSISTANT_PHYSICIAN), read_back=True, now=now,
    ).prescription  # fmt: skip
    if made.phase == Phase.INDUCTION:
        raise OrderRefused(_("Giai đoạn khởi liều chỉ bác sĩ được ký."), "kind")
    made.acting_for_id, made.delegated_order_id, made.signed_by_id = order.acting_for_id, order.pk, by.actor_id
    seal(made)
    _write(order, ordered_figures(made), by, now)
    made.signature = signatures.sign(
        proven=proven, signer=by, meaning=PRESCRIPTION_SIGNED, subject_kind=PRESCRIPTION, subject_id=made.pk,
        digest=made.digest, now=now,
    )  # fmt: skip
    made.save(force_insert=True)
    audit.record(
        action=PRESCRIPTION_SIGNED, by=by, now=now, subject_kind=PRESCRIPTION, subject_id=made.pk,
        patient_id=made.patient_id, facility_id=made.facility_id, dose_mg=str(made.dose_mg),
        starts_on=made.starts_on.isoformat(), acting_for=made.acting_for_id,
    )  # fmt: skip


def _lift(order: DelegatedOrder, command: InTheName, by: Access, proven: pins.Proven, now: datetime) -> None:
    hold = Hold.objects.filter(
        pk=command.hold_id or UUID(int=0), patient_id=order.patient_id, lifted_at__isnull=True
    ).first()
    if hold is None:
        raise OrderRefused(_("Lệnh dừng này đã được mở. Xem lại trang."), "kind")
    physician = standing_at(order.facility_id, person_id=order.acting_for_id, now=now)
    level = Unlocker(hold.unlocker)
    if not MAY_LIFT.get(level, frozenset()) & physician.roles:
        words = _("Chỉ %(who)s được cho uống lại: gọi người đó.") % {"who": LEVEL_WORDS.get(level, "")}
        raise OrderRefused(words, "kind")
    if not command.reason.strip():
        raise OrderRefused(_("Ghi vì sao cho uống lại."), "reason")
    _write(order, lifted_figures(hold), by, now)
    signatures.sign(
        proven=proven, signer=by, meaning="delegated_order.signed", subject_kind="delegated_order", subject_id=order.pk,
        digest=order.digest, now=now,
    )  # fmt: skip
    Hold.objects.filter(pk=hold.pk).update(
        lifted_at=now, lifted_by_id=by.actor_id, lift_reason=command.reason.strip(), lift_delegated_order_id=order.pk
    )
    audit.record(
        action="hold.lifted", by=by, now=now, subject_kind="hold", subject_id=hold.pk, patient_id=hold.patient_id,
        facility_id=hold.facility_id, reason=hold.reason, unlocker=hold.unlocker, acting_for=order.acting_for_id,
    )  # fmt: skip


def _write(order: DelegatedOrder, ordered: dict[str, Any], by: Access, now: datetime) -> None:
    order.ordered = ordered
    order.digest = sha256_of(document(order))
    try:
        with transaction.atomic():
            order.save(force_insert=True)
    except IntegrityError as error:
        if violated(error) != "dispensing_delegatedorder_pkey":  # the same id, sent for two patients at once
            raise
        raise OtherContent from error
    audit.record(
        action="delegated_order.signed", by=by, now=now, subject_kind="delegated_order", subject_id=order.pk,
        patient_id=order.patient_id, facility_id=order.facility_id, kind=order.kind, acting_for=order.acting_for_id,
    )  # fmt: skip
    reviews.due([order.patient_id], why=ReviewWhy.PRESCRIPTION, now=now)


def _refuse_days(command: NewDelegation, by: Access, now: datetime) -> None:
    settings = rule_settings.for_facility(DosingSettings, facility_id=command.facility_id, at=now)
    if command.starts_on < local_day(now, by.zone):
        raise OrderRefused(_("Ủy quyền bắt đầu từ hôm nay hoặc sau đó."), "starts_on")
    if command.ends_on < command.starts_on:
        raise OrderRefused(_("Ngày cuối phải sau ngày đầu."), "ends_on")
    if command.ends_on - command.starts_on >= timedelta(days=settings.delegation_days_max):
        limit = settings.delegation_days_max
        raise OrderRefused(_("Ủy quyền dài tối đa %(limit)s ngày.") % {"limit": limit}, "ends_on")


def _same_delegation(made: Delegation) -> Delegation:
    stands = Delegation.objects.get(pk=made.pk)
    if stands.digest != made.digest:
        raise OtherContent
    return stands


def _audit(action: str, made: Delegation, by: Access, now: datetime) -> None:
    audit.record(
        action=action, by=by, now=now, subject_kind=SUBJECT, subject_id=made.pk, facility_id=made.facility_id,
        physician=made.physician_id, assistant=made.assistant_id,
    )  # fmt: skip
