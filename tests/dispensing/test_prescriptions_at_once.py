"""Two physicians, one patient, the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from core.ids import new_id
from dispensing.models import Hold, Prescription
from dispensing.rules.choices import HoldReason
from dispensing.rules.violations import Unlocker
from dispensing.services import holds, prescriptions
from dispensing.services.holds import HoldRefused, NewHold
from patients.models import Patient
from staff.models import Signature
from tests import cast, world
from tests.dispensing import morning, orders


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts in threads that start together; answers results and exceptions in their order."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        start.wait(timeout=30)
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        futures = [pool.submit(run, act) for act in acts]
        return [future.exception() or future.result() for future in futures]


@pytest.fixture
def patient(committed_db) -> Patient:
    return morning.patient()


def in_force(patient: Patient) -> list[Prescription]:
    held = Prescription.objects.filter(patient=patient, starts_on__lte=world.TODAY, ends_on__gte=world.TODAY)
    return [order for order in held if order.ended_on is None or order.ended_on >= world.TODAY]


def test_sign_by_two_physicians_at_once_leaves_exactly_one_order_in_force(patient):
    here, there = orders.physician(), orders.clinic_physician()
    one, other = orders.order(patient, "70"), orders.order(patient, "60")

    signed = at_once(lambda: orders.sign(one, here), lambda: orders.sign(other, there))

    assert [type(result) for result in signed] == [Prescription, Prescription], signed
    assert len(in_force(patient)) == 1
    last = in_force(patient)[0]
    first = Prescription.objects.get(pk=({one.id, other.id} - {last.pk}).pop())
    assert (first.ended_on, first.end_reason) == (world.TODAY - timedelta(days=1), "replaced")
    assert Signature.objects.filter(subject_id__in=[one.id, other.id]).count() == 2


def test_sign_of_what_two_physicians_were_shown_at_once_lets_only_the_first_through(patient):
    here, there = orders.physician(), orders.clinic_physician()
    commands = [(orders.order(patient, "70"), here), (orders.order(patient, "60"), there)]
    shown = [prescriptions.review(command=command, by=by, now=world.NOW).shown_digest for command, by in commands]

    signed = at_once(
        *(
            lambda command=command, by=by, digest=digest: orders.sign(command, by, shown_digest=digest)
            for (command, by), digest in zip(commands, shown, strict=True)
        )
    )

    assert sorted(type(result).__name__ for result in signed) == ["Prescription", "ShownOther"]
    assert len(in_force(patient)) == 1


def test_sign_the_same_id_eight_times_at_once_makes_one_order(patient):
    by, command = orders.physician(), orders.order(patient, "70")

    signed = at_once(*[lambda: orders.sign(command, by)] * 8)

    assert {getattr(result, "pk", result) for result in signed} == {command.id}
    assert Prescription.objects.filter(pk=command.id).count() == 1
    assert Signature.objects.filter(subject_id=command.id).count() == 1


def test_sign_and_stop_at_once_never_leave_the_old_order_in_force(patient):
    by, other = orders.physician(), orders.clinic_physician()
    old, new = in_force(patient)[0], orders.order(patient, "70")

    at_once(
        lambda: orders.sign(new, by),
        lambda: prescriptions.stop(prescription_id=old.pk, by=other, pin=cast.PIN, now=world.NOW),
    )

    assert [order.pk for order in in_force(patient)] == [new.id]


def test_lift_by_two_physicians_at_once_tells_the_second_who_was_first(patient):
    by, other = orders.physician(), orders.clinic_physician()
    hold = holds.place(
        command=NewHold(new_id(), patient.pk, HoldReason.ILLNESS, Unlocker.PHYSICIAN), by=by, now=world.NOW
    )

    lifted = at_once(
        lambda: holds.lift(hold_id=hold.pk, reason="đã khám", by=by, now=world.NOW),
        lambda: holds.lift(hold_id=hold.pk, reason="đã khám lại", by=other, now=world.NOW),
    )

    assert sorted(type(result).__name__ for result in lifted) == ["Hold", "HoldRefused"]
    first = Hold.objects.select_related("lifted_by").get(pk=hold.pk)
    refused = next(result for result in lifted if isinstance(result, HoldRefused))
    assert first.lifted_by is not None
    assert first.lifted_by.initials in refused.sentence
