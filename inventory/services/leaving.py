"""Bottles that leave the world without being emptied: lost, broken, destroyed."""

from collections.abc import Iterable
from datetime import datetime

from inventory.models import Account, AccountKind, Bottle, Item
from inventory.rules.bottles import BottleState
from inventory.rules.countkinds import Gone
from inventory.rules.counts import Step
from inventory.services import accounts
from inventory.services.ledger import Move


def mark(bottle_ids: Iterable[int], how: Gone, *, by_id: int, now: datetime) -> None:
    """Say of these bottles that they are gone; what was gone before and turned up keeps its first word."""
    rows = Bottle.objects.filter(pk__in=list(bottle_ids), gone_at__isnull=True)
    rows.update(gone_at=now, gone_by=by_id, gone_how=str(how))


class Places:
    """The accounts of one facility, item by item, asked once each."""

    def __init__(self, facility_id: int) -> None:
        self.facility_id = facility_id
        self._known: dict[int, dict[AccountKind, int]] = {}

    def of(self, item_id: int) -> dict[AccountKind, int]:
        if item_id not in self._known:
            item = Item.objects.get(pk=item_id)
            self._known[item_id] = accounts.ids(facility_id=self.facility_id, item=item)
        return self._known[item_id]

    def moves(self, item_id: int, lot_id: int, bottle_id: int | None, steps: Iterable[Step]) -> list[Move]:
        """The steps as movements; those of nothing are left out."""
        there = self.of(item_id)
        return [
            Move(lot_id, bottle_id, there[source], there[target], quantity, str(reason))
            for quantity, source, target, reason in steps
            if quantity > 0
        ]

    def of_bottle(self, bottle: BottleState, steps: Iterable[Step]) -> list[Move]:
        return self.moves(bottle.item_id, bottle.lot_id, bottle.id, steps)


def destroyed_account(*, facility_id: int, item: Item) -> int:
    """Where what a main clinic destroyed is booked; the database has none for any other facility."""
    account, _made = Account.objects.get_or_create(
        facility_id=facility_id,
        item=item,
        kind=str(AccountKind.DESTROYED),
        consignment=None,
        defaults={"by_bottle": False, "may_be_negative": False},
    )
    return account.pk
