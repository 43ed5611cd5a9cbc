"""The accounts of a facility: made once for each item it stocks."""

from inventory.models import BOTTLE_ACCOUNTS, MAY_BE_NEGATIVE, Account, AccountKind, Item


def ensure(*, facility_id: int, item: Item) -> dict[AccountKind, Account]:
    """Every account of this item at this facility, made where missing. Safe to call by two at once."""
    there = _held(facility_id, item)
    missing = [kind for kind in AccountKind if kind not in there]
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
    rows = Account.objects.filter(facility_id=facility_id, item=item)
    return {AccountKind(account.kind): account for account in rows}


def ids(*, facility_id: int, item: Item) -> dict[AccountKind, int]:
    """The same by their ids alone, as movements name them."""
    return {kind: account.pk for kind, account in ensure(facility_id=facility_id, item=item).items()}
