"""A change on the road: custody passes from one named carrier to the next, and both ends see and are told."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from core.constraints import violated
from core.ids import new_id
from followup.models import Case, Notice
from inventory.models import Consignment, ConsignmentLeg, CustodyEvent
from inventory.queries import consignments as lists
from inventory.queries.consignment_lives import consignment_life
from inventory.queries.consignments import get_row
from inventory.queries.epcis import epcis
from inventory.queries.printed.custody import pass_paper, record_paper
from inventory.rules.custody import State, Step
from inventory.rules.violations import Code
from inventory.services import watch
from inventory.services.acts import OtherContent, StockRefused
from inventory.services.legs import LEG_NOTICE, NewLeg, new_leg
from staff.models import Attestation, Signature
from staff.services.attestations import Alone
from staff.services.pins import PinRefused
from tests import cast, world
from tests.entrance import signed_in
from tests.inventory.road import EXPECTED, LATER, OTHER_KEEPER, Road, acting, broken, second_carrier, stored, trip
from tests.world import NOW
from tests.world_stock import present

pytestmark = pytest.mark.django_db


@pytest.fixture
def other() -> cast.Member:
    return second_carrier()


@pytest.fixture
def road(other: cast.Member) -> Road:
    return Road(stored(cast.MAIN_CLINIC, 2)).leave()


def codes(refused: "pytest.ExceptionInfo[StockRefused]") -> list[Code]:
    return [violation.code for violation in refused.value.violations]


def test_new_leg_passes_custody_to_the_second_carrier_with_both_signatures(road: Road, other: cast.Member) -> None:
    manifest = road.row().manifest_digest
    done = road.new_leg(other)
    assert done.state is State.HANDED_OVER
    event, leg = CustodyEvent.objects.get(pk=done.event_id), ConsignmentLeg.objects.get()
    giver, taker = world.person(cast.CARRIER), world.person(other)
    assert (event.actor, event.witness, event.act_id) == (giver, taker, None)
    assert (leg.event, leg.position, leg.carrier, leg.route, leg.expected_at) == (event, 2, taker, "QL12", LATER)
    assert Attestation.objects.get(act_id=event.pk).digest == event.digest
    assert Signature.objects.get(subject_id=event.pk, person=giver).digest == event.digest
    assert road.row().manifest_digest == manifest
    road.check_point()
    road.arrive()
    road.inspect()
    assert road.receive().state is State.RECEIVED
    assert road.close().state is State.CLOSED
    assert broken() == []


def test_who_gave_it_away_carries_it_no_more_and_the_next_one_does(road: Road, other: cast.Member) -> None:
    road.new_leg(other)
    assert [row.id for row in lists.carried_by(world.person(other).pk)] == [road.id]
    assert lists.carried_by(world.person(cast.CARRIER).pk) == ()
    road.carrier = cast.CARRIER
    with pytest.raises(PermissionDenied):
        road.check_point()
    assert signed_in(cast.CARRIER).get(f"/inventory/consignments/{road.id}/").status_code == 200


def test_same_carrier_goes_another_way_with_one_signature(road: Road) -> None:
    done = road.new_leg(trip=trip(route="đường tránh", expected_at=LATER))
    assert CustodyEvent.objects.get(pk=done.event_id).witness is None
    row = get_row(road.id)
    assert (row.route, row.expected_at, row.carriers) == ("đường tránh", LATER, (row.carrier_id, row.carrier_id))
    assert broken() == []


def test_third_leg_on_the_way_back_and_the_sender_takes_it_back(road: Road, other: cast.Member) -> None:
    road.new_leg(other)
    road.check_point()
    road.turn_back()
    assert road.new_leg(cast.CARRIER).state is State.RETURNING
    assert [leg.position for leg in ConsignmentLeg.objects.order_by("position")] == [2, 3]
    world.appoint(world.person(other), cast.Member("x", "", "", cast.WITNESS.role, cast.MAIN_CLINIC))
    road.sender_second = other  # who carried a leg signs no more beside who takes it back than beside who receives it
    with pytest.raises(StockRefused) as refused:
        road.take_back()
    assert codes(refused) == [Code.SAME_PEOPLE]
    road.sender_second = OTHER_KEEPER
    assert road.take_back().state is State.RETURNED
    assert broken() == []


def test_nobody_who_carried_a_leg_receives_it(road: Road, other: cast.Member) -> None:
    road.new_leg(other)
    road.arrive()
    road.inspect()
    world.appoint(world.person(cast.CARRIER), cast.Member("x", "", "", cast.DISPENSER.role, cast.SITE))
    with pytest.raises(StockRefused) as refused:
        road.receive(second=present(cast.CARRIER))
    assert codes(refused) == [Code.SAME_PEOPLE]
    road.receiver = cast.CARRIER
    with pytest.raises(StockRefused) as refused:
        road.receive()
    assert codes(refused) == [Code.SAME_PEOPLE]
    road.receiver = other  # who brought it, and is alone there: the marked way
    assert road.receive(second=Alone("chỉ có tôi ở trạm")).state is State.RECEIVED
    assert road.row().received_by_carrier is True
    assert broken() == []


@pytest.mark.parametrize(
    ("received_by", "second", "marked"),
    [
        (cast.CARRIER, cast.WITNESS, False),
        (cast.CARRIER, None, True),
        (cast.SECOND_DISPENSER, cast.WITNESS, False),
        (cast.DISPENSER, cast.CARRIER, False),
    ],
)
def test_database_refuses_a_receiver_who_carried_a_leg(
    road: Road, other: cast.Member, received_by: cast.Member, second: cast.Member | None, marked: bool
) -> None:
    road.new_leg(other)
    said = {
        "received_at": NOW,
        "received_by": world.person(received_by),
        "received_second": world.person(second) if second else None,
        "received_by_carrier": marked,
    }
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Consignment.objects.filter(pk=road.id).update(**said)
    assert violated(refused.value) == "inventory_consignment_received_by_no_carrier"


def test_legs_are_written_with_their_event_alone(road: Road) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT inventory_custody(jsonb_build_object('id', gen_random_uuid(), 'consignment', c.id, 'facility',"
            " c.from_facility_id, 'actor', c.carrier_id, 'side', 'carrier', 'step', 'check_point', 'before',"
            " 'handed_over', 'recorded_us', 0, 'occurred_us', 0,"
            " 'leg', jsonb_build_object('carrier', c.prepared_by_id)))"
            " FROM inventory_consignment c WHERE c.id = %(id)s::uuid",
            {"id": str(road.id)},
        )
    assert violated(refused.value) == "inventory_consignmentleg_by_its_event"


def test_new_leg_names_everything_that_is_wrong(road: Road) -> None:
    with pytest.raises(StockRefused) as refused:
        road.new_leg(trip=trip(), note=" ")
    assert codes(refused) == [Code.SAME_LEG, Code.NOTE_NEEDED]
    with pytest.raises(StockRefused) as refused:
        road.new_leg(trip=trip(expected_at=NOW))
    assert codes(refused) == [Code.ALREADY_DUE]
    with pytest.raises(StockRefused) as refused:
        road.new_leg(cast.PHARMACIST)
    assert codes(refused) == [Code.NO_CARRIER]


def test_new_leg_to_who_sent_it_is_refused(road: Road) -> None:
    world.appoint(world.person(cast.STORE_KEEPER), cast.Member("x", "", "", cast.CARRIER.role, cast.SITE))
    with pytest.raises(StockRefused) as refused:
        road.new_leg(cast.STORE_KEEPER)
    assert codes(refused) == [Code.SAME_PEOPLE]


def test_wrong_pin_of_who_carries_on_leaves_custody_where_it_is(road: Road, other: cast.Member) -> None:
    with pytest.raises(PinRefused):
        road.new_leg(other, carrier_pin="111111")
    assert not ConsignmentLeg.objects.exists()
    assert road.check_point().state is State.ON_ROAD


def test_same_leg_sent_again_is_the_same_receipt_though_custody_has_passed(road: Road, other: cast.Member) -> None:
    then = trip(carrier_id=world.person(other).pk, expected_at=LATER)
    command = NewLeg(new_id(), road.id, then, True, "xe hỏng", cast.CARRIER.pin, other.pin)
    first, again = (new_leg(command=command, by=acting(cast.CARRIER), now=NOW) for _ in range(2))
    assert (first.known, again.known, ConsignmentLeg.objects.count()) == (False, True, 1)
    changed = NewLeg(command.id, road.id, then, False, "xe hỏng", cast.CARRIER.pin, other.pin)
    with pytest.raises(OtherContent):
        new_leg(command=changed, by=acting(cast.CARRIER), now=NOW)


def test_broken_seal_where_two_carriers_meet_opens_a_case(road: Road, other: cast.Member) -> None:
    done = road.new_leg(other, seals_intact=False)
    assert Case.objects.filter(subject_id=done.event_id, concluded_at__isnull=True).exists()


def test_both_ends_are_told_and_lateness_goes_by_the_new_hour(road: Road, other: cast.Member) -> None:
    road.new_leg(other)
    told = {notice.person.username for notice in Notice.objects.filter(kind=LEG_NOTICE).select_related("person")}
    assert {cast.STORE_KEEPER.username, cast.SITE_HEAD.username} <= told
    between = EXPECTED + (LATER - EXPECTED)
    assert watch.raise_overdue(now=between) == 0
    assert watch.raise_overdue(now=LATER + (LATER - NOW)) == 1


def test_pages_of_both_sides_show_who_carries_it_now(road: Road, other: cast.Member) -> None:
    road.new_leg(other)
    for member in (cast.STORE_KEEPER, cast.DISPENSER, other):
        page = signed_in(member).get(f"/inventory/consignments/{road.id}/").content.decode()
        assert "Sang chặng mới" in page
        assert f"{cast.CARRIER.full_name} + {other.full_name}" in page
    life = consignment_life(get_row(road.id), acting(cast.DISPENSER))
    assert life.blind
    assert life.row.carrier == other.full_name


def test_papers_epcis_and_api_name_who_gave_to_whom(road: Road, other: cast.Member) -> None:
    road.new_leg(other)
    keeper, row = acting(cast.STORE_KEEPER), get_row(road.id)
    giver, taker = world.person(cast.CARRIER).pk, world.person(other).pk
    told = epcis(row, keeper, now=NOW)["epcisBody"]["eventList"][-1]
    assert told["sourceList"] == [{"type": "possessing_party", "source": f"urn:tram:carrier:{giver}"}]
    assert told["destinationList"] == [{"type": "possessing_party", "destination": f"urn:tram:carrier:{taker}"}]
    record = record_paper(row=row, by=keeper, now=NOW)
    handed = f"{other.full_name} nhận từ {cast.CARRIER.full_name}"
    assert any(fact.name == "Chặng 2" and handed in fact.words for fact in record.facts)
    assert {cast.CARRIER.full_name, other.full_name} <= {signer.name for signer in record.signers}
    taken = pass_paper(row=row, by=keeper, now=NOW)
    assert any(fact.name == "Nhận chở tiếp" and handed in fact.words for fact in taken.facts)
    answer = signed_in(cast.STORE_KEEPER).get(f"/api/v1/consignments/{road.id}/").json()
    assert [leg["carrier"] for leg in answer["legs"]] == [cast.CARRIER.full_name, other.full_name]
    assert answer["carrier"] == other.full_name


def test_new_leg_on_the_carriers_phone_keeps_what_was_typed(road: Road, other: cast.Member) -> None:
    phone = signed_in(cast.CARRIER)
    assert "Đổi người chở, đổi đường" in phone.get("/inventory/carry/").content.decode()
    address = f"/inventory/carry/{road.id}/leg/"
    sent = {
        "id": str(new_id()), "carrier": world.person(other).pk, "transport": "ô tô", "route": "QL12",
        "expected_on": f"{LATER:%Y-%m-%d}", "expected_time": "23:30", "intact": "yes", "note": "xe hỏng",
        "own_pin": cast.CARRIER.pin,
    }  # fmt: skip
    refused = phone.post(address, sent)
    assert refused.status_code == 422
    assert "Người chở tiếp nhập PIN ở đây" in refused.content.decode()
    assert "QL12" in refused.content.decode()
    done = phone.post(address, {**sent, "carrier_pin": other.pin})
    assert done.status_code == 302, done.content.decode()
    assert CustodyEvent.objects.filter(consignment_id=road.id, step=Step.NEW_LEG).count() == 1
