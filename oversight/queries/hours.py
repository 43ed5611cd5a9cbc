"""Overtime as managers see it: worked, payable, paid and not payable, by site, role and person, against the limits.

Read from the monthly rows (`oversight.models.PersonMonth`), never from history; what was confirmed since they were
reckoned is counted beside them. Nine statements, whatever the number of sites. No money: that is payroll's.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, F, Min, Q, Sum

from core.access import Access, Permission, Role
from facilities.models import Facility
from oversight.filters import Filter
from oversight.models import PersonMonth, Summarised
from oversight.queries.standing import LEAST_FOR_PERCENT
from staff.models import DutyInterval, DutyTap, SiteCaseload
from staff.queries.reckoning import rules_of, spared_on, terms_of
from staff.roles import names
from staff.rules.hours import Rules
from staff.rules.payable import forecast, warning, year_limit

NEAR_MOST: Final = 40  # people near the year's limit that one page names; the rest are counted
_TENTH: Final = Decimal("0.1")


@dataclass(frozen=True)
class Worked:
    """Minutes of some people in some months. `overtime` is all that was worked beyond normal time; of it `payable`, and
    of that `paid` by payroll (may be below zero after a correction). `rest` and `holiday` are of `duty`. `waiting`
    counts entries that nobody has approved."""

    duty: int = 0
    overtime: int = 0
    payable: int = 0
    paid: int = 0
    rest: int = 0
    holiday: int = 0
    waiting: int = 0
    leave: int = 0

    def __add__(self, other: "Worked") -> "Worked":
        return Worked(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    def __sub__(self, other: "Worked") -> "Worked":
        return Worked(*(getattr(self, one.name) - getattr(other, one.name) for one in fields(self)))

    @property
    def unpaid(self) -> int:
        """Overtime that no rule lets be paid."""
        return self.overtime - self.payable - self.leave

    @property
    def owed(self) -> int:
        """Payable and not paid yet."""
        return self.payable - self.paid

    @property
    def paid_percent(self) -> int | None:
        """Of overtime, what was paid; None where there was none."""
        return round(100 * self.paid / self.overtime) if self.overtime else None

    @property
    def away_percent(self) -> int | None:
        """Of duty, what lay on weekly rest days and holidays."""
        return round(100 * (self.rest + self.holiday) / self.duty) if self.duty else None


@dataclass(frozen=True)
class SiteHours:
    """One site. `by_month`: overtime of each month since New Year, None where nobody confirmed any duty. `patients`: as
    counted for the month, None where nobody counted."""

    id: int
    name: str
    people: int
    month: Worked
    year: Worked
    patients: int | None
    by_month: tuple[int | None, ...]

    @property
    def per_patient(self) -> Decimal | None:
        """Hours of duty for each patient in the month."""
        if not self.patients or not self.month.duty:
            return None
        return (Decimal(self.month.duty) / 60 / self.patients).quantize(_TENTH)


@dataclass(frozen=True)
class RoleHours:
    """Everybody with the same roles. `allowed` of the `people` work where one of their roles has the allowance."""

    words: str
    people: int
    allowed: int
    month: Worked
    year: Worked


@dataclass(frozen=True)
class PersonHours:
    """One person at one site; initials, but for who approves or pays their hours."""

    person_id: int
    name: str
    roles: frozenset[Role]
    site_id: int
    site: str
    month: Worked
    year: Worked

    @property
    def roles_words(self) -> str:
        return names(self.roles)


@dataclass(frozen=True)
class Near:
    """One person and the year's limit, in minutes, wherever they worked. `payable`: what no limit took of it, paid or
    taken as leave. `warning`: 80 or 95 per cent, where reached;
    `reaches_on`: when, if the work goes on as lately."""

    who: PersonHours
    used: int
    payable: int
    limit: int
    warning: int | None
    reaches_on: date | None

    @property
    def reached(self) -> bool:
        return self.used >= self.limit

    @property
    def kind(self) -> str:
        """The tag's: stop from 95 per cent on, look below it."""
        return "stop" if self.warning == 95 else "look"


