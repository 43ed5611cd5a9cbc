"""Orders carried out in a physician's name before the physician signed: by phone, or under a delegation (domain 12.1).

What they order stays one of a few things, and none of them raises a dose.
"""

from enum import StrEnum


class OrderKind(StrEnum):
    """What was ordered; the row that names the order says it in full."""

    BRIDGING = "bridging"  # the last order goes on at the same dose for a few days
    COMING_BACK = "coming_back"  # the reduced dose of one day after missed days
    LIFT = "lift"  # a stop that a physician may lift
    REPLACEMENT = "replacement"  # a dose after vomiting
