"""Who comes on which day, when, and what is special about it. Pure: from seed, site, patient and day alone.

Modelled on the pilot's published rates (7 to 10 % of patients miss a day in a month, about 97 % stay). At a busy site
stories overlap so that every morning has one patient blocked by missed days, one back after a day or two, one withheld,
one under a hold and one whose order has ended: each story is a group of patients who take turns.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
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
    n = day.toordinal() + dice.below(1000, seed, site.key)
    habit, today = dice.share(*key, "habit"), dice.share(*key, day, "arrives")
    arrives = 0.9 * (0.7 * habit + 0.3 * today)
    story = _story(site, member.number, n, key, arrives) if site.busy else None
    if story is not None:
        return story
    gone = site.busy and _left(site, member, day, n, key)
    if gone:
        return Plan(Visit.AWAY, arrives)
    settling = member.newcomer and (day - member.joined_on).days < CYCLE
    if settling:
        return Plan(Visit.COMES, arrives)
    return _steady(site, member.number, n, key, arrives)


def stranger(*, key: str, day: date) -> Plan:
    """The day of a patient whom somebody else registered at the site: a steady one."""
    return Plan(Visit.COMES, 0.9 * dice.share(key, day))


def _story(site: SiteSpec, number: int, n: int, key: tuple[object, ...], arrives: float) -> Plan | None:
    late = LAST_TO_COME + 0.07 * dice.share(*key, n)
    if number in LONG_AWAY:
        step = (n - LONG_TURN * (number - LONG_AWAY.start)) % (LONG_TURN * len(LONG_AWAY))
        if step < LONG_DAYS:
            visit = Visit.BLOCKED if step == LONG_SHOWS_ON else Visit.AWAY
            return Plan(visit, late, sees_physician=step == LONG_ORDER_ON, special=True)
        return Plan(Visit.COMES, late if step == LONG_DAYS else arrives, special=step == LONG_DAYS)
    if number in SHORT_AWAY:
        step = (n - SHORT_TURN * (number - SHORT_AWAY.start)) % (SHORT_TURN * len(SHORT_AWAY))
        if step < SHORT_DAYS:
            return Plan(Visit.AWAY, arrives, special=True)
        return Plan(Visit.COMES, late if step == SHORT_DAYS else arrives, special=step == SHORT_DAYS)
    if number in WITHHELD and (n - number) % len(WITHHELD) == 0:
        home = dice.share(*key, n, "home") < 0.01
        return Plan(Visit.WITHHELD, min(arrives, 0.4), sent_home=home, special=True)
    if number in UNDER_HOLD and (n - number) % len(UNDER_HOLD) == 0:
        return Plan(Visit.AFTER_HOLD, late, special=True)
    return None


def held_on(site: SiteSpec, *, seed: str, member: Member, day: date) -> bool:
    """Whether a hold stands in this patient's way on the morning of the day."""
    return site.busy and plan(seed=seed, site=site, member=member, day=day).visit is Visit.AFTER_HOLD


def _left(site: SiteSpec, member: Member, day: date, n: int, key: tuple[object, ...]) -> bool:
    """Whether the patient has stopped coming for good."""
    first = n - (day - member.joined_on).days
    for turn in range(first // LEAVES_EVERY, n // LEAVES_EVERY + 1):
        who = STEADY_FROM + dice.below(site.patients - STEADY_FROM + 1, key[0], site.key, "leaves", turn)
        if who == member.number and first <= turn * LEAVES_EVERY + LEAVES_AFTER <= n:
            return True
    return False


def _steady(site: SiteSpec, number: int, n: int, key: tuple[object, ...], arrives: float) -> Plan:
    """Comes every day but for a gap now and then, a cup refused or a morning with a smell of alcohol."""
    if not site.busy and number == STEP_NUMBER and n % STEP_EVERY < STEP_GAP:
        return Plan(Visit.AWAY, arrives)
    month, place = divmod(n + 7 * number, CYCLE)
    if dice.share(*key, month, "gap") < (SITE_GAPS_BUSY if site.busy else SITE_GAPS):
        begins = dice.below(CYCLE - max(GAP_LENGTHS), *key, month, "begins")
        length = dice.pick(GAP_LENGTHS, *key, month, "length")
        if begins <= place < begins + length:
            ill = length >= HOSPITAL_FROM and dice.share(*key, month, "ill") < 0.5
            return Plan(Visit.IN_HOSPITAL if ill else Visit.AWAY, arrives)
    rare = dice.share(*key, n, "rare")
    if rare < 0.0004:
        return Plan(Visit.REFUSES, arrives)
    if not site.busy and rare < 0.003:
        return Plan(Visit.WITHHELD, min(arrives, 0.5), sent_home=rare < 0.0007)
    return Plan(Visit.COMES, arrives)