@dataclass(frozen=True)
class Hours:
    """A month and the year up to it. `through`: everything recorded until then is in the rows; `since`: entries that
    were confirmed later; `on_duty`: people on duty now. `near_more`: how many more are near the limit than are named.
    """

    month_begins: date
    sites: tuple[SiteHours, ...]
    roles: tuple[RoleHours, ...]
    people: tuple[PersonHours, ...]
    near: tuple[Near, ...]
    near_more: int
    through: datetime | None
    since: int
    on_duty: int

    @property
    def month(self) -> Worked:
        return sum((site.month for site in self.sites), Worked())

    @property
    def year(self) -> Worked:
        return sum((site.year for site in self.sites), Worked())

    @property
    def over(self) -> Worked:
        """The months of the year before the one that is shown."""
        return self.year - self.month

    @property
    def persons(self) -> int:
        return len({person.person_id for person in self.people})

    @property
    def percent_says_something(self) -> bool:
        """A share of very few people is only counted (domain 12.4)."""
        return self.persons >= LEAST_FOR_PERCENT

    @property
    def near_count(self) -> int:
        return len(self.near) + self.near_more

    @property
    def without_allowance(self) -> tuple[RoleHours, ...]:
        """Who works and is excluded from the allowance (domain 6)."""
        return tuple(role for role in self.roles if role.allowed < role.people)


def month_of(asked: Filter) -> date:
    """The month that is shown: the one of the last day asked for."""
    return asked.last.replace(day=1)


def hours(*, asked: Filter, access: Access, now: datetime) -> Hours:
    """The hours of the sites that were asked for, the most unpaid overtime first."""
    facilities = list(asked.facilities(access))
    ids = [facility.pk for facility in facilities]
    month = month_of(asked)
    rules = rules_of(ids)
    people = _people(facilities, month, access)
    near, more = _near(people, month, min(asked.last, asked.today), rules)
    through = Summarised.objects.filter(facility_id__in=ids).aggregate(Min("through"))["through__min"]
    return Hours(
        month_begins=month,
        sites=_sites(facilities, people, month),
        roles=_roles(people, rules, asked.last),
        people=people,
        near=near,
        near_more=more,
        through=through,
        since=_since(ids, through),
        on_duty=DutyTap.objects.filter(facility_id__in=ids, ended_at__isnull=True).count(),
    )


def _people(facilities: Iterable[Facility], month: date, access: Access) -> tuple[PersonHours, ...]:
    """Everybody with hours in the year at each site; who had several roles one after another is one line."""
    places = {facility.pk: facility.name for facility in facilities}
    columns = [one.name for one in fields(Worked)]
    rows = (
        PersonMonth.objects.filter(facility_id__in=places, month__gte=month.replace(month=1), month__lte=month)
        .order_by()
        .values("facility_id", "person_id", "person__full_name", "person__initials", "roles")
        .annotate(
            **{f"year_{column}": Sum(column) for column in columns},
            **{f"month_{column}": Sum(column, filter=Q(month=month)) for column in columns},
        )
    )
    found: dict[tuple[int, int], PersonHours] = {}
    for row in rows:
        key = row["facility_id"], row["person_id"]
        before = found.get(key)
        found[key] = PersonHours(
            person_id=row["person_id"],
            name=row["person__full_name" if _may_name(access, row["facility_id"]) else "person__initials"],
            roles=frozenset(Role(role) for role in row["roles"]) | (before.roles if before else frozenset()),
            site_id=row["facility_id"],
            site=places[row["facility_id"]],
            month=_worked(row, "month", columns) + (before.month if before else Worked()),
            year=_worked(row, "year", columns) + (before.year if before else Worked()),
        )
    return tuple(sorted(found.values(), key=lambda one: (-one.year.unpaid, -one.year.overtime, one.site, one.name)))


def _may_name(access: Access, facility_id: int) -> bool:
    """Hours are personal: a manager sees initials; whoever approves or pays these hours knows whose they are."""
    return access.may_at(Permission.APPROVE_HOURS, facility_id) or access.may_at(Permission.PAY_HOURS, facility_id)


def _worked(row: Mapping[str, Any], when: str, columns: Collection[str]) -> Worked:
    return Worked(**{column: row[f"{when}_{column}"] or 0 for column in columns})


def _sites(facilities: Iterable[Facility], people: Iterable[PersonHours], month: date) -> tuple[SiteHours, ...]:
    mine: dict[int, list[PersonHours]] = defaultdict(list)
    for person in people:
        mine[person.site_id].append(person)
    by_month = _by_month(list(mine), month)
    counted = SiteCaseload.objects.filter(facility_id__in=list(mine), month=month)
    patients = dict(counted.values_list("facility_id", "patients"))
    found = [
        SiteHours(
            id=facility.pk,
            name=facility.name,
            people=len(mine[facility.pk]),
            month=sum((one.month for one in mine[facility.pk]), Worked()),
            year=sum((one.year for one in mine[facility.pk]), Worked()),
            patients=patients.get(facility.pk),
            by_month=tuple(by_month.get((facility.pk, number)) for number in range(1, month.month + 1)),
        )
        for facility in facilities
        if facility.pk in mine
    ]
    return tuple(sorted(found, key=lambda site: (-site.year.unpaid, -site.year.overtime, site.name)))


