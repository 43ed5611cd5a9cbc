"""The closed lists of the ledger: kinds of account, of act, and why a quantity moved."""

from enum import StrEnum
from typing import Final


class AccountKind(StrEnum):
    SUPPLIER = "supplier"
    STORAGE = "storage"
    DISPENSING = "dispensing"
    OPENED = "opened"
    QUARANTINE = "quarantine"
    PATIENTS = "patients"
    POURED_OUT = "poured_out"
    SPILL = "spill"
    LOSS = "loss"
    SURPLUS = "surplus"
    OVERFILL = "overfill"
    UNRECONCILED = "unreconciled"
    TRANSIT = "transit"
    DISCREPANCY = "discrepancy"
    DESTROYED = "destroyed"


PLACES: Final = (AccountKind.STORAGE, AccountKind.DISPENSING, AccountKind.OPENED, AccountKind.QUARANTINE)
# Places hold bottles one by one, the others a sum per lot. Two may go below zero (design, sentence 2).
# Two belong to one consignment each, in its sender's books: what is on the road, and what did not arrive as sent.
OF_A_CONSIGNMENT: Final = frozenset({AccountKind.TRANSIT, AccountKind.DISCREPANCY})
BOTTLE_ACCOUNTS: Final = frozenset({*PLACES, *OF_A_CONSIGNMENT, AccountKind.UNRECONCILED})
MAY_BE_NEGATIVE: Final = frozenset({AccountKind.SUPPLIER, AccountKind.UNRECONCILED})


class ActKind(StrEnum):
    RECEIPT = "receipt"
    TO_DISPENSING = "to_dispensing"
    OPENING = "opening"
    DOSE = "dose"
    DOSE_VOID = "dose_void"
    TAKE_HOME = "take_home"
    TAKE_HOME_VOID = "take_home_void"
    NOT_SWALLOWED = "not_swallowed"
    EMPTYING = "emptying"
    QUARANTINE = "quarantine"
    DISPATCH = "dispatch"
    CONSIGNMENT_RECEIPT = "consignment_receipt"
    TAKEN_BACK = "taken_back"
    NOT_ARRIVED = "not_arrived"
    ADMITTED = "admitted"
    SETTLED = "settled"
    MEASURE = "measure"
    PRIMING = "priming"
    COUNT = "count"
    SPILL = "spill"
    BREAKAGE = "breakage"
    LOSS = "loss"
    RECALL = "recall"
    DESTRUCTION = "destruction"
    AMPOULES_OUT = "ampoules_out"


class Reason(StrEnum):
    """Why a quantity moved. Upper apps add their own: a dose says "dose", an outcome its code."""

    DELIVERY = "delivery"
    TO_DISPENSING = "to_dispensing"
    OPENING = "opening"
    QUARANTINE = "quarantine"
    RESIDUE = "residue"  # measured in the empty bottle and poured out
    UNDERFILL = "underfill"  # in the book, not in the bottle
    OVERFILL = "overfill"  # in the bottle beyond its label
    OVERFILL_TAKEN_BACK = "overfill_taken_back"  # a settled overfill that a void shows to be smaller
    BEYOND_SETTLED = "beyond_settled"  # what was given beyond the book, paid back to "unreconciled"
    MEASURED_LESS = "measured_less"  # a measure of the opened bottle, outside its tolerance
    MEASURED_MORE = "measured_more"
    PRIMING = "priming"  # let through the pump before it is right, and poured out
    DISPATCHED = "dispatched"  # handed to the carrier
    ARRIVED = "arrived"  # as it was sent
    DIFFERED = "differed"  # not as it was sent, or not at all
    SENT_UNLISTED = "sent_unlisted"  # it was in the box and not on the manifest
    TURNED_UP = "turned_up"
    LOST_ON_ROAD = "lost_on_road"
    BROKEN_ON_ROAD = "broken_on_road"
    INJECTED = "injected"  # an ampoule given to somebody who had stopped breathing
    AMPOULE_BROKEN = "ampoule_broken"
    AMPOULE_EXPIRED = "ampoule_expired"
    COUNTED_MISSING = "counted_missing"  # in the book, and nobody found it
    COUNTED_LESS = "counted_less"
    COUNTED_MORE = "counted_more"
    COUNTED_EXTRA = "counted_extra"  # found, and the book had given it up
    COUNTED_ELSEWHERE = "counted_elsewhere"  # found in another place of the site
    SPILT = "spilt"
    BROKEN = "broken"
    REPORTED_LOST = "reported_lost"
    RECALLED = "recalled"
    DESTROYED = "destroyed"
    NEVER_POURED = "never_poured"
    POURED_NOT_DRUNK = "poured_not_drunk"
    BROUGHT_BACK = "brought_back"  # a vial taken home came back with something in it, and was poured out
    NOT_BROUGHT_BACK = "not_brought_back"  # it had been said of another vial


class Why(StrEnum):
    """On what occasion a bottle was measured, or the closed ones counted."""

    OPENING = "opening"
    CLOSE = "close"
    WEEKLY = "weekly"
    HAND_OVER = "hand_over"
    COUNT = "count"


class Method(StrEnum):
    """How a site measures what an opened bottle holds (domain 12.3)."""

    WEIGH = "weigh"
    CYLINDER = "cylinder"
    MARK = "mark"


class SealState(StrEnum):
    """The night seal as the morning finds it."""

    MATCHES = "matches"
    DIFFERS = "differs"
    NONE = "none"


class Key(StrEnum):
    """The keys of a site: one for each cabinet in use, and their spares in sealed envelopes."""

    STORAGE = "storage"
    DISPENSING = "dispensing"
    STORAGE_SPARE = "storage_spare"
    DISPENSING_SPARE = "dispensing_spare"


class KeyStep(StrEnum):
    """What happened to a key."""

    TAKEN = "taken"
    HANDED_OVER = "handed_over"
    SEALED = "sealed"
    LOST = "lost"


class DeviceKind(StrEnum):
    """What is measured with: doses, or on a scale whole bottles."""

    SYRINGE = "syringe"
    PUMP = "pump"
    CUP = "cup"
    SCALE = "scale"
