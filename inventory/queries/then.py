"""What stood at a site's window at past moments: for what was poured then and is typed in later."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from inventory.queries.window import METHADONE, WindowBottle

# A bottle in use at a moment stands there still, or an act this near to the moment speaks of it.
AROUND: Final = timedelta(days=3)

_SQL = """
WITH place AS (
    SELECT a.id, a.kind FROM inventory_account a JOIN inventory_item i ON i.id = a.item_id
     WHERE a.facility_id = %(facility)s AND i.code = %(item)s
       AND a.kind IN ('opened', 'dispensing', 'storage', 'quarantine')
), near AS (
    SELECT bal.bottle_id FROM place JOIN inventory_balance bal ON bal.account_id = place.id
    UNION
    SELECT m.bottle_id FROM inventory_act act JOIN inventory_movement m ON m.act_id = act.id
     WHERE act.facility_id = %(facility)s AND act.recorded_at >= %(from)s AND act.recorded_at < %(to)s
)
SELECT b.id, b.number, l.id, l.number, l.expires_on, l.concentration, coalesce(stands.quantity, 0), b.opened_at,
       coalesce(stands.kind = 'quarantine', false), b.emptied_at,
       CASE WHEN stands.kind = 'quarantine' THEN (
           SELECT max(act.occurred_at) FROM inventory_movement m JOIN inventory_act act ON act.id = m.act_id
            WHERE m.bottle_id = b.id AND m.target_id = stands.place) END
  FROM near
  JOIN inventory_bottle b ON b.id = near.bottle_id
  JOIN inventory_lot l ON l.id = b.lot_id
  JOIN inventory_item i ON i.id = l.item_id AND i.code = %(item)s
  LEFT JOIN LATERAL (
      SELECT bal.quantity, place.kind, place.id FROM inventory_balance bal JOIN place ON place.id = bal.account_id
       WHERE bal.bottle_id = b.id
  ) AS stands (quantity, kind, place) ON true
 ORDER BY l.expires_on, b.opened_at, b.id
"""


@dataclass(frozen=True, slots=True)
class BottleThen:
    """A bottle of the site with when it was emptied and set apart; `bottle.balance_ul` is today's figure."""

    bottle: WindowBottle
    emptied_at: datetime | None
    apart_since: datetime | None

    def in_use(self, at: datetime) -> bool:
        """Whether the books have it open at that moment, and not set apart."""
        opened_at: datetime | None = self.bottle.opened_at
        return opened_at is not None and opened_at <= at and not self.gone(at) and not self.apart(at)

    def gone(self, at: datetime) -> bool:
        return self.emptied_at is not None and self.emptied_at <= at

    def apart(self, at: datetime) -> bool:
        return self.apart_since is not None and self.apart_since <= at


def bottles_then(
    *, facility_id: int, first: datetime, last: datetime, item_code: str = METHADONE
) -> tuple[BottleThen, ...]:
    """The site's bottles around these moments, first expiry first, then first opened. One statement.

    Among them those that were never opened in the books: one may have been opened on paper first.
    """
    values: dict[str, Any] = {"facility": facility_id, "item": item_code, "from": first - AROUND, "to": last + AROUND}
    with connection.cursor() as cursor:
        cursor.execute(_SQL, values)
        return tuple(BottleThen(WindowBottle(*row[:9]), *row[9:]) for row in cursor.fetchall())
