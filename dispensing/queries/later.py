"""The page on which a day of paper is typed in: its lines, what stands of each, who was there, which bottles."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from core.access import Access, Permission
from core.templatetags import tram
from dispensing.models import Dose, LateEntry, Outcome, Sheet
from dispensing.queries.people import dispensers
from dispensing.queries.sheets import lines_for, read_line
from dispensing.rules.choices import OUTCOME_WORDS, OutcomeCode
from facilities.models import Facility
from inventory.queries.then import BottleThen, bottles_then

_DAYS: Final = UUID("0192f0c4-6f0e-7a31-8f55-6a1c5d2f7b10")
Row = tuple[UUID, int]  # patient and part of the day's dose


@dataclass(frozen=True)
class Stands:
    """What is recorded of a line, in words, and where it is shown; `dose`: nothing more is to be typed of it."""

    words: str
    path: str
    dose: bool


@dataclass(frozen=True)
class PaperDay:
    """A day of paper at one facility. `absent_at` is the moment of a row that has no time: the site's closing."""

    day: date
    sheet: Sheet | None
    lines: list[dict[str, Any]]
    stands: Mapping[Row, Stands]
    people: list[tuple[str, str]]
    bottles: list[tuple[str, str]]
    absent_at: datetime

    @property
    def typed(self) -> int:
        return sum((UUID(line["patient"]), line["slot"]) in self.stands for line in self.lines)


def paper_day(*, day: date, sheet: Sheet | None, by: Access, now: datetime) -> PaperDay:
    """The lines of the sheet as printed, or of the day as its roster was. A dozen statements, whatever the number."""
    facility = Facility.objects.get(pk=by.facility_id or 0)
    here = ZoneInfo(facility.zone)
    first = datetime.combine(day, time.min, tzinfo=here)
    last = first + timedelta(days=1)
    content = sheet.content if sheet else lines_for(facility_id=facility.pk, for_day=day, now=now).content
    found = bottles_then(facility_id=facility.pk, first=first, last=last)
    noon = first + timedelta(hours=12)
    closes_at = datetime.combine(day, facility.closes_at, tzinfo=here)
    return PaperDay(
        day=day,
        sheet=sheet,
        lines=[read_line(line) for line in content["lines"]],
        stands=_stands(facility.pk, day),
        people=[(str(one.id), one.initials) for one in dispensers(facility_id=facility.pk, now=noon)],
        bottles=[(str(one.bottle.id), _bottle_words(one)) for one in found if _opened_in(one, first, last)],
        absent_at=min(closes_at, now),
    )


def _opened_in(one: BottleThen, first: datetime, last: datetime) -> bool:
    """Whether the books have the bottle open at some moment of that day."""
    opened_at: datetime | None = one.bottle.opened_at
    return opened_at is not None and opened_at < last and not one.gone(first) and not one.apart(first)


def _bottle_words(one: BottleThen) -> str:
    figures = {"label": one.bottle.label, "lot": one.bottle.lot_number, "strength": tram.mg(one.bottle.concentration)}
    return _("chai %(label)s, lô %(lot)s, %(strength)s mg/mL") % figures


def _stands(facility_id: int, day: date) -> dict[Row, Stands]:
    """What the books hold of the day, by patient and part: a dose before an outcome, the last outcome of several."""
    found: dict[Row, Stands] = {}
    outcomes = Outcome.objects.filter(facility_id=facility_id, day=day).order_by("at", "pk")
    for outcome in outcomes.select_related("late__recorded_by"):
        words = OUTCOME_WORDS[OutcomeCode(outcome.code)] if outcome.code in OUTCOME_WORDS else outcome.code
        found[outcome.patient_id, 1] = Stands(f"{words}{_by(outcome)}", "", dose=False)
    doses = Dose.objects.filter(facility_id=facility_id, covers_day=day, void__isnull=True).order_by("-given_at", "pk")
    for dose in doses.select_related("late__recorded_by"):
        figures = {"at": tram.time(dose.given_at), "mg": tram.mg(dose.mg)}
        words = _("%(at)s đã uống %(mg)s mg") % figures
        found[dose.patient_id, dose.slot] = Stands(f"{words}{_by(dose)}", f"/dispensing/doses/{dose.pk}/", dose=True)
    return found


def _by(fact: Dose | Outcome) -> str:
    late: LateEntry | None = getattr(fact, "late", None)
    return _(" · ghi bù: %(who)s") % {"who": late.recorded_by.initials} if late else ""


def day_subject(*, facility_id: int, day: date) -> UUID:
    """What a case about facts without a sheet is about: the site's day."""
    return uuid5(_DAYS, f"{facility_id} {day.isoformat()}")


def late_day_of(subject_id: UUID, access: Access) -> tuple[int, date] | None:
    """The facility and the day that such a case is about, within the person's reach."""
    days = (
        LateEntry.objects.filter(sheet__isnull=True, facility_id__in=access.reach)
        .order_by()
        .values_list("facility_id", "day")
        .distinct()
    )
    return next((found for found in days if day_subject(facility_id=found[0], day=found[1]) == subject_id), None)


def late_day_path(subject_id: UUID, access: Access) -> str | None:
    """Where a case about a day without a sheet leads."""
    found = late_day_of(subject_id, access)
    if found is None or access.facility_id != found[0] or not access.may_at(Permission.GIVE_DOSE, found[0]):
        return None
    return f"/dispensing/later/?day={found[1].isoformat()}"
