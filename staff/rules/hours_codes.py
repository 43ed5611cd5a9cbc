"""Codes of working time: where an interval comes from, why it no longer stands, what was seen of somebody's work, and
which rule keeps a minute from being paid."""

from enum import StrEnum


class DutySource(StrEnum):
    TAPPED = "tapped"
    TYPED = "typed"
    PROPOSED = "proposed"


class Ended(StrEnum):
    """Why an interval no longer stands."""

    CORRECTED = "corrected"  # by a later entry that names it
    DECLINED = "declined"  # the person says that it was no work
    RENEWED = "renewed"  # more evidence came before anybody had looked


class EvidenceKind(StrEnum):
    """What the rooms above saw of somebody's work."""

    DOSING = "dosing"  # doses, outcomes, the day opened and closed
    TYPING = "typing"  # what had happened on paper, typed in later
    TRIP = "trip"  # the road with a consignment


class DayKind(StrEnum):
    WORKING = "working"
    REST = "rest"
    HOLIDAY = "holiday"


class Taken(StrEnum):
    """The rule that keeps a minute of overtime from being paid, in the order in which they are asked."""

    DAY = "day"
    BAND = "band"
    MONTH = "month"
    YEAR = "year"
    LEAVE = "leave"  # payable, and chosen as leave instead: what no limit took
