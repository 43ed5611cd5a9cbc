"""The rota of some places: who could be planned, who is, what is missing. A bounded number of statements for any
number of places and people."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, Q
from django.db.models.functions import Greatest, Least

from core.access import Role
from facilities.models import Facility, Supervision
from facilities.services import settings
from staff.models import Appointment, DaysOff, RotaDuty
from staff.roles import ROLES, ROLES_WITH_SATELLITES
from staff.rules import rota as rules
from staff.rules.rota import AT_THE_PLACE, Crew, Entry, Gap, GapKind
from staff.rules.rota_codes import RotaRole
from staff.rules.rota_settings import RotaSettings
from staff.rules.wording_rota import ROLE_WORDS, gap_words

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Member:
    """Somebody who could be planned at a place, with the words that pages show."""

    crew: Crew
    name: str
    initials: str
    phone: str
    roles: str


@dataclass(frozen=True)
class PlannedDuty:
    """One standing entry of the rota."""

    id: UUID
    facility_id: int
    day: date
    role: RotaRole
    person_id: int
    name: str
    initials: str
    phone: str

    @property
    def entry(self) -> Entry:
        return Entry(self.day, self.role, self.person_id)


@dataclass(frozen=True)
class PlaceGap:
    """One gap of one place, in words: "Cấp phát: chưa có ai". `initials`: whose plan does not work out."""

    facility_id: int
    gap: Gap
    initials: str = ""

    @property
    def day(self) -> date:
        return self.gap.day

    @property
    def role(self) -> RotaRole:
        return self.gap.role

    @property
    def missing(self) -> bool:
        """Whether nobody at all is there for the role."""
        return self.gap.kind in (GapKind.MISSING, GapKind.NOBODY_CAN)

    @property
    def role_words(self) -> str:
        return str(ROLE_WORDS[self.gap.role])

    @property
    def words(self) -> str:
        return " ".join(part for part in (self.initials, gap_words(self.gap.kind)) if part)


@dataclass(frozen=True)
class Planning:
    """Some places between two days: who could be, who is, and what each place needs."""

    first: date
    last: date
    members: Mapping[int, tuple[Member, ...]]
    planned: Mapping[int, tuple[PlannedDuty, ...]]
    needed: Mapping[int, tuple[RotaRole, ...]]

    def gaps(self, facility_id: int, first: date | None = None) -> tuple[PlaceGap, ...]:
        """What does not work out at one of the places, from the first day or a later one on."""
        members = self.members.get(facility_id, ())
        planned = self.planned.get(facility_id, ())
        initials = {each.person_id: each.initials for each in planned}
        found = rules.gaps(
            days(max(first or self.first, self.first), self.last),
            needed=self.needed[facility_id],
            planned=[each.entry for each in planned],
            crew=[each.crew for each in members],
        )
        return tuple(PlaceGap(facility_id, gap, initials.get(gap.person_id or 0, "")) for gap in found)


def days(first: date, last: date) -> tuple[date, ...]:
    """From the first to the last, both included."""
    return tuple(first + n * DAY for n in range((last - first).days + 1))


def gaps_between(facility_ids: Collection[int], first: date, last: date) -> tuple[PlaceGap, ...]:
    """What is missing in the rota of these places from the first to the last day, both included: no pharmacist on
    Sunday, no physician reachable this weekend (domain 12.4). By place and day. Five statements, whatever the number.
    """
    found = planning(facility_ids, first, last)
    return tuple(gap for facility_id in sorted(facility_ids) for gap in found.gaps(facility_id))


def planning(facility_ids: Collection[int], first: date, last: date) -> Planning:
    """The places' rota with everything that judging it takes. Five statements."""
    posts = _posts(facility_ids, first, last)
    planned = duties_between(facility_ids, first, last)
    people = {post.person_id for post in posts} | {duty.person_id for duty in planned}
    at_places = _at_places(people, first, last)
    away = away_between(people, first, last)
    members: dict[int, list[Member]] = defaultdict(list)
    by_place: dict[tuple[int, int], list[_Post]] = defaultdict(list)
    for post in posts:
        by_place[post.facility_id, post.person_id].append(post)
    for (facility_id, person_id), mine in by_place.items():
        elsewhere = frozenset(day for place, day in at_places.get(person_id, ()) if place != facility_id)
        members[facility_id].append(_member(mine, first, last, away.get(person_id, frozenset()), elsewhere))
    grouped: dict[int, list[PlannedDuty]] = defaultdict(list)
    for duty in planned:
        grouped[duty.facility_id].append(duty)
    return Planning(
        first=first,
        last=last,
        members={place: tuple(sorted(found, key=lambda each: each.name)) for place, found in members.items()},
        planned={place: tuple(found) for place, found in grouped.items()},
        needed=_needed(facility_ids, first),
    )


