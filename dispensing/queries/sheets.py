"""The lines of a morning's sheet of paper, by the rules of the board, and the sheets that stand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings as django_settings
from django.db.models import Count, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from core import scanning
from core.access import Access, Permission
from core.clock import local_day
from core.quantities import format_decimal, format_ml
from dispensing.models import Dose, LateEntry, Outcome, Sheet
from dispensing.queries import facts as facts_query
from dispensing.queries.board import placed_today
from dispensing.queries.facts import Known
from dispensing.queries.snapshot import bottle_facts, device_fact
from dispensing.queries.tags import of_the_window, row_tag
from dispensing.rules.authorise import Decision, authorise
from dispensing.rules.choices import OUTCOME_WORDS, OutcomeCode
from dispensing.rules.facts import Answers
from dispensing.rules.late import SHEET_REASON_WORDS, SHEET_VOID_WORDS, SheetReason, SheetVoid
from dispensing.rules.scancodes import SHEET
from dispensing.rules.settings import DosingSettings
from dispensing.rules.violations import Level
from facilities.models import Facility
from facilities.services import settings as rule_settings
from inventory.models import ChainHead
from inventory.queries.window import Window, site_window

SHOWN: Final = 40  # sheets in the list: more than a month's

Line = dict[str, Any]  # plain values only: what stands here is what is printed, and what the digest is made of


@dataclass(frozen=True)
class SheetLines:
    """A morning on paper before it has a number. `mg_per_ml` is None where no bottle, or two strengths, are open."""

    content: dict[str, Any]
    mg_per_ml: Decimal | None


def strength_in_use(window: Window) -> Decimal | None:
    """The one strength at this window; None where no bottle is open, or two strengths are."""
    found = {bottle.concentration for bottle in window.bottles if not bottle.quarantined}
    return found.pop() if len(found) == 1 else None


def strength_changed(sheet: Sheet, window: Window) -> bool:
    """Whether the mL figures of a sheet are wrong for the bottle that is in use now."""
    now = strength_in_use(window)
    return sheet.mg_per_ml is not None and now is not None and sheet.mg_per_ml != now


def morning_of(facility: Facility, day: date) -> datetime:
    """When the facility opens on that day."""
    return datetime.combine(day, facility.opens_at, tzinfo=ZoneInfo(facility.zone))


def lines_for(*, facility_id: int, for_day: date, now: datetime) -> SheetLines:
    """The morning of `for_day`: for a day to come by the rules as of its opening, for today as of now, for one that is
    over as it then stood. Seven statements, whatever the number of patients.
    """
    facility = Facility.objects.get(pk=facility_id)
    today = local_day(now, facility.zone)
    moment = max(morning_of(facility, for_day), now) if for_day == today else morning_of(facility, for_day)
    rules = rule_settings.for_facility(DosingSettings, facility_id=facility_id, at=now)
    ids = placed_today(facility_id=facility_id, now=moment, zone=facility.zone)
    known = _known(ids, facility, moment, past=for_day < today, days=rules.days_behind)
    window = site_window(facility_id=facility_id)
    with translation.override(django_settings.LANGUAGE_CODE):  # the paper book's language, whoever prints
        lines = [
            line
            for one in sorted(known.values(), key=lambda each: each.code)
            for line in _lines_of(one, window, rules, moment.astimezone(ZoneInfo(facility.zone)))
        ]
    content = {
        "lines": lines,
        "device": window.device.name if window.device else "",
        "bottles": [
            {
                "label": bottle.label,
                "lot": bottle.lot_number,
                "expires_on": bottle.expires_on.isoformat(),
                "mg_per_ml": format_decimal(bottle.concentration),
            }
            for bottle in window.bottles
            if not bottle.quarantined
        ],
    }
    return SheetLines(content, strength_in_use(window))


def chain_head(facility_id: int) -> dict[str, Any]:
    """The end of the facility's chain as a sheet prints it: how many links, and the last one's hash in short."""
    head = ChainHead.objects.filter(facility_id=facility_id).values_list("sequence", "hash").first()
    return {"sequence": head[0], "hash": bytes(head[1]).hex()[:16]} if head else {"sequence": 0, "hash": ""}


def _known(ids: list[UUID], facility: Facility, moment: datetime, *, past: bool, days: int) -> Mapping[UUID, Known]:
    if past:
        return facts_query.load_then(
            moments=dict.fromkeys(ids, moment),
            facility_id=facility.pk,
            day=local_day(moment, facility.zone),
            zone=facility.zone,
            days=days,
        )
    return facts_query.load(patient_ids=ids, facility_id=facility.pk, now=moment, zone=facility.zone, days=days)


def _lines_of(one: Known, window: Window, rules: DosingSettings, moment: datetime) -> Iterator[Line]:
    """One line for each part of the day's dose."""
    prescription = one.facts.prescription
    parts = len(prescription.slot_mg) if prescription else 1
    for slot in range(1, parts + 1):
        decision = authorise(
            facts=one.facts,
            bottles=bottle_facts(window),
            device=device_fact(window),
            answers=Answers(),
            settings=rules,
            now=moment,
            slot=slot,
        )
        yield _line(one, decision, slot, parts)


