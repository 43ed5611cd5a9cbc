"""This morning at every site of somebody's reach, who needs help first; no patient, only numbers.

Twenty-one statements, whatever the number of sites: today from the facts, other days from the rows kept of them.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils.functional import Promise

from core.access import Access
from core.vietnamese import Key, sort_key
from dispensing.models import Dose, Outcome
from dispensing.queries.mishap_figures import MishapFigures
from dispensing.rules.choices import OUTCOME_WORDS, OutcomeCode
from facilities.models import Facility
from facilities.services import settings
from followup.queries.cases import Counts, counts_by_facility
from inventory.queries.naloxone import Usable, usable_naloxone
from inventory.queries.transport import SafeJourneys
from oversight.filters import Filter
from oversight.queries.days import Days, facilities_of, on_their_day, today_at
from oversight.queries.read import Span, spans
from oversight.queries.seconds import Habits, habits_of
from oversight.queries.standing import FIGURE_DAYS, Standing, standing_of
from oversight.queries.waiting import Waiting, waiting_of
from oversight.rules.settings import MorningSettings
from oversight.words import age
from patients.models import Placement, Status
from staff.queries.attestations import open_for_review
from staff.rules.settings import WitnessSettings

# They came for their dose and something stood in its way; who refused it or did not swallow it was not turned away.
TURNED_AWAY: Final = frozenset(
    {
        OutcomeCode.WITHHELD,
        OutcomeCode.INTOXICATED,
        OutcomeCode.SENT_AWAY,
        OutcomeCode.NO_PRESCRIPTION,
        OutcomeCode.MISSED_RULE_BLOCK,
        OutcomeCode.STOCK_OUT,
    }
)


@dataclass(frozen=True)
class Reason:
    """Why some patients had no dose today. `turned_away`: they came for it and were not given it; `code`: of the
    outcome."""

    words: str | Promise
    count: int
    turned_away: bool
    code: str = ""


@dataclass(frozen=True)
class Unwitnessed:
    """Acts done alone that nobody else has looked at: how many, how many past their time, the oldest."""

    waiting: int = 0
    late: int = 0
    oldest_at: datetime | None = None

    def oldest(self, now: datetime) -> str:
        """How long the oldest has waited, in words."""
        return age(self.oldest_at, now) if self.oldest_at else ""


@dataclass(frozen=True)
class Site:
    """One facility this morning. `caseload` is who is placed there today, suspended ones included."""

    id: int
    name: str
    caseload: int
    taken: int
    reasons: tuple[Reason, ...]
    cases: Counts
    unwitnessed: Unwitnessed
    habits: Habits = field(default_factory=Habits)
    standing: Standing = field(default_factory=Standing)
    naloxone: Usable | None = None
    waiting: Waiting = field(default_factory=Waiting)
    span: Span = field(default_factory=Span)
    rules: MorningSettings = field(default_factory=MorningSettings)
    silent: bool = False

    @property
    def few(self) -> bool:
        """Fewer patients than keep a full-time post (SEED)."""
        return 0 < self.caseload < self.rules.staffing_threshold_patients

    @property
    def without_naloxone(self) -> bool:
        """Nobody here could be helped: red, and nobody may waive it (domain 5)."""
        return self.naloxone is not None and self.naloxone.none

    @property
    def not_given(self) -> int:
        return sum(reason.count for reason in self.reasons)

    @property
    def turned_away(self) -> int:
        """Came and were not given their dose: the first figure (domain 12.4)."""
        return sum(reason.count for reason in self.reasons if reason.turned_away)

    @property
    def to_come(self) -> int:
        return max(0, self.caseload - self.taken - self.not_given)

    @property
    def worst_first(self) -> tuple[int, bool, bool, int, int, int, int, int, int, Key]:
        """People without their dose, whose watch is over; then no naloxone; who says nothing; who waits for an answer;
        then what is overdue; then how long an order stands unsigned, and what is open. Counts, never per cent: a site
        of two patients is not compared by per cent. Errors and near misses never count: where they move a site up,
        nobody writes them down (domain 12.4).
        """
        return (
            -self.turned_away - self.standing.mishaps.watched_over,
            not self.without_naloxone,
            not self.silent,
            -self.waiting.blocked,
            -self.cases.overdue,
            -self.unwitnessed.late - self.standing.keys_lost,
            -self.standing.unsigned_days,
            -len(self.standing.days_lacking),
            -self.cases.open,
            sort_key(self.name),
        )


@dataclass(frozen=True)
class Morning:
    """All sites together."""

    sites: tuple[Site, ...]
    as_of: datetime

    @property
    def caseload(self) -> int:
        return sum(site.caseload for site in self.sites)

    @property
    def taken(self) -> int:
        return sum(site.taken for site in self.sites)

    @property
    def to_come(self) -> int:
        return sum(site.to_come for site in self.sites)

    @property
    def turned_away(self) -> int:
        return sum(site.turned_away for site in self.sites)

    @property
    def without_naloxone(self) -> tuple[Site, ...]:
        return tuple(site for site in self.sites if site.without_naloxone)

    @property
    def unsigned(self) -> int:
        return sum(site.standing.unsigned for site in self.sites)

    @property
    def unsigned_days(self) -> int:
        """For how many days the oldest order of any site stands unsigned."""
        return max((site.standing.unsigned_days for site in self.sites), default=0)

    @property
    def journeys(self) -> SafeJourneys:
        """What carriers asked for and did not get; a journey counts at its satellite alone."""
        each = [site.standing.journeys for site in self.sites]
        return SafeJourneys(
            sum(one.refused for one in each), sum(one.unanswered for one in each), sum(one.waiting for one in each)
        )

    @property
    def mishaps(self) -> MishapFigures:
        return sum((site.standing.mishaps for site in self.sites), MishapFigures())

    @property
    def watching(self) -> tuple[Site, ...]:
        """Where somebody is watched now."""
        return tuple(site for site in self.sites if site.standing.mishaps.watched)

    @property
    def silent(self) -> tuple[Site, ...]:
        """Where the window should be open and nothing has been heard today."""
        return tuple(site for site in self.sites if site.silent)

    @property
    def blocked(self) -> int:
        return sum(site.waiting.blocked for site in self.sites)

    def waiting_for(self, who: str) -> int:
        """How many patients wait for that kind of person."""
        return sum(one.patients for site in self.sites for one in site.waiting.by_whom if one.who == who)

    @property
    def waited_since(self) -> datetime | None:
        """Since when the patient waits who has waited for a physician longest."""
        found = [site.waiting.for_physician for site in self.sites]
        return min((one.since for one in found if one is not None and one.since is not None), default=None)

    @property
    def few(self) -> tuple[Site, ...]:
        return tuple(site for site in self.sites if site.few)

    @property
    def oldest(self) -> str:
        return self.unwitnessed.oldest(self.as_of)

    @property
    def cases(self) -> Counts:
        return Counts(
            open=sum(site.cases.open for site in self.sites),
            overdue=sum(site.cases.overdue for site in self.sites),
        )

    @property
    def unwitnessed(self) -> Unwitnessed:
        return Unwitnessed(
            waiting=sum(site.unwitnessed.waiting for site in self.sites),
            late=sum(site.unwitnessed.late for site in self.sites),
            oldest_at=min(
                (site.unwitnessed.oldest_at for site in self.sites if site.unwitnessed.oldest_at), default=None
            ),
        )


def morning(*, access: Access, now: datetime, asked: Filter | None = None) -> Morning:
    """Every site of the person's reach, or of the filter, worst first."""
    places = facilities_of(access) if asked is None else asked.facilities(access)
    return morning_of(list(places), now=now, asked=asked)


