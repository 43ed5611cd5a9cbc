"""Consignments as a FHIR search finds them: to both ends and to who carries, blind as everywhere (docs/custody.md)."""

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from core.access import Access, Permission
from core.fhir import found
from core.fhir.asked import Asked
from core.fhir.found import INSTANT, Page
from core.scanning import encode
from inventory.models import BaseUnit, ConsignmentLine
from inventory.queries.consignment_lives import hides
from inventory.queries.fhir_requests import wholes
from inventory.rules.custody import State
from inventory.rules.fhir import (
    ConsignmentLineRow,
    ConsignmentRow,
    LotRow,
    supply_delivery,
    supply_delivery_line,
)
from inventory.rules.scancodes import BOTTLE

_CONSIGNMENTS: Final = f"""
SELECT c.id::text AS id, c.id AS uuid, c.prepared_at AS low, c.prepared_at + {INSTANT} AS high,
       e.recorded_at AS updated,
       CASE WHEN e.state IN ('cancelled', 'returned') THEN 'abandoned'
            WHEN e.state IN ('received', 'settled', 'closed')
            THEN CASE WHEN c.received_at IS NULL THEN 'abandoned' ELSE 'completed' END
            ELSE 'in-progress' END AS status,
       e.state, c.kind, c.number, f.id AS from_id, f.name AS from_name, t.id AS to_id, t.name AS to_name, f.zone,
       coalesce(leg.carrier_id, c.carrier_id) AS carrier_id, c.dispatched_at,
       coalesce(c.received_at, c.taken_back_at) AS ended_at,
       array_remove(ARRAY[coalesce(c.received_by_id, c.taken_back_by_id),
                          coalesce(c.received_second_id, c.taken_back_second_id)], NULL) AS received_by,
       ARRAY(SELECT DISTINCT q.request_id FROM inventory_requestevent q WHERE q.consignment_id = c.id) AS requests,
       coalesce(c.seals, '{{}}') AS seals
  FROM inventory_consignment c
  JOIN facilities_facility f ON f.id = c.from_facility_id
  JOIN facilities_facility t ON t.id = c.to_facility_id
  LEFT JOIN LATERAL (SELECT g.carrier_id FROM inventory_consignmentleg g WHERE g.consignment_id = c.id
                      ORDER BY g."position" DESC LIMIT 1) leg ON true
  JOIN LATERAL (SELECT s.state, s.recorded_at FROM inventory_custodyevent s WHERE s.consignment_id = c.id
                 ORDER BY s."position" DESC LIMIT 1) e ON true
 WHERE (c.from_facility_id = ANY(%(reach)s::bigint[]) OR c.to_facility_id = ANY(%(reach)s::bigint[])
        OR c.carrier_id = %(carrier)s
        OR c.id IN (SELECT g.consignment_id FROM inventory_consignmentleg g WHERE g.carrier_id = %(carrier)s))
   AND (%(consignments)s::uuid[] IS NULL OR c.id = ANY(%(consignments)s::uuid[]))
"""  # noqa: S608
_COLUMNS: Final = tuple(field.name for field in fields(ConsignmentRow))


def search(asked: Asked, *, by: Access, now: datetime) -> Page:
    """A page of SupplyDelivery: consignments, and along with them the lines of those that hide nothing from who asks.

    Two statements. Asked for a line by its id, the consignment is what is found, and the line goes along.
    """
    whole = wholes(asked)
    values = {
        "reach": sorted(by.reach_by_permission.get(Permission.VIEW_STOCK, frozenset())),
        "carrier": by.person_id if by.may(Permission.CARRY) else None,
        "consignments": whole,
    }
    if whole is not None:
        asked = replace(asked, ids=frozenset(str(each) for each in whole))
    rows, after = found.rows(_CONSIGNMENTS, values, asked)
    told = [_row(row, by) for row in rows]
    open_to = [row for row, blind in told if not blind]
    lines = _lines([row.id for row in open_to])
    along = tuple(supply_delivery_line(row, line) for row in open_to for line in lines.get(row.id, ()))
    return Page(tuple(supply_delivery(row) for row, _blind in told), along, after)


def _row(row: dict[str, Any], by: Access) -> tuple[ConsignmentRow, bool]:
    blind = hides(State(row["state"]), from_id=row["from_id"], to_id=row["to_id"], access=by)
    values = {name: row[name] for name in _COLUMNS} | {"id": row["uuid"]}
    for name in ("received_by", "requests", "seals"):
        values[name] = () if name == "seals" and blind else tuple(row[name])
    return ConsignmentRow(**values), blind


def _lines(ids: Sequence[UUID]) -> dict[UUID, list[ConsignmentLineRow]]:
    rows = ConsignmentLine.objects.filter(consignment_id__in=ids).select_related("lot__item", "bottle")
    by_consignment: dict[UUID, list[ConsignmentLineRow]] = {}
    for line in _ordered(rows):
        by_consignment.setdefault(line.consignment_id, []).append(
            ConsignmentLineRow(
                position=line.position,
                lot=lot_row(line.lot, encode(BOTTLE, line.bottle.number) if line.bottle else ""),
                quantity=line.quantity,
                in_microlitres=line.lot.item.base_unit == BaseUnit.MICROLITRE,
                seal=line.seal_number,
            )
        )
    return by_consignment


def _ordered(rows: Any) -> Iterable[ConsignmentLine]:
    found_lines: Iterable[ConsignmentLine] = rows.order_by("consignment_id", "position")
    return found_lines


def lot_row(lot: Any, label: str = "") -> LotRow:
    """A lot with its item at hand, as a medication is told."""
    return LotRow(lot.item.code, lot.item.name, lot.number, lot.expires_on, lot.concentration, label)