def _line(one: Known, decision: Decision, slot: int, parts: int) -> Line:
    facts = one.facts
    given = next((dose for dose in facts.doses_today if dose.slot == slot), None)
    window_codes = {v.code for v in of_the_window(decision.violations)}
    stops = [v for v in decision.violations if v.level is Level.STOP and v.code not in window_codes]
    blocked = bool(stops) and given is None
    step = decision.if_missed_step
    prescription = facts.prescription
    mg = None if blocked or given else decision.dose_mg
    return {
        "patient": str(facts.patient_id),
        "code": one.code,
        "initials": one.initials,
        "slot": slot,
        "parts": parts,
        "mg": _plain(mg),
        "ul": decision.measure.total_ul if mg is not None and decision.measure else None,
        "measure": _marks(decision) if mg is not None else "",
        "last_on": one.last_dose[0].isoformat() if one.last_dose else None,
        "last_mg": _plain(one.last_dose[1]) if one.last_dose else None,
        "blocked": blocked,
        "remark": _remark(one, decision, given=given is not None, why=stops[0].words if blocked else ""),
        "step": _("bỏ %(from)s–%(to)s ngày: %(mg)s mg")
        % {"from": step.from_missed, "to": step.to_missed, "mg": format_decimal(step.dose_mg)}
        if step
        else "",
        "ends_on": prescription.last_day.isoformat() if prescription else None,
    }


def _remark(one: Known, decision: Decision, *, given: bool, why: str) -> str:
    """Block and why, in the short words of the board; what today already holds for a sheet of today."""
    if given:
        return _("đã uống")
    stated = [outcome.code for outcome in one.facts.outcomes_today if outcome.code in OUTCOME_WORDS]
    if stated:
        return str(OUTCOME_WORDS[OutcomeCode(stated[-1])])
    tag = row_tag(decision.violations)
    said = str(tag.text) if tag else why
    if why:
        said = _("KHÔNG RÓT: %(why)s") % {"why": said}
    if not _yesterday_open(one):
        return said
    # Printed before that day was over: what it says of missed days may have changed by the morning.
    unsaid = _("hôm trước chưa ghi")
    return f"{said}; {unsaid}" if said and (why or decision.missed.consecutive > 1) else unsaid


def _yesterday_open(one: Known) -> bool:
    """Whether nothing is known yet of the day before: neither a dose nor why there was none."""
    last = one.facts.days[-1] if one.facts.days else None
    return last is not None and last.known and not last.ingested_mg and last.outcome is None


def _marks(decision: Decision) -> str:
    """The device's marks where it is filled more than once; one filling's mark is the volume itself."""
    draws = decision.measure.draws if decision.measure else ()
    return " + ".join(format_ml(draw.ul) for draw in draws) if len(draws) > 1 else ""


def _plain(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount.normalize():f}"


def read_line(line: Line) -> Line:
    """A stored line with its amounts and days as such again."""
    amounts = {name: Decimal(line[name]) if line[name] else None for name in ("mg", "last_mg")}
    days = {name: date.fromisoformat(line[name]) if line[name] else None for name in ("last_on", "ends_on")}
    return {**line, **amounts, **days}


# What the pages show of a sheet.


