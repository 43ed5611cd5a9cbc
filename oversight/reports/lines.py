"""What one number of one facility is made of: days, acts, and, for who treats them, the codes of patients.

From the same lists that the numbers count. Managers see days and how many, never a code; behind a secret number there
is nothing to see for anybody.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.access import Access, Permission
from core.clock import local_day
from core.quantities import format_decimal
from core.templatetags.tram import separator
from followup.rules.kinds import KIND_WORDS, CaseKind
from oversight.models import ItemDay
from oversight.reports import care, register, stock, work
from oversight.reports.ask import Ask, rows
from oversight.reports.indicators import Indicator
from oversight.rules.figures import Figure, Unit
from patients.models import Patient

MOST: Final = 500  # lines; a site has fewer patients and days than this

_OF_CODE: Final = """
SELECT m.patient_id, m.day FROM (%(members)s) m WHERE m.code = %%(code)s AND m.facility_id = %%(site)s
"""


@dataclass(frozen=True)
class Line:
    """One line behind a number. `day`: None where it hangs on no day; `path`: where it can be looked at."""

    day: date | None
    words: str
    path: str = ""


def lines(one: Indicator, asked: Ask, *, facility_id: int, by: Access, now: datetime) -> tuple[Line, ...]:
    """The lines behind one number of one facility, by day. A bounded number of statements."""
    if one.secret:
        return ()
    if one.code in ("dose_mean", "dose_median"):
        return tuple(_doses(asked, facility_id))
    if one.source == "stock":
        return tuple(_stock(one, asked, facility_id, now))
    if one.source == "work":
        return tuple(_work(one, asked, facility_id, by))
    found = _people(one, asked, facility_id)
    if by.may_at(Permission.VIEW_PATIENT, facility_id) and one.people:
        return tuple(_named(found))
    return tuple(_counted(found))


def _people(one: Indicator, asked: Ask, facility_id: int) -> list[tuple[UUID | None, date]]:
    if one.source == "care":
        return [
            (seen.patient_id, seen.day)
            for seen in care.seen(asked)
            if seen.hit and seen.code == one.code and seen.facility_id == facility_id
        ]
    wanted = _OF_CODE.replace("%(members)s", register.MEMBERS[asked.period.kind]).replace("%%(", "%(")
    values = asked.values | {"code": one.code, "site": facility_id}
    return [(patient_id, day) for patient_id, day in rows(register.PEOPLE + wanted, values)]


def _named(found: Iterable[tuple[UUID | None, date]]) -> Iterable[Line]:
    """Codes and initials, for who treats them."""
    kept = sorted(found, key=lambda line: (line[1], str(line[0])))[:MOST]
    whose: Mapping[UUID, Patient] = Patient.objects.in_bulk([pk for pk, _day in kept if pk])
    for pk, day in kept:
        patient = whose.get(pk) if pk else None
        yield Line(day, f"{patient.code} {patient.initials}" if patient else _("chưa biết ai"))


def _counted(found: Iterable[tuple[UUID | None, date]]) -> Iterable[Line]:
    """How many on each day."""
    for day, count in sorted(Counter(day for _pk, day in found).items())[:MOST]:
        yield Line(day, ngettext("%(count)d lượt", "%(count)d lượt", count) % {"count": count})


def _doses(asked: Ask, facility_id: int) -> Iterable[Line]:
    for mg, people in sorted(register.spreads(asked)[facility_id].items()):
        words = {"mg": written(Figure(mg, of=1), Unit.MG), "count": people}
        yield Line(None, ngettext("%(mg)s mg: %(count)d người", "%(mg)s mg: %(count)d người", people) % words)


def _stock(one: Indicator, asked: Ask, facility_id: int, now: datetime) -> Iterable[Line]:
    items = stock.ampoule_items() if one.code == "naloxone" else stock.bottled_items()
    of_days: dict[date, int] = {}
    for row in stock.days(asked, now=now):
        if row.facility_id == facility_id and row.item_id in items:
            of_days[row.day] = of_days.get(row.day, 0) + int(_of_day(one.code, row))
    always = one.code in ("opening", "closing", "naloxone")
    for day, n in sorted(of_days.items())[:MOST]:
        if n or always:
            yield Line(day, written(Figure(n), Unit.COUNT if one.code == "naloxone" else Unit.ML))


def _of_day(code: str, row: ItemDay) -> int:
    if code in stock.FLOWS:
        return stock.amount(row, code)
    return {"opening": row.opening, "closing": row.closing, "naloxone": row.usable, "cover": row.used}[code]


def _work(one: Indicator, asked: Ask, facility_id: int, by: Access) -> Iterable[Line]:
    if one.unit is Unit.HOURS:
        for pk, day, overtime, payable in work.hours_by_day(asked):
            minutes = payable if one.code == "payable" else overtime
            if pk == facility_id and minutes:
                yield Line(day, written(Figure(minutes), Unit.HOURS))
        return
    may = by.may_at(Permission.VIEW_CASES, facility_id)
    for code, case in work.cases(asked):
        if code == one.code and case.facility_id == facility_id:
            words = KIND_WORDS.get(CaseKind(case.kind), case.kind)
            opened_on = local_day(case.opened_at, asked.zones[facility_id])
            yield Line(opened_on, str(words), reverse("followup:case", args=[case.pk]) if may else "")


def written(figure: Figure, unit: Unit) -> str:
    """The number with its unit's measure where the words of the row do not say it; "–" where it is shared by nobody."""
    value = figure.value(unit)
    if value is None:
        return "–"
    text = format_decimal(value, separator=separator())
    return f"{text} %" if unit is Unit.PERCENT else text
