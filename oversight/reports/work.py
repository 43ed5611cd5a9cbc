"""Differences of stock as cases, and overtime; for any number of facilities."""

from collections import defaultdict
from datetime import date
from typing import Any, Final

from django.db.models import Q

from followup.models import Case
from followup.rules.kinds import NEEDS_TWO
from oversight.reports.ask import Ask
from oversight.rules.figures import Figure
from staff.models import DutyInterval
from staff.queries.reckoning import in_month, month_after, reckoned
from staff.rules.payable import add_up

CODES: Final = ("differences", "differences_open", "overtime", "payable")


def month(ask: Ask) -> dict[int, dict[str, Figure]]:
    """Cases and hours for each facility; ten statements whatever their number."""
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
    overtime: dict[int, int] = defaultdict(int)
    payable: dict[int, int] = defaultdict(int)
    for pk, blocks in _blocks(ask).items():
        total = add_up(blocks)
        overtime[pk], payable[pk] = total.overtime, total.payable
    return overtime, payable


def _blocks(ask: Ask) -> dict[int, list[Any]]:
    """The blocks of everybody who worked at each facility in the month, reckoned with their whole year."""
    begins = ask.period.first
    worked = DutyInterval.objects.filter(
        facility_id__in=ask.ids, ended_at__isnull=True, confirmed_at__isnull=False,
        day__gte=date.fromordinal(begins.toordinal() - 1), day__lt=month_after(begins),
    )  # fmt: skip
    people = sorted(set(worked.values_list("person_id", flat=True)))
    found: dict[int, list[Any]] = {pk: [] for pk in ask.ids}
    for blocks in reckoned(people, year=begins.year).values() if people else ():
        for block in in_month(blocks, begins):
            if block.facility_id in found and block.day <= ask.day:
                found[block.facility_id].append(block)
    return found
