"""Each person's months, as `staff` reckons them, kept for managers: who worked what where, and what was paid of it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Count, Q, Sum

from oversight.models import PersonMonth
from oversight.queries.changed import LATER
from staff.models import Appointment, DutyInterval, LeaveChoice, PayLine
from staff.queries.reckoning import month_after, reckoned
from staff.rules.hours_codes import DayKind, Taken
from staff.rules.payable import Block, add_up

PEOPLE: Final = 100  # in one transaction
Key = tuple[int, date, int]  # person, first of the month, facility
FIGURES: Final = tuple(
    field.name for field in PersonMonth._meta.concrete_fields
    if field.name not in {"id", "person", "facility", "month"}
)  # fmt: skip


def batches(ids: Iterable[int], size: int) -> Iterator[tuple[int, ...]]:
    """The ids in handfuls of that size, in their order."""
    every = list(ids)
    for start in range(0, len(every), size):
        yield tuple(every[start : start + size])


def summarise_hours(facility_ids: Collection[int], *, year: int, now: datetime) -> int:
    """The months of a year of everybody with duty or pay at these facilities; answers for how many people."""
    people = sorted({*_on_duty(facility_ids, year), *_paid_people(facility_ids, year)})
    for some in batches(people, PEOPLE):
        _keep(some, year=year, now=now)
    return len(people)


def refresh(facility_ids: Collection[int], *, since: datetime | None, now: datetime) -> int:
    """The years of whom something was confirmed, corrected, approved, paid for or chosen as leave since that moment."""
    if since is None:
        return anew(facility_ids, now=now)
    asked = since - LATER
    duties = DutyInterval.objects.filter(
        Q(recorded_at__gt=asked) | Q(confirmed_at__gt=asked) | Q(ended_at__gt=asked)
        | Q(approval__approved_at__gt=asked),
        facility_id__in=facility_ids,
    ).values_list("person_id", "day")  # fmt: skip
    pay = PayLine.objects.filter(batch__recorded_at__gt=asked, batch__facility_id__in=facility_ids)
    leave = LeaveChoice.objects.filter(
        Q(chosen_at__gt=asked) | Q(ended_at__gt=asked), interval__facility_id__in=facility_ids
    ).values_list("person_id", "interval__day")
    years: dict[int, set[int]] = defaultdict(set)
    for person_id, day in [*duties, *pay.values_list("person_id", "batch__month"), *leave]:
        years[day.year].add(person_id)
    for year, people in sorted(years.items()):
        for some in batches(sorted(people), PEOPLE):
            _keep(some, year=year, now=now)
    return len({person for people in years.values() for person in people})


def anew(facility_ids: Collection[int], *, now: datetime) -> int:
    """Everybody's hours of this year and, in its first month, of the last: bands follow the number of patients."""
    years = [now.year - 1, now.year] if now.month == 1 else [now.year]
    return sum(summarise_hours(facility_ids, year=year, now=now) for year in years)


@dataclass
class _Month:
    blocks: list[Block] = field(default_factory=list)
    paid: int = 0
    waiting: int = 0


def _keep(people: Sequence[int], *, year: int, now: datetime) -> None:
    """Write what they come to, and take away months that no longer have any."""
    found = months_of(people, year=year, now=now)
    with transaction.atomic():
        standing = PersonMonth.objects.filter(person_id__in=people, month__year=year)
        kept = {(row.person_id, row.month, row.facility_id) for row in found}
        gone = [pk for pk, *key in standing.values_list("pk", "person_id", "month", "facility_id")
                if tuple(key) not in kept]  # fmt: skip
        PersonMonth.objects.filter(pk__in=gone).delete()
        PersonMonth.objects.bulk_create(
            found, update_conflicts=True, unique_fields=["person", "month", "facility"], update_fields=FIGURES
        )


def months_of(people: Sequence[int], *, year: int, now: datetime) -> list[PersonMonth]:
    """What these people's months of a year come to, as rows that are not saved, in the order of their keys."""
    months: dict[Key, _Month] = defaultdict(_Month)
    for person_id, blocks in reckoned(people, year=year).items():
        for block in blocks:
            if block.day.year == year:
                months[person_id, block.day.replace(day=1), block.facility_id].blocks.append(block)
    for key, paid in _paid(people, year):
        months[key].paid = paid
    for key, waiting in _waiting(people, year):
        months[key].waiting = waiting
    roles = _roles(people)
    return [_row(key, months[key], roles.get((key[0], key[2]), ()), now) for key in sorted(months)]


