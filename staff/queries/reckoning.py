"""Working time of some people in a year as the rules see it: split, and what is payable of each minute.

A bounded number of statements for any number of people: intervals, calendar, caseloads, terms of pay.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

from facilities.models import Facility
from facilities.queries.calendar import calendar_between
from facilities.services import settings
from staff.models import DutyInterval, LeaveChoice, PayTerm, SiteCaseload
from staff.rules.hours import Duty, Kinds, Rules, split
from staff.rules.hours_codes import DayKind
from staff.rules.leave import Chosen, as_leave
from staff.rules.payable import Block, reckon
from staff.rules.settings import WorkSettings


@dataclass(frozen=True)
class Terms:
    """What an hour of somebody is worth from a day on; `spared`: the law keeps them from the longer year from then
    on."""

    from_day: date
    hourly: Decimal | None
    spared: bool


def reckoned(person_ids: Collection[int], *, year: int, approved_only: bool = False) -> dict[int, tuple[Block, ...]]:
    """The blocks of each person's year, in order; nobody's is missing. Actual time is what each person confirmed;
    `approved_only`: of that what somebody else has approved, as payroll pays it.
    """
    first, last = _first(year), date(year, 12, 31)
    rows = DutyInterval.objects.filter(
        person_id__in=person_ids, ended_at__isnull=True, confirmed_at__isnull=False, day__gte=first, day__lte=last
    )
    if approved_only:
        rows = rows.filter(approval__isnull=False)
    duties: dict[int, list[Duty]] = defaultdict(list)
    found = rows.order_by("starts_at").values_list("person_id", "facility_id", "facility__zone", "starts_at", "ends_at")
    for person_id, facility_id, zone, starts_at, ends_at in found:
        duties[person_id].append(Duty(facility_id, zone, starts_at, ends_at))
    places = {duty.facility_id for mine in duties.values() for duty in mine}
    rules = rules_of(places)
    kinds = kinds_between(first, last + timedelta(days=2), rules=rules)
    patients = caseloads_of(places, year=year)
    terms = terms_of(person_ids)
    leave = _leave_chosen(person_ids, first, last)
    return {
        person_id: as_leave(
            reckon(
                (
                    piece
                    for duty in duties[person_id]
                    for piece in split(duty, kinds=kinds(duty.facility_id), rules=rules)
                ),
                rules=rules,
                patients=lambda facility_id, month: patients.get((facility_id, month)),
                spared=partial(spared_on, terms.get(person_id, ())),
            ),
            leave[person_id],
        )
        for person_id in person_ids
    }


def _leave_chosen(person_ids: Collection[int], first: date, last: date) -> dict[int, list[Chosen]]:
    """What each person chose as leave of the intervals that stand. One statement."""
    rows = LeaveChoice.objects.filter(
        person_id__in=person_ids, ended_at__isnull=True, interval__ended_at__isnull=True,
        interval__day__gte=first, interval__day__lte=last,
    )  # fmt: skip
    found: dict[int, list[Chosen]] = defaultdict(list)
    columns = ("person_id", "interval__starts_at", "interval__ends_at", "minutes")
    for person_id, starts_at, ends_at, minutes in rows.values_list(*columns):
        found[person_id].append(Chosen(starts_at, ends_at, minutes))
    return found


def rules_of(facility_ids: Collection[int]) -> Rules:
    """The settings of working time in force at the beginning of a facility's day; each day is asked once."""
    zones = dict(Facility.objects.filter(pk__in=facility_ids).values_list("id", "zone"))
    kept: dict[tuple[int, date], WorkSettings] = {}

    def rules(facility_id: int, day: date) -> WorkSettings:
        held = kept.get((facility_id, day))
        if held is None:
            at = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zones[facility_id]))
            held = kept[facility_id, day] = settings.for_facility(WorkSettings, facility_id=facility_id, at=at)
        return held

    return rules


def kinds_between(first: date, last: date, *, rules: Rules) -> Callable[[int], Kinds]:
    """Of what kind each day is at a place: the calendar's word, else its own weekly rest days. One statement."""
    calendar = calendar_between(first, last)

    def kind(place: int, day: date) -> DayKind:
        if day in calendar.holidays:
            return DayKind.HOLIDAY
        if day in calendar.swapped_rest:
            return DayKind.REST
        if day in calendar.swapped_work:
            return DayKind.WORKING
        return DayKind.REST if day.isoweekday() in rules(place, day).rest_days else DayKind.WORKING

    return lambda place: partial(kind, place)


def caseloads_of(facility_ids: Collection[int], *, year: int) -> Mapping[tuple[int, date], int]:
    """The patients of each place and month of the year, as far as they were counted. One statement."""
    rows = SiteCaseload.objects.filter(facility_id__in=facility_ids, month__year=year)
    return {(place, month): count for place, month, count in rows.values_list("facility_id", "month", "patients")}


def terms_of(person_ids: Collection[int]) -> dict[int, list[Terms]]:
    """What was said of each person's pay, the newest first. One statement."""
    found: dict[int, list[Terms]] = defaultdict(list)
    rows = PayTerm.objects.filter(person_id__in=person_ids).order_by("-from_day", "-id")
    for row in rows:
        found[row.person_id].append(Terms(row.from_day, row.hourly, row.spared))
    return found


def hourly_on(terms: Collection[Terms], day: date) -> Decimal | None:
    """The rate that holds on the day; None where nobody said one."""
    return next((each.hourly for each in terms if each.from_day <= day), None)


def spared_on(terms: Sequence[Terms], day: date) -> bool:
    """Whether the law keeps somebody from the longer year on the day, by the newest term that has begun."""
    return next((each.spared for each in terms if each.from_day <= day), False)


def month_after(month: date) -> date:
    """The first day of the month after this one's."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def in_month(blocks: Collection[Block], month: date, facility_id: int | None = None) -> list[Block]:
    """The blocks of a month; of one place only where it is named."""
    return [
        block
        for block in blocks
        if (block.day.year, block.day.month) == (month.year, month.month)
        and (facility_id is None or block.facility_id == facility_id)
    ]


def _first(year: int) -> date:
    """The Monday of the week in which the year begins, and the evening before it: its night runs into the week."""
    begin = date(year, 1, 1)
    return begin - timedelta(days=begin.weekday() + 1)
