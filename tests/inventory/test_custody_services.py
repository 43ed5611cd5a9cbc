"""A consignment from the clinic's store to the site's cupboard, and each way in which it goes otherwise."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from core.ids import new_id
from followup.models import Case, CaseKind
from inventory.models import AccountKind, Act, ActKind, Consignment, CustodyEvent
from inventory.rules.consignments import Arrived, ArrivedLoose, Fate, Incident
from inventory.rules.custody import ConsignmentKind, State, Step
from inventory.rules.quarantine import QuarantineReason
from inventory.rules.violations import Code
from inventory.services import bottles, receipts
from inventory.services.acts import OtherContent, StockRefused
from inventory.services.bottles import Emptying, Opening, Quarantining
from inventory.services.packing import Loose
from staff.models import Attestation, Mode, Signature
from staff.services import attestations
from staff.services.attestations import Alone
from staff.services.pins import PinRefused
from tests import cast, world, world_stock
from tests.entrance import signed_in
from tests.inventory.road import Road, acting, ampoules, broken, label, place_of, stored
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


def test_a_consignment_received_whole_goes_from_store_to_cupboard(road: Road) -> None:
    road.prepare()
    road.pack()
    assert {place_of(number) for number in road.numbers} == {(THERE, "storage")}
    road.hand_over()
    assert {place_of(number) for number in road.numbers} == {(THERE, "transit")}
    road.check_point()
    road.arrive()
    road.inspect()
    assert road.receive().state is State.RECEIVED
    assert {place_of(number) for number in road.numbers} == {(HERE, "storage")}
    assert road.close().state is State.CLOSED
    row = road.row()
    assert (row.dispatched_by, row.received_by, row.received_second) == (
        world.person(cast.STORE_KEEPER),
        world.person(cast.DISPENSER),
        world.person(cast.WITNESS),
    )
    assert not row.received_by_carrier
    assert not Case.objects.filter(kind=CaseKind.CONSIGNMENT).exists()
    assert broken() == []


def test_each_step_is_an_event_in_the_chain_of_who_took_it(road: Road) -> None:
    road.leave()
    road.check_point()
    road.arrive()
    road.inspect()
    road.receive()
    events = CustodyEvent.objects.filter(consignment_id=road.id).order_by("position").select_related("facility")
    told = [(event.step, event.facility.name, event.act_id is not None) for event in events]
    assert told == [
        ("prepare", THERE, False),
        ("pack", THERE, False),
        ("hand_over", THERE, True),
        ("check_point", HERE, False),
        ("arrive", HERE, False),
        ("inspect", HERE, False),
        ("receive", HERE, True),
    ]
    acts = Act.objects.filter(custodyevent__consignment_id=road.id).order_by("recorded_at", "pk")
    assert [(act.kind, act.facility.name) for act in acts] == [
        (ActKind.DISPATCH, THERE),
        (ActKind.CONSIGNMENT_RECEIPT, HERE),
    ]


def test_hand_over_is_signed_by_sender_and_carrier_over_the_same_document(road: Road) -> None:
    done = road.leave().row()
    event = CustodyEvent.objects.get(consignment=done, step=Step.HAND_OVER)
    signed = Signature.objects.filter(subject_id=event.pk).order_by("meaning")
    assert [(each.meaning, each.person, each.digest) for each in signed] == [
        ("hand_over", world.person(cast.STORE_KEEPER), event.digest),
        ("witnessed", world.person(cast.CARRIER), event.digest),
    ]


def test_prepare_names_everything_that_is_wrong(road: Road) -> None:
    with pytest.raises(StockRefused) as refused:
        road.prepare(carrier_id=world.person(cast.DISPENSER).pk, expected_at=NOW - timedelta(minutes=1))
    assert codes(refused) == [Code.NO_CARRIER, Code.ALREADY_DUE]
    road.to, road.numbers = THERE, []
    with pytest.raises(StockRefused) as refused:
        road.prepare()
    assert codes(refused) == [Code.NO_ROUTE, Code.NO_CARRIER, Code.NOTHING_PACKED]
    assert not Consignment.objects.exists()


def test_pack_wants_a_seal_and_bottles_that_stand_in_the_store(road: Road) -> None:
    road.prepare()
    with pytest.raises(StockRefused) as refused:
        road.pack(seals=("", " "))
    assert codes(refused) == [Code.NO_SEAL]
    with pytest.raises(StockRefused) as refused:
        road.pack(stored(HERE, 1))
    assert codes(refused) == [Code.NOT_HERE]
    with pytest.raises(StockRefused) as refused:
        road.pack([99_999_998])
    assert codes(refused) == [Code.NOT_HERE]
    assert road.state() is State.PREPARED


def test_a_bottle_in_one_sealed_box_goes_into_no_other(road: Road) -> None:
    road.prepare()
    road.pack()
    other = Road(road.numbers[:1])
    other.prepare()
    with pytest.raises(StockRefused) as refused:
        other.pack()
    assert codes(refused) == [Code.PACKED_ALREADY]
    road.cancel()
    assert other.pack().state is State.PACKED


def test_cancelled_before_it_left_nothing_has_moved_and_nothing_more_can(road: Road) -> None:
    road.prepare()
    road.pack()
    road.cancel()
    assert {place_of(number) for number in road.numbers} == {(THERE, "storage")}
    with pytest.raises(StockRefused) as refused:
        road.hand_over()
    assert codes(refused) == [Code.NOT_NOW]
    assert "đã hủy" in refused.value.violations[0].words
    assert broken() == []


def test_hand_over_of_bottles_that_have_moved_meanwhile_is_refused(road: Road) -> None:
    road.prepare()
    road.pack()
    by = acting(cast.STORE_KEEPER)
    shelf = world_stock.Shelf(facility=world.facility(THERE), by=by, item=world_stock.methadone(), now=NOW)
    bottle = label(road.numbers[0])
    shelf.post(ActKind.TO_DISPENSING, shelf.move(bottle, AccountKind.STORAGE, AccountKind.DISPENSING, bottle.size_ul))
    with pytest.raises(StockRefused) as refused:
        road.hand_over()
    assert codes(refused) == [Code.CHANGED_MEANWHILE]
    assert {place_of(number) for number in road.numbers[1:]} == {(THERE, "storage")}


def test_short_what_is_missing_waits_in_dispute_with_a_case_due_as_losses_are(road: Road) -> None:
    road.at_the_door()
    missing, *there = road.numbers
    assert road.receive([Arrived(number) for number in there]).state is State.PARTIAL
    assert place_of(missing) == (THERE, "discrepancy")
    assert {place_of(number) for number in there} == {(HERE, "storage")}
    [case] = Case.objects.filter(kind=CaseKind.CONSIGNMENT)
    assert case.due_at == NOW + timedelta(hours=48)
    assert case.owner == world.person(cast.CLINIC_HEAD)
    assert [finding["code"] for finding in case.findings] == ["consignment_missing"]
    assert broken() == []


def test_missing_bottle_that_turns_up_is_taken_in_by_the_receiver(road: Road) -> None:
    road.at_the_door()
    road.receive(road.all_of_them()[1:])
    assert road.settle(Fate.INTO_STORE, by_receiver=True).state is State.SETTLED
    assert place_of(road.numbers[0]) == (HERE, "storage")
    with pytest.raises(StockRefused) as refused:
        road.close()
    assert codes(refused) == [Code.CASE_OPEN]
    assert broken() == []


def test_lost_bottle_is_the_senders_loss_and_stays_in_one_place(road: Road) -> None:
    road.at_the_door()
    road.receive(road.all_of_them()[2:])
    first, second = road.disputed()
    assert road.settle(Fate.LOST, [first]).state is State.PARTIAL
    assert road.settle(Fate.BROKEN, [second]).state is State.SETTLED
    assert {place_of(number) for number in road.numbers[:2]} == {(THERE, "discrepancy")}
    assert broken() == []


def test_settle_a_fate_of_the_other_side_is_refused(road: Road) -> None:
    road.at_the_door()
    road.receive(road.all_of_them()[1:])
    with pytest.raises(StockRefused) as refused:
        road.settle(Fate.LOST, by_receiver=True)
    assert codes(refused) == [Code.NOT_YOURS_TO_SETTLE]
    with pytest.raises(StockRefused) as refused:
        road.settle(Fate.BACK, [1])
    assert codes(refused) == [Code.NOT_IN_DISPUTE]


def test_extra_bottle_is_in_dispute_until_the_sender_admits_it(road: Road) -> None:
    extra = stored(THERE, 4)[3]
    road.at_the_door()
    done = road.receive([*road.all_of_them(), Arrived(extra)])
    assert done.state is State.DISPUTED
    assert differences(road) == ["consignment_extra"]
    assert place_of(extra) == (THERE, "storage")  # the books do not know yet how it came there
    road.admit([extra])
    assert place_of(extra) == (THERE, "discrepancy")
    assert road.settle(Fate.INTO_STORE, by_receiver=True).state is State.SETTLED
    assert place_of(extra) == (HERE, "storage")
    assert broken() == []


def test_admit_a_bottle_that_nobody_found_is_refused(road: Road) -> None:
    road.at_the_door()
    road.receive(road.all_of_them()[1:])
    with pytest.raises(StockRefused) as refused:
        road.admit(stored(THERE, 1))
    assert codes(refused) == [Code.NOT_IN_DISPUTE]


def test_a_bottle_of_nobody_is_told_and_settled_without_a_movement(road: Road) -> None:
    road.at_the_door()
    assert road.receive([*road.all_of_them(), Arrived(77_777_777)]).state is State.DISPUTED
    assert road.settle(Fate.LOST, []).state is State.SETTLED
    assert broken() == []


def test_broken_seal_of_the_box_asks_each_bottles_own_seal(road: Road) -> None:
    shelf = world_stock.receive(
        acting(cast.STORE_KEEPER), cast.CLINIC_PHYSICIAN, world_stock.line(bottles=2, seals=("A1", "A2")), now=NOW
    )
    road.numbers = shelf
    road.at_the_door(intact=False)
    done = road.receive([Arrived(shelf[0], seal="A1"), Arrived(shelf[1])])
    assert done.state is State.DISPUTED
    assert differences(road) == ["consignment_box", "consignment_seal_not_read"]
    assert [place_of(number) for number in shelf] == [(HERE, "storage"), (THERE, "discrepancy")]


def test_wrong_seal_and_broken_bottle_do_not_enter_the_store(road: Road) -> None:
    shelf = world_stock.receive(
        acting(cast.STORE_KEEPER), cast.CLINIC_PHYSICIAN, world_stock.line(bottles=2, seals=("A1", "A2")), now=NOW
    )
    road.numbers = shelf
    road.at_the_door()
    road.receive([Arrived(shelf[0], seal="B1"), Arrived(shelf[1], damaged=True)])
    assert differences(road) == ["consignment_seal_differs", "consignment_damaged"]
    assert {place_of(number) for number in shelf} == {(THERE, "discrepancy")}
    assert road.settle(Fate.INTO_QUARANTINE, by_receiver=True).state is State.SETTLED
    assert {place_of(number) for number in shelf} == {(HERE, "quarantine")}
    assert broken() == []


def test_other_seal_numbers_on_the_boxes_are_a_difference(road: Road) -> None:
    road.at_the_door(seals=("NP-7001", "NP-9999"))
    assert road.receive().state is State.DISPUTED
    assert differences(road) == ["consignment_box"]
    assert {place_of(number) for number in road.numbers} == {(HERE, "storage")}


def test_doubled_scan_is_one_bottle(road: Road) -> None:
    road.at_the_door()
    done = road.receive([*road.all_of_them(), Arrived(road.numbers[0])])
    assert done.state is State.RECEIVED
    assert done.content["found"]["doubled"] == [road.numbers[0]]


def test_ampoules_without_labels_are_counted_by_lot(road: Road) -> None:
    item = world_stock.naloxone()
    lot = ampoules(THERE, 30)
    road.loose = (Loose(lot.pk, 20),)
    road.leave()
    road.arrive()
    road.inspect()
    counted = (ArrivedLoose(lot.number.lower(), 17), ArrivedLoose("LẠ-1", 2))
    assert road.receive(loose=counted).state is State.DISPUTED
    assert differences(road) == ["consignment_missing", "consignment_other_lot"]
    held = world_stock.Shelf(facility=world.facility(HERE), by=acting(cast.DISPENSER), item=item, now=NOW)
    assert held.held(AccountKind.STORAGE) == 17
    assert broken() == []


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
