"""Who comes on which day, when, and what is special about it. Pure: from seed, site, patient and day alone.

Modelled on the pilot's published rates (7 to 10 % of patients miss a day in a month, about 97 % stay). At a busy site
stories overlap so that every morning has one patient blocked by missed days, one back after a day or two, one withheld,
one under a hold and one whose order has ended: each story is a group of patients who take turns.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final

from demo import dice
from demo.cohort import CYCLE, Member
from demo.spec import SiteSpec

# Groups of patient numbers at a busy site. The rest, and everybody at a small site, is steady with rare gaps.
LONG_AWAY: Final = range(3, 13)
SHORT_AWAY: Final = range(13, 16)
WITHHELD: Final = range(16, 32)
UNDER_HOLD: Final = range(32, 44)
STEADY_FROM: Final = 44
LONG_DAYS, LONG_TURN = 22, 18  # away for so many days; the next one begins so many days after
LONG_SHOWS_ON, LONG_ORDER_ON = 5, 21  # at the window and blocked; seen by the main clinic's physician
SHORT_DAYS, SHORT_TURN = 2, 2
LEAVES_EVERY, LEAVES_AFTER = 90, 10  # somebody stops coming for good
SITE_GAPS, SITE_GAPS_BUSY = 0.03, 0.005  # share of steady patients with a gap in a month
GAP_LENGTHS: Final = (1, 1, 1, 1, 2, 2, 2, 3, 4, 5, 7)
HOSPITAL_FROM: Final = 5
STEP_NUMBER: Final = 7  # this patient of each small site has a signed step for missed days, and needs it now and then
STEP_EVERY, STEP_GAP = 40, 4
LAST_TO_COME: Final = 0.92


Key = tuple[str, str, int]  # seed, site, patient's number there


class Visit(StrEnum):
    """What a day brings."""

    COMES = "comes"
    AWAY = "away"
    IN_HOSPITAL = "in_hospital"
    BLOCKED = "blocked"  # comes in the middle of a long gap, and is sent on
    WITHHELD = "withheld"  # comes with signs; most are dosed after the re-check
    REFUSES = "refuses"
    AFTER_HOLD = "after_hold"  # waits until the hold is lifted


@dataclass(frozen=True)
class Plan:
    """One patient's day. `arrives`: from 0, first in the morning, to 1.

    `sees_physician`: an order for coming back is signed. `sent_home`: still not sober at the second look. `special`:
    belongs to a story, so that a morning in progress has it still to come.
    """

    visit: Visit
    arrives: float
    sees_physician: bool = False
    sent_home: bool = False
    special: bool = False

    @property
    def present(self) -> bool:
        return self.visit not in (Visit.AWAY, Visit.IN_HOSPITAL)


def plan(*, seed: str, site: SiteSpec, member: Member, day: date) -> Plan:
    """What the day brings for this patient."""
    key = (seed, site.key, member.number)
    n = day.toordinal() + _shift(seed, site.key)
    drawn = dice.share(*key, day)
    arrives = 0.9 * (0.7 * _habit(*key) + 0.3 * drawn)
    story = _story(site, member.number, n, key, arrives) if site.busy else None
    if story is not None:
        return story
    gone = site.busy and _left(site, member, day, n, key)
    if gone:
        return Plan(Visit.AWAY, arrives)
    settling = member.newcomer and (day - member.joined_on).days < CYCLE
    if settling:
        return Plan(Visit.COMES, arrives)
    return _steady(site, n, key, arrives, drawn)


@lru_cache
def _shift(seed: str, key: str) -> int:
    """Each site's stories run on days of their own."""
    return dice.below(1000, seed, key)


@lru_cache(maxsize=100_000)
def _habit(seed: str, key: str, number: int) -> float:
    """Early or late in the morning, as the patient is used to."""
    return dice.share(seed, key, number, "habit")


@lru_cache(maxsize=100_000)
def _gap(seed: str, key: str, number: int, month: int, likely: float) -> tuple[int, int, bool] | None:
    """Where in a month a steady patient's gap begins, how long it is, and whether it is spent in hospital."""
    drawn = (seed, key, number, month)
    if dice.share(*drawn, "gap") >= likely:
        return None
    begins = dice.below(CYCLE - max(GAP_LENGTHS), *drawn, "begins")
    length = dice.pick(GAP_LENGTHS, *drawn, "length")
    return begins, length, length >= HOSPITAL_FROM and dice.share(*drawn, "ill") < 0.5


