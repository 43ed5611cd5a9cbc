"""Stock for tests: an item, lots of any strength, bottles, and the hand that moves them."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from uuid import UUID

from core.access import Access
from core.ids import new_id
from facilities.models import Facility
from inventory.models import Account, AccountKind, ActKind, Balance, Bottle, Item, Lot
from inventory.services import accounts, ledger
from inventory.services.ledger import Move, NewAct, Receipt, Short

DIGEST = "0" * 64
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

    def lot(
        self, number: str = "MTD-2601", *, concentration: str = "10", expires_on: date = date(2027, 12, 31)
    ) -> Lot:
        found, _ = Lot.objects.get_or_create(
            item=self.item,
            number=number,
            manufacturer="Dược phẩm thử",
            defaults={"expires_on": expires_on, "concentration": Decimal(concentration)},
        )
        return found

    def move(
        self, bottle: Bottle, source: AccountKind, target: AccountKind, ul: int, reason: str = "test"
    ) -> Move:
        return Move(bottle.lot_id, bottle.pk, self.accounts[source].pk, self.accounts[target].pk, ul, reason)

    def act(
        self, kind: ActKind, *moves: Move, id_: UUID | None = None, digest: str = DIGEST, **more: object
    ) -> NewAct:
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
        return self.post(
            ActKind.DOSE, self.move(bottle, AccountKind.OPENED, AccountKind.PATIENTS, ul, "dose"), **more
        )

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
    return Shelf(
        facility=facility, by=by, item=methadone(), now=now or datetime(2026, 11, 23, 23, 10, tzinfo=UTC)
    )


__all__ = ["DIGEST", "Shelf", "Short", "methadone", "naloxone", "shelf"]
