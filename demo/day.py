"""One day of one simulated site: its roster as the database knows it, and what the day is meant to bring."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from demo import attendance, dice
from demo.attendance import Plan
from demo.cohort import CYCLE, Member
from demo.names import Invented, People
from demo.sites import Site
from demo.taken_home import at_home
from dispensing.queries import facts as facts_query
from dispensing.queries.board import placed_today
from dispensing.queries.facts import Known
from dispensing.rules.authorise import Decision
from dispensing.rules.settings import DosingSettings
from facilities.rules import digest
from facilities.services import settings

NOBODY_KNOWN: Final = Invented("", People.KINH, female=False)
USUAL_MG: Final = Decimal(80)


@dataclass(frozen=True)
class Span:
    """The part of a day in which patients come."""

    start: datetime
    end: datetime

    def at(self, share: float) -> datetime:
        return self.start + (self.end - self.start) * share

    @property
    def step(self) -> timedelta:
        """What one hand's turn takes: twenty seconds, less where the span is short."""
        return min(timedelta(seconds=20), (self.end - self.start) / 500)


@dataclass
class SiteDay:
    """What the morning and the afternoon of a day share. `stopped`: who came and was not dosed, and why."""

    site: Site
    day: date
    known: dict[UUID, Known]
    members: dict[UUID, Member]
    plans: dict[UUID, Plan]
    settings: DosingSettings
    rules_digest: str
    dosed: set[UUID] = field(default_factory=set)
    stopped: dict[UUID, Decision] = field(default_factory=dict)

    @property
    def zone(self) -> str:
        return self.site.zone.key

    def load(self, ids: Sequence[UUID], at: datetime) -> None:
        """Look at these patients again, after something was decided about them. One statement."""
        self.known |= _load(self.site, ids, at, self.settings)

    def daily_ul(self) -> int:
        """What a whole day's doses take, in microlitres of the usual strength."""
        orders = (known.facts.prescription for known in self.known.values())
        return int(sum(order.dose_mg if order else USUAL_MG for order in orders) * 100)


def look_at(site: Site, day: date, *, at: datetime) -> SiteDay:
    """The site's roster on this day, without who drinks at home. Three statements, and two for the settings."""
    rules = settings.for_facility(DosingSettings, facility_id=site.facility_id, at=at)
    ids = placed_today(facility_id=site.facility_id, now=at, zone=site.zone.key)
    away = at_home(site.facility_id, day)
    known = _load(site, [id_ for id_ in ids if id_ not in away], at, rules)
    ours = site.members(day)
    members = {id_: ours.get(id_) or _stranger(known[id_], site, day) for id_ in known}
    return SiteDay(
        site=site,
        day=day,
        known=known,
        members=members,
        plans={id_: plan_of(site, member, day) for id_, member in members.items()},
        settings=rules,
        rules_digest=digest(rules),
    )


def plan_of(site: Site, member: Member, day: date) -> Plan:
    if member.name is NOBODY_KNOWN:
        return attendance.stranger(key=str(member.id), day=day)
    return attendance.plan(seed=site.seed, site=site.spec, member=member, day=day)


def _load(site: Site, ids: Sequence[UUID], at: datetime, rules: DosingSettings) -> dict[UUID, Known]:
    return facts_query.load(
        patient_ids=ids,
        facility_id=site.facility_id,
        now=at,
        zone=site.zone.key,
        days=rules.days_behind,
    )


def _stranger(known: Known, site: Site, day: date) -> Member:
    """A patient whom somebody else registered here: kept on the dose that they have."""
    order = known.facts.prescription
    return Member(
        number=dice.below(CYCLE, known.facts.patient_id),
        id=known.facts.patient_id,
        name=NOBODY_KNOWN,
        birth_year=known.birth_year,
        target_mg=order.dose_mg if order else USUAL_MG,
        treatment_started_on=known.facts.treatment_started_on or day,
        joined_on=day - timedelta(days=CYCLE),
    )