@lru_cache(maxsize=10_000)
def _leaver(seed: str, key: str, patients: int, turn: int) -> int:
    """Whose turn it is to stop coming for good."""
    return STEADY_FROM + dice.below(patients - STEADY_FROM + 1, seed, key, "leaves", turn)


def stranger(*, key: str, day: date) -> Plan:
    """The day of a patient whom somebody else registered at the site: a steady one."""
    return Plan(Visit.COMES, 0.9 * dice.share(key, day))


def _story(site: SiteSpec, number: int, n: int, key: Key, arrives: float) -> Plan | None:
    if number in LONG_AWAY:
        step = (n - LONG_TURN * (number - LONG_AWAY.start)) % (LONG_TURN * len(LONG_AWAY))
        if step < LONG_DAYS:
            visit = Visit.BLOCKED if step == LONG_SHOWS_ON else Visit.AWAY
            return Plan(visit, _late(key, n), sees_physician=step == LONG_ORDER_ON, special=True)
        return Plan(Visit.COMES, _late(key, n) if step == LONG_DAYS else arrives, special=step == LONG_DAYS)
    if number in SHORT_AWAY:
        step = (n - SHORT_TURN * (number - SHORT_AWAY.start)) % (SHORT_TURN * len(SHORT_AWAY))
        if step < SHORT_DAYS:
            return Plan(Visit.AWAY, arrives, special=True)
        return Plan(Visit.COMES, _late(key, n) if step == SHORT_DAYS else arrives, special=step == SHORT_DAYS)
    if number in WITHHELD and (n - number) % len(WITHHELD) == 0:
        home = dice.share(*key, n, "home") < 0.01
        return Plan(Visit.WITHHELD, min(arrives, 0.4), sent_home=home, special=True)
    if number in UNDER_HOLD and (n - number) % len(UNDER_HOLD) == 0:
        return Plan(Visit.AFTER_HOLD, _late(key, n), special=True)
    return None


def _late(key: Key, n: int) -> float:
    return LAST_TO_COME + 0.07 * dice.share(*key, n)


def held_on(site: SiteSpec, *, seed: str, member: Member, day: date) -> bool:
    """Whether a hold stands in this patient's way on the morning of the day."""
    return (
        site.busy
        and member.number in UNDER_HOLD
        and plan(seed=seed, site=site, member=member, day=day).visit is Visit.AFTER_HOLD
    )


def _left(site: SiteSpec, member: Member, day: date, n: int, key: Key) -> bool:
    """Whether the patient has stopped coming for good."""
    first = n - (day - member.joined_on).days
    return any(
        _leaver(key[0], site.key, site.patients, turn) == member.number
        and first <= turn * LEAVES_EVERY + LEAVES_AFTER <= n
        for turn in range(first // LEAVES_EVERY, n // LEAVES_EVERY + 1)
    )


def _steady(site: SiteSpec, n: int, key: Key, arrives: float, drawn: float) -> Plan:
    """Comes every day but for a gap now and then, a cup refused or a morning with a smell of alcohol."""
    number = key[2]
    if not site.busy and number == STEP_NUMBER and n % STEP_EVERY < STEP_GAP:
        return Plan(Visit.AWAY, arrives)
    month, place = divmod(n + 7 * number, CYCLE)
    gap = _gap(*key, month, SITE_GAPS_BUSY if site.busy else SITE_GAPS)
    if gap is not None and gap[0] <= place < gap[0] + gap[1]:
        return Plan(Visit.IN_HOSPITAL if gap[2] else Visit.AWAY, arrives)
    rare = drawn * 1000 % 1
    if rare < 0.0004:
        return Plan(Visit.REFUSES, arrives)
    if not site.busy and rare < 0.003:
        return Plan(Visit.WITHHELD, min(arrives, 0.5), sent_home=rare < 0.0007)
    return Plan(Visit.COMES, arrives)
