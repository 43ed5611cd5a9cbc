"""Requests for stock within somebody's reach, line by line, as a FHIR search finds them."""

from dataclasses import fields
from datetime import datetime
from typing import Final

from core.access import Access, Permission
from core.fhir import found, parts
from core.fhir.asked import Asked
from core.fhir.found import INSTANT, Page
from inventory.rules.fhir import RequestLineRow, supply_request

# A line that a later version of the request no longer has is cancelled.
_LINES: Final = f"""
SELECT replace(r.id::text, '-', '') || '.' || l.item_id || '.' || coalesce(l.size_ul, 0) AS id,
       r.opened_at AS low, r.opened_at + {INSTANT} AS high, now_at.at AS updated,
       CASE WHEN l."position" < stated."position" THEN 'cancelled'
            WHEN now_at.state = 'draft' THEN 'draft'
            WHEN now_at.state = 'returned' THEN 'suspended'
            WHEN now_at.state IN ('received', 'closed') THEN 'completed'
            WHEN now_at.state = 'cancelled' THEN 'cancelled'
            ELSE 'active' END AS status,
       r.id AS request_id, now_at.state, f.id || '/' || r.year || '/' || r.number AS number, r.monthly, r.period,
       (r.period + interval '1 month' - interval '1 day')::date AS period_end, f.id AS facility_id, f.name AS facility,
       f.zone, c.id AS clinic_id, c.name AS clinic, r.opened_at, i.code AS item_code, i.name AS item_name, l.size_ul,
       l.asked, l.approved
  FROM inventory_request r
  JOIN facilities_facility f ON f.id = r.facility_id
  JOIN facilities_facility c ON c.id = r.main_clinic_id
  JOIN LATERAL (SELECT e.state, e.at FROM inventory_requestevent e WHERE e.request_id = r.id
                 ORDER BY e."position" DESC LIMIT 1) now_at ON true
  JOIN LATERAL (SELECT max(e."position") AS "position" FROM inventory_requestevent e
                 WHERE e.request_id = r.id AND EXISTS (SELECT FROM inventory_requestline x WHERE x.event_id = e.id)
               ) stated ON true
  JOIN LATERAL (SELECT DISTINCT ON (x.item_id, x.size_ul) x.item_id, x.size_ul, x.asked, x.approved, e."position"
                  FROM inventory_requestline x JOIN inventory_requestevent e ON e.id = x.event_id
                 WHERE e.request_id = r.id ORDER BY x.item_id, x.size_ul, e."position" DESC) l ON true
  JOIN inventory_item i ON i.id = l.item_id
 WHERE (r.facility_id = ANY(%(reach)s::bigint[]) OR r.main_clinic_id = ANY(%(reach)s::bigint[]))
   AND (%(requests)s::uuid[] IS NULL OR r.id = ANY(%(requests)s::uuid[]))
"""  # noqa: S608
_COLUMNS: Final = tuple(field.name for field in fields(RequestLineRow))


def search(asked: Asked, *, by: Access, now: datetime) -> Page:
    """A page of SupplyRequest. One statement."""
    values = {
        "reach": sorted(by.reach_by_permission.get(Permission.VIEW_STOCK, frozenset())),
        "requests": wholes(asked),
    }
    rows, after = found.rows(_LINES, values, asked)
    lines = [RequestLineRow(**{name: row[name] for name in _COLUMNS}) for row in rows]
    return Page(tuple(supply_request(line) for line in lines), after=after)


def wholes(asked: Asked) -> list[object] | None:
    """What the ids asked for are parts of; None where none were asked for."""
    if asked.ids is None:
        return None
    return [whole for each in asked.ids if (whole := parts.whole_of(each))]
