"""On the road and at the door: turned back, robbed, alone, sent twice, and refused to whoever it is not for."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from core.ids import new_id
from followup.models import Case, CaseKind
from inventory.models import AccountKind, CustodyEvent
from inventory.rules.consignments import Fate, Incident
from inventory.rules.custody import ConsignmentKind, State, Step
from inventory.rules.quarantine import QuarantineReason
from inventory.rules.violations import Code
from inventory.services import bottles, receipts
from inventory.services.acts import OtherContent, StockRefused
from inventory.services.bottles import Emptying, Opening, Quarantining
from staff.models import Attestation, Mode
from staff.services import attestations
from staff.services.attestations import Alone
from staff.services.pins import PinRefused
from tests import cast, world, world_stock
from tests.entrance import signed_in
from tests.inventory.road import Road, acting, broken, place_of, stored
from tests.world import NOW
from tests.world_stock import present

pytestmark = pytest.mark.django_db
HERE, THERE = cast.SITE, cast.MAIN_CLINIC


@pytest.fixture
def road() -> Road:
    return Road(stored(THERE, 3))


def codes(refused: "pytest.ExceptionInfo[StockRefused]") -> list[Code]:
    return [violation.code for violation in refused.value.violations]


def differences(road: Road) -> list[str]:
    event = CustodyEvent.objects.filter(consignment_id=road.id, step__in=["receive", "take_back"]).latest("position")
    return [what for what, *_ in event.content["found"]["differences"]]


def test_turned_back_is_taken_back_into_quarantine(road: Road) -> None:
    road.leave()
    road.check_point()
    assert road.turn_back().state is State.RETURNING
    assert road.take_back().state is State.RETURNED
    assert {place_of(number) for number in road.numbers} == {(THERE, "quarantine")}
    assert road.close().state is State.CLOSED
    assert broken() == []


def test_robbed_is_a_case_within_hours_and_the_stock_is_in_dispute(road: Road) -> None:
    road.leave()
    assert road.trouble(Incident.ROBBED, safe=False).state is State.HANDED_OVER
    [case] = Case.objects.filter(kind=CaseKind.CONSIGNMENT)
    assert case.due_at == NOW + timedelta(hours=2)
    assert [finding["code"] for finding in case.findings] == ["incident_robbed", "incident_unsafe"]
    assert road.not_arrived().state is State.DISPUTED
    assert {place_of(number) for number in road.numbers} == {(THERE, "discrepancy")}
    assert road.settle(Fate.LOST).state is State.SETTLED
    assert broken() == []


def test_broken_seal_at_a_check_point_opens_a_case(road: Road) -> None:
    road.leave()
    road.check_point(seals_intact=False)
    assert Case.objects.filter(kind=CaseKind.CONSIGNMENT).count() == 1


def test_expired_and_empty_bottles_go_back_the_same_way() -> None:
    by = acting(cast.DISPENSER)
    site = world_stock.Shelf(facility=world.facility(HERE), by=by, item=world_stock.methadone(), now=NOW)
    [apart] = stored(HERE, 1)
    bottles.quarantine(
        command=Quarantining(new_id(), apart, QuarantineReason.DAMAGED, "", present(cast.WITNESS)),
        by=by,
        now=NOW,
    )
    opened = site.bottle(place=AccountKind.OPENED)
    site.dose(opened, 990_000)
    bottles.empty(command=Emptying(new_id(), opened.number, 10_000, present(cast.WITNESS)), by=by, now=NOW)
    road = Road(
        [apart, opened.number],
        kind=ConsignmentKind.RETURN,
        sender=cast.DISPENSER,
        sender_second=cast.WITNESS,
        receiver=cast.STORE_KEEPER,
        receiver_second=cast.CLINIC_PHYSICIAN,
        to=THERE,
    )
    road.at_the_door()
    assert road.receive().state is State.RECEIVED
    assert place_of(apart) == (THERE, "quarantine")
    road.close()


def test_the_carrier_who_is_alone_at_the_site_receives_and_is_marked(road: Road) -> None:
    alone_there = cast.Member("x", "", "", cast.CARRIER.role, HERE)
    person = world.person(cast.SECOND_DISPENSER)
    world.appoint(person, alone_there)
    road.carrier = road.receiver = cast.SECOND_DISPENSER
    road.at_the_door()
    assert road.receive(second=Alone("chỉ có tôi ở trạm")).state is State.RECEIVED
    row = road.row()
    assert (row.received_by, row.received_second, row.received_by_carrier) == (person, None, True)
    event = CustodyEvent.objects.get(consignment=row, step=Step.RECEIVE)
    [said] = Attestation.objects.filter(act_id=event.pk)
    assert said.mode == Mode.ALONE
    with pytest.raises(StockRefused) as refused:
        road.close()
    assert codes(refused) == [Code.NOT_REVIEWED]
    head = acting(cast.SITE_HEAD)
    attestations.review(attestation_id=said.pk, by=head, pin=cast.SITE_HEAD.pin, words="đã đếm", now=NOW)
    assert road.close().state is State.CLOSED
    assert broken() == []


def test_receipt_alone_by_somebody_else_is_refused(road: Road) -> None:
    road.at_the_door()
    with pytest.raises(StockRefused) as refused:
        road.receive(second=Alone("một mình"))
    assert codes(refused) == [Code.SAME_PEOPLE]


def test_the_carrier_may_sign_beside_the_receiver(road: Road) -> None:
    road.at_the_door()
    road.receive(second=present(cast.CARRIER))
    assert road.row().received_second == world.person(cast.CARRIER)


def test_same_step_sent_again_is_the_same_receipt(road: Road) -> None:
    road.at_the_door()
    command = road.counting()
    first, again = (receipts.receive(command=command, by=acting(cast.DISPENSER), now=NOW) for _ in range(2))
    assert (first.known, again.known, again.state) == (False, True, State.RECEIVED)
    other = road.counting([], id=command.id)
    with pytest.raises(OtherContent):
        receipts.receive(command=other, by=acting(cast.DISPENSER), now=NOW)


def test_a_second_receipt_is_told_who_was_first(road: Road) -> None:
    road.at_the_door()
    road.receive()
    road.receiver = cast.PHARMACIST
    with pytest.raises(StockRefused) as refused:
        road.receive()
    assert codes(refused) == [Code.NOT_NOW]
    assert "L.T.H." in refused.value.violations[0].words


@pytest.mark.parametrize("member", [cast.OTHER_DISPENSER, cast.COUNSELLOR, cast.CARRIER, cast.STORE_KEEPER])
def test_receive_by_somebody_of_another_place_or_role_is_denied(road: Road, member: cast.Member) -> None:
    road.at_the_door()
    road.receiver = member
    with pytest.raises(PermissionDenied):
        road.receive()


def test_another_carrier_cannot_report_for_the_named_one(road: Road) -> None:
    other = cast.Member("x", "", "", cast.CARRIER.role, HERE)
    world.appoint(world.person(cast.PHARMACIST), other)
    road.leave()
    road.carrier = cast.PHARMACIST
    with pytest.raises(PermissionDenied):
        road.check_point()


def test_hand_over_to_a_carrier_whose_pin_is_wrong_moves_nothing(road: Road) -> None:
    road.prepare()
    road.pack()
    with pytest.raises(PinRefused):
        road.hand_over(carrier_pin="111111")
    assert road.state() is State.PACKED


def test_bottle_in_a_carriers_hands_cannot_be_opened_or_set_apart(road: Road) -> None:
    road.leave()
    by, number = acting(cast.STORE_KEEPER), road.numbers[0]
    with pytest.raises(StockRefused) as refused:
        bottles.open_bottle(command=Opening(new_id(), number, present(cast.CLINIC_PHYSICIAN)), by=by, now=NOW)
    assert codes(refused) == [Code.NOT_HERE]
    command = Quarantining(new_id(), number, QuarantineReason.DAMAGED, "", present(cast.CLINIC_PHYSICIAN))
    with pytest.raises(StockRefused) as refused:
        bottles.quarantine(command=command, by=by, now=NOW)
    assert codes(refused) == [Code.NOT_HERE]
    shown = signed_in(cast.STORE_KEEPER).get(f"/inventory/bottles/{number}/").content.decode()
    assert "Đang vận chuyển" in shown
    assert "Mở chai này" not in shown
