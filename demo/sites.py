"""A site as the simulator works at it: its people with their access, its patients, its hours."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from core.access import Access, Permission, Role
from demo import dice
from demo.cohort import Member, cohort
from demo.people import Post
from demo.places import Places
from demo.spec import ProvinceSpec, SiteSpec
from inventory.models import Item
from staff.queries.appointments import standing_at
from staff.services.attestations import Present


@dataclass(frozen=True)
class Hand:
    """One person at work at the site."""

    access: Access
    post: Post

    @property
    def person_id(self) -> int:
        return self.access.actor_id

    def signs(self) -> Present:
        """Stands beside and enters their PIN."""
        return Present(self.post.username, self.post.pin)


@dataclass(frozen=True)
class Team:
    """Who does what. `physician`: the site's own, else the main clinic's."""

    dispensers: tuple[Hand, ...]
    witness: Hand
    head: Hand
    physician: Hand
    clinic_physician: Hand
    assistant: Hand | None = None  # an assistant physician, where the site has one


@dataclass
class Site:
    spec: SiteSpec
    seed: str
    province: ProvinceSpec
    facility_id: int
    zone: ZoneInfo
    first_day: date
    items: dict[str, Item]
    supplier: str
    hire: Callable[[], Team]
    _members: dict[date, dict[UUID, Member]] = field(default_factory=dict)

    @cached_property
    def team(self) -> Team:
        return self.hire()

    def members(self, through: date) -> dict[UUID, Member]:
        """Everybody who has been a patient here up to the day, by id."""
        known = through if self.spec.inducts else self.first_day
        if known not in self._members:
            made = cohort(self.province, self.spec, first_day=self.first_day, through=known)
            self._members[known] = {member.id: member for member in made}
        return self._members[known]

    def midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone)

    def moment(self, day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute, second), self.zone)

    def id(self, at: datetime, *key: object) -> UUID:
        """The id of a fact of this site."""
        return dice.fact_id(at, self.seed, self.spec.key, *key)

    def share(self, *key: object) -> float:
        """A number from 0 up to 1, of this site alone."""
        return dice.share(self.seed, self.spec.key, *key)

    def dispenser(self, day: date, shift: int) -> Hand:
        """Who is at the window: they take turns by day, and at larger sites within the morning."""
        turn = day.toordinal() + (shift if self.spec.busy else 0)
        return self.team.dispensers[turn % len(self.team.dispensers)]


def _assistant(places: Places, facility_id: int, key: str, *, now: datetime, since: datetime) -> Hand | None:
    for post in places.posts:
        if (post.role, post.place) == (Role.ASSISTANT_PHYSICIAN, key):
            person_id = places.people[post.username].pk
            if Role.ASSISTANT_PHYSICIAN in standing_at(facility_id, person_id=person_id, now=now).roles:
                return Hand(standing_at(facility_id, person_id=person_id, now=since), post)
    return None


class NobodyThere(LookupError):
    """Whoever tried the product has left a site without anybody who could do a piece of work there."""


def at_work(spec: ProvinceSpec, places: Places, *, first_day: date, now: datetime) -> list[Site]:
    """The province's sites, with those people who still work there at `now`."""
    return [_site(spec, site, places, first_day, now) for site in spec.sites]


def _site(spec: ProvinceSpec, site: SiteSpec, places: Places, first_day: date, now: datetime) -> Site:
    facility = places.facilities[site.key]
    zone = ZoneInfo(facility.zone)
    since = datetime.combine(first_day - timedelta(days=1), time(12), zone)

    def able(permission: Permission, *wanted: tuple[Role, str]) -> list[Hand]:
        """Who may do it, in the order of the roles wanted; raises NobodyThere."""
        found: list[Hand] = []
        for post in sorted(
            (post for post in places.posts if (post.role, post.place) in wanted),
            key=lambda post: wanted.index((post.role, post.place)),
        ):
            person_id = places.people[post.username].pk
            if standing_at(facility.pk, person_id=person_id, now=now).may_at(permission, facility.pk):
                found.append(Hand(standing_at(facility.pk, person_id=person_id, now=since), post))
        if not found:
            raise NobodyThere(f"{site.name}: {permission}")
        return found

    def hire() -> Team:
        here, there = site.key, site.clinic
        head, clinic_physician = (Role.SITE_HEAD, here), (Role.CLINIC_PHYSICIAN, there)
        window = able(Permission.GIVE_DOSE, (Role.DISPENSER, here), (Role.PHARMACIST, here), head)
        return Team(
            dispensers=tuple([hand for hand in window if hand.post.role is not Role.SITE_HEAD] or window),
            witness=able(Permission.SIGN_SECOND, (Role.WITNESS, here), head, clinic_physician)[0],
            head=able(Permission.CONCLUDE_CASE, head, (Role.CLINIC_HEAD, there))[0],
            physician=able(Permission.PRESCRIBE, (Role.PHYSICIAN, here), clinic_physician)[0],
            clinic_physician=able(Permission.PRESCRIBE, clinic_physician, (Role.PHYSICIAN, here))[0],
            assistant=_assistant(places, facility.pk, here, now=now, since=since),
        )

    return Site(
        spec=site,
        seed=spec.seed,
        province=spec,
        facility_id=facility.pk,
        zone=zone,
        first_day=first_day,
        items=places.items,
        supplier=places.facilities[site.clinic].name,
        hire=hire,
    )
