"""For how many days what a site holds will last, by its book and by what it uses; for any number of sites at once."""

from collections.abc import Collection
from datetime import date
from typing import Final

from django.db import connection

from inventory.queries.demand import OPENED_STEP_UL

# What an opened bottle holds counts in whole steps, as in a request: nobody reads the book off it before a measure.
_COVER: Final = """
SELECT d.facility_id, floor(coalesce(held.mg, 0) / d.daily_mg)::int
  FROM inventory_demandfigure d
  JOIN inventory_item i ON i.id = d.item_id AND i.in_bottles
  LEFT JOIN LATERAL (
       SELECT sum(CASE a.kind WHEN 'opened' THEN h.quantity / %(step)s * %(step)s ELSE h.quantity END
                  * l.concentration / 1000) AS mg
         FROM inventory_account a
         JOIN inventory_balance h ON h.account_id = a.id
         JOIN inventory_lot l ON l.id = h.lot_id
        WHERE a.facility_id = d.facility_id AND a.item_id = i.id AND a.consignment_id IS NULL
          AND a.kind IN ('storage', 'dispensing', 'opened') AND l.expires_on >= %(today)s) held ON true
 WHERE d.facility_id = ANY(%(places)s) AND d.daily_mg > 0
"""


def days_of_cover(facility_ids: Collection[int], *, today: date) -> dict[int, int]:
    """Whole days of doses on the shelf, without what is on the road; no entry where nobody knows what is used. One
    statement."""
    if not facility_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_COVER, {"places": sorted(facility_ids), "today": today, "step": OPENED_STEP_UL})
        return dict(cursor.fetchall())
