"""Whether somebody's certificates cover a day. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from staff.rules.rota_codes import CertificateKind


@dataclass(frozen=True)
class Held:
    """One certificate as far as a day asks: from when to when it is valid; without a last day, for good."""

    kind: CertificateKind
    issued_on: date
    expires_on: date | None

    def covers(self, day: date) -> bool:
        return self.issued_on <= day and (self.expires_on is None or day <= self.expires_on)


class State(StrEnum):
    VALID = "valid"
    ENDS_SOON = "ends_soon"
    EXPIRED = "expired"
    NONE = "none"  # none was ever recorded


@dataclass(frozen=True)
class Standing:
    """How somebody stands with one kind on a day. `last_day`: of the certificate that reaches furthest; None where it
    never ends or there is none."""

    kind: CertificateKind
    state: State
    last_day: date | None = None


def standing(kind: CertificateKind, held: Iterable[Held], *, on: date, warning_days: int) -> Standing:
    """The best that the person holds of that kind."""
    begun = [each for each in held if each.kind == kind and each.issued_on <= on]
    if not begun:
        return Standing(kind, State.NONE)
    if any(each.expires_on is None for each in begun):
        return Standing(kind, State.VALID)
    last = max(each.expires_on for each in begun if each.expires_on is not None)
    if last < on:
        return Standing(kind, State.EXPIRED, last)
    return Standing(kind, State.ENDS_SOON if (last - on).days <= warning_days else State.VALID, last)


def covered(kind: CertificateKind, held: Iterable[Held], day: date) -> bool:
    """Whether a certificate of that kind was valid on the day."""
    return any(each.kind == kind and each.covers(day) for each in held)
