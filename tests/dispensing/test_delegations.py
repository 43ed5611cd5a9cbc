"""An assistant physician acts in a physician's name: as far as the settings allow, and waiting to be signed."""

from datetime import timedelta
from decimal import Decimal

import pytest

from dispensing.models import DelegatedOrder, Delegation, Prescription
from dispensing.queries.named_orders import of_physician, unsigned_orders
from dispensing.rules.named_orders import OrderKind
from dispensing.rules.violations import Unlocker
from dispensing.services import delegations, named_orders, proofs
from dispensing.services.named_orders import OrderRefused, OtherContent
from patients.models import Patient
from tests import cast, world
from tests.dispensing import morning, phoned

pytestmark = pytest.mark.usefixtures("committed_db")


def act(command: delegations.InTheName, **more: object) -> DelegatedOrder:
    values = {"by": phoned.assistant(), "pin": cast.PIN, "now": world.NOW} | more
    return delegations.act(command=command, **values)  # type: ignore[arg-type]


def test_act_continues_the_last_dose_signed_by_the_assistant_for_the_physician():
    morning.opened_bottle()
    patient, under = phoned.ended(), phoned.delegation()

    order = act(phoned.in_the_name(patient, under, days=3))

    made = Prescription.objects.get(delegated_order=order)
    assert (made.signed_by, made.acting_for) == (world.person(cast.ASSISTANT_PHYSICIAN), world.person(cast.PHYSICIAN))
    assert made.signature.person == world.person(cast.ASSISTANT_PHYSICIAN)
    assert (made.dose_mg, order.signature) == (Decimal(65), None)
    assert morning.drink(patient, phoned.dispenser()).findings == []
    assert list(proofs.orders()) == list(proofs.named_orders()) == []


def test_act_waits_on_the_physicians_page_until_it_is_signed():
    order = act(phoned.in_the_name(phoned.ended(), phoned.delegation()))
    assert order.pk in {line.id for line in of_physician(phoned.physician(), world.NOW)[0]}

    named_orders.countersign(
        order_id=order.pk, by=phoned.physician(), pin=cast.PIN, shown_digest=order.digest, now=world.NOW
    )

    assert order.pk not in {line.id for line in unsigned_orders([order.facility_id], world.NOW)}


def test_act_lifts_a_stop_that_the_physician_may_lift_and_no_other():
    patient, under = morning.patient(), phoned.delegation()
    mine, clinics = phoned.hold(patient), phoned.hold(patient, unlocker=Unlocker.MAIN_CLINIC)

    order = act(phoned.in_the_name(patient, under, OrderKind.LIFT, hold_id=mine.pk, reason="Đã khỏe"))

    mine.refresh_from_db()
    assert (mine.lift_delegated_order, mine.lifted_by) == (order, world.person(cast.ASSISTANT_PHYSICIAN))
    with pytest.raises(OrderRefused):
        act(phoned.in_the_name(patient, under, OrderKind.LIFT, hold_id=clinics.pk, reason="Đã khỏe"))


def test_act_without_a_delegation_in_force_is_refused():
    patient = phoned.ended()
    tomorrow = phoned.delegation(starts_on=world.TODAY + timedelta(days=1))
    ended = phoned.delegation()
    delegations.end(delegation_id=ended.pk, by=phoned.assistant(), now=world.NOW)

    for under in (tomorrow, ended):
        with pytest.raises(OrderRefused):
            act(phoned.in_the_name(patient, under))
    assert not DelegatedOrder.objects.exists()


def test_act_in_induction_is_refused():
    patient = phoned.ended(prescribed=False)
    morning.prescription(patient, starts_on=phoned.YESTERDAY, days=1, phase="induction", mg="20")

    with pytest.raises(OrderRefused):
        act(phoned.in_the_name(patient, phoned.delegation(), days=1))


def test_act_for_a_dose_after_missed_days_or_an_order_that_goes_on_is_refused():
    under = phoned.delegation()
    for patient, kind in ((phoned.ended(), OrderKind.COMING_BACK), (morning.patient(), OrderKind.BRIDGING)):
        with pytest.raises(OrderRefused):
            act(phoned.in_the_name(patient, under, kind))


def test_act_the_same_again_is_one_order():
    patient, under = phoned.ended(), phoned.delegation()
    command = phoned.in_the_name(patient, under)

    assert act(command) == act(command)
    with pytest.raises(OtherContent):
        act(phoned.in_the_name(patient, under, OrderKind.LIFT, id=command.id))


def test_act_out_of_reach_finds_nobody():
    elsewhere = phoned.ended(at=morning.site(cast.OTHER_SITE))

    with pytest.raises(Patient.DoesNotExist):
        act(phoned.in_the_name(elsewhere, phoned.delegation()))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"days": 31}, "ends_on"),
        ({"days": 0}, "ends_on"),
        ({"starts_on": phoned.YESTERDAY}, "starts_on"),
        ({"assistant_id": -1}, "assistant"),
    ],
)
def test_delegate_what_does_not_fit_is_refused(changes, field):
    with pytest.raises(OrderRefused) as caught:
        phoned.delegation(**changes)

    assert caught.value.field == field


def test_delegate_by_an_assistant_is_refused():
    with pytest.raises(OrderRefused):
        delegations.delegate(
            command=delegations.NewDelegation(
                phoned.new_id(), morning.site().pk, world.person(cast.PHYSICIAN).pk, world.TODAY, world.TODAY
            ),
            by=phoned.assistant(),
            pin=cast.PIN,
            now=world.NOW,
        )


def test_end_by_somebody_else_finds_nothing():
    held = phoned.delegation()

    with pytest.raises(Delegation.DoesNotExist):
        delegations.end(delegation_id=held.pk, by=phoned.dispenser(), now=world.NOW)
    assert delegations.end(delegation_id=held.pk, by=phoned.physician(), now=world.NOW).ended_at == world.NOW
