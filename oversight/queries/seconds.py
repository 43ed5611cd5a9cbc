"""Second signatures of the last weeks at each site: how many wanted one, how they were had, and what looks like a habit
rather than a look: always the same pair, signed within seconds. No patient.

Two statements, whatever the number of sites.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from core.access import Access
from facilities.services import settings
from oversight.queries.days import facilities_of
from staff import kinds
from staff.models import AT_ONCE, Attestation, Mode
from staff.rules.settings import WitnessSettings

MOST: Final = 200
SIGNED: Final = (Mode.PRESENT, Mode.REMOTE)


class Show(StrEnum):
    """Which of the acts that wanted a second person a list shows."""

    ALL = "all"
    ALONE = "alone"
    WAITING = "waiting"
    REVIEWED = "reviewed"
    REMOTE = "remote"
    PAIR = "pair"
    QUICK = "quick"


@dataclass(frozen=True)
class Pair:
    """The two people who signed together most often, and how often."""

    ids: frozenset[int]
    names: str
    count: int


@dataclass(frozen=True)
class Habits:
    """One site's second signatures within `days`. `pair` only where the settings call it always the same."""

    days: int = WitnessSettings.figure_days
    wanted: int = 0
    signed: int = 0
    remote: int = 0
    alone: int = 0
    reviewed: int = 0
    quick: int = 0
    quick_seconds: int = WitnessSettings.quick_seconds
    oldest_at: datetime | None = None
    pair: Pair | None = None

    @property
    def waiting(self) -> int:
        """Done alone, and nobody else has looked."""
        return self.alone - self.reviewed


@dataclass(frozen=True)
class SecondRow:
    """One act that wanted a second person."""

    id: UUID
    act: str
    at: datetime
    actor: str
    second: str
    mode: Mode
    reason: str
    seconds: int | None
    reviewed_at: datetime | None


def habits_of(facility_ids: Iterable[int], *, now: datetime) -> dict[int, Habits]:
    """What the second signatures of these sites look like, each by its own settings."""
    rules = {pk: settings.for_facility(WitnessSettings, facility_id=pk, at=now) for pk in facility_ids}
    within = _within(rules, now)
    reviewed = Exists(Attestation.objects.filter(act_id=OuterRef("act_id"), mode=Mode.REVIEW))
    counted = (
        within.annotate(looked=reviewed)
        .order_by()
        .values_list("facility_id")
        .annotate(
            wanted=Count("pk"),
            signed=Count("pk", filter=Q(mode__in=SIGNED)),
            remote=Count("pk", filter=Q(mode=Mode.REMOTE)),
            alone=Count("pk", filter=Q(mode=Mode.ALONE)),
            reviewed=Count("pk", filter=Q(mode=Mode.ALONE, looked=True)),
            quick=Count("pk", filter=_quick(rules)),
            oldest_at=Min("at", filter=Q(mode=Mode.ALONE, looked=False)),
        )
    )
    pairs = _pairs(within)
    found = {pk: Habits(days=each.figure_days, quick_seconds=each.quick_seconds) for pk, each in rules.items()}
    for pk, wanted, signed, remote, alone, looked, quick, oldest_at in counted:
        rule = rules[pk]
        found[pk] = Habits(
            rule.figure_days, wanted, signed, remote, alone, looked, quick, rule.quick_seconds, oldest_at,
            _same(pairs.get(pk, ()), signed, rule),
        )  # fmt: skip
    return found


@dataclass(frozen=True)
class SecondsSite:
    """The site whose second signatures a list shows."""

    id: int
    name: str
    habits: Habits


def seconds_site(facility_id: int, *, access: Access, now: datetime) -> SecondsSite:
    """Raises Facility.DoesNotExist out of reach. Three statements."""
    place = facilities_of(access).get(pk=facility_id)
    return SecondsSite(place.pk, place.name, habits_of([place.pk], now=now)[place.pk])


