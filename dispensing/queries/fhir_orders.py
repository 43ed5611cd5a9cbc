"""Orders and vials taken home, as FHIR searches find them. One statement for the reach, one for a page."""

import json
from datetime import datetime
from typing import Final

from core.access import Access, Permission
from core.clock import local_day
from core.fhir import found
from core.fhir.asked import Asked
from core.fhir.found import INSTANT, Page, Row
from core.fhir.parts import Told
from core.scanning import encode
from dispensing.queries.fhir_reach import JOINS, WHOSE, WITHIN, whose, within
from dispensing.rules.fhir import OrderRow, VialRow, order, vial
from inventory.rules.fhir import LotRow
from inventory.rules.scancodes import BOTTLE

# An order holds through the day it ended on; one that ended before its first day never held.
_ORDERS: Final = f"""
SELECT x.id::text AS id, x.id AS uuid, x.recorded_at AS low, x.recorded_at + {INSTANT} AS high,
       greatest(x.recorded_at, x.ended_at, ph.signed_at) AS updated,
       CASE WHEN x.end_reason = 'disowned' THEN 'entered-in-error'
            WHEN x.ended_on < x.starts_on THEN 'cancelled'
            WHEN x.ended_on < %(today)s AND x.ended_on < x.ends_on THEN 'stopped'
            WHEN x.ends_on < %(today)s THEN 'completed'
            ELSE 'active' END AS status,
       {WHOSE}, x.phase, x.slot_mg, x.starts_on, least(x.ends_on, x.ended_on) AS last_day,
       x.if_missed::text AS if_missed, x.bridging,
       x.signature_id IS NULL AND ph.signed_at IS NULL AS unsigned,
       coalesce(x.acting_for_id, x.signed_by_id, ph.ordered_by_id) AS requester,
       CASE WHEN x.acting_for_id IS NOT NULL THEN x.signed_by_id ELSE ph.taken_down_by_id END AS recorder,
       x.recorded_at, coalesce(x.end_reason, '') AS end_reason
  FROM dispensing_prescription x {JOINS}
  LEFT JOIN dispensing_phoneorder ph ON ph.id = x.phone_order_id
 WHERE {WITHIN} AND (%(ids)s::uuid[] IS NULL OR x.id = ANY(%(ids)s::uuid[]))
"""  # noqa: S608
_VIALS: Final = f"""
SELECT tv.id::text AS id, tv.id AS uuid, x.handed_at AS low, x.handed_at + {INSTANT} AS high,
       greatest(x.handed_at, v.voided_at, fate.recorded_at) AS updated,
       CASE WHEN v.id IS NULL THEN 'completed' ELSE 'entered-in-error' END AS status,
       {WHOSE}, x.act_id AS hand_out_id, tv.day, tv.mg, tv.ul, x.prescription_id AS order_id, x.handed_at,
       x.handed_by_id AS handed_by, coalesce(v.kind, '') AS void, coalesce(fate.what, '') AS fate,
       b.number AS bottle, lot.number AS lot, lot.expires_on, lot.concentration, i.code AS item_code,
       i.name AS item_name
  FROM dispensing_takehomevial tv
  JOIN dispensing_takehome x ON x.act_id = tv.take_home_id {JOINS}
  JOIN inventory_bottle b ON b.id = tv.bottle_id
  JOIN inventory_lot lot ON lot.id = b.lot_id
  JOIN inventory_item i ON i.id = lot.item_id
  LEFT JOIN dispensing_vialvoid v ON v.vial_id = tv.id
  LEFT JOIN LATERAL (SELECT r.what, r.recorded_at FROM dispensing_vialreport r WHERE r.vial_id = tv.id
                        AND NOT EXISTS (SELECT FROM dispensing_vialreport c WHERE c.corrects_id = r.id)
                      ORDER BY r.recorded_at DESC LIMIT 1) fate ON true
 WHERE {WITHIN} AND (%(ids)s::uuid[] IS NULL OR tv.id = ANY(%(ids)s::uuid[]))
"""  # noqa: S608


def orders(asked: Asked, *, by: Access, now: datetime) -> Page:
    """A page of MedicationRequest. Its status is that of today where who asks works."""
    values = within(asked, by=by, now=now, permission=Permission.VIEW_PRESCRIPTIONS)
    rows, after = found.rows(_ORDERS, values | {"today": local_day(now, by.zone)}, asked)
    return Page(tuple(map(_order, rows)), after=after)


def vials(asked: Asked, *, by: Access, now: datetime) -> Page:
    """A page of MedicationDispense."""
    rows, after = found.rows(_VIALS, within(asked, by=by, now=now), asked)
    return Page(tuple(map(_vial, rows)), after=after)


def _order(row: Row) -> Told:
    same = (
        "phase", "starts_on", "last_day", "bridging", "unsigned", "requester", "recorder", "recorded_at", "end_reason",
    )  # fmt: skip
    return order(
        OrderRow(
            whose=whose(row),
            id=row["uuid"],
            slot_mg=tuple(row["slot_mg"]),
            if_missed=tuple(json.loads(row["if_missed"])),
            **{name: row[name] for name in same},
        )
    )


def _vial(row: Row) -> Told:
    label = encode(BOTTLE, row["bottle"])
    same = ("hand_out_id", "day", "mg", "ul", "order_id", "handed_at", "handed_by", "void", "fate")
    return vial(
        VialRow(
            whose=whose(row),
            id=row["uuid"],
            lot=LotRow(row["item_code"], row["item_name"], row["lot"], row["expires_on"], row["concentration"], label),
            **{name: row[name] for name in same},
        )
    )
