"""What opening a bottle depends on besides the bottle itself."""

from datetime import date
from decimal import Decimal

from django.db import connection

from core.scanning import encode
from inventory.rules.bottles import BottleState, OpeningFacts, OtherBottle
from inventory.rules.scancodes import BOTTLE

_IN_HAND = """
SELECT b.number, l.expires_on, l.concentration, a.kind
  FROM inventory_account a
  JOIN inventory_balance h ON h.account_id = a.id
  JOIN inventory_bottle b ON b.id = h.bottle_id
  JOIN inventory_lot l ON l.id = b.lot_id
 WHERE a.facility_id = %(facility)s AND a.item_id = %(item)s AND b.id <> %(bottle)s
   AND (a.kind = 'opened' OR a.kind IN ('storage', 'dispensing') AND b.opened_at IS NULL
                             AND l.expires_on >= %(today)s AND l.expires_on < %(expires_on)s)
 ORDER BY l.expires_on, b.number
"""
_LAST_OPENED = """
SELECT b.number, l.expires_on, l.concentration
  FROM inventory_act act
  JOIN inventory_movement m ON m.act_id = act.id
  JOIN inventory_bottle b ON b.id = m.bottle_id
  JOIN inventory_lot l ON l.id = b.lot_id
 WHERE act.facility_id = %(facility)s AND act.kind = 'opening' AND m.item_id = %(item)s
 ORDER BY act.recorded_at DESC, act.id DESC
 LIMIT 1
"""


def opening_facts(*, bottle: BottleState, facility_id: int, today: date) -> OpeningFacts:
    """The other bottles in hand here, and the one opened last. Two statements."""
    values: dict[str, int | date] = {
        "facility": facility_id,
        "item": bottle.item_id,
        "bottle": bottle.id,
        "today": today,
        "expires_on": bottle.expires_on,
    }
    with connection.cursor() as cursor:
        cursor.execute(_IN_HAND, values)
        in_hand = cursor.fetchall()
        cursor.execute(_LAST_OPENED, values)
        last = cursor.fetchone()
    earlier = [_other(*row[:3]) for row in in_hand if row[3] != "opened"]
    return OpeningFacts(
        bottle=bottle,
        today=today,
        open_now=tuple(_other(*row[:3]) for row in in_hand if row[3] == "opened"),
        last_opened=_other(*last) if last else None,
        earlier=earlier[0] if earlier else None,
    )


def _other(number: int, expires_on: date, concentration: Decimal) -> OtherBottle:
    return OtherBottle(encode(BOTTLE, number), expires_on, concentration)
