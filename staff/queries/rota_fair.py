"""Weekends and holidays per person over a year, planned and as they were worked; and a fair proposal for the rota."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import QuerySet

from staff.models import DutyInterval, Person, RotaDuty
from staff.queries.reckoning import kinds_between, rules_of
from staff.queries.rota import Planning, days, planning
from staff.rules import rota as rules
from staff.rules.hours_codes import DayKind
from staff.rules.rota_codes import RotaRole
from staff.rules.wording_rota import ROLE_WORDS, why_words

YEAR: Final = timedelta(days=365)
AHEAD: Final = timedelta(days=27)  # the four weeks that are planned, with today


@dataclass(frozen=True)
class Suggestion:
    """One proposed duty in words. `value`: as a form sends it back."""

    day: date
    role: RotaRole
    person_id: int
    name: str
    why: str
    heavy: bool

    @property
    def role_words(self) -> str:
        return str(ROLE_WORDS[self.role])

    @property
    def value(self) -> str:
        return f"{self.day.isoformat()} {self.role} {self.person_id}"


@dataclass(frozen=True)
class Share:
    """One person's year: days planned and days worked, of the two kinds that people count."""

    person_id: int
    name: str
    planned_weekends: int
    planned_holidays: int
    worked_weekends: int
    worked_holidays: int
    worked_days: int

    @property
    def heavy(self) -> int:
        return self.worked_weekends + self.worked_holidays


def suggestions(*, facility_id: int, first: date) -> tuple[Suggestion, ...]:
    """Somebody for what is still open of the four weeks from the first day on, with the reason. A bounded number of
    statements."""
    last = first + AHEAD
    found = with_history(planning([facility_id], first, last), facility_id)
    kinds = kinds_of(facility_id, first, last)
    heavy = {day for day in days(first, last) if kinds[day] is not DayKind.WORKING}
    members = found.members.get(facility_id, ())
    names = {each.crew.person_id: each.name for each in members}
    proposed = rules.propose(
        days(first, last),
        heavy=heavy,
        needed=found.needed[facility_id],
        planned=[each.entry for each in found.planned.get(facility_id, ())],
        crew=[each.crew for each in members],
    )
    return tuple(
        Suggestion(
            one.entry.day, one.entry.role, one.entry.person_id, names[one.entry.person_id], why_words(one),
            one.entry.day in heavy,
        )
        for one in proposed
    )  # fmt: skip


def with_history(found: Planning, facility_id: int) -> Planning:
    """The same, each person with the rest days and holidays of the year before, wherever they worked."""
    members = found.members.get(facility_id, ())
    begin, end = found.first - YEAR, found.first - timedelta(days=1)
    people = [each.crew.person_id for each in members]
    kinds = kinds_of(facility_id, begin, end)
    worked, planned = _worked(people, begin, end), _planned(people, begin, end)
    counted = {
        person: sum(kinds[day] is not DayKind.WORKING for day in worked[person] | planned[person]) for person in people
    }
    with_counts = tuple(replace(each, crew=replace(each.crew, heavy=counted[each.crew.person_id])) for each in members)
    return replace(found, members={**found.members, facility_id: with_counts})


def fairness(*, facility_id: int, until: date) -> tuple[Share, ...]:
    """Everybody planned or at work at the facility in the year up to the day, with four weeks ahead in what is planned;
    who had most weekends and holidays first. A bounded number of statements."""
    begin, end = until - YEAR, until + AHEAD
    kinds = kinds_of(facility_id, begin, end)
    worked = _worked(None, begin, until, facility_id)
    planned = _planned(None, begin, end, facility_id)
    people = {*worked, *planned}
    names = dict(Person.objects.filter(pk__in=people).values_list("id", "full_name"))

    def count(found: Collection[date], kind: DayKind) -> int:
        return sum(kinds[day] is kind for day in found)

    shares = [
        Share(
            person_id=person,
            name=names[person],
            planned_weekends=count(planned[person], DayKind.REST),
            planned_holidays=count(planned[person], DayKind.HOLIDAY),
            worked_weekends=count(worked[person], DayKind.REST),
            worked_holidays=count(worked[person], DayKind.HOLIDAY),
            worked_days=len(worked[person]),
        )
        for person in people
    ]
    return tuple(sorted(shares, key=lambda share: (-share.heavy, share.name, share.person_id)))


def kinds_of(facility_id: int, first: date, last: date) -> Mapping[date, DayKind]:
    """Of what kind each day is at the place."""
    kinds = kinds_between(first, last, rules=rules_of([facility_id]))(facility_id)
    return {day: kinds(day) for day in days(first, last)}


def _worked(
    person_ids: Collection[int] | None, first: date, last: date, facility_id: int | None = None
) -> dict[int, set[date]]:
    """The days on which each person worked, as they confirmed it. One statement."""
    rows = DutyInterval.objects.filter(day__gte=first, day__lte=last, ended_at__isnull=True, confirmed_at__isnull=False)
    return _days_of(rows, person_ids, facility_id)


def _planned(
    person_ids: Collection[int] | None, first: date, last: date, facility_id: int | None = None
) -> dict[int, set[date]]:
    """The days for which each person was planned. One statement."""
    rows = RotaDuty.objects.filter(day__gte=first, day__lte=last, ended_at__isnull=True)
    return _days_of(rows, person_ids, facility_id)


def _days_of(rows: QuerySet[Any], person_ids: Collection[int] | None, facility_id: int | None) -> dict[int, set[date]]:
    if person_ids is not None:
        rows = rows.filter(person_id__in=person_ids)
    if facility_id is not None:
        rows = rows.filter(facility_id=facility_id)
    found: dict[int, set[date]] = defaultdict(set)
    for person_id, day in rows.order_by().values_list("person_id", "day").distinct():
        found[person_id].add(day)
    return found