def acts(
    facility_id: int, *, show: Show, pair: frozenset[int], access: Access, now: datetime
) -> tuple[int, tuple[SecondRow, ...]]:
    """How many there are, and the newest of them; raises Facility.DoesNotExist out of reach. Four statements."""
    place = facilities_of(access).get(pk=facility_id)
    rules = {place.pk: settings.for_facility(WitnessSettings, facility_id=place.pk, at=now)}
    looked = Attestation.objects.filter(act_id=OuterRef("act_id"), mode=Mode.REVIEW).order_by()
    found = _within(rules, now).annotate(looked=Exists(looked))
    narrowed = {
        Show.ALL: found,
        Show.ALONE: found.filter(mode=Mode.ALONE),
        Show.WAITING: found.filter(mode=Mode.ALONE, looked=False),
        Show.REVIEWED: found.filter(mode=Mode.ALONE, looked=True),
        Show.REMOTE: found.filter(mode=Mode.REMOTE),
        Show.PAIR: found.filter(mode__in=SIGNED, actor_id__in=pair, second_id__in=pair),
        Show.QUICK: found.filter(_quick(rules)),
    }[show]
    rows = list(narrowed.select_related("actor", "second").order_by("-at", "-id")[:MOST])
    reviews = Attestation.objects.filter(act_id__in=[row.act_id for row in rows], mode=Mode.REVIEW)
    reviewed_at = dict(reviews.order_by("-at").values_list("act_id", "at"))
    return narrowed.count(), tuple(_row(row, reviewed_at) for row in rows)


def _row(row: Attestation, reviewed_at: Mapping[UUID, datetime]) -> SecondRow:
    return SecondRow(
        id=row.pk,
        act=kinds.label_of(row.act_kind),
        at=row.at,
        actor=row.actor.initials,
        second=row.second.initials if row.second else "",
        mode=Mode(row.mode),
        reason=row.reason,
        seconds=None if row.considered_ms is None else row.considered_ms // 1000,
        reviewed_at=reviewed_at.get(row.act_id),
    )


def _within(rules: Mapping[int, WitnessSettings], now: datetime) -> QuerySet[Attestation]:
    """Said with the act, within each site's days; sites of the same number of days in one condition."""
    sites: dict[int, list[int]] = defaultdict(list)
    for facility_id, rule in rules.items():
        sites[rule.figure_days].append(facility_id)
    here = Q(pk__in=[])
    for days, ids in sites.items():
        here |= Q(facility_id__in=ids, at__gt=now - timedelta(days=days))
    return Attestation.objects.filter(here, mode__in=AT_ONCE)


def _quick(rules: Mapping[int, WitnessSettings]) -> Q:
    """Signed sooner than the site's setting after the page was shown."""
    sites: dict[int, list[int]] = defaultdict(list)
    for facility_id, rule in rules.items():
        sites[rule.quick_seconds].append(facility_id)
    quick = Q(pk__in=[])
    for seconds, ids in sites.items():
        quick |= Q(facility_id__in=ids, mode__in=SIGNED, considered_ms__lte=seconds * 1000)
    return quick


def _pairs(within: QuerySet[Attestation]) -> dict[int, list[Pair]]:
    """Who signed with whom, whichever of the two acted."""
    columns = ("facility_id", "actor_id", "second_id", "actor__initials", "second__initials")
    rows = within.filter(mode__in=SIGNED).order_by().values_list(*columns).annotate(Count("pk"))
    counts: dict[tuple[int, frozenset[int]], tuple[str, int]] = {}
    for facility_id, actor_id, second_id, actor, second, count in rows:
        key = (facility_id, frozenset({actor_id, second_id}))
        names, before = counts.get(key, (" · ".join(sorted((actor, second))), 0))
        counts[key] = (names, before + count)
    found: dict[int, list[Pair]] = defaultdict(list)
    for (facility_id, ids), (names, count) in counts.items():
        found[facility_id].append(Pair(ids, names, count))
    return found


def _same(pairs: Iterable[Pair], signed: int, rule: WitnessSettings) -> Pair | None:
    """The pair that signs so large a share that the settings call it always the same; with too few none is."""
    most = max(pairs, key=lambda pair: (pair.count, pair.names), default=None)
    if most is None or signed < rule.same_pair_least or most.count * 100 < rule.same_pair_pct * signed:
        return None
    return most
