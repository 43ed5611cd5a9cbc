"""What was drunk and what was not, as one FHIR search: doses, days decided to be without one, doses elsewhere.

One statement finds the page among all three, then each kind is read whole: six statements for a page of any size.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from core.access import Access
from core.fhir import found
from core.fhir.asked import Asked
from core.fhir.found import INSTANT, Page, Row
from core.fhir.parts import Told
from core.scanning import encode
from dispensing.models import Dose, DoseElsewhere
from dispensing.queries.fhir_reach import JOINS, WHOSE, WITHIN, whose, within
from dispensing.rules.fhir import DayRow, DoseRow, ElsewhereRow, PortionRow, dose, elsewhere, missed_day
from inventory.models import Movement
from inventory.queries.fhir_deliveries import lot_row
from inventory.rules.scancodes import BOTTLE

_DOSES: Final = f"""
SELECT 'dose' AS kind, x.act_id::text AS id, x.act_id AS uuid, x.covers_day AS day, x.given_at AS low,
       x.given_at + {INSTANT} AS high, greatest(x.recorded_at, v.voided_at, o.recorded_at) AS updated,
       CASE WHEN v.id IS NULL THEN 'completed' ELSE 'entered-in-error' END AS status,
       coalesce(v.kind, '') AS what, o.vomited_at, {WHOSE}
  FROM dispensing_dose x {JOINS}
  LEFT JOIN dispensing_dosevoid v ON v.dose_id = x.act_id
  LEFT JOIN dispensing_vomitrecord o ON o.dose_id = x.act_id
 WHERE {WITHIN} AND (%(ids)s::uuid[] IS NULL OR x.act_id = ANY(%(ids)s::uuid[]))
"""  # noqa: S608
# The newest version of a day that was without a dose, in it or in one before: then the earlier word was in error.
_DAYS: Final = f"""
SELECT 'day', replace(x.patient_id::text, '-', '') || '.' || to_char(x.day, 'YYYYMMDD'), x.id, x.day,
       x.day::timestamp AT TIME ZONE f.zone, (x.day + 1)::timestamp AT TIME ZONE f.zone, x.decided_at,
       CASE WHEN x.how = 'nothing' THEN 'not-done' ELSE 'entered-in-error' END, '', NULL::timestamptz, {WHOSE}
  FROM dispensing_dayoutcome x {JOINS}
 WHERE {WITHIN} AND (%(ids)s::uuid[] IS NULL OR x.patient_id = ANY(%(ids)s::uuid[]))
   AND NOT EXISTS (SELECT FROM dispensing_dayoutcome y
                    WHERE y.patient_id = x.patient_id AND y.day = x.day AND y.version > x.version)
   AND EXISTS (SELECT FROM dispensing_dayoutcome z
                WHERE z.patient_id = x.patient_id AND z.day = x.day AND z.how = 'nothing')
"""  # noqa: S608
_ELSEWHERE: Final = f"""
SELECT 'elsewhere', x.id::text, x.id, x.day, x.day::timestamp AT TIME ZONE f.zone,
       (x.day + 1)::timestamp AT TIME ZONE f.zone, greatest(x.recorded_at, c.recorded_at),
       CASE WHEN c.id IS NOT NULL THEN 'entered-in-error' WHEN x.counts THEN 'completed' ELSE 'unknown' END,
       '', NULL::timestamptz, {WHOSE}
  FROM dispensing_doseelsewhere x {JOINS}
  LEFT JOIN dispensing_doseelsewhere c ON c.corrects_id = x.id
 WHERE x.took_place AND x.place_kind <> 'take_home'
   AND {WITHIN} AND (%(ids)s::uuid[] IS NULL OR x.id = ANY(%(ids)s::uuid[]))
