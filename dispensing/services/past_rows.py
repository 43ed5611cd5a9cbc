"""A row of paper before it is recorded: what it says, what cannot be true of it, what the rules say of it then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from core.access import Access
from core.clock import local_day
from core.quantities import NotExact, mg_to_ul
from dispensing.models import Sheet
from dispensing.queries import facts as facts_query
from dispensing.queries.facts import Known
from dispensing.queries.snapshot import device_fact
from dispensing.rules.authorise import Decision, authorise, suspends_prescription
from dispensing.rules.facts import Answers, BottleFact
from dispensing.rules.late import Fault, LateReason, time_fault
from dispensing.rules.outcomes import rule_of
from dispensing.rules.settings import DosingSettings
from dispensing.rules.violations import Code, Level, Unlocker, Violation, violation
from dispensing.services import past_cases
from dispensing.services.authorisations import Authorisation, PouredPortion, as_findings
from facilities.rules import digest
from facilities.services import settings as rule_settings
from inventory.queries.then import BottleThen, bottles_then
from inventory.queries.window import Window, site_window

MOST_MG: Final = Decimal(1000)
_ENOUGH_UL: Final = 10**9  # what the bottle held then is not known; what it gave beyond its book the ledger finds


@dataclass(frozen=True, slots=True)
class Hand:
    """Who did it: a person with an account here, or somebody else by name."""

    person_id: int | None = None
    name: str = ""

    def __bool__(self) -> bool:
        return self.person_id is not None or bool(self.name)


@dataclass(frozen=True)
class PastFact:
    """One row of paper: what was drunk at `occurred_at`, or with `outcome` why nothing was.

    `mg` is what was drunk, or what was poured and not swallowed. `bottle_id`: which of those in use then, none for the
    one that the rules would have taken. `again`: really another swallowing, though this row was typed in before.
    `clock_off_s`: by how many seconds `occurred_at` was put right, because the clock that told it was wrong.
    """

    id: UUID
    patient_id: UUID
    occurred_at: datetime
    reason: LateReason
    mg: Decimal | None = None
    outcome: str = ""
    slot: int = 1
    poured_by: Hand = Hand()
    observed_by: Hand = Hand()
    note: str = ""
    sheet_id: UUID | None = None
    bottle_id: int | None = None
    again: bool = False
    clock_off_s: int = 0

    @property
    def takes_stock(self) -> bool:
        """Whether a cup was filled."""
        rule = rule_of(self.outcome) if self.outcome else None
        return not self.outcome or (rule is not None and rule.poured)


class Malformed(Exception):
    """Rows that cannot be true or booked as typed, by their ids. Nothing was recorded."""

    def __init__(self, faults: Mapping[UUID, Fault]) -> None:
        super().__init__({str(id_): str(fault) for id_, fault in faults.items()})
        self.faults = faults


@dataclass(frozen=True)
class Judged:
    """One row with what the rules said of it, and what it takes from which bottle."""

    fact: PastFact
    known: Known
    decision: Decision
    findings: list[dict[str, Any]]
    rules_digest: str
    slip: Authorisation | None


@dataclass(frozen=True)
class Site:
    """The window's accounts and device, the bottles that were there, and the sheets that are named."""

    window: Window
    bottles: tuple[BottleThen, ...]
    sheets: Mapping[UUID, Sheet]


def site_then(commands: Sequence[PastFact], by: Access) -> Site:
    """What stood at the acting facility around the times of these rows, and the sheets they name. Three statements."""
    facility_id = by.facility_id or 0
    times = [fact.occurred_at for fact in commands]
    sheets = Sheet.objects.filter(
        pk__in={fact.sheet_id for fact in commands if fact.sheet_id}, facility_id=facility_id
    ).defer("content")
    return Site(
        window=site_window(facility_id=facility_id),
        bottles=bottles_then(facility_id=facility_id, first=min(times), last=max(times)),
        sheets={sheet.pk: sheet for sheet in sheets},
    )


def refuse_malformed(commands: Sequence[PastFact], site: Site, by: Access, now: datetime) -> None:
    """Raise Malformed for rows that cannot be true or booked."""
    faults: dict[UUID, Fault] = {}
    for fact in commands:
        found = _fault(fact, site, by, now)
        if found is not None:
            faults[fact.id] = found
    if faults:
        raise Malformed(faults)


def _fault(fact: PastFact, site: Site, by: Access, now: datetime) -> Fault | None:
    settings = rule_settings.for_facility(DosingSettings, facility_id=by.facility_id or 0, at=now)
    wrong_time = time_fault(occurred_at=fact.occurred_at, now=now, oldest_days=settings.typed_later_days_max)
    if wrong_time is not None:
        return wrong_time
    if fact.sheet_id is not None:
        sheet = site.sheets.get(fact.sheet_id)
        if sheet is None:
            return Fault.SHEET_ELSEWHERE
        if sheet.for_day != local_day(fact.occurred_at, by.zone):
            return Fault.OTHER_DAY
    if fact.outcome and rule_of(fact.outcome) is None:
        return Fault.OUTCOME_UNKNOWN
    if fact.reason == LateReason.OTHER and not fact.note.strip():
        return Fault.NOTE_NEEDED
    return _stock_fault(fact, site) if fact.takes_stock else None


