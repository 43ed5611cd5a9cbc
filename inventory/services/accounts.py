"""The accounts of a facility: made once for each item it stocks."""

from typing import Final

from inventory.models import BOTTLE_ACCOUNTS, MAY_BE_NEGATIVE, Account, AccountKind, Consignment, Item
from inventory.rules.kinds import OF_A_CONSIGNMENT

# Only at a main clinic is anything destroyed: only there is that account made, and the database holds it.
OF_A_FACILITY: Final = tuple(
    kind for kind in AccountKind if kind not in OF_A_CONSIGNMENT and kind is not AccountKind.DESTROYED
)


def ensure(*, facility_id: int, item: Item) -> dict[AccountKind, Account]:
    """Every account of this item at this facility, made where missing. Safe to call by two at once."""
    there = _held(facility_id, item)
    missing = [kind for kind in OF_A_FACILITY if kind not in there]
    if missing:
        Account.objects.bulk_create(
            [
                Account(
                    facility_id=facility_id,
                    item=item,
                    kind=kind,
                    by_bottle=item.in_bottles and kind in BOTTLE_ACCOUNTS,
                    may_be_negative=kind in MAY_BE_NEGATIVE,
                )
                for kind in missing
            ],
            ignore_conflicts=True,
        )
        there = _held(facility_id, item)
    return there


def _held(facility_id: int, item: Item) -> dict[AccountKind, Account]:
    rows = Account.objects.filter(facility_id=facility_id, item=item, consignment__isnull=True)
    return {AccountKind(account.kind): account for account in rows}


def of_consignment(*, consignment: Consignment, item: Item) -> dict[AccountKind, int]:
    """What a consignment holds of an item on the road and in dispute, by account id. Under the consignment's lock."""
    rows = Account.objects.filter(consignment=consignment, item=item)
    there = {AccountKind(account.kind): account.pk for account in rows}
    missing = [kind for kind in OF_A_CONSIGNMENT if kind not in there]
    for kind in sorted(missing):
        there[kind] = Account.objects.create(
            facility_id=consignment.from_facility_id,
            item=item,
            kind=kind,
            consignment=consignment,
            by_bottle=item.in_bottles,
            may_be_negative=False,
        ).pk
    return there


def ids(*, facility_id: int, item: Item) -> dict[AccountKind, int]:
    """The same by their ids alone, as movements name them."""
    return {kind: account.pk for kind, account in ensure(facility_id=facility_id, item=item).items()}