def site(facility_id: int, *, access: Access, now: datetime) -> Site:
    """One of them; raises Facility.DoesNotExist out of reach."""
    return morning_of([facilities_of(access).get(pk=facility_id)], now=now).sites[0]


def morning_of(facilities: list[Facility], *, now: datetime, asked: Filter | None = None) -> Morning:
    """Each of these facilities; figures over several days over those of the filter, else over the last thirty."""
    days = today_at(facilities, now=now)
    ids = [facility.pk for facility in facilities]
    today = min(days, default=now.date())
    month = _month(ids, asked, today, now)
    waiting = waiting_of(ids, today=today, now=now)
    caseload, taken, reasons = _caseload(days), _taken(days), _reasons(days)
    cases = counts_by_facility(ids, now=now)
    alone = _unwitnessed(ids, now)
    habits = habits_of(ids, now=now)
    standing = standing_of(facilities, month=month, waiting=waiting, now=now)
    shelves = usable_naloxone(ids, now)
    found = [
        Site(
            id=facility.pk,
            name=facility.name,
            caseload=caseload.get(facility.pk, 0),
            taken=taken.get(facility.pk, 0),
            reasons=tuple(reasons.get(facility.pk, ())),
            cases=cases.get(facility.pk, Counts()),
            unwitnessed=alone.get(facility.pk, Unwitnessed()),
            habits=habits.get(facility.pk, Habits()),
            standing=standing[facility.pk],
            naloxone=shelves.get(facility.pk),
            waiting=waiting[facility.pk],
            span=month[facility.pk],
            rules=(rules := settings.for_facility(MorningSettings, facility_id=facility.pk, at=now)),
            silent=caseload.get(facility.pk, 0) > 0 and _silent(facility, waiting[facility.pk].heard_at, rules, now),
        )
        for facility in facilities
    ]
    return Morning(tuple(sorted(found, key=lambda one: one.worst_first)), now)


