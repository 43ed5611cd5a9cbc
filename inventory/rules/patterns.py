"""A continuing pattern of seemingly insignificant losses is significant (domain 4.5, after the DEA's rule). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from inventory.rules.settings import StockSettings


class Of(StrEnum):
    """Whose the pattern is: the site's, one bottle's, one person's."""

    SITE = "site"
    BOTTLE = "bottle"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Small:
    """One difference that a measure, a count or an emptied bottle found new, beyond what the device explains.

    `quantity` below zero: less than the book.
    """

    day: date
    at: datetime
    bottle_id: int | None
    person_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """`last_at`: its newest difference. A case that was opened later has told it already."""

    of: Of
    subject: int  # the bottle's or the person's id; 0 for the site
    times: int
    total: int
    last_at: datetime


def patterns(smalls: Sequence[Small], *, today: date, settings: StockSettings) -> tuple[Pattern, ...]:
    """Where the last differences, as many as the setting says and within its days, all lean to one side.

    `smalls` oldest first. The same few differences of one person at one bottle are told once, as the nearest of the
    three that they are: the bottle's, else the person's, else the site's.
    """
    recent = [small for small in smalls if small.quantity and small.day > today - timedelta(settings.same_sign_days)]
    subjects = [
        *((Of.BOTTLE, bottle_id) for bottle_id in sorted({small.bottle_id for small in recent if small.bottle_id})),
        *((Of.PERSON, person_id) for person_id in sorted({small.person_id for small in recent})),
        (Of.SITE, 0),
    ]
    found: list[Pattern] = []
    told: list[list[Small]] = []
    for of, subject in subjects:
        last = [small for small in recent if _is(of, small) == subject][-settings.same_sign_measures :]
        if len(last) < settings.same_sign_measures or len({small.quantity > 0 for small in last}) > 1 or last in told:
            continue
        told.append(last)
        found.append(Pattern(of, subject, len(last), sum(small.quantity for small in last), last[-1].at))
    return tuple(found)


def _is(of: Of, small: Small) -> int | None:
    return {Of.SITE: 0, Of.BOTTLE: small.bottle_id, Of.PERSON: small.person_id}[of]