def _stock_fault(fact: PastFact, site: Site) -> Fault | None:
    if fact.mg is None or not 0 < fact.mg <= MOST_MG:
        return Fault.AMOUNT_NEEDED
    if not fact.outcome and not (fact.poured_by and fact.observed_by):
        return Fault.HAND_NEEDED
    bottle = bottle_of(fact, site)
    if bottle is None or site.window.opened_account is None or site.window.patients_account is None:
        return Fault.NO_BOTTLE
    try:
        mg_to_ul(fact.mg, bottle.bottle.concentration)
    except NotExact:
        return Fault.NOT_EXACT
    return None


def bottle_of(fact: PastFact, site: Site) -> BottleThen | None:
    """The bottle that was named; else the first in use then, by expiry; else one that the site had at all."""
    named = [one for one in site.bottles if one.bottle.id == fact.bottle_id]
    then = [one for one in site.bottles if one.in_use(fact.occurred_at)]
    there = [one for one in site.bottles if not one.gone(fact.occurred_at)]
    opened = [one for one in there if one.bottle.opened_at is not None]
    return next(iter([*named, *then, *opened, *there, *site.bottles]), None)


def judge(facts: Sequence[PastFact], day: date, site: Site, by: Access) -> list[Judged]:
    """Ask the rules about each row as of its own time."""
    facility_id, here = by.facility_id or 0, ZoneInfo(by.zone)
    settings = {
        fact.id: rule_settings.for_facility(DosingSettings, facility_id=facility_id, at=fact.occurred_at)
        for fact in facts
    }
    known = facts_query.load_then(
        moments={fact.patient_id: fact.occurred_at for fact in facts}, facility_id=facility_id, day=day, zone=by.zone,
        days=max(one.days_behind for one in settings.values()),
    )  # fmt: skip
    strangers = [fact.id for fact in facts if fact.patient_id not in known or not known[fact.patient_id].was_here]
    if strangers:
        raise Malformed(dict.fromkeys(strangers, Fault.NOT_OURS))
    judged = []
    for fact in facts:
        one, bottle = known[fact.patient_id], bottle_of(fact, site)
        decision = authorise(
            facts=one.facts,
            bottles=[_bottle_fact(bottle, fact.occurred_at)] if bottle else [],
            device=device_fact(site.window),
            answers=Answers(alert_confirmed=True),
            settings=settings[fact.id],
            now=fact.occurred_at.astimezone(here),
            slot=fact.slot,
        )
        found = [v for v in decision.violations if v.level is not Level.NOTE and v.code is not Code.NO_OPEN_BOTTLE]
        found += _about_the_cup(fact, decision, bottle, here)
        slip = _slip(fact, one, decision, bottle, site, by) if fact.takes_stock and bottle else None
        sheet = site.sheets.get(fact.sheet_id) if fact.sheet_id else None
        findings = [*as_findings(found), past_cases.typed_later(fact.reason, day, sheet)]
        findings += [past_cases.clock_off(fact.clock_off_s)] if fact.clock_off_s else []
        judged.append(Judged(fact, one, decision, findings, digest(settings[fact.id]), slip))
    return judged


def _bottle_fact(then: BottleThen, at: datetime) -> BottleFact:
    b = then.bottle
    opened_at = b.opened_at or at
    return BottleFact(b.id, b.label, b.lot_number, b.expires_on, b.concentration, _ENOUGH_UL, opened_at, then.apart(at))


def _about_the_cup(fact: PastFact, decision: Decision, then: BottleThen | None, here: ZoneInfo) -> list[Violation]:
    found: list[Violation] = []
    if not fact.takes_stock or then is None or fact.mg is None:
        return found
    if not then.in_use(fact.occurred_at) and not then.apart(fact.occurred_at):
        given_at = fact.occurred_at.astimezone(here)
        found.append(
            violation(
                Code.BOTTLE_NOT_OPEN_THEN, Level.STOP, Unlocker.STORE_KEEPER, label=then.bottle.label,
                given_at=given_at,
            )
        )  # fmt: skip
    if not fact.outcome and decision.dose_mg is not None and fact.mg != decision.dose_mg:
        found.append(
            violation(Code.OTHER_AMOUNT, Level.STOP, Unlocker.PHYSICIAN, given_mg=fact.mg, ordered_mg=decision.dose_mg)
        )
    return found


def _slip(fact: PastFact, one: Known, decision: Decision, then: BottleThen, site: Site, by: Access) -> Authorisation:
    """What a screen would have authorised, had there been one: exactly what was poured, from that bottle."""
    prescription, mg = one.facts.prescription, fact.mg or Decimal(0)
    fits = prescription is not None and 1 <= fact.slot <= len(prescription.slot_mg)
    return Authorisation(
        dose_id=fact.id,
        patient_id=fact.patient_id,
        facility_id=by.facility_id or 0,
        person_id=by.actor_id,
        day=one.facts.today,
        slot=fact.slot,
        mg=mg,
        portions=(PouredPortion(then.bottle.id, then.bottle.lot_id, mg_to_ul(mg, then.bottle.concentration)),),
        opened_account=site.window.opened_account or 0,
        patients_account=site.window.patients_account or 0,
        prescription_id=prescription.id if prescription else None,
        reduced=bool(
            fits and prescription and suspends_prescription(given_mg=mg, slot=fact.slot, prescription=prescription)
        ),
        authorised_at=fact.occurred_at,
        answers=Answers(alert_confirmed=True),
    )
