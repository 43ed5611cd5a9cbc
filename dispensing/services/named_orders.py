"""Orders carried out in a physician's name: what they state, and the physician's own word about them later.

Carried out at once, by phone (`phone_orders`) or under a delegation (`delegations`); until the physician signs, they
stand unsigned for everybody to see.
"""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access
from core.clock import local_day
from core.digests import sha256_of
from dispensing.models import DelegatedOrder, EndReason, Hold, PhoneOrder, Prescription
from dispensing.rules.codes import Code
from dispensing.rules.named_orders import OrderKind
from dispensing.rules.reviews import ReviewWhy
from dispensing.services import reviews
from dispensing.services.doses import lock_patient
from facilities.models import Facility
from followup.models import CaseKind
from followup.services import cases
from staff.models import Signature
from staff.services import pins, signatures

SIGNED: Final = "named_order.countersigned"
DISOWNED: Final = "named_order.disowned"
SUBJECT: Final = "named_order"
ONE_DAY: Final = timedelta(days=1)
AnyOrder = PhoneOrder | DelegatedOrder


class OrderRefused(Exception):
    """Nothing was written; `sentence` says why and what to do. `field`: what was typed wrong, where it was that."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        self.sentence, self.field = sentence, field
        super().__init__(sentence)


class OtherContent(Exception):
    """This id already stands for another order, or was sent by another person. Only the audit row was written."""


class ShownOther(Exception):
    """What the physician saw is not what would be signed."""


def document(order: AnyOrder) -> dict[str, Any]:
    """What the physician's signature is over: everything that the page shows of the order."""
    stated: dict[str, Any] = {
        "id": order.pk,
        "patient": order.patient_id,
        "facility": order.facility_id,
        "kind": order.kind,
        "ordered": order.ordered,
        "recorded_at": order.recorded_at,
    }
    if isinstance(order, DelegatedOrder):
        by = {"delegation": order.delegation_id, "acting_for": order.acting_for_id, "done_by": order.done_by_id}
        return {"document": "delegated_order"} | stated | by
    return {"document": "phone_order"} | stated | {
        "ordered_by": order.ordered_by_id,
        "told_at": order.told_at,
        "words": order.words,
        "read_back": order.read_back,
        "taken_down_by": order.taken_down_by_id,
    }  # fmt: skip


def in_whose_name(order: AnyOrder) -> int:
    """The physician whose order it is said to be."""
    return order.acting_for_id if isinstance(order, DelegatedOrder) else order.ordered_by_id


def find(order_id: UUID) -> AnyOrder:
    """The phone order or delegated order of this id. Raises PhoneOrder.DoesNotExist for neither."""
    found = DelegatedOrder.objects.filter(pk=order_id).first()
    return found or PhoneOrder.objects.get(pk=order_id)


def countersign(*, order_id: UUID, by: Access, pin: str, shown_digest: str, now: datetime) -> AnyOrder:
    """The physician signs what was carried out in their name. Signing again answers the same.

    Raises OrderRefused for an order that was disowned, PhoneOrder.DoesNotExist for one that is not in their name,
    ShownOther, a pins.PinRefused.
    """
    order = _own(order_id, by)
    if shown_digest != order.digest:
        raise ShownOther
    proven = pins.verify(person_id=by.actor_id, pin=pin, by=by, now=now)
    with transaction.atomic():
        order = _locked(order)
        if order.signed_at is not None:
            return order
        if order.disowned_at is not None:
            raise OrderRefused(_("Bạn đã báo không ra y lệnh này."))
        order.signature = _signature(order, SIGNED, proven, by, now)
        order.signed_at = now
        order.save(update_fields=["signature", "signed_at"])
        _audit(SIGNED, order, by, now)
    return order


def disown(*, order_id: UUID, words: str, by: Access, pin: str, now: datetime) -> AnyOrder:
    """The physician says: not my order. From now on it offers nothing, and a case is opened for who answers.

    A prescription that it made ends yesterday; a stop that it lifted stands again. What was drunk stays recorded.
    Raises OrderRefused for one that is signed or without words, PhoneOrder.DoesNotExist, a pins.PinRefused.
    """
    order = _own(order_id, by)
    if not words.strip():
        raise OrderRefused(_("Ghi rõ: bạn không ra y lệnh này, hay đã nói khác thế nào."), "words")
    proven = pins.verify(person_id=by.actor_id, pin=pin, by=by, now=now)
    with transaction.atomic():
        order = _locked(order)
        if order.disowned_at is not None:
            return order
        if order.signed_at is not None:
            raise OrderRefused(_("Bạn đã ký y lệnh này. Muốn ngừng: ngừng đơn hoặc dừng cấp liều."))
        order.disowned_at, order.disowned_words = now, words.strip()
        order.save(update_fields=["disowned_at", "disowned_words"])
        _undo(order, by, now)
        reviews.due([order.patient_id], why=ReviewWhy.PRESCRIPTION, now=now)
        _signature(order, DISOWNED, proven, by, now)
        _audit(DISOWNED, order, by, now)
        cases.open_case(
            kind=CaseKind.ORDER_DISOWNED, facility_id=order.facility_id, subject_kind=SUBJECT, subject_id=order.pk,
            patient_id=order.patient_id, by=by, now=now,
            findings=[{"code": str(Code.ORDER_DISOWNED), "data": {"recorded_on": _day(order.recorded_at, by)}}],
        )  # fmt: skip
    return order


def _own(order_id: UUID, by: Access) -> AnyOrder:
    order = find(order_id)
    if in_whose_name(order) != by.person_id:
        raise PhoneOrder.DoesNotExist(order_id)
    return order


def _locked(order: AnyOrder) -> AnyOrder:
    lock_patient(order.patient_id)
    return type(order).objects.get(pk=order.pk)


def _undo(order: AnyOrder, by: Access, now: datetime) -> None:
    """Nothing more is given on an order that its physician never gave."""
    if order.kind == OrderKind.LIFT:
        lifted = Hold.objects.get(pk=order.ordered["row"])
        Hold.objects.create(
            patient_id=order.patient_id, facility_id=order.facility_id, reason=lifted.reason, unlocker=lifted.unlocker,
            note=_("Bác sĩ báo không ra y lệnh cho uống lại."), placed_at=now, placed_by_id=by.actor_id,
        )  # fmt: skip
        return
    zone = Facility.objects.get(pk=order.facility_id).zone
    made = Prescription.objects.filter(pk=order.ordered.get("row"), ended_on__isnull=True)
    made.update(
        ended_on=local_day(now, zone) - ONE_DAY, end_reason=EndReason.DISOWNED, ended_by_id=by.actor_id, ended_at=now
    )


def _signature(order: AnyOrder, meaning: str, proven: pins.Proven, by: Access, now: datetime) -> Signature:
    digest = order.digest
    if meaning == DISOWNED:
        stated = {"document": "disowned_order", "order": order.digest, "words": order.disowned_words}
        digest = sha256_of(stated)
    return signatures.sign(
        proven=proven, signer=by, meaning=meaning, subject_kind=SUBJECT, subject_id=order.pk,
        digest=digest, now=now,
    )  # fmt: skip


def _audit(action: str, order: AnyOrder, by: Access, now: datetime) -> None:
    audit.record(
        action=action, by=by, now=now, subject_kind=SUBJECT, subject_id=order.pk, patient_id=order.patient_id,
        facility_id=order.facility_id, kind=order.kind,
    )  # fmt: skip


def _day(moment: datetime, by: Access) -> str:
    return local_day(moment, by.zone).isoformat()
