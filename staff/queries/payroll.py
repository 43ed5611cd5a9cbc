"""A site's month as payroll sees it: worked, payable, not payable and why, paid, due; in hours and money if known."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models import Sum as Total

from core.access import Role
from staff.models import Appointment, DutyInterval, PayBatch, PayLine, Person
from staff.queries.reckoning import Terms, hourly_on, in_month, month_after, reckoned, rules_of, terms_of
from staff.roles import ROLES
from staff.rules.payable import Block, Sum, add_up, money
from staff.rules.wording_hours import TAKEN_WORDS, hours_words


@dataclass(frozen=True)
class Line:
    """One person's month at the site, in minutes. `sum` is of what was approved; `waiting` counts entries that nobody
    approved yet; `due` is payable minus what was paid, and may be negative after a correction. `due_money` is None
    where a day has no rate, or where minutes were paid without one: nobody knows then what of the sum is left."""

    person_id: int
    person: str
    roles: str
    allowance: bool
    sum: Sum
    paid: int
    due: int
    waiting: int
    payable_money: Decimal | None
    unpaid_money: Decimal | None
    due_money: Decimal | None
    blocks: tuple[Block, ...]

    @property
    def owed(self) -> bool:
        """Something is to be paid or taken back: minutes, or only their worth, where as many fell on other days."""
        return bool(self.due or self.due_money)

    @property
    def why(self) -> str:
        """What each rule keeps from being paid, in words."""
        return "; ".join(f"{TAKEN_WORDS[rule]}: {hours_words(minutes)}" for rule, minutes in self.sum.taken.items())


@dataclass(frozen=True)
class Batch:
    id: UUID
    reference: str
    paid_on: date
    recorded_at: datetime
    by: str
    people: int
    minutes: int


@dataclass(frozen=True)
class Payroll:
    """`without_allowance`: how many of those who worked hold no role that the allowance goes to (domain 6)."""

    month: date
    lines: tuple[Line, ...]
    batches: tuple[Batch, ...]
    total: Sum
    due: int
    without_allowance: int

    @property
    def owed(self) -> bool:
        """Whether anything is to be paid or taken back, also where the minutes of all add up to none."""
        return any(line.owed for line in self.lines)


def payroll(*, facility_id: int, month: date) -> Payroll:
    """Everybody with hours at the facility in the month, by name. A bounded number of statements."""
    people = _people(facility_id, month)
    blocks = reckoned(list(people), year=month.year, approved_only=True)
    context = _Context(
        terms=terms_of(list(people)),
        roles=_roles(list(people), facility_id, month),
        allowed=frozenset(rules_of([facility_id])(facility_id, month).allowance_roles),
        paid=_paid(facility_id, month),
    )
    lines = tuple(
        _line(person, waiting, in_month(blocks[person.pk], month, facility_id), context)
        for person, waiting in people.values()
    )
    return Payroll(
        month=month,
        lines=lines,
        batches=_batches(facility_id, month),
        total=add_up([block for line in lines for block in line.blocks]),
        due=sum(line.due for line in lines),
        without_allowance=sum(not line.allowance for line in lines),
    )


def due_at(facility_ids: Collection[int], *, month: date) -> dict[int, int]:
    """What is still to be paid of the month at each of these facilities, in minutes. A bounded number of statements."""
    standing = _standing(facility_ids, month)
    blocks = reckoned(sorted(set(standing.values_list("person_id", flat=True))), year=month.year, approved_only=True)
    lines = PayLine.objects.filter(batch__facility_id__in=facility_ids, batch__month=month).order_by()
    paid = dict(lines.values_list("batch__facility_id").annotate(Total("minutes")))
    return {
        facility_id: add_up([block for mine in blocks.values() for block in in_month(mine, month, facility_id)]).payable
        - paid.get(facility_id, 0)
        for facility_id in facility_ids
    }


@dataclass(frozen=True)
class _Context:
    terms: Mapping[int, Sequence[Terms]]
    roles: Mapping[int, Sequence[Role]]
    allowed: frozenset[str]
    paid: Mapping[int, "_Paid"]


@dataclass(frozen=True)
class _Paid:
    """What batches paid somebody of the month; `amount` None where one of them knew no rate."""

    minutes: int = 0
    amount: Decimal | None = Decimal(0)


def _people(facility_id: int, month: date) -> dict[int, tuple[Person, int]]:
    """Who has hours that count here this month, or was paid for some, with how many entries wait for approval."""
    standing = _standing([facility_id], month)
    waiting = dict(
        standing.filter(day__gte=month, approval__isnull=True).order_by().values_list("person_id").annotate(Count("id"))
    )
    paid = PayLine.objects.filter(batch__facility_id=facility_id, batch__month=month)
    found = Person.objects.filter(Q(pk__in=standing.values("person_id")) | Q(pk__in=paid.values("person_id")))
    return {person.pk: (person, waiting.get(person.pk, 0)) for person in found.order_by("full_name", "id")}


def _standing(facility_ids: Collection[int], month: date) -> QuerySet[DutyInterval]:
    """What people confirmed at these facilities and nothing has replaced, of the month and the night before it."""
    return DutyInterval.objects.filter(
        facility_id__in=facility_ids, ended_at__isnull=True, confirmed_at__isnull=False,
        day__gte=_day_before(month), day__lt=month_after(month),
    )  # fmt: skip


def _day_before(month: date) -> date:
    """A night that began on the last evening of the month before runs into this one."""
    return date.fromordinal(month.toordinal() - 1)


def _roles(person_ids: Collection[int], facility_id: int, month: date) -> dict[int, list[Role]]:
    """The roles held at the facility at any time of the month, by person."""
    held: dict[int, list[Role]] = {}
    rows = Appointment.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gte=month),
        person_id__in=person_ids, facility_id=facility_id, starts_on__lt=month_after(month),
    ).order_by("starts_on", "id")  # fmt: skip
    for person_id, role in rows.values_list("person_id", "role"):
        mine = held.setdefault(person_id, [])
        if Role(role) not in mine:
            mine.append(Role(role))
    return held


def _paid(facility_id: int, month: date) -> dict[int, _Paid]:
    rows = PayLine.objects.filter(batch__facility_id=facility_id, batch__month=month).order_by()
    summed = rows.values_list("person_id").annotate(
        Total("minutes"), Total("amount"), unknown=Count("id", filter=Q(amount__isnull=True))
    )
    return {person_id: _Paid(minutes, None if unknown else amount) for person_id, minutes, amount, unknown in summed}


def _line(person: Person, waiting: int, blocks: Sequence[Block], context: _Context) -> Line:
    total = add_up(blocks)
    roles = context.roles.get(person.pk, ())
    paid = context.paid.get(person.pk, _Paid())
    terms = context.terms.get(person.pk, ())
    payable_money = _money(blocks, terms, lambda block: block.payable)
    return Line(
        person_id=person.pk,
        person=person.full_name,
        roles=", ".join(str(ROLES[role].name) for role in roles),
        allowance=any(role in context.allowed for role in roles),
        sum=total,
        paid=paid.minutes,
        due=total.payable - paid.minutes,
        waiting=waiting,
        payable_money=payable_money,
        unpaid_money=_money(blocks, terms, lambda block: block.unpaid),
        due_money=None if payable_money is None or paid.amount is None else payable_money - paid.amount,
        blocks=tuple(blocks),
    )


def _money(blocks: Sequence[Block], terms: Sequence[Terms], minutes_of: Callable[[Block], int]) -> Decimal | None:
    """What these minutes are worth at the rate of each day; None where a day has no rate."""
    weighed: dict[Decimal | None, int] = {}
    for block in blocks:
        if minutes_of(block):
            hourly = hourly_on(terms, block.day)
            weighed[hourly] = weighed.get(hourly, 0) + minutes_of(block) * block.percent
    if None in weighed or not terms:
        return None
    return sum((money(worth, hourly) or Decimal(0) for hourly, worth in weighed.items()), Decimal(0))


def _batches(facility_id: int, month: date) -> tuple[Batch, ...]:
    rows = (
        PayBatch.objects.filter(facility_id=facility_id, month=month)
        .select_related("recorded_by")
        .annotate(people=Count("lines"), minutes=Total("lines__minutes"))
        .order_by("-recorded_at", "-id")
    )
    return tuple(
        Batch(row.pk, row.reference, row.paid_on, row.recorded_at, row.recorded_by.initials, row.people, row.minutes)
        for row in rows
    )
