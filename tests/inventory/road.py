"""A consignment of the world, step by step: the clinic's store-keeper, the site's carrier, the site's dispenser."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from core import proofs
from core.access import Access
from core.digests import sha256_of
from core.ids import new_id
from inventory.models import AccountKind, ActKind, Balance, Bottle, Consignment, CustodyEvent, Document, Lot
from inventory.rules.consignments import Arrived, ArrivedLoose, Fate, Incident
from inventory.rules.custody import ConsignmentKind, State
from inventory.services import consignments, journeys, ledger, legs, receipts, settlements
from inventory.services.consignments import HandOver, Packing, Preparation, Trip
from inventory.services.custody import Stepped
from inventory.services.journeys import CheckPoint, Trouble
from inventory.services.ledger import Move
from inventory.services.legs import NewLeg
from inventory.services.packing import Loose
from inventory.services.proofs import PROOFS
from inventory.services.receipts import Counting, Inspection
from inventory.services.settlements import Admission, Settlement
from tests import cast, world, world_stock
from tests.world import NOW
from tests.world_stock import present

SEALS = ("NP-7001", "NP-7002")
EXPECTED = NOW + timedelta(hours=4)
LATER = NOW + timedelta(hours=7)
OTHER_KEEPER = cast.CLINIC_PHYSICIAN  # who signs beside the store-keeper at the clinic


def acting(member: cast.Member, *, now: datetime = NOW) -> Access:
    return world_stock.act_as(member, now=now)


def stored(place: str, count: int) -> list[int]:
    """Label numbers in a place's storage cabinet."""
    found = Balance.objects.filter(
        account__facility=world.facility(place), account__kind=AccountKind.STORAGE, bottle__isnull=False, quantity__gt=0
    ).order_by("bottle__number")
    return list(found.values_list("bottle__number", flat=True)[:count])


def trip(**changes: Any) -> Trip:
    usual = {
        "carrier_id": world.person(cast.CARRIER).pk,
        "transport": "xe máy",
        "route": "QL279 qua đèo",
        "expected_at": EXPECTED,
        "companion": "một công an xã",
    }
    return Trip(**{**usual, **changes})


