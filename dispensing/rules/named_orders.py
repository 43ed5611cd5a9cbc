"""Orders carried out in a physician's name before the physician signed: by phone, or under a delegation (domain 12.1).

What they order stays one of a few things, and none of them raises a dose.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from dispensing.rules.codes import Code
from dispensing.rules.settings import DosingSettings
from dispensing.rules.violations import Violation


class OrderKind(StrEnum):
    """What was ordered; the row that names the order says it in full."""

    BRIDGING = "bridging"  # the last order goes on at the same dose for a few days
    COMING_BACK = "coming_back"  # the reduced dose of one day after missed days
    LIFT = "lift"  # a stop that a physician may lift
    REPLACEMENT = "replacement"  # a dose after vomiting


_ANSWERED_BY: Final = {Code.PRESCRIPTION_ENDED: OrderKind.BRIDGING, Code.HOLD: OrderKind.LIFT}


def may_be_told(stops: Iterable[Violation], settings: DosingSettings) -> tuple[OrderKind, ...]:
    """What a physician may order over the phone about these stops; empty where a signed order or a look is needed."""
    kinds = {_ANSWERED_BY[found.code] for found in stops if found.code in _ANSWERED_BY}
    if settings.phone_order_after_missed and any(found.code is Code.MISSED_NEEDS_ORDER for found in stops):
        kinds.add(OrderKind.COMING_BACK)
    if settings.bridging_max_days < 1:
        kinds.discard(OrderKind.BRIDGING)
    return tuple(kind for kind in OrderKind if kind in kinds)