@dataclass(frozen=True)
class SheetView:
    """A sheet as list and paper show it."""

    sheet: Sheet
    typed: int = 0

    @property
    def name(self) -> str:
        return f"{self.sheet.number}/{self.sheet.year}"

    @property
    def scan(self) -> str:
        return scanning.encode(SHEET, self.sheet.scan)

    @property
    def why(self) -> str:
        return str(SHEET_REASON_WORDS[SheetReason(self.sheet.why)])

    @property
    def void(self) -> str:
        return str(SHEET_VOID_WORDS[SheetVoid(self.sheet.void_why)]) if self.sheet.void_why else ""

    @property
    def line_count(self) -> int:
        return len(self.sheet.content["lines"])


def sheets_of(*, facility_id: int) -> tuple[SheetView, ...]:
    """The facility's last sheets, newest first, with how many rows were typed in from each. One statement."""
    found: QuerySet[Any] = (
        Sheet.objects.filter(facility_id=facility_id)
        .annotate(typed=Count("entries"))
        .select_related("issued_by")
        .order_by("-issued_at", "-pk")[:SHOWN]
    )
    return tuple(SheetView(sheet, sheet.typed) for sheet in found)


def get_sheet(sheet_id: UUID, *, access: Access) -> Sheet:
    """The sheet for who may see its site's roster; else raises Sheet.DoesNotExist."""
    sheet = Sheet.objects.select_related("facility", "issued_by").get(pk=sheet_id)
    if not access.may_at(Permission.VIEW_ROSTER, sheet.facility_id):
        raise Sheet.DoesNotExist
    return sheet


def find_sheet(words: str, *, facility_id: int, today: date) -> Sheet | None:
    """The sheet that was scanned or whose number was typed: "12", "12/2026", or the printed digits."""
    sheets = Sheet.objects.filter(facility_id=facility_id)
    cleaned = words.strip()
    if len(cleaned) == scanning.LENGTH:
        try:
            scanned = scanning.decode(cleaned)
        except scanning.NotACode:
            return None
        return sheets.filter(scan=scanned.number).first() if scanned.kind == SHEET else None
    number, _slash, year = cleaned.partition("/")
    if not number.isdecimal() or len(number) > 6 or (year and not (year.isdecimal() and len(year) == 4)):
        return None
    return sheets.filter(number=int(number), year=int(year or today.year)).first()


def sheet_address(number: int, access: Access) -> str | None:
    """Where a scanned sheet leads: to typing it in, for who may do that at its site."""
    if access.facility_id is None or not access.may_at(Permission.GIVE_DOSE, access.facility_id):
        return None
    found = Sheet.objects.filter(scan=number, facility_id=access.facility_id).values_list("pk", flat=True).first()
    return f"/dispensing/later/?sheet={found}" if found else None


def sheet_path(subject_id: UUID, access: Access) -> str | None:
    """Where a case about a sheet leads."""
    place = Sheet.objects.filter(pk=subject_id).values_list("facility_id", flat=True).first()
    if place is None or not access.may_at(Permission.VIEW_ROSTER, place):
        return None
    return f"/dispensing/sheets/{subject_id}/"


@dataclass(frozen=True)
class LateShare:
    """How much of what was recorded of these days came later than it happened."""

    facility_id: int
    late: int
    recorded: int

    @property
    def percent(self) -> int:
        return round(100 * self.late / self.recorded) if self.recorded else 0


def late_share(*, facility_ids: list[int], first: date, last: date) -> tuple[LateShare, ...]:
    """Per facility: doses and outcomes of these days (both included), and those typed in later. Three statements."""
    days = {"facility_id__in": facility_ids}
    late = _counted(LateEntry.objects.filter(**days, day__range=(first, last)))
    doses = _counted(Dose.objects.filter(**days, covers_day__range=(first, last)))
    stated = _counted(Outcome.objects.filter(**days, day__range=(first, last)))
    return tuple(LateShare(id_, late.get(id_, 0), doses.get(id_, 0) + stated.get(id_, 0)) for id_ in facility_ids)


def _counted(found: QuerySet[Any]) -> dict[int, int]:
    return dict(found.order_by().values_list("facility_id").annotate(count=Count("pk")))


__all__ = [
    "LateShare",
    "SheetLines",
    "SheetView",
    "chain_head",
    "find_sheet",
    "get_sheet",
    "late_share",
    "lines_for",
    "read_line",
    "sheets_of",
    "strength_changed",
    "strength_in_use",
]