@dataclass
class Road:
    """One consignment on its way through the services."""

    numbers: list[int] = field(default_factory=list)
    loose: tuple[Loose, ...] = ()
    id: UUID = field(default_factory=new_id)
    kind: ConsignmentKind = ConsignmentKind.SUPPLY
    sender: cast.Member = cast.STORE_KEEPER
    sender_second: cast.Member = OTHER_KEEPER
    receiver: cast.Member = cast.DISPENSER
    receiver_second: cast.Member = cast.WITNESS
    carrier: cast.Member = cast.CARRIER
    to: str = cast.SITE
    now: datetime = NOW

    def row(self) -> Consignment:
        return Consignment.objects.get(pk=self.id)

    def state(self) -> State:
        return State(CustodyEvent.objects.filter(consignment_id=self.id).order_by("-position")[0].state)

    def prepare(self, **changes: Any) -> Stepped:
        given = {"carrier_id": world.person(self.carrier).pk, **changes}
        command = Preparation(
            id=self.id,
            kind=self.kind,
            to_facility_id=world.facility(self.to).pk,
            trip=trip(**given),
            numbers=tuple(self.numbers),
            loose=self.loose,
        )
        return consignments.prepare(command=command, by=acting(self.sender), now=self.now)

    def pack(self, numbers: Sequence[int] | None = None, **changes: Any) -> Stepped:
        usual: dict[str, Any] = {
            "id": new_id(),
            "consignment_id": self.id,
            "numbers": tuple(self.numbers if numbers is None else numbers),
            "seals": SEALS,
            "second": present(self.sender_second),
            "loose": self.loose,
        }
        return consignments.pack(command=Packing(**{**usual, **changes}), by=acting(self.sender), now=self.now)

    def cancel(self) -> Stepped:
        return consignments.cancel(
            consignment_id=self.id, event_id=new_id(), note="xe hỏng", by=acting(self.sender), now=self.now
        )

    def hand_over(self, **changes: Any) -> Stepped:
        usual: dict[str, Any] = {
            "id": new_id(),
            "consignment_id": self.id,
            "own_pin": self.sender.pin,
            "carrier_pin": self.carrier.pin,
        }
        return consignments.hand_over(command=HandOver(**{**usual, **changes}), by=acting(self.sender), now=self.now)

    def leave(self) -> "Road":
        """Prepared, packed and in the carrier's hands."""
        self.prepare()
        self.pack()
        self.hand_over()
        return self

    def check_point(self, **changes: Any) -> Stepped:
        usual: dict[str, Any] = {"id": new_id(), "consignment_id": self.id, "seals_intact": True, "place": "đỉnh đèo"}
        return journeys.check_point(command=CheckPoint(**{**usual, **changes}), by=acting(self.carrier), now=self.now)

    def trouble(self, kind: Incident, **changes: Any) -> Stepped:
        usual: dict[str, Any] = {"id": new_id(), "consignment_id": self.id, "kind": kind, "note": "ở chân đèo"}
        return journeys.report(command=Trouble(**{**usual, **changes}), by=acting(self.carrier), now=self.now)

    def new_leg(self, carrier: cast.Member | None = None, **changes: Any) -> Stepped:
        """Somebody else (appointed to carry) goes on with it; or the same carrier, another way."""
        then = carrier or self.carrier
        usual: dict[str, Any] = {
            "id": new_id(),
            "consignment_id": self.id,
            "trip": trip(carrier_id=world.person(then).pk, transport="ô tô", route="QL12", expected_at=LATER),
            "seals_intact": True,
            "note": "xe hỏng ở chân đèo",
            "own_pin": self.carrier.pin,
            "carrier_pin": then.pin,
        }
        done = legs.new_leg(command=NewLeg(**{**usual, **changes}), by=acting(self.carrier), now=self.now)
        self.carrier = then
        return done

    def turn_back(self) -> Stepped:
        return journeys.turn_back(
            consignment_id=self.id, event_id=new_id(), note="sạt lở", by=acting(self.carrier), now=self.now
        )

    def arrive(self) -> Stepped:
        return journeys.arrive(consignment_id=self.id, event_id=new_id(), by=acting(self.receiver), now=self.now)

    def inspect(self, **changes: Any) -> Stepped:
        usual: dict[str, Any] = {"id": new_id(), "consignment_id": self.id, "seals": SEALS, "intact": True}
        return receipts.inspect(command=Inspection(**{**usual, **changes}), by=acting(self.receiver), now=self.now)

    def counting(self, bottles: Sequence[Arrived] | None = None, **changes: Any) -> Counting:
        loose = tuple(
            ArrivedLoose(line.lot.number, line.quantity)
            for line in self.row().lines.filter(bottle__isnull=True).select_related("lot")
        )
        usual: dict[str, Any] = {
            "id": new_id(),
            "consignment_id": self.id,
            "bottles": tuple(self.all_of_them() if bottles is None else bottles),
            "second": present(self.receiver_second),
            "own_pin": self.receiver.pin,
            "loose": loose,
        }
        return Counting(**{**usual, **changes})

    def all_of_them(self) -> list[Arrived]:
        return [Arrived(number) for number in self.numbers]

    def receive(self, bottles: Sequence[Arrived] | None = None, **changes: Any) -> Stepped:
        return receipts.receive(command=self.counting(bottles, **changes), by=acting(self.receiver), now=self.now)

    def take_back(self, bottles: Sequence[Arrived] | None = None) -> Stepped:
        command = self.counting(bottles, second=present(self.sender_second), own_pin=self.sender.pin)
        return receipts.take_back(command=command, by=acting(self.sender), now=self.now)

    def not_arrived(self) -> Stepped:
        return receipts.not_arrived(
            consignment_id=self.id,
            event_id=new_id(),
            note="không liên lạc được",
            second=present(self.sender_second),
            own_pin=self.sender.pin,
            by=acting(self.sender),
            now=self.now,
        )

    def at_the_door(self, **inspection: Any) -> "Road":
        """On the road, arrived, and its boxes looked at."""
        self.leave()
        self.arrive()
        self.inspect(**inspection)
        return self

    def settle(self, fate: Fate, parts: Sequence[int] | None = None, *, by_receiver: bool = False) -> Stepped:
        who, beside = (self.receiver, self.receiver_second) if by_receiver else (self.sender, self.sender_second)
        command = Settlement(
            id=new_id(),
            consignment_id=self.id,
            fate=fate,
            balances=tuple(self.disputed() if parts is None else parts),
            words="hai bên đã đối chiếu",
            second=present(beside),
            own_pin=who.pin,
        )
        return settlements.settle(command=command, by=acting(who), now=self.now)

    def admit(self, numbers: Sequence[int]) -> Stepped:
        command = Admission(
            id=new_id(),
            consignment_id=self.id,
            numbers=tuple(numbers),
            words="lấy nhầm khi đóng gói",
            second=present(self.sender_second),
            own_pin=self.sender.pin,
        )
        return settlements.admit(command=command, by=acting(self.sender), now=self.now)

    def close(self) -> Stepped:
        return settlements.close(consignment_id=self.id, event_id=new_id(), by=acting(self.sender), now=self.now)

    def disputed(self) -> list[int]:
        rows = Balance.objects.filter(
            account__consignment_id=self.id, account__kind=AccountKind.DISCREPANCY, quantity__gt=0
        )
        return list(rows.order_by("pk").values_list("pk", flat=True))


def second_carrier(place: str = cast.SITE) -> cast.Member:
    """Somebody else who is appointed to carry: the second dispenser of the site."""
    world.appoint(world.person(cast.SECOND_DISPENSER), cast.Member("x", "", "", cast.CARRIER.role, place))
    return cast.SECOND_DISPENSER


def ampoules(place: str, count: int) -> Lot:
    """So many ampoules of naloxone in a place's storage cabinet."""
    item, by = world_stock.naloxone(), acting(cast.STORE_KEEPER)
    shelf = world_stock.Shelf(facility=world.facility(place), by=by, item=item, now=NOW)
    lot = shelf.lot("NX-1", concentration="0.4")
    source, target = shelf.accounts[AccountKind.SUPPLIER].pk, shelf.accounts[AccountKind.STORAGE].pk
    content = {"document": "tests", "stated": {"consignment": "", "number": 0}, "found": {"bottles": []}}
    act = shelf.act(ActKind.ADMITTED, Move(lot.pk, None, source, target, count, "delivery"), digest=sha256_of(content))
    ledger.post(act, facility_id=shelf.facility.pk)
    Document.objects.create(act_id=act.id, content=content)
    return lot


def place_of(number: int) -> tuple[str, str]:
    """The one place where a bottle stands: (facility, kind of account)."""
    [row] = Balance.objects.filter(bottle__number=number, may_be_negative=False).select_related("account__facility")
    return row.account.facility.name, row.account.kind


def label(number: int) -> Bottle:
    return Bottle.objects.get(number=number)


def broken() -> list[str]:
    """What the proofs of stock and custody find."""
    return [f"{row.row}: {row.what}" for name in PROOFS for row in proofs.run(name)]
