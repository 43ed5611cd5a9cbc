"""A consignment from the clinic's store to the site's cupboard, and each way in which it goes otherwise."""

from datetime import timedelta

import pytest

from followup.models import Case, CaseKind
from inventory.models import AccountKind, Act, ActKind, Consignment, CustodyEvent
from inventory.rules.consignments import Arrived, ArrivedLoose, Fate
from inventory.rules.custody import State, Step
from inventory.rules.violations import Code
from inventory.services import recalls
from inventory.services.acts import StockRefused
from inventory.services.packing import Loose
from staff.models import Signature
from tests import cast, world, world_stock
from tests.inventory.destroying import of_lot
from tests.inventory.road import Road, acting, ampoules, broken, label, place_of, stored
from tests.world import NOW

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


def test_bottle_sent_unlisted_is_admitted_wherever_the_senders_book_has_it_by_now(road: Road) -> None:
    extra = stored(THERE, 4)[3]
    road.at_the_door()
    road.receive([*road.all_of_them(), Arrived(extra)])
    recalls.declare(command=of_lot(), by=acting(cast.STORE_KEEPER), now=NOW)
    assert place_of(extra) == (THERE, "quarantine")  # by the books: it stands at the site
    road.admit([extra])
    road.settle(Fate.INTO_STORE, by_receiver=True)
    assert place_of(extra) == (HERE, "quarantine")  # called back
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
