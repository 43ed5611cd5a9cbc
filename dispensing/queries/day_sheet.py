"""The sheet of one day of one site: who drank what, what was stated, the bottles, and what came after the close.

A closed day never reopens: what its close did not know stands below the line (design, five sentences).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils.functional import Promise

from core.scanning import encode
from dispensing.models import DayClose, DoseElsewhere
from dispensing.queries import take_home
from dispensing.queries.day_bottles import WHOLE_CHAIN, BottleDay, bottle_days
from dispensing.queries.elsewhere import of_day
from dispensing.queries.take_home import HandedOut
from dispensing.rules.choices import OUTCOME_WORDS, OutcomeCode
from dispensing.rules.voids import VoidKind
from inventory.models import BottleMeasure
from inventory.rules.scancodes import BOTTLE


@dataclass(frozen=True)
class DoseLine:
    """One dose as it was recorded. `sequence`: its link of the chain; `void_sequence` is None for a void that moved no
    stock.
    """

    dose_id: UUID
    code: str
    initials: str
    slot: int
    kind: str
    mg: Decimal
    ul: int
    labels: tuple[str, ...]
    given_at: datetime
    recorded_at: datetime
    poured_by: str
    recorded_by: str
    findings: tuple[str, ...]
    sequence: int
    void_kind: str = ""
    voided_at: datetime | None = None
    void_sequence: int | None = None


@dataclass(frozen=True)
class OutcomeLine:
    """What was stated instead of a dose."""

    outcome_id: UUID
    code: str
    initials: str
    outcome: str
    note: str
    at: datetime
    recorded_at: datetime
    by: str
    poured_mg: Decimal | None

    @property
    def words(self) -> str | Promise:
        """What was stated, as people say it."""
        return OUTCOME_WORDS[OutcomeCode(self.outcome)]


@dataclass(frozen=True)
class Totals:
    """Doses that stand, and what was drunk whatever became of the record: exact mg, whole microlitres."""

    doses: int
    mg: Decimal
    ul: int


@dataclass(frozen=True)
class DaySheet:
    """A day as its close knew it (`doses`, `outcomes`) and what came later (`late_…`). Without a close all is above.

    `elsewhere`: what other places document of the day, whenever it was recorded. `taken_home`: vials handed out on it.
    """

    day: date
    close: DayClose | None
    doses: tuple[DoseLine, ...]
    outcomes: tuple[OutcomeLine, ...]
    late_doses: tuple[DoseLine, ...]
    late_voids: tuple[DoseLine, ...]
    late_outcomes: tuple[OutcomeLine, ...]
    bottles: tuple[BottleDay, ...]
    measured: dict[int, BottleMeasure] = field(default_factory=dict)
    elsewhere: tuple[DoseElsewhere, ...] = ()
    taken_home: tuple[HandedOut, ...] = ()

    @property
    def totals(self) -> Totals:
        """As of the close."""
        if self.close is None:
            return totals_of(self.doses)
        return totals_of(self.doses, sequence=self.close.sequence, closed_at=self.close.recorded_at)

    @property
    def given_ul(self) -> int:
        """What the book of the bottles says was drunk; must equal the lines' sum and the vials."""
        return sum(bottle.given_ul for bottle in self.bottles)

    @property
    def bottle_rows(self) -> list[tuple[BottleDay, BottleMeasure | None]]:
        """Each bottle with what was measured at the close."""
        return [(bottle, self.measured.get(bottle.bottle_id)) for bottle in self.bottles]

    @property
    def agrees(self) -> bool:
        return self.given_ul == self.totals.ul + self.taken_home_ul

    @property
    def taken_home_ul(self) -> int:
        """What vials took from the bottles as far as the figures of the bottles reach: up to the close."""
        return sum(made.booked_ul for made in self.taken_home)

    @property
    def below(self) -> bool:
        return bool(self.late_doses or self.late_voids or self.late_outcomes)