"""  # noqa: S608
_ALL: Final = f"{_DOSES} UNION ALL {_DAYS} UNION ALL {_ELSEWHERE}"
# What somebody stated of the day, if it is what the day was decided by; and the order that the day was under.
_DAY_PARTS: Final = """
SELECT d.id, d.outcome, d.caused_by_patient, o.recorded_by_id, coalesce(o.signs, '{}'),
       (SELECT r.id FROM dispensing_prescription r
         WHERE r.patient_id = d.patient_id AND r.starts_on <= d.day AND least(r.ends_on, r.ended_on) >= d.day LIMIT 1)
  FROM dispensing_dayoutcome d
  LEFT JOIN LATERAL (SELECT o.recorded_by_id, o.signs FROM dispensing_outcome o
                      WHERE o.patient_id = d.patient_id AND o.day = d.day AND o.code = d.outcome
                      ORDER BY o.at DESC, o.id DESC LIMIT 1) o ON true
 WHERE d.id = ANY(%s::uuid[])
"""


def search(asked: Asked, *, by: Access, now: datetime) -> Page:
    """A page of MedicationAdministration."""
    rows, after = found.rows(_ALL, within(asked, by=by, now=now), asked)
    told = {
        **_doses([row for row in rows if row["kind"] == "dose"]),
        **_days([row for row in rows if row["kind"] == "day"]),
        **_elsewhere([row for row in rows if row["kind"] == "elsewhere"]),
    }
    return Page(tuple(told[row["id"]] for row in rows), after=after)


def _doses(rows: Sequence[Row]) -> dict[str, Told]:
    ids = [row["uuid"] for row in rows]
    doses = Dose.objects.in_bulk(ids)
    portions = _portions(ids)
    return {row["id"]: dose(_dose(row, doses[row["uuid"]], portions.get(row["uuid"], ()))) for row in rows}


def _dose(row: Row, of: Dose, portions: Sequence[PortionRow]) -> DoseRow:
    return DoseRow(
        whose=whose(row),
        id=of.pk,
        given_at=of.given_at,
        covers_day=of.covers_day,
        slot=of.slot,
        kind=of.kind,
        mg=of.mg,
        poured_by=of.poured_by_id,
        observed_by=of.observed_by_id,
        order_id=of.prescription_id,
        void=row["what"],
        vomited_at=row["vomited_at"],
        portions=tuple(portions),
    )


def _portions(acts: Sequence[UUID]) -> dict[UUID, list[PortionRow]]:
    """What each act took, bottle by bottle."""
    moves = Movement.objects.filter(act_id__in=acts).select_related("lot__item", "bottle").order_by("act", "position")
    by_bottle: dict[tuple[UUID, Any], PortionRow] = {}
    for move in moves:  # a bottle may stand twice in an act: once by the book, once beyond it
        key = (move.act_id, move.bottle_id or -move.lot_id)
        so_far = by_bottle[key].ul if key in by_bottle else 0
        label = encode(BOTTLE, move.bottle.number) if move.bottle else ""
        by_bottle[key] = PortionRow(lot_row(move.lot, label), so_far + move.quantity)
    found_of: dict[UUID, list[PortionRow]] = {}
    for (act_id, _bottle), portion in by_bottle.items():
        found_of.setdefault(act_id, []).append(portion)
    return found_of


def _days(rows: Sequence[Row]) -> dict[str, Told]:
    with connection.cursor() as cursor:
        cursor.execute(_DAY_PARTS, [[row["uuid"] for row in rows]])
        parts = {id_: more for id_, *more in cursor.fetchall()}
    told = {}
    for row in rows:
        outcome, caused, by, signs, order_id = parts[row["uuid"]]
        told[row["id"]] = missed_day(
            DayRow(
                whose=whose(row),
                id=row["id"],
                day=row["day"],
                outcome=outcome,
                caused_by_patient=caused,
                order_id=order_id,
                by=by,
                signs=tuple(signs),
            )
        )
    return told


def _elsewhere(rows: Sequence[Row]) -> dict[str, Told]:
    records = DoseElsewhere.objects.in_bulk([row["uuid"] for row in rows])
    return {row["id"]: elsewhere(_record(row, records[row["uuid"]])) for row in rows}


def _record(row: Row, of: DoseElsewhere) -> ElsewhereRow:
    return ElsewhereRow(
        whose=whose(row),
        id=of.pk,
        day=of.day,
        mg=of.mg,
        place_kind=of.place_kind,
        proven=of.proven,
        corrects_id=of.corrects_id,
    )
