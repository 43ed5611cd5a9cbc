"""What breaks the constraints of orders in a physician's name."""

from collections.abc import Callable
from typing import Final

from dispensing.models import Hold
from dispensing.rules.named_orders import OrderKind
from dispensing.services import delegations, named_orders
from dispensing.services.phone_orders import TakeDown
from tests import cast, world
from tests.codebase.breaks import Break, copied
from tests.dispensing import morning, phoned

UNUSED: Final = (
    "(SELECT s.id FROM staff_signature s WHERE NOT EXISTS"
    " (SELECT FROM dispensing_prescription p WHERE p.signature_id = s.id) AND NOT EXISTS"
    " (SELECT FROM dispensing_delegation d WHERE d.signature_id = s.id) AND NOT EXISTS"
    " (SELECT FROM dispensing_phoneorder o WHERE o.signature_id = s.id) AND NOT EXISTS"
    " (SELECT FROM dispensing_delegatedorder o WHERE o.signature_id = s.id) LIMIT 1)"
)
DAYS: Final = {"starts_on": "'2020-01-02'", "ends_on": "'2020-01-03'", "answers_until": "NULL"}
BY_PHONE: Final = "phone_order_id IS NOT NULL"
DELEGATED: Final = "delegated_order_id IS NOT NULL"


def phone_order() -> None:
    """Two orders over the phone, one of them signed, and the stop that a third one lifted."""
    phoned.phone_order()
    _sign(phoned.phone_order())
    patient = morning.patient()
    phoned.take(TakeDown(phoned.told(patient), OrderKind.LIFT, hold_id=phoned.hold(patient).pk))
    phoned.hold(morning.patient())


def delegated() -> None:
    """Two orders under a delegation, one of them signed by the physician too, and the stop that a third one lifted."""
    under = phoned.delegation()
    for kind in (OrderKind.BRIDGING, OrderKind.BRIDGING):
        last = _act(phoned.in_the_name(phoned.ended(), under, kind))
    _sign(last)
    patient = morning.patient()
    hold = phoned.hold(patient)
    _act(phoned.in_the_name(patient, under, OrderKind.LIFT, hold_id=hold.pk, reason="đã khỏe"))
    assert Hold.objects.filter(pk=hold.pk).exclude(lifted_at=None).exists()


def both() -> None:
    phone_order()
    delegated()


def _act(command: delegations.InTheName) -> named_orders.AnyOrder:
    return delegations.act(command=command, by=phoned.assistant(), pin=cast.PIN, now=world.NOW)


def _sign(order: named_orders.AnyOrder) -> None:
    named_orders.countersign(
        order_id=order.pk, by=phoned.physician(), pin=cast.PIN, shown_digest=order.digest, now=world.NOW
    )


def _phone(where: str = "signed_at IS NULL", **changes: str) -> str:
    return copied("dispensing_phoneorder", where, **changes)


def _named(where: str = "signed_at IS NULL", **changes: str) -> str:
    return copied("dispensing_delegatedorder", where, **changes)


def _delegation(**changes: str) -> str:
    return copied("dispensing_delegation", **{"signature_id": UNUSED} | changes)


def _order(where: str, **changes: str) -> str:
    fresh = {"signature_id": UNUSED} if where == DELEGATED else {}
    return copied("dispensing_prescription", where, **DAYS | fresh | changes)


def _answered(table: str, given: Callable[[], object]) -> dict[str, Break]:
    """What both kinds of order have in common."""
    make = {"dispensing_phoneorder": _phone, "dispensing_delegatedorder": _named}[table]
    found = {
        "kind_known": make(kind="'raise'"),
        "signature_paired": make(signed_at="recorded_at"),
        "disowned_at_paired": make(disowned_at="recorded_at"),
        "signed_or_disowned": make(
            signature_id=UNUSED, signed_at="recorded_at", disowned_at="recorded_at", disowned_words="'no'"
        ),
        "disowned_with_words": make(disowned_at="recorded_at", disowned_words="''"),
        "signature_id_key": make("signed_at IS NOT NULL"),
    }
    return {f"{table}_{name}": Break(sql, given) for name, sql in found.items()}


BREAKS: Final = {
    **_answered("dispensing_phoneorder", phone_order),
    **_answered("dispensing_delegatedorder", delegated),
    "dispensing_phoneorder_taken_down_by_not_ordered_by": Break(_phone(taken_down_by_id="ordered_by_id"), phone_order),
    "dispensing_phoneorder_read_back": Break(_phone(read_back="false"), phone_order),
    "dispensing_phoneorder_words_given": Break(_phone(words="''"), phone_order),
    "dispensing_phoneorder_told_before": Break(_phone(told_at="recorded_at + interval '1 minute'"), phone_order),
    "dispensing_delegatedorder_done_by_not_acting_for": Break(_named(done_by_id="acting_for_id"), delegated),
    "dispensing_delegation_assistant_not_physician": Break(_delegation(assistant_id="physician_id"), both),
    "dispensing_delegation_ends_on_after_starts_on": Break(_delegation(ends_on="starts_on - 1"), both),
    "dispensing_delegation_ended_at_paired": Break(_delegation(ended_at="recorded_at"), both),
    "dispensing_delegation_signature_id_key": Break(_delegation(signature_id="signature_id"), both),
    "dispensing_hold_lift_phone_order_id_key": Break(
        copied("dispensing_hold", "lift_phone_order_id IS NOT NULL"), phone_order
    ),
    "dispensing_hold_lift_delegated_order_id_key": Break(
        copied("dispensing_hold", "lift_delegated_order_id IS NOT NULL"), delegated
    ),
    "dispensing_hold_lifted_in_one_name": Break(
        copied(
            "dispensing_hold", "lifted_at IS NULL", lift_phone_order_id="(SELECT id FROM dispensing_phoneorder LIMIT 1)"
        ),
        phone_order,
    ),
    "dispensing_prescription_phone_order_id_key": Break(_order(BY_PHONE), phone_order),
    "dispensing_prescription_delegated_order_id_key": Break(_order(DELEGATED), delegated),
    "dispensing_prescription_signed_by_paired": Break(
        _order(
            BY_PHONE,
            signed_by_id="(SELECT id FROM staff_person LIMIT 1)",
            phone_order_id="(SELECT id FROM dispensing_phoneorder WHERE kind = 'lift' LIMIT 1)",
        ),
        phone_order,
    ),
    "dispensing_prescription_acting_for_paired": Break(_order(DELEGATED, delegated_order_id="NULL"), delegated),
    "dispensing_prescription_signed_or_by_phone": Break(_order(BY_PHONE, phone_order_id="NULL"), phone_order),
    "dispensing_prescription_one_name": Break(
        _order(
            BY_PHONE,
            acting_for_id="(SELECT acting_for_id FROM dispensing_delegatedorder LIMIT 1)",
            phone_order_id="(SELECT id FROM dispensing_phoneorder WHERE kind = 'lift' LIMIT 1)",
            delegated_order_id="(SELECT id FROM dispensing_delegatedorder WHERE kind = 'lift' LIMIT 1)",
        ),
        both,
    ),
}
