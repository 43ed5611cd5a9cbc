"""The closed lists of counts, spills, losses, recall and destruction."""

from enum import StrEnum


class CountWhy(StrEnum):
    """On what occasion everything at a site is counted (domain 4.5)."""

    MONTHLY = "monthly"
    HAND_OVER = "hand_over"
    SURPRISE = "surprise"
    INSPECTION = "inspection"


class Outcome(StrEnum):
    """What a count found of one bottle or lot against the book of its moment. Less and more are never netted."""

    AGREES = "agrees"
    LESS = "less"
    MORE = "more"
    MISSING = "missing"  # a bottle of the book that nobody found
    EXTRA = "extra"  # a bottle found that the book had given up here
    ELSEWHERE = "elsewhere"  # found in another place of the same site
    STRANGE = "strange"  # a label that the books of this site know nothing of


class Gone(StrEnum):
    """How a bottle left the world without being emptied."""

    LOST = "lost"
    BROKEN = "broken"
    DESTROYED = "destroyed"


class SpillKind(StrEnum):
    SPILL = "spill"
    BREAKAGE = "breakage"


class LossKind(StrEnum):
    LOSS = "loss"
    THEFT = "theft"
    ROBBERY = "robbery"


class Duty(StrEnum):
    """What somebody is in a destruction committee."""

    CHAIR = "chair"
    SECRETARY = "secretary"
    MEMBER = "member"


class Answer(StrEnum):
    """How a place stands to a recall."""

    WAITED_FOR = "waited_for"  # its book holds nothing, and nobody there has looked yet
    NONE = "none"  # somebody there looked: nothing
    IN_USE = "in_use"  # some of it stands where it could be used
    APART = "apart"  # set apart in the book; nobody has said that it is sealed
    SEALED = "sealed"
