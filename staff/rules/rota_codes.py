"""Codes of the rota, of days off and of certificates. Values are stored and never renamed."""

from enum import StrEnum


class RotaRole(StrEnum):
    """What somebody is planned for on a day: whoever holds the permission behind it may be (staff.rules.rota)."""

    POUR = "pour"
    SECOND = "second"
    PHYSICIAN = "physician"  # reachable by phone
    CARRY = "carry"  # on the days on which methadone is fetched


class Planned(StrEnum):
    """How an entry of the rota came about."""

    TAPPED = "tapped"
    PROPOSED = "proposed"
    COPIED = "copied"
    SWAPPED = "swapped"


class Unplanned(StrEnum):
    """Why an entry no longer stands."""

    CHANGED = "changed"
    SWAPPED = "swapped"


class SwapAnswer(StrEnum):
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # by who offered


class SwapDecision(StrEnum):
    """The head's, where the place asks for it."""

    APPROVED = "approved"
    REFUSED = "refused"


class OffKind(StrEnum):
    """Why somebody is not there."""

    ANNUAL = "annual"
    COMPENSATORY = "compensatory"  # out of overtime that was chosen as leave
    TRAINING = "training"
    OTHER = "other"


class CertificateKind(StrEnum):
    DISPENSING = "dispensing"
    PRESCRIBING = "prescribing"
    COUNSELLING = "counselling"
    OVERDOSE = "overdose"


class CertificateEnd(StrEnum):
    MISTAKE = "mistake"  # entered wrongly
    REVOKED = "revoked"  # by who issued it
