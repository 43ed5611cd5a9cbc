"""One person's working time as their own page shows it, and what waits for a head to approve."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.db.models import F, QuerySet

from core import clock
from core.access import Access
from staff.models import DutyInterval, DutyTap
from staff.queries.reckoning import in_month, month_after, reckoned, rules_of, spared_on, terms_of
from staff.rules.hours import minutes_between
from staff.rules.hours_codes import DutySource
from staff.rules.payable import Block, Sum, add_up, forecast, warning, year_limit
from staff.rules.wording_hours import SOURCE_WORDS, block_words, hours_words


@dataclass(frozen=True)
class DutyRow:
    """One standing interval. `state`: proposed, confirmed or approved."""

    id: UUID
    person_id: int
    person: str
    facility: str
    day: date
    starts_at: datetime
    ends_at: datetime
    minutes: int
    source: str
    reason: str
    state: str
    corrected: bool

    @property
    def length(self) -> str:
        return hours_words(self.minutes)


@dataclass(frozen=True)
class Explained:
    """Minutes in a row with what becomes of them, in words."""

    day: date
    starts_at: datetime
    minutes: int
    words: str
    unpaid: bool

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def length(self) -> str:
        return hours_words(self.minutes)


@dataclass(frozen=True)
class YearSoFar:
    """Overtime since New Year against the year's limit, in minutes. `warning`: 80 or 95 per cent, where reached;
    `reaches_on`: when the limit is reached at the pace of the last weeks."""

    sum: Sum
    limit: int
    warning: int | None
    reaches_on: date | None
    reached: bool


@dataclass(frozen=True)
class MyMonth:
    """A month of one person."""

    month: date
    before: date
    after: date | None
    proposed: tuple[DutyRow, ...]
    rows: tuple[DutyRow, ...]
    explained: tuple[Explained, ...]
    sum: Sum
    year: YearSoFar
    may_choose_leave: bool
    on_duty_since: datetime | None


def my_month(*, by: Access, month: date, now: datetime) -> MyMonth:
    """One's own month with its explanation to the minute. A bounded number of statements."""
    today = clock.local_day(now, by.zone)
    rows = duty_rows(standing([by.actor_id], month))
    blocks = reckoned([by.actor_id], year=month.year)[by.actor_id]
    mine = in_month(blocks, month)
    total = add_up(mine)
    place = by.facility_id or next((block.facility_id for block in blocks), None)
    terms = rules_of([place])(place, today) if place is not None else None
    spared = spared_on(terms_of([by.actor_id]).get(by.actor_id, ()), min(today, date(month.year, 12, 31)))
    after = month_after(month)
    return MyMonth(
        month=month,
        before=(month - timedelta(days=1)).replace(day=1),
        after=after if after <= today else None,
        proposed=tuple(row for row in waiting_rows(by.actor_id)),
        rows=tuple(row for row in rows if row.state != "proposed"),
        explained=tuple(explain(block) for block in mine),
        sum=total,
        year=year_so_far(blocks, year=month.year, today=today, spared=spared),
        may_choose_leave=terms is not None and terms.leave_instead,
        on_duty_since=on_duty_since(by.actor_id),
    )


def year_so_far(blocks: Sequence[Block], *, year: int, today: date, spared: bool) -> YearSoFar:
    """Actual overtime of the year against its limit at the place of the newest duty: the law limits what is worked."""
    of_year = [block for block in blocks if block.day.year == year]
    total = add_up(of_year)
    if not of_year:
        return YearSoFar(total, 0, None, None, reached=False)
    terms = rules_of([of_year[-1].facility_id])(of_year[-1].facility_id, today)
    limit = year_limit(terms, spared=spared)
    since = max(today - timedelta(days=terms.forecast_days), date(year, 1, 1) - timedelta(days=1))
    lately = add_up([block for block in of_year if since < block.day <= today])
    days = (today - since).days
    ahead = forecast(used=total.overtime, limit=limit, lately=lately.overtime, lately_days=days, today=today)
    reached = total.overtime >= limit
    return YearSoFar(
        sum=total,
        limit=limit,
        warning=warning(total.overtime, limit),
        reaches_on=ahead if year == today.year and not reached else None,
        reached=reached,
    )


def explain(block: Block) -> Explained:
    return Explained(block.day, block.starts_at, block.minutes, block_words(block), unpaid=block.taken is not None)


def on_duty_since(person_id: int) -> datetime | None:
    """When the open duty began; None off duty. One statement."""
    return (
        DutyTap.objects.filter(person_id=person_id, ended_at__isnull=True).values_list("started_at", flat=True).first()
    )


def standing(person_ids: Collection[int], month: date) -> QuerySet[DutyInterval]:
    """What stands of the month, by its first day."""
    return _shown(DutyInterval.objects.filter(person_id__in=person_ids, day__gte=month, day__lt=month_after(month)))


def waiting_rows(person_id: int) -> tuple[DutyRow, ...]:
    """Proposals of any month that the person has not looked at, oldest first. One statement."""
    return duty_rows(_shown(DutyInterval.objects.filter(person_id=person_id, confirmed_at__isnull=True)))


def get_own(interval_id: UUID, *, person_id: int) -> DutyRow:
    """One of one's own that stands; raises DutyInterval.DoesNotExist."""
    return duty_rows([_shown(DutyInterval.objects.filter(person_id=person_id)).get(pk=interval_id)])[0]


@dataclass(frozen=True)
class ToApprove:
    """What one person confirmed and nobody approved yet. `own`: somebody else must approve it."""

    person_id: int
    person: str
    own: bool
    minutes: int
    rows: tuple[DutyRow, ...]

    @property
    def length(self) -> str:
        return hours_words(self.minutes)


def to_approve(*, reach: Collection[int], by: Access) -> tuple[ToApprove, ...]:
    """Everything confirmed within the reach that waits for approval, by person. One statement."""
    waiting = DutyInterval.objects.filter(facility_id__in=reach, confirmed_at__isnull=False, approval__isnull=True)
    rows = duty_rows(_shown(waiting).order_by("person__full_name", "person_id", "starts_at"))
    found = []
    for (person_id, person), group in groupby(rows, key=lambda row: (row.person_id, row.person)):
        mine = tuple(group)
        total = sum(row.minutes for row in mine)
        found.append(ToApprove(person_id, person, person_id == by.person_id, total, mine))
    return tuple(found)


def _shown(rows: QuerySet[DutyInterval]) -> QuerySet[DutyInterval]:
    return (
        rows.filter(ended_at__isnull=True)
        .select_related("facility", "person", "approval")
        .order_by(F("starts_at").asc(), "id")
    )


def duty_rows(rows: "QuerySet[DutyInterval] | Sequence[DutyInterval]") -> tuple[DutyRow, ...]:
    """As pages show them."""
    return tuple(
        DutyRow(
            id=row.pk,
            person_id=row.person_id,
            person=row.person.full_name,
            facility=row.facility.name,
            day=row.day,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            minutes=minutes_between(row.starts_at, row.ends_at),
            source=str(SOURCE_WORDS[DutySource(row.source)]),
            reason=row.reason,
            state="proposed" if row.confirmed_at is None else "approved" if hasattr(row, "approval") else "confirmed",
            corrected=row.corrects_id is not None,
        )
        for row in rows
    )
