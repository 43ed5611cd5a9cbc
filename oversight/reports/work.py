"""Differences of stock as cases, and overtime; for any number of facilities."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any, Final

from django.db.models import Q, QuerySet

from followup.models import Case
from followup.rules.kinds import NEEDS_TWO
from oversight.models import PersonMonth, Summarised
from oversight.queries.changed import LATER
from oversight.reports.ask import Ask
from oversight.rules.figures import Figure
from staff.models import DutyInterval, LeaveChoice
from staff.queries.reckoning import in_month, month_after, reckoned
from staff.rules.payable import add_up

CODES: Final = ("differences", "differences_open", "overtime", "payable")


def month(ask: Ask) -> dict[int, dict[str, Figure]]:
    """Cases and hours for each facility; fourteen statements, at most, whatever their number."""
    counted: dict[tuple[int, str], int] = defaultdict(int)
    for code, case in cases(ask):
        counted[case.facility_id, code] += 1
    overtime, payable = _hours(ask)
    return {
        pk: {
            "differences": Figure(counted[pk, "differences"]),
            "differences_open": Figure(counted[pk, "differences_open"]),
            "overtime": Figure(overtime[pk]),
            "payable": Figure(payable[pk], of=overtime[pk]),
        }
        for pk in ask.ids
    }


def cases(ask: Ask) -> list[tuple[str, Case]]:
    """Each difference of stock: opened in the period, or opened before its end and without a conclusion then."""
    soonest = min((ask.bounds(pk)[0] for pk in ask.ids), default=None)
    if soonest is None:
        return []
    rows = Case.objects.filter(
        Q(opened_at__gte=soonest) | Q(concluded_at__isnull=True) | Q(concluded_at__gte=soonest),
        facility_id__in=ask.ids,
        kind__in=[str(kind) for kind in NEEDS_TWO],
    ).order_by("opened_at", "pk")
    found = []
    for case in rows:
        begins, ends = ask.bounds(case.facility_id)
        if begins <= case.opened_at < ends:
            found.append(("differences", case))
        if case.opened_at < ends and (case.concluded_at is None or case.concluded_at >= ends):
            found.append(("differences_open", case))
    return found


def hours_by_day(ask: Ask) -> list[tuple[int, date, int, int]]:
    """Overtime and what is payable of it, in minutes, by facility and day; nobody's name."""
    found: dict[tuple[int, date], list[int]] = defaultdict(lambda: [0, 0])
    for pk, blocks in _blocks(ask).items():
        for block in blocks:
            if block.overtime:
                found[pk, block.day][0] += block.minutes
                found[pk, block.day][1] += block.payable
    return [(pk, day, overtime, payable) for (pk, day), (overtime, payable) in sorted(found.items())]


def _hours(ask: Ask) -> tuple[dict[int, int], dict[int, int]]:
    """Overtime and what is payable of it at each facility: from the monthly rows where they hold everything that was
    confirmed, approved and chosen until now, for everybody else reckoned anew. The two are compared each night
    (summaries.hours)."""
    overtime: dict[int, int] = defaultdict(int)
    payable: dict[int, int] = defaultdict(int)
    kept = _kept(ask)
    for rows in kept.values():
        for row in rows:
            overtime[row.facility_id] += row.overtime
            payable[row.facility_id] += row.payable
    for pk, blocks in _blocks(ask, but=kept.keys()).items():
        total = add_up(blocks)
        overtime[pk] += total.overtime
        payable[pk] += total.payable
    return overtime, payable


def _kept(ask: Ask) -> dict[int, list[PersonMonth]]:
    """The rows of the month at these facilities, by person, of those of whom nothing has changed since they were made:
    nothing of their year anywhere, since the limits of the year are shared. Four statements."""
    told = dict(Summarised.objects.filter(pk__in=ask.ids).values_list("pk", "through"))
    if not told:
        return {}
    rows = PersonMonth.objects.filter(facility_id__in=told.keys(), month=ask.period.first)
    found: dict[int, list[PersonMonth]] = defaultdict(list)
    for row in rows.only("person_id", "facility_id", "overtime", "payable"):
        found[row.person_id].append(row)
    since = min(told.values()) - LATER
    moved = DutyInterval.objects.filter(
        Q(recorded_at__gt=since) | Q(confirmed_at__gt=since) | Q(ended_at__gt=since), day__year=ask.period.first.year
    ).values_list("person_id", flat=True)
    chosen = LeaveChoice.objects.filter(Q(chosen_at__gt=since) | Q(ended_at__gt=since))
    elsewhere = _at_work(ask).exclude(facility_id__in=told.keys())
    anew = {*moved, *chosen.values_list("person_id", flat=True), *elsewhere.values_list("person_id", flat=True)}
    return {person_id: mine for person_id, mine in found.items() if person_id not in anew}


def _at_work(ask: Ask) -> QuerySet[DutyInterval]:
    """The hours of the month that people confirmed at these facilities; one of the evening before may run into it."""
    begins = ask.period.first
    return DutyInterval.objects.filter(
        facility_id__in=ask.ids, ended_at__isnull=True, confirmed_at__isnull=False,
        day__gte=date.fromordinal(begins.toordinal() - 1), day__lt=month_after(begins),
    )  # fmt: skip


def _blocks(ask: Ask, *, but: Collection[int] = ()) -> dict[int, list[Any]]:
    """The blocks of everybody but these who worked at each facility in the month, reckoned with their whole year."""
    begins = ask.period.first
    people = sorted(set(_at_work(ask).values_list("person_id", flat=True)) - set(but))
    found: dict[int, list[Any]] = {pk: [] for pk in ask.ids}
    for blocks in reckoned(people, year=begins.year).values() if people else ():
        for block in in_month(blocks, begins):
            if block.facility_id in found and block.day <= ask.day:
                found[block.facility_id].append(block)
    return found
