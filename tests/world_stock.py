"""Stock for tests: what the world's sites hold, and a shelf of one's own with the hand that moves it.

Both satellites of the world have received twelve bottles, moved four to the dispensing cabinet and opened
one, each with the site's own witness; the main clinic holds twelve in storage.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from uuid import UUID

from core import clock
from core.access import Access
from core.ids import new_id
from facilities.models import Facility
from inventory.models import (
    Account,
    AccountKind,
    ActKind,
    Balance,
    Bottle,
    DeviceKind,
    Item,
    Lot,
    MeasuringDevice,
)
from inventory.rules.deliveries import DeliveredLine
from inventory.services import accounts, bottles, deliveries, ledger
from inventory.services.bottles import Opening, ToDispensing
from inventory.services.deliveries import Delivery
from inventory.services.ledger import Move, NewAct, Receipt
from staff.queries.appointments import standing_at
from staff.services.attestations import Present
from tests import cast, world

DIGEST = "0" * 64
LITRE = 1_000_000  # microlitres
LOT = "MTD-2605"
MAKER = "Dược phẩm Hà Tây"
EXPIRES_ON = date(2028, 4, 30)
_numbers = count(90_000_001)


@dataclass
class Shelf:
    """One site's accounts of one item, and acts posted through the door without the services' judgement."""

    facility: Facility
    by: Access
    item: Item
    now: datetime
    accounts: dict[AccountKind, Account] = field(init=False)

    def __post_init__(self) -> None:
        self.accounts = accounts.ensure(facility_id=self.facility.pk, item=self.item)

    def lot(self, number: str = "MTD-2601", *, concentration: str = "10", expires_on: date = date(2027, 12, 31)) -> Lot:
        found, _ = Lot.objects.get_or_create(
            item=self.item,
            number=number,
            manufacturer="Dược phẩm thử",
            defaults={"expires_on": expires_on, "concentration": Decimal(concentration)},
        )
        return found

    def move(self, bottle: Bottle, source: AccountKind, target: AccountKind, ul: int, reason: str = "test") -> Move:
        return Move(bottle.lot_id, bottle.pk, self.accounts[source].pk, self.accounts[target].pk, ul, reason)

    def act(self, kind: ActKind, *moves: Move, id_: UUID | None = None, digest: str = DIGEST, **more: object) -> NewAct:
        assert self.by.person_id is not None
        return NewAct(
            id=id_ or new_id(),
            kind=kind,
            actor_id=self.by.person_id,
            actor_label=self.by.label,
            occurred_at=more.pop("occurred_at", self.now),  # type: ignore[arg-type]
            recorded_at=more.pop("recorded_at", self.now),  # type: ignore[arg-type]
            document_digest=digest,
            moves=moves,
            **more,  # type: ignore[arg-type]
        )

    def post(self, kind: ActKind, *moves: Move, **more: object) -> Receipt:
        return ledger.post(self.act(kind, *moves, **more), facility_id=self.facility.pk)  # type: ignore[arg-type]

    def bottle(
        self, lot: Lot | None = None, *, ul: int = 1_000_000, place: AccountKind = AccountKind.STORAGE
    ) -> Bottle:
        """A bottle with its book, received and standing at `place`; opened where that is "opened"."""
        lot = lot or self.lot()
        opened = place is AccountKind.OPENED
        bottle = Bottle.objects.create(
            number=next(_numbers),
            lot=lot,
            size_ul=ul,
            opened_at=self.now if opened else None,
            opened_by_id=self.by.person_id if opened else None,
        )
        self.post(ActKind.RECEIPT, self.move(bottle, AccountKind.SUPPLIER, AccountKind.STORAGE, ul))
        if place is not AccountKind.STORAGE:
            self.post(
                ActKind.OPENING if opened else ActKind.TO_DISPENSING,
                self.move(bottle, AccountKind.STORAGE, place, ul),
            )
        return bottle

    def dose(self, bottle: Bottle, ul: int, **more: object) -> Receipt:
        return self.post(ActKind.DOSE, self.move(bottle, AccountKind.OPENED, AccountKind.PATIENTS, ul, "dose"), **more)

    def held(self, kind: AccountKind, bottle: Bottle | None = None) -> int:
        """What the books say an account holds: of one bottle, or of everything."""
        rows = Balance.objects.filter(account=self.accounts[kind])
        if bottle is not None and self.accounts[kind].by_bottle:
            rows = rows.filter(bottle=bottle)
        return sum(row.quantity for row in rows)


def methadone() -> Item:
    """The oral solution, counted in microlitres."""
    item, _ = Item.objects.get_or_create(
        code="methadone-oral",
        defaults={"name": "Methadone dung dịch uống", "base_unit": "ul", "in_bottles": True},
    )
    return item


def naloxone() -> Item:
    """Ampoules: stock without bottles of its own."""
    item, _ = Item.objects.get_or_create(
        code="naloxone-0.4", defaults={"name": "Naloxone 0,4 mg", "base_unit": "ampoule", "in_bottles": False}
    )
    return item


def shelf(facility: Facility, by: Access, *, now: datetime | None = None) -> Shelf:
    return Shelf(facility=facility, by=by, item=methadone(), now=now or datetime(2026, 11, 23, 23, 10, tzinfo=UTC))


def act_as(member: cast.Member, *, now: datetime | None = None) -> Access:
    """The access of one of the cast at their place, as the middleware would give it."""
    here = world.facility(member.place)
    return standing_at(here.pk, person_id=world.person(member).pk, now=now or clock.now())


def present(member: cast.Member) -> Present:
    """The member stands there and enters their PIN."""
    return Present(member.username, member.pin)


def line(**changes: object) -> DeliveredLine:
    """Bottles of the world's lot, or of another."""
    usual: dict[str, object] = {
        "item_id": methadone().pk,
        "lot_number": LOT,
        "manufacturer": MAKER,
        "registration": "893111-26",
        "expires_on": EXPIRES_ON,
        "concentration": Decimal(10),
        "size_ul": LITRE,
        "bottles": 1,
    }
    return DeliveredLine(**{**usual, **changes})  # type: ignore[arg-type]


def receive(by: Access, second: cast.Member, *lines: DeliveredLine, now: datetime | None = None) -> list[int]:
    """Receive a delivery; the label numbers of its bottles."""
    delivery = Delivery(id=new_id(), supplier="Kho tỉnh", document_number="PX-118", lines=lines, second=present(second))
    done = deliveries.receive(delivery=delivery, by=by, now=now or clock.now())
    return [number for each in done.content["found"]["bottles"] for number in each]


def build() -> None:
    """The world's stock; called by tests.world with the clock at the tests' time."""
    methadone()
    naloxone()
    receive(act_as(cast.STORE_KEEPER), cast.CLINIC_PHYSICIAN, line(bottles=12))
    for member, second in ((cast.DISPENSER, cast.WITNESS), (cast.OTHER_DISPENSER, cast.OTHER_WITNESS)):
        by = act_as(member)
        numbers = receive(by, second, line(bottles=12))
        moved = ToDispensing(id=new_id(), numbers=tuple(numbers[:4]), second=present(second))
        bottles.move_to_dispensing(command=moved, by=by, now=clock.now())
        opened = Opening(id=new_id(), number=numbers[0], second=present(second))
        bottles.open_bottle(command=opened, by=by, now=clock.now())
        MeasuringDevice.objects.create(
            facility_id=by.facility_id,
            kind=DeviceKind.SYRINGE,
            name="Bơm 10 mL",
            step_ul=100,
            min_ul=200,
            max_ul=10_000,
            starts_on=cast.SINCE,
        )