def duties_between(
    facility_ids: Collection[int], first: date, last: date, *, person_id: int | None = None
) -> tuple[PlannedDuty, ...]:
    """What stands of the rota, by day, role and name. One statement."""
    rows = RotaDuty.objects.filter(
        facility_id__in=facility_ids, day__gte=first, day__lte=last, ended_at__isnull=True
    )  # fmt: skip
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    order = {role: number for number, role in enumerate(RotaRole)}
    found = [
        PlannedDuty(row.pk, row.facility_id, row.day, RotaRole(row.role), row.person_id, *_named(row))
        for row in rows.select_related("person")
    ]
    return tuple(sorted(found, key=lambda each: (each.day, order[each.role], each.name, str(each.id))))


def away_between(person_ids: Collection[int], first: date, last: date) -> dict[int, frozenset[date]]:
    """The days off of each person. One statement."""
    found: dict[int, set[date]] = defaultdict(set)
    rows = DaysOff.objects.filter(
        person_id__in=person_ids, ended_at__isnull=True, first_day__lte=last, last_day__gte=first
    )
    for person_id, begins, ends in rows.values_list("person_id", "first_day", "last_day"):
        found[person_id].update(days(max(begins, first), min(ends, last)))
    return {person_id: frozenset(found_days) for person_id, found_days in found.items()}


@dataclass(frozen=True)
class _Post:
    """One appointment as far as the rota asks: the place it serves, the role, from when to when."""

    facility_id: int
    person_id: int
    role: Role
    from_day: date
    until: date | None
    name: str
    initials: str
    phone: str


def _posts(facility_ids: Collection[int], first: date, last: date) -> list[_Post]:
    """The appointments at these places, and those of the clinics that supply them whose role serves satellites. Who
    only runs on after the end of an appointment is planned no more. Two statements."""
    person = ("person__full_name", "person__initials", "person__phone")
    own = (
        Appointment.objects.filter(facility_id__in=facility_ids, starts_on__lte=last, person__is_active=True)
        .annotate(until=Least("expires_on", "ended_on"))
        .filter(Q(until__isnull=True) | Q(until__gte=first))
        .order_by("starts_on", "id")
        .values_list("facility_id", "person_id", "role", "starts_on", "until", *person)
    )
    at = "main_clinic__appointment"
    served = (
        Supervision.objects.filter(
            **{
                "satellite_id__in": facility_ids,
                f"{at}__role__in": ROLES_WITH_SATELLITES,
                f"{at}__person__is_active": True,
            }
        )
        .annotate(
            serves_from=Greatest("starts_on", f"{at}__starts_on"),
            until=Least("ended_on", f"{at}__expires_on", f"{at}__ended_on"),
            who=F(f"{at}__person_id"),
        )
        .filter(Q(until__isnull=True) | Q(until__gte=first), serves_from__lte=last)
        .order_by("serves_from", f"{at}__id")
        .values_list(
            "satellite_id", "who", f"{at}__role", "serves_from", "until", *(f"{at}__{each}" for each in person)
        )
    )
    rows: list[tuple[Any, ...]] = [*own, *served]
    return [_Post(place, who, Role(role), begins, until, *words) for place, who, role, begins, until, *words in rows]


def _at_places(person_ids: Collection[int], first: date, last: date) -> dict[int, set[tuple[int, date]]]:
    """Where each person is planned in presence. One statement."""
    found: dict[int, set[tuple[int, date]]] = defaultdict(set)
    rows = RotaDuty.objects.filter(
        person_id__in=person_ids, day__gte=first, day__lte=last, ended_at__isnull=True, role__in=list(AT_THE_PLACE)
    )
    for person_id, place, day in rows.values_list("person_id", "facility_id", "day"):
        found[person_id].add((place, day))
    return found


def _member(posts: list[_Post], first: date, last: date, away: frozenset[date], elsewhere: frozenset[date]) -> Member:
    can = {(day, role) for post in posts for role in _rota_roles(post.role) for day in _served(post, first, last)}
    main = {role for post in posts for role in _rota_roles(post.role) if post.role not in rules.RESERVE[role]}
    reserve = frozenset({role for _day, role in can} - main)
    crew = Crew(posts[0].person_id, frozenset(can), away, elsewhere, reserve=reserve)
    roles = ", ".join(dict.fromkeys(str(ROLES[post.role].name) for post in posts))
    return Member(crew, posts[0].name, posts[0].initials, posts[0].phone, roles)


def _rota_roles(role: Role) -> list[RotaRole]:
    return [each for each in RotaRole if rules.PERMISSION[each] in ROLES[role].permissions]


def _served(post: _Post, first: date, last: date) -> Iterable[date]:
    return days(max(first, post.from_day), min(last, post.until or last))


def _named(row: RotaDuty) -> tuple[str, str, str]:
    return row.person.full_name, row.person.initials, row.person.phone


def _needed(facility_ids: Collection[int], day: date) -> dict[int, tuple[RotaRole, ...]]:
    """By the settings of each place on the first day. One statement."""
    zones = dict(Facility.objects.filter(pk__in=facility_ids).values_list("id", "zone"))
    return {
        place: settings.for_facility(
            RotaSettings, facility_id=place, at=datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
        ).needed
        for place, zone in zones.items()
    }
