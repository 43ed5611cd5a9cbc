"""Orders in a physician's name, done by several hands at the same moment."""

import pytest

from dispensing.models import PhoneOrder, Prescription
from dispensing.services import named_orders
from dispensing.services.named_orders import OrderRefused
from staff.models import Signature
from tests import cast, world
from tests.dispensing import morning, phoned
from tests.dispensing.test_prescriptions_at_once import at_once

pytestmark = pytest.mark.usefixtures("committed_db")


def test_countersign_twice_at_once_signs_once():
    order, by = phoned.phone_order(), phoned.physician()

    def sign() -> named_orders.AnyOrder:
        return named_orders.countersign(
            order_id=order.pk, by=by, pin=cast.PIN, shown_digest=order.digest, now=world.NOW
        )

    results = at_once(sign, sign)

    assert {type(one) for one in results} == {PhoneOrder}, results
    assert Signature.objects.filter(subject_id=order.pk, meaning=named_orders.SIGNED).count() == 1


def test_countersign_and_disown_at_once_leave_one_answer():
    order, by = phoned.phone_order(), phoned.physician()

    results = at_once(
        lambda: named_orders.countersign(
            order_id=order.pk, by=by, pin=cast.PIN, shown_digest=order.digest, now=world.NOW
        ),
        lambda: named_orders.disown(order_id=order.pk, words="Không.", by=by, pin=cast.PIN, now=world.NOW),
    )

    order.refresh_from_db()
    assert sum(isinstance(one, OrderRefused) for one in results) == 1, results
    assert (order.signed_at is None) != (order.disowned_at is None)


def test_take_down_by_two_people_at_once_leaves_one_order():
    patient = phoned.ended()
    hands = (phoned.dispenser(), morning.access(cast.SECOND_DISPENSER))

    results = at_once(*(lambda by=by: phoned.take(phoned.bridging(patient), by) for by in hands))

    assert sum(isinstance(one, PhoneOrder) for one in results) == 1, results
    assert sum(isinstance(one, OrderRefused) for one in results) == 1
    assert Prescription.objects.filter(patient=patient, phone_order__isnull=False).count() == 1


def test_the_same_order_sent_many_times_at_once_is_one():
    command, by = phoned.bridging(phoned.ended()), phoned.dispenser()

    results = at_once(*([lambda: phoned.take(command, by)] * 4))

    assert {getattr(one, "pk", one) for one in results} == {command.told.id}
