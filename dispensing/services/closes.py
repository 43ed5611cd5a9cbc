"""The day is closed: what is known of everybody, the bottles measured and sealed, the figures, the end of the chain.

A close takes the day's patients first, then the bottles, then the chain head (docs/architecture.md, Locks). A dose
whose patient it waits for is in the close; a dose that waits for the close comes after it, says so, and stands below
the line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from django.db import transaction

from core import audit, rows
from core.access import Access
from core.clock import local_day
from core.digests import sha256_of
from dispensing.models import DayClose, Outcome
from dispensing.queries import day_sheet
from dispensing.queries import days as days_query
from dispensing.queries.day_bottles import bottle_days
from dispensing.queries.day_sheet import totals_of
from dispensing.queries.days import Undecided
from dispensing.rules.closing import End, check_early, end_for
from dispensing.rules.codes import Code
from dispensing.rules.daycodes import Why
from dispensing.rules.late import SheetReason
from dispensing.rules.outcomes import rule_of
from dispensing.services import alarms, days, sheets, unclosed
from dispensing.services.openings import (
    BottleSeen,
    DayRefused,
    StatedAlready,
    authorise,
    lock_all,
    measure,
    part_of,
    refuse_time,
    wait_for_the_day,
)
from followup.models import CaseKind
from followup.services import cases
from followup.services.cases import Finding
from inventory.models import BottleMeasure
from inventory.rules import kinds
from inventory.services import days as stock_days
from inventory.services import seals
from inventory.services.days import ChainEnd
from inventory.services.seals import Seal
from staff.services import attestations
from staff.services.attestations import Alone, ProvenSecond, SecondPerson

KIND: Final = "day_close"
INSTANT: Final = timedelta(microseconds=1)
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class NewClose:
    """What is stated. `ends`: for patients without a dose the answer chosen (rules.closing), the usual one where it is
    missing. `bottles`: what was measured, and with which seal each was closed for the night.

    `early`: close now, though it is not closing time and somebody is still to come.
    """

    id: UUID
    day: date
    closed_at: datetime
    ends: Mapping[UUID, str] = field(default_factory=dict)
    bottles: tuple[BottleSeen, ...] = ()
    early: bool = False
    note: str = ""
    second: SecondPerson | None = None


@dataclass(frozen=True)
class Closed:
    """The receipt: the row, what was measured beside its book, and how many patient-days were decided."""

    row: DayClose
    measured: tuple[BottleMeasure, ...] = ()
    decided: int = 0
    known: bool = False


def close(*, command: NewClose, by: Access, now: datetime) -> Closed:
    """Close the day of the acting facility once. The same id again answers the same record.

    One transaction for everything, tomorrow's sheet included; whoever was dosed or spoken of meanwhile keeps what was
    recorded. Raises DayRefused, StatedAlready, StockRefused for a reading that is none, what the second signature
    raises, PermissionDenied.
    """
    authorise(by)
    facility_id = by.facility_id or 0
    second = _prove(command.second, by, now)
    with transaction.atomic():
        wait_for_the_day(facility_id, command.day)
        closed = DayClose.objects.filter(facility_id=facility_id, day=command.day)
        earlier = closed.select_related("recorded_by").first()
        if earlier is not None:
            if earlier.pk != command.id:
                raise StatedAlready(by=earlier.recorded_by.initials, at=earlier.closed_at)
            return Closed(earlier, _measures(earlier), known=True)
        refuse_time(day=command.day, at=command.closed_at, by=by, now=now)
        days.lock(facility_id=facility_id, day=command.day)
        roster = days_query.of_the_day(facility_id=facility_id, day=command.day)
        _refuse_early(command, roster, facility_id, now)
        _speak_of_the_rest(command, roster, by, now)
        said = _leave_the_bottles(command, second, by, now)
        end = stock_days.close_through(facility_id=facility_id, day=command.day)
        row = _write(command, said, end, by, now, second)
        decided = days.decide(
            facility_id=facility_id, day=command.day, by=by, now=now, why=Why.CLOSE,
            patient_ids=[one.patient_id for one in roster],
        )  # fmt: skip
        unclosed.closed(facility_id=facility_id, by=by, now=now)
        if command.day == local_day(now, by.zone):
            sheets.issue(facility_id=facility_id, for_day=command.day + ONE_DAY, by=by, now=now, why=SheetReason.CLOSE)
    return Closed(row, _measures(row), decided)


def _prove(second: SecondPerson | None, by: Access, now: datetime) -> ProvenSecond | Alone | None:
    if second is None:
        return None
    return attestations.prove(second=second, actor=by, facility_id=by.facility_id or 0, now=now)


def _refuse_early(command: NewClose, roster: Sequence[Undecided], facility_id: int, now: datetime) -> None:
    to_come = sum(one.known.swallowed_mg == 0 and (one.known.outcome is None or one.open) for one in roster)
    over = days.is_over(facility_id=facility_id, day=command.day, now=now)
    faults = check_early(over=over, to_come=to_come, meant=command.early)
    if faults:
        raise DayRefused(*faults)


def _speak_of_the_rest(command: NewClose, roster: Sequence[Undecided], by: Access, now: datetime) -> None:
    """Nobody is left unspoken of: who was not seen is absent, who was withheld gets the end of it; in bulk."""
    stated: list[Outcome] = []
    for one in roster:
        if one.known.swallowed_mg > 0 or not one.known.known or (one.known.outcome is not None and not one.open):
            continue
        end = end_for(command.ends.get(one.patient_id, ""), one.known.outcome if one.open else None)
        stated.append(_outcome(command, one, end, by, now))
    rows.insert_many(stated)
    rows.insert_many(
        audit.event(
            action="outcome.stated", by=by, now=now, subject_kind="outcome", subject_id=outcome.pk,
            patient_id=outcome.patient_id, code=outcome.code,
        )
        for outcome in stated
    )  # fmt: skip
    cases.open_cases_many([_finding(outcome, now) for outcome in stated if _opens_case(outcome)], by=by)
    alarms.of_outcomes(outcomes=[(outcome.patient_id, outcome.code) for outcome in stated], by=by, now=now)


def _outcome(command: NewClose, one: Undecided, end: End, by: Access, now: datetime) -> Outcome:
    after = one.stated_at + INSTANT if one.stated_at else command.closed_at
    return Outcome(
        id=uuid5(command.id, str(one.patient_id)),
        patient_id=one.patient_id,
        facility_id=by.facility_id or 0,
        day=command.day,
        code=str(end.code),
        note=end.note,
        at=max(command.closed_at, after),
        recorded_at=now,
        recorded_by_id=by.actor_id,
    )


def _opens_case(outcome: Outcome) -> bool:
    rule = rule_of(outcome.code)
    return rule is not None and rule.opens_case


def _finding(outcome: Outcome, now: datetime) -> Finding:
    said = {"code": str(Code.OUTCOME_OPENS_CASE), "data": {"outcome": outcome.code}}
    return Finding(
        CaseKind.DOSE_FINDING, outcome.facility_id, "outcome", outcome.pk, now, outcome.patient_id, [said], None
    )


def _leave_the_bottles(
    command: NewClose, second: ProvenSecond | Alone | None, by: Access, now: datetime
) -> dict[str, Any]:
    """Each opened bottle measured before anybody sees its book, then sealed for the night; answers the ids."""
    lock_all(command.bottles, by.facility_id or 0)
    said: dict[str, Any] = {"measures": [], "seals": {}}
    for bottle in command.bottles:
        if any(bottle.readings):
            made = measure(bottle, whole=command.id, why=kinds.Why.CLOSE, by=by, now=now)
            said["measures"].append(str(made))
        if bottle.seal_number:
            sealing = Seal(part_of(command.id, f"seal {bottle.number}"), bottle.number, bottle.seal_number)
            said["seals"][str(bottle.number)] = seals.put_on(command=sealing, by=by, now=now).number
    return said


def _write(
    command: NewClose,
    said: dict[str, Any],
    end: ChainEnd,
    by: Access,
    now: datetime,
    second: ProvenSecond | Alone | None,
) -> DayClose:
    """Under the chain head: the figures are those of exactly this end of the chain."""
    row = DayClose(
        id=command.id,
        facility_id=by.facility_id or 0,
        day=command.day,
        closed_at=command.closed_at,
        sequence=end.sequence,
        chain_hash=end.hash,
        figures=_figures(command, by, end),
        said=said,
        note=command.note.strip(),
        recorded_at=now,
        recorded_by_id=by.actor_id,
    )
    row.save(force_insert=True)
    if second is not None:
        attestations.attest(
            act_kind=KIND, act_id=row.pk, digest=sha256_of(document(row)), facility_id=row.facility_id, actor=by,
            second=second, now=now,
        )  # fmt: skip
    audit.record(
        action="day.closed", by=by, now=now, subject_kind=KIND, subject_id=row.pk, day=str(row.day),
        sequence=row.sequence,
    )  # fmt: skip
    return row


def document(row: DayClose) -> dict[str, Any]:
    """What the second signature is bound to."""
    return {
        "document": KIND,
        "id": row.pk,
        "facility": row.facility_id,
        "day": row.day,
        "closed_at": row.closed_at,
        "sequence": row.sequence,
        "chain_hash": row.chain_hash,
        "figures": row.figures,
        "said": row.said,
        "closed_by": row.recorded_by_id,
    }


def _figures(command: NewClose, by: Access, end: ChainEnd) -> dict[str, Any]:
    facility_id, day = by.facility_id or 0, command.day
    totals = totals_of(day_sheet.dose_lines(facility_id=facility_id, day=day))
    stated = day_sheet.outcome_lines(facility_id=facility_id, day=day)
    bottles = bottle_days(facility_id=facility_id, day=day, zone=by.zone, sequence=end.sequence)
    return {
        "doses": totals.doses,
        "mg": str(totals.mg),
        "ul": totals.ul,
        "outcomes": [str(line.outcome_id) for line in stated],
        "bottles": [bottle.stored() for bottle in bottles],
    }


def _measures(row: DayClose) -> tuple[BottleMeasure, ...]:
    found = BottleMeasure.objects.filter(pk__in=row.said.get("measures", ())).select_related("bottle")
    return tuple(found.order_by("bottle_id"))