def _row(key: Key, month: _Month, roles: Iterable[tuple[str, date, date | None]], now: datetime) -> PersonMonth:
    whole = add_up(month.blocks)
    extra = add_up(block for block in month.blocks if block.overtime)
    ends = month_after(key[1])
    return PersonMonth(
        person_id=key[0],
        month=key[1],
        facility_id=key[2],
        roles=sorted({role for role, start, end in roles if start < ends and (end is None or end >= key[1])}),
        duty=whole.duty,
        working=whole.duty - whole.rest - whole.holiday,
        rest=whole.rest,
        holiday=whole.holiday,
        night=whole.night,
        overtime=extra.duty,
        overtime_working=extra.duty - extra.rest - extra.holiday,
        overtime_rest=extra.rest,
        overtime_holiday=extra.holiday,
        overtime_night=extra.night,
        payable=whole.payable,
        leave=whole.leave,
        unpaid=whole.unpaid,
        taken_day=whole.taken.get(Taken.DAY, 0),
        taken_band=whole.taken.get(Taken.BAND, 0),
        taken_month=whole.taken.get(Taken.MONTH, 0),
        taken_year=whole.taken.get(Taken.YEAR, 0),
        paid=month.paid,
        days=len({block.day for block in month.blocks}),
        rest_days=len({block.day for block in month.blocks if block.kind is DayKind.REST}),
        holidays=len({block.day for block in month.blocks if block.kind is DayKind.HOLIDAY}),
        waiting=month.waiting,
        computed_at=now,
    )


def _on_duty(facility_ids: Collection[int], year: int) -> set[int]:
    """Who has entries of the year there; one of New Year's Eve may run into it."""
    first = date(year, 1, 1) - timedelta(days=1)
    rows = DutyInterval.objects.filter(
        facility_id__in=facility_ids, ended_at__isnull=True, confirmed_at__isnull=False, day__gte=first,
        day__lte=date(year, 12, 31),
    )  # fmt: skip
    kept = PersonMonth.objects.filter(facility_id__in=facility_ids, month__year=year)
    return {*rows.values_list("person_id", flat=True), *kept.values_list("person_id", flat=True)}


def _paid_people(facility_ids: Collection[int], year: int) -> set[int]:
    lines = PayLine.objects.filter(batch__facility_id__in=facility_ids, batch__month__year=year)
    return set(lines.values_list("person_id", flat=True))


def _paid(people: Sequence[int], year: int) -> list[tuple[Key, int]]:
    lines = PayLine.objects.filter(person_id__in=people, batch__month__year=year).order_by()
    sums = lines.values_list("person_id", "batch__month", "batch__facility_id").annotate(Sum("minutes"))
    return [((person, month, place), minutes) for person, month, place, minutes in sums]


def _waiting(people: Sequence[int], year: int) -> list[tuple[Key, int]]:
    rows = DutyInterval.objects.filter(
        person_id__in=people, day__year=year, ended_at__isnull=True, confirmed_at__isnull=False, approval__isnull=True
    ).order_by()  # fmt: skip
    counted: dict[Key, int] = defaultdict(int)
    for person, day, place, count in rows.values_list("person_id", "day", "facility_id").annotate(Count("pk")):
        counted[person, day.replace(day=1), place] += count
    return list(counted.items())


def _roles(people: Sequence[int]) -> dict[tuple[int, int], list[tuple[str, date, date | None]]]:
    """The roles that each has held at each facility, with their days."""
    held: dict[tuple[int, int], list[tuple[str, date, date | None]]] = defaultdict(list)
    rows = Appointment.objects.filter(person_id__in=people, facility__isnull=False)
    for person, place, role, start, end in rows.values_list(
        "person_id", "facility_id", "role", "starts_on", "ended_on"
    ):
        held[person, place].append((role, start, end))
    return held
