"""Who may be planned for what, what is missing in a plan, and a fair proposal for it. Pure.

A plan never keeps anybody from working: who works without being planned is recorded like everybody else.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from core.access import Permission, Role
from staff.roles import ROLES
from staff.rules.rota_codes import RotaRole

PERMISSION: Final[Mapping[RotaRole, Permission]] = {
    RotaRole.POUR: Permission.GIVE_DOSE,
    RotaRole.SECOND: Permission.SIGN_SECOND,
    RotaRole.PHYSICIAN: Permission.PRESCRIBE,
    RotaRole.CARRY: Permission.CARRY,
}
# Who holds the permission too, but is asked only where nobody else can: who leads the site, who serves many sites.
RESERVE: Final[Mapping[RotaRole, frozenset[Role]]] = {
    RotaRole.POUR: frozenset({Role.SITE_HEAD}),
    RotaRole.SECOND: frozenset({Role.SITE_HEAD, Role.PHYSICIAN, Role.CLINIC_PHYSICIAN}),
    RotaRole.PHYSICIAN: frozenset({Role.CLINIC_PHYSICIAN}),
    RotaRole.CARRY: frozenset(),
}
AT_THE_PLACE: Final = frozenset({RotaRole.POUR, RotaRole.SECOND, RotaRole.CARRY})  # one of these a day, at one place


def roles_for(role: RotaRole) -> frozenset[Role]:
    """The roles whose holders may be planned for it: those that hold its permission."""
    return frozenset(each for each, definition in ROLES.items() if PERMISSION[role] in definition.permissions)


@dataclass(frozen=True)
class Crew:
    """Somebody who could be planned at one place. `can`: on which days for which roles, by their appointments; `away`:
    days off, and days on which they are planned at another place; `heavy`: rest days and holidays on which they worked
    or are planned, over the year before the plan; `reserve`: roles they are asked for last."""

    person_id: int
    can: frozenset[tuple[date, RotaRole]]
    away: frozenset[date] = frozenset()
    elsewhere: frozenset[date] = frozenset()
    heavy: int = 0
    reserve: frozenset[RotaRole] = frozenset()

    def free(self, day: date, role: RotaRole) -> bool:
        """Whether nothing keeps them from being planned for it; a physician is reachable for several places."""
        if (day, role) not in self.can or day in self.away:
            return False
        return role not in AT_THE_PLACE or day not in self.elsewhere


@dataclass(frozen=True)
class Entry:
    """One planned duty."""

    day: date
    role: RotaRole
    person_id: int


class GapKind(StrEnum):
    """What is wrong with one role on one day."""

    MISSING = "missing"  # nobody is planned
    NOBODY_CAN = "nobody_can"  # nobody is planned, and nobody of the place could be
    AWAY = "away"  # who is planned has days off
    ENDED = "ended"  # who is planned is not appointed to such a role on that day
    ELSEWHERE = "elsewhere"  # who is planned is planned at another place, too


@dataclass(frozen=True)
class Gap:
    """`person_id`: whose plan does not work out; None where nobody is planned."""

    day: date
    role: RotaRole
    kind: GapKind
    person_id: int | None = None


def gaps(
    days: Iterable[date], *, needed: Collection[RotaRole], planned: Iterable[Entry], crew: Iterable[Crew]
) -> tuple[Gap, ...]:
    """What does not work out, by day and role. A role whose planned people all do not work out is missing, too."""
    known = {each.person_id: each for each in crew}
    by_slot: dict[tuple[date, RotaRole], list[int]] = {}
    for entry in planned:
        by_slot.setdefault((entry.day, entry.role), []).append(entry.person_id)
    found: list[Gap] = []
    for day in days:
        for role in RotaRole:
            people = by_slot.get((day, role), [])
            wrong = [Gap(day, role, kind, person) for person in people if (kind := clash(known.get(person), day, role))]
            found += wrong
            if role in needed and len(wrong) == len(people):
                anybody = any(each.free(day, role) for each in known.values())
                found.append(Gap(day, role, GapKind.MISSING if anybody else GapKind.NOBODY_CAN))
    return tuple(found)


def clash(who: Crew | None, day: date, role: RotaRole) -> GapKind | None:
    """Why this plan of somebody does not work out; None where it does."""
    if who is None or (day, role) not in who.can:
        return GapKind.ENDED
    if day in who.away:
        return GapKind.AWAY
    return GapKind.ELSEWHERE if role in AT_THE_PLACE and day in who.elsewhere else None


class Why(StrEnum):
    """Why somebody is proposed."""

    ONLY_ONE = "only_one"
    FEWEST_HEAVY = "fewest_heavy"  # fewest weekends and holidays of those who can
    FEWEST = "fewest"  # fewest days of those who can
    LONGEST_SINCE = "longest_since"  # as many as others, and the longest time without


@dataclass(frozen=True)
class Proposed:
    """One proposed duty and its reason. `count`: the weekends and holidays, or the days, that the person had before;
    `others`: the fewest that another one had who can."""

    entry: Entry
    why: Why
    count: int = 0
    others: int = 0


@dataclass
class _Load:
    """What somebody has by now: of the year before, of the plan, and of what is proposed so far."""

    heavy: int = 0
    days: set[date] = field(default_factory=set)
    at_place: set[date] = field(default_factory=set)


def propose(
    days: Iterable[date],
    *,
    heavy: Collection[date],
    needed: Collection[RotaRole],
    planned: Collection[Entry],
    crew: Collection[Crew],
) -> tuple[Proposed, ...]:
    """Somebody for each needed role of each day that has nobody yet, as far as anybody can.

    Rest days and holidays (`heavy`) go to who had the fewest of them in the year before and in this plan; other days to
    who has the fewest days in this plan; then to who has had none for longest. Nobody is proposed on a day off, at two
    places, or for two roles at the place on one day. The same question has the same answer.
    """
    loads = {each.person_id: _Load(each.heavy) for each in crew}
    for entry in planned:
        if entry.person_id in loads:
            _take(loads[entry.person_id], entry, entry.day in heavy)
    filled = {(entry.day, entry.role) for entry in planned}
    found: list[Proposed] = []
    for day in sorted(days):
        for role in RotaRole:
            if role not in needed or (day, role) in filled:
                continue
            able = _able(day, role, crew, loads)
            if able:
                one = _best(day, role, able, loads, is_heavy=day in heavy)
                _take(loads[one.entry.person_id], one.entry, day in heavy)
                found.append(one)
    return tuple(found)


def _able(day: date, role: RotaRole, crew: Iterable[Crew], loads: Mapping[int, _Load]) -> list[Crew]:
    free = [
        each
        for each in crew
        if each.free(day, role) and not (role in AT_THE_PLACE and day in loads[each.person_id].at_place)
    ]
    return [each for each in free if role not in each.reserve] or free


def _best(day: date, role: RotaRole, able: list[Crew], loads: Mapping[int, _Load], *, is_heavy: bool) -> Proposed:
    def count(each: Crew) -> int:
        load = loads[each.person_id]
        return load.heavy if is_heavy else len(load.days)

    def last(each: Crew) -> date:
        return max((one for one in loads[each.person_id].days if one < day), default=date.min)

    ordered = sorted(able, key=lambda each: (count(each), last(each), each.person_id))
    entry = Entry(day, role, ordered[0].person_id)
    if len(ordered) == 1:
        return Proposed(entry, Why.ONLY_ONE, count(ordered[0]))
    mine, others = count(ordered[0]), count(ordered[1])
    if mine == others:
        return Proposed(entry, Why.LONGEST_SINCE, mine, others)
    return Proposed(entry, Why.FEWEST_HEAVY if is_heavy else Why.FEWEST, mine, others)


def _take(load: _Load, entry: Entry, is_heavy: bool) -> None:
    if is_heavy and entry.day not in load.days:
        load.heavy += 1
    load.days.add(entry.day)
    if entry.role in AT_THE_PLACE:
        load.at_place.add(entry.day)
