"""Items, lots, bottles, the ledger. Knows no patient: what was drunk is one account per facility and item."""

from inventory.models.stock import (
    Account,
    Act,
    Balance,
    BaseUnit,
    Bottle,
    ChainHead,
    ChainLink,
    DeviceKind,
    Document,
    Item,
    Lot,
    MeasuringDevice,
    Movement,
)
from inventory.rules.kinds import BOTTLE_ACCOUNTS, MAY_BE_NEGATIVE, AccountKind, ActKind

__all__ = [
    "BOTTLE_ACCOUNTS",
    "MAY_BE_NEGATIVE",
    "Account",
    "AccountKind",
    "Act",
    "ActKind",
    "Balance",
    "BaseUnit",
    "Bottle",
    "ChainHead",
    "ChainLink",
    "DeviceKind",
    "Document",
    "Item",
    "Lot",
    "MeasuringDevice",
    "Movement",
]
