"""Who holds which certificate, who lacks one for their role, and how often they worked without: counted from what is
recorded anyway, never on the way of a dose."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from core.access import Role
from facilities.models import Facility
from facilities.services import settings
from staff.models import Appointment, Certificate, DutyInterval, WorkEvidence
from staff.roles import ROLES
from staff.rules.certificates import Held, Standing, State, covered, standing
from staff.rules.rota_codes import CertificateKind
from staff.rules.rota_settings import CertificateSettings
from staff.rules.wording_rota import CERTIFICATE_WORDS


@dataclass(frozen=True)
class Lacking:
    """Somebody acts in a role without the certificate that the province asks for it, or it ends soon."""

    facility_id: int
    facility: str
    person_id: int
    name: str
    role: Role
    standing: Standing

    @property
    def role_words(self) -> str:
        return str(ROLES[self.role].name)

    @property
    def kind_words(self) -> str:
        return str(CERTIFICATE_WORDS[self.standing.kind])

    @property
    def ends_soon(self) -> bool:
        return self.standing.state is State.ENDS_SOON


@dataclass(frozen=True)
class WithoutIt:
    """On how many days somebody worked at a place without a certificate that their role asks for."""

    facility_id: int
    person_id: int
    kind: CertificateKind
    days: int


@dataclass(frozen=True)
class Paper:
    """One certificate as pages show it."""

    id: UUID
    person_id: int
    kind: CertificateKind
    number: str
    issuer: str
    issued_on: date
    expires_on: date | None
    ended: bool

    @property
    def kind_words(self) -> str:
        return str(CERTIFICATE_WORDS[self.kind])


@dataclass(frozen=True)
class _Post:
    facility_id: int
    facility: str
    person_id: int
    name: str
    role: Role
    from_day: date
    until: date | None


def lacking(facility_ids: Collection[int], on: date) -> tuple[Lacking, ...]:
    """Everybody at these places without a valid certificate for their role on the day: none, or expired. By place and
    name. Three statements, whatever the number."""
    return tuple(each for each in _standings(facility_ids, on) if each.standing.state in (State.NONE, State.EXPIRED))


def ending(facility_ids: Collection[int], on: date) -> tuple[Lacking, ...]:
    """Whose certificate ends within the warning time of the place. Three statements."""
    return tuple(each for each in _standings(facility_ids, on) if each.ends_soon)


def worked_without(facility_ids: Collection[int], first: date, last: date) -> tuple[WithoutIt, ...]:
    """The days on which people were at work without a certificate that their role asks for: it is what happens, and
    nobody is served by hiding it. Five statements, whatever the number."""
    posts = _posts(facility_ids, first, last)
    terms = _terms(facility_ids, last)
    held = held_by({post.person_id for post in posts})
    days = _days_at_work(facility_ids, first, last)
    found: dict[tuple[int, int, CertificateKind], set[date]] = defaultdict(set)
    for post in posts:
        for kind in terms[post.facility_id].needed_by(post.role):
            for day in days.get((post.facility_id, post.person_id), ()):
                in_post = post.from_day <= day and (post.until is None or day <= post.until)
                if in_post and not covered(kind, held.get(post.person_id, ()), day):
                    found[post.facility_id, post.person_id, kind].add(day)
    return tuple(WithoutIt(*key, len(days)) for key, days in sorted(found.items()))


def held_by(person_ids: Collection[int]) -> dict[int, list[Held]]:
    """The standing certificates of each person. One statement."""
    found: dict[int, list[Held]] = defaultdict(list)
    rows = Certificate.objects.filter(person_id__in=person_ids, ended_at__isnull=True)
    for person_id, kind, issued_on, expires_on in rows.values_list("person_id", "kind", "issued_on", "expires_on"):
        found[person_id].append(Held(CertificateKind(kind), issued_on, expires_on))
    return found


def papers_of(person_ids: Collection[int]) -> dict[int, tuple[Paper, ...]]:
    """The certificates of each person that stand, by kind, the newest first. One statement."""
    rows = Certificate.objects.filter(person_id__in=person_ids, ended_at__isnull=True)
    found: dict[int, list[Paper]] = defaultdict(list)
    for row in rows.order_by("kind", "-issued_on", "-id"):
        found[row.person_id].append(
            Paper(
                row.pk, row.person_id, CertificateKind(row.kind), row.number, row.issuer, row.issued_on,
                row.expires_on, ended=row.ended_at is not None,
            )
        )  # fmt: skip
    return {person: tuple(papers) for person, papers in found.items()}


def _standings(facility_ids: Collection[int], on: date) -> list[Lacking]:
    posts = _posts(facility_ids, on, on)
    terms = _terms(facility_ids, on)
    held = held_by({post.person_id for post in posts})
    found = {
        (post.facility_id, post.person_id, kind): Lacking(
            post.facility_id, post.facility, post.person_id, post.name, post.role,
            standing(
                kind, held.get(post.person_id, ()), on=on, warning_days=terms[post.facility_id].warning_days
            ),
        )
        for post in reversed(posts)
        for kind in terms[post.facility_id].needed_by(post.role)
    }  # fmt: skip
    return sorted(found.values(), key=lambda each: (each.facility, each.name, each.person_id, each.standing.kind))


def _posts(facility_ids: Collection[int], first: date, last: date) -> list[_Post]:
    """The appointments at these places; who runs on after an end still acts. One statement."""
    rows = (
        Appointment.objects.filter(facility_id__in=facility_ids, starts_on__lte=last, person__is_active=True)
        .filter(Q(ended_on__isnull=True) | Q(ended_on__gte=first))
        .order_by("starts_on", "id")
        .values_list("facility_id", "facility__name", "person_id", "person__full_name", "role", "starts_on", "ended_on")
    )
    return [
        _Post(place, name, who, full, Role(role), begins, until) for place, name, who, full, role, begins, until in rows
    ]


def _days_at_work(facility_ids: Collection[int], first: date, last: date) -> dict[tuple[int, int], set[date]]:
    """The days on which each person was at work there: what they confirmed, and what was seen. Two statements."""
    confirmed = DutyInterval.objects.filter(
        facility_id__in=facility_ids, day__gte=first, day__lte=last, ended_at__isnull=True, confirmed_at__isnull=False
    )
    seen = WorkEvidence.objects.filter(facility_id__in=facility_ids, day__gte=first, day__lte=last)
    found: dict[tuple[int, int], set[date]] = defaultdict(set)
    columns = ("facility_id", "person_id", "day")
    for place, person_id, day in chain(confirmed.values_list(*columns), seen.values_list(*columns)):
        found[place, person_id].add(day)
    return found


def _terms(facility_ids: Collection[int], on: date) -> dict[int, CertificateSettings]:
    """The settings of each place at the end of the day. One statement."""
    zones = dict(Facility.objects.filter(pk__in=facility_ids).values_list("id", "zone"))
    end = on + timedelta(days=1)
    return {
        place: settings.for_facility(
            CertificateSettings, facility_id=place, at=datetime(end.year, end.month, end.day, tzinfo=ZoneInfo(zone))
        )
        for place, zone in zones.items()
    }
