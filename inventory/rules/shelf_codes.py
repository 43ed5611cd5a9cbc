"""The closed lists of the emergency shelf: what stands on it, in what state, and what became of an ampoule."""

from enum import StrEnum


class Equipment(StrEnum):
    """What a site needs beside naloxone when somebody stops breathing (domain 1, 5). Stored with checks."""

    AMBU_BAG = "ambu_bag"
    OXYGEN = "oxygen"
    SYRINGES = "syringes"
    PHONE_NUMBERS = "phone_numbers"
    CAMERA = "camera"
    SEPARATE_ROOM = "separate_room"


class Readiness(StrEnum):
    """How a check found it."""

    OK = "ok"
    MISSING = "missing"
    BROKEN = "broken"


class AmpouleFate(StrEnum):
    """Where an ampoule went when it left the shelf."""

    USED = "used"
    BROKEN = "broken"
    EXPIRED = "expired"


class Lack(StrEnum):
    """Why ampoules are asked for, worst first."""

    NONE_USABLE = "none_usable"
    AT_MINIMUM = "at_minimum"
    EXPIRES_FIRST = "expires_first"  # what expires before the next delivery brings it to the minimum or below


class RequestEnd(StrEnum):
    """What came of a request."""

    RECEIVED = "received"
    REFUSED = "refused"