_DOSES: Final = """
SELECT d.act_id, p.code, p.initials, d.slot, d.kind, d.mg, given.ul, given.numbers, d.given_at, d.recorded_at,
       coalesce(pb.initials, d.answers->>'poured_by_name', ''), rb.initials, d.findings, l.sequence,
       coalesce(v.kind, ''), v.voided_at, vl.sequence
  FROM dispensing_dose d
  JOIN patients_patient p ON p.id = d.patient_id
  LEFT JOIN staff_person pb ON pb.id = d.poured_by_id
  JOIN staff_person rb ON rb.id = d.recorded_by_id
  JOIN inventory_chainlink l ON l.subject_id = d.act_id
  JOIN LATERAL (
       SELECT sum(m.quantity) AS ul, array_agg(DISTINCT b.number) AS numbers
         FROM inventory_movement m JOIN inventory_account t ON t.id = m.target_id
         LEFT JOIN inventory_bottle b ON b.id = m.bottle_id
        WHERE m.act_id = d.act_id AND t.kind = 'patients') given ON true
  LEFT JOIN dispensing_dosevoid v ON v.dose_id = d.act_id
  LEFT JOIN inventory_chainlink vl ON vl.subject_id = v.act_id
 WHERE d.facility_id = %(facility)s AND d.covers_day = %(day)s
 ORDER BY p.code, d.given_at, d.act_id
"""
_OUTCOMES: Final = """
SELECT o.id, p.code, p.initials, o.code, o.note, o.at, o.recorded_at, r.initials, o.poured_mg
  FROM dispensing_outcome o
  JOIN patients_patient p ON p.id = o.patient_id
  JOIN staff_person r ON r.id = o.recorded_by_id
 WHERE o.facility_id = %(facility)s AND o.day = %(day)s
 ORDER BY p.code, o.at, o.id
"""


def dose_lines(*, facility_id: int, day: date) -> tuple[DoseLine, ...]:
    """Every dose of the day that this facility recorded, voided ones too, by code. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_DOSES, {"facility": facility_id, "day": day})
        return tuple(_dose(*row) for row in cursor.fetchall())


def _dose(*row: Any) -> DoseLine:
    (dose_id, code, initials, slot, kind, mg, ul, numbers, given_at, recorded_at, poured, recorded, findings) = row[:13]
    return DoseLine(
        dose_id, code, initials, slot, kind, mg, int(ul or 0),
        tuple(encode(BOTTLE, number) for number in numbers or () if number is not None),
        given_at, recorded_at, poured, recorded, tuple(_codes(findings)), *row[13:],
    )  # fmt: skip


def _codes(findings: Any) -> Iterable[str]:
    stored = json.loads(findings) if isinstance(findings, str) else findings
    return [finding["code"] for finding in stored or ()]


def outcome_lines(*, facility_id: int, day: date) -> tuple[OutcomeLine, ...]:
    """Everything that this facility stated of the day, by code. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_OUTCOMES, {"facility": facility_id, "day": day})
        return tuple(OutcomeLine(*row) for row in cursor.fetchall())


def totals_of(lines: Iterable[DoseLine], *, sequence: int = WHOLE_CHAIN, closed_at: datetime | None = None) -> Totals:
    """Sums over lines as a close knew them; what somebody else drank is consumed, though its dose does not stand."""
    doses, mg, ul = 0, Decimal(0), 0
    for line in lines:
        stands = not line.void_kind or _void_is_late(line, sequence, closed_at)
        if stands:
            doses, mg = doses + 1, mg + line.mg
        if stands or line.void_kind == VoidKind.DRUNK_BY_OTHER:
            ul += line.ul
    return Totals(doses, mg, ul)


def _void_is_late(line: DoseLine, sequence: int, closed_at: datetime | None) -> bool:
    """Whether the dose was voided after the close."""
    if line.voided_at is None or closed_at is None:
        return False
    if line.void_sequence is not None:
        return line.void_sequence > sequence
    return line.voided_at > closed_at


def day_sheet(*, facility_id: int, day: date, zone: str) -> DaySheet:
    """The whole sheet in seven statements, whatever the number of patients."""
    close = DayClose.objects.filter(facility_id=facility_id, day=day).select_related("recorded_by").first()
    doses = dose_lines(facility_id=facility_id, day=day)
    outcomes = outcome_lines(facility_id=facility_id, day=day)
    elsewhere = of_day(facility_id=facility_id, day=day)
    as_of = close.sequence if close else WHOLE_CHAIN
    taken_home = take_home.of_day(facility_id=facility_id, day=day, sequence=as_of)
    if close is None:
        bottles = bottle_days(facility_id=facility_id, day=day, zone=zone)
        return DaySheet(
            day, None, doses, outcomes, (), (), (), tuple(bottles), elsewhere=elsewhere, taken_home=taken_home
        )
    known = set(close.figures["outcomes"])
    above = tuple(line for line in doses if line.sequence <= close.sequence)
    return DaySheet(
        day=day,
        close=close,
        doses=above,
        outcomes=tuple(line for line in outcomes if str(line.outcome_id) in known),
        late_doses=tuple(line for line in doses if line.sequence > close.sequence),
        late_voids=tuple(line for line in above if _void_is_late(line, close.sequence, close.recorded_at)),
        late_outcomes=tuple(line for line in outcomes if str(line.outcome_id) not in known),
        bottles=tuple(BottleDay(**stored) for stored in close.figures["bottles"]),
        measured={row.bottle_id: row for row in BottleMeasure.objects.filter(pk__in=close.said.get("measures", ()))},
        elsewhere=elsewhere,
        taken_home=taken_home,
    )