def _by_month(ids: Collection[int], month: date) -> dict[tuple[int, int], int]:
    rows = PersonMonth.objects.filter(facility_id__in=ids, month__gte=month.replace(month=1), month__lte=month)
    summed = rows.order_by().values_list("facility_id", "month").annotate(Sum("overtime"))
    return {(facility_id, each.month): minutes for facility_id, each, minutes in summed}


def _roles(people: Iterable[PersonHours], rules: Rules, day: date) -> tuple[RoleHours, ...]:
    groups: dict[frozenset[Role], list[PersonHours]] = defaultdict(list)
    for person in people:
        groups[person.roles].append(person)
    found = []
    for roles, group in groups.items():
        allowed = {one.person_id for one in group if roles & set(rules(one.site_id, day).allowance_roles)}
        found.append(
            RoleHours(
                words=names(roles),
                people=len({one.person_id for one in group}),
                allowed=len(allowed),
                month=sum((one.month for one in group), Worked()),
                year=sum((one.year for one in group), Worked()),
            )
        )
    return tuple(sorted(found, key=lambda role: (-role.year.unpaid, -role.year.overtime, role.words)))


def _near(people: Iterable[PersonHours], month: date, today: date, rules: Rules) -> tuple[tuple[Near, ...], int]:
    """Who has used 80 per cent of the year's limit, or will reach it this year, the nearest first.

    The pace is that of the last weeks, as on each person's own page, with months taken in proportion; so the day is
    an "about". What the person worked elsewhere counts, too.
    """
    main: dict[int, PersonHours] = {}
    for person in people:
        known = main.get(person.person_id)
        if known is None or person.year.overtime > known.year.overtime:
            main[person.person_id] = person
    everywhere = _everywhere(list(main), month)
    spared = {person_id for person_id, terms in terms_of(list(main)).items() if spared_on(terms, today)}
    found = []
    for person_id, who in main.items():
        terms = rules(who.site_id, today)
        limit = year_limit(terms, spared=person_id in spared)
        mine = everywhere[person_id]
        used = sum(minutes for minutes, _payable in mine.values())
        days = min(terms.forecast_days, (today - date(today.year, 1, 1)).days + 1)
        lately = _lately({each: minutes for each, (minutes, _payable) in mine.items()}, today, days)
        near = Near(
            who=who,
            used=used,
            payable=sum(payable for _minutes, payable in mine.values()),
            limit=limit,
            warning=warning(used, limit),
            reaches_on=None
            if used >= limit
            else forecast(used=used, limit=limit, lately=lately, lately_days=days, today=today),
        )
        if near.warning is not None or near.reaches_on is not None:
            found.append(near)
    found.sort(key=lambda near: (not near.reached, near.reaches_on or date.max, -near.used))
    return tuple(found[:NEAR_MOST]), max(0, len(found) - NEAR_MOST)


def _everywhere(person_ids: Collection[int], month: date) -> dict[int, dict[date, tuple[int, int]]]:
    """Each person's overtime, and what no limit took of it, by month of the year, at whatever site."""
    rows = PersonMonth.objects.filter(person_id__in=person_ids, month__gte=month.replace(month=1), month__lte=month)
    found: dict[int, dict[date, tuple[int, int]]] = defaultdict(dict)
    summed = (
        rows.order_by()
        .values_list("person_id", "month")
        .annotate(Sum("overtime"), within=Sum(F("payable") + F("leave")))
    )
    for person_id, each, overtime, within in summed:
        found[person_id][each] = overtime, within
    return found


def _lately(by_month: Mapping[date, int], today: date, days: int) -> int:
    """The minutes of the last so many days, today included, months taken in proportion."""
    first = today - timedelta(days=days - 1)
    total = 0
    for month, minutes in by_month.items():
        end = min(today, (month + timedelta(days=31)).replace(day=1) - timedelta(days=1))
        inside = (end - max(first, month)).days + 1
        if inside > 0:
            total += minutes * inside // ((end - month).days + 1)
    return total


def _since(ids: Collection[int], through: datetime | None) -> int:
    """Entries that were confirmed after the rows were reckoned, and stand."""
    if through is None:
        return 0
    rows = DutyInterval.objects.filter(facility_id__in=ids, ended_at__isnull=True, confirmed_at__gt=through)
    return rows.aggregate(Count("pk"))["pk__count"]