def _month(ids: list[int], asked: Filter | None, today: date, now: datetime) -> dict[int, Span]:
    first, last = (asked.first, asked.last) if asked else (today - timedelta(days=FIGURE_DAYS - 1), today)
    return spans(ids, first=first, last=last, today=today, now=now)


def _silent(facility: Facility, heard_at: datetime | None, rules: MorningSettings, now: datetime) -> bool:
    """The window has been open for so many hours, and nothing was heard since it opened."""
    here = now.astimezone(ZoneInfo(facility.zone))
    if facility.round_the_clock:
        opened = here - timedelta(days=1)
    else:
        opened = here.replace(hour=facility.opens_at.hour, minute=facility.opens_at.minute, second=0, microsecond=0)
        if here < opened + timedelta(hours=rules.silent_hours):
            return False
    return heard_at is None or heard_at < opened - timedelta(hours=1)


def _caseload(days: Days) -> dict[int, int]:
    placed = Q(pk__in=[])
    for day, ids in days.items():
        placed |= Q(Q(ended_on__isnull=True) | Q(ended_on__gte=day), facility_id__in=ids, starts_on__lte=day)
    on_roster = [Status.IN_TREATMENT, Status.SUSPENDED]
    rows = Placement.objects.filter(placed, patient__status__in=on_roster).order_by()
    return dict(rows.values_list("facility_id").annotate(Count("patient_id")))


def _taken(days: Days) -> dict[int, int]:
    standing = Dose.objects.filter(on_their_day(days, "covers_day"), void__isnull=True).order_by()
    return dict(standing.values_list("facility_id").annotate(Count("patient_id", distinct=True)))


def last_outcomes(days: Days) -> QuerySet[Outcome]:
    """What was last said of each patient who has no standing dose of the day."""
    dose = Dose.objects.filter(patient_id=OuterRef("patient_id"), covers_day=OuterRef("day"), void__isnull=True)
    last = (
        Outcome.objects.filter(on_their_day(days, "day"))
        .order_by("patient_id", "day", "-at", "-id")
        .distinct("patient_id", "day")
    )
    return Outcome.objects.filter(~Exists(dose), pk__in=last.values("pk"))


def _reasons(days: Days) -> dict[int, list[Reason]]:
    rows = last_outcomes(days).order_by().values_list("facility_id", "code").annotate(Count("pk"))
    found: dict[int, list[Reason]] = defaultdict(list)
    for facility_id, code, count in rows:
        found[facility_id].append(Reason(words_of(code), count, code in TURNED_AWAY, code))
    for reasons in found.values():
        reasons.sort(key=lambda reason: (not reason.turned_away, -reason.count, str(reason.words)))
    return found


def words_of(code: str) -> str | Promise:
    """An outcome in words; one of a later version speaks for itself."""
    return OUTCOME_WORDS[OutcomeCode(code)] if code in OUTCOME_WORDS else code


def _unwitnessed(ids: Iterable[int], now: datetime) -> dict[int, Unwitnessed]:
    late = Q(pk__in=[])
    for facility_id in ids:
        rules = settings.for_facility(WitnessSettings, facility_id=facility_id, at=now)
        late |= Q(facility_id=facility_id, at__lt=now - timedelta(hours=rules.review_hours))
    rows = (
        open_for_review(reach=list(ids))
        .order_by()
        .values_list("facility_id")
        .annotate(waiting=Count("pk"), late=Count("pk", filter=late), oldest_at=Min("at"))
    )
    return {facility_id: Unwitnessed(*figures) for facility_id, *figures in rows}
