"""A continuing pattern of seemingly insignificant losses is significant (domain 4.5, after the DEA's rule). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from inventory.rules.settings import StockSettings


class Of(StrEnum):
    """Whose the pattern is: the site's, one bottle's, one person's."""

    SITE = "site"
    BOTTLE = "bottle"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Small:
    """One difference that a measure or a count found new, beyond what the device explains; below zero: less."""

    day: date
    bottle_id: int | None
    person_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Pattern:
    of: Of
    subject: int  # the bottle's or the person's id; 0 for the site
    times: int
    total: int


def patterns(smalls: Sequence[Small], *, today: date, settings: StockSettings) -> tuple[Pattern, ...]:
    """Where the last differences, as many as the setting says and within its days, all lean to one side.

    `smalls` oldest first. The same few differences of one person at one bottle are told once, as the nearest of the
    three that they are: the bottle's, else the person's, else the site's.
    """
    recent = [small for small in smalls if small.quantity and small.day > today - timedelta(settings.same_sign_days)]
    found = [
        *_each(Of.BOTTLE, {small.bottle_id for small in recent if small.bottle_id}, recent, settings),
        *_each(Of.PERSON, {small.person_id for small in recent}, recent, settings),
        *_each(Of.SITE, {0}, recent, settings),
    ]
    return tuple(found[:1])


def _each(of: Of, subjects: set[int], smalls: Sequence[Small], settings: StockSettings) -> list[Pattern]:
    found = []
    for subject in sorted(subjects):
        last = [small for small in smalls if _is(of, small) in {subject}][-settings.same_sign_measures :]
        signs = {small.quantity > 0 for small in last}
        if len(last) == settings.same_sign_measures and len(signs) == 1:
            found.append(Pattern(of, subject, len(last), sum(small.quantity for small in last)))
    return found


def _is(of: Of, small: Small) -> int | None:
    return {Of.SITE: 0, Of.BOTTLE: small.bottle_id, Of.PERSON: small.person_id}[of]
