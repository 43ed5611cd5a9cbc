"""What a site needs, as the system proposes it: demand pushed down, stock by the book, the rule over both."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from core.clock import local_day
from facilities.services import settings
from inventory.rules.requests import Figures, Proposal, propose
from inventory.rules.settings_requests import RequestSettings
from inventory.rules.settings_shelf import ShelfSettings

UL_PER_ML: Final = 1000
# What an opened bottle holds by its book is not told before it is measured (domain 12.3): it counts in whole steps.
OPENED_STEP_UL: Final = 100_000
_NO_LOT: Final = Decimal(10)  # mg per mL, where neither the site nor anybody has a lot yet (domain 2.1)
_NEEDS: Final = """
SELECT i.id, i.name, i.code, i.in_bottles, d.as_of, coalesce(d.patients, 0), coalesce(d.daily_mg, 0),
       coalesce(d.used_daily, 0), coalesce(d.expected_new, 0),
       coalesce(held.closed, 0), coalesce(held.opened, 0), coalesce(road.there, 0), strength.concentration
  FROM inventory_item i
  LEFT JOIN inventory_demandfigure d ON d.item_id = i.id AND d.facility_id = %(facility)s
  LEFT JOIN LATERAL (
    SELECT sum(h.quantity) FILTER (WHERE a.kind IN ('storage', 'dispensing')) AS closed,
           sum(h.quantity / %(step)s * %(step)s) FILTER (WHERE a.kind = 'opened') AS opened
      FROM inventory_account a JOIN inventory_balance h ON h.account_id = a.id JOIN inventory_lot l ON l.id = h.lot_id
     WHERE a.facility_id = %(facility)s AND a.item_id = i.id AND a.consignment_id IS NULL
       AND a.kind IN ('storage', 'dispensing', 'opened') AND l.expires_on >= %(today)s
  ) held ON true
  LEFT JOIN LATERAL (
    SELECT sum(h.quantity) AS there
      FROM inventory_consignment c
      JOIN inventory_account a ON a.consignment_id = c.id AND a.item_id = i.id AND a.kind = 'transit'
      JOIN inventory_balance h ON h.account_id = a.id
     WHERE c.to_facility_id = %(facility)s AND c.kind = 'supply' AND c.ended_at IS NULL
  ) road ON true
  LEFT JOIN LATERAL (
    SELECT l.concentration
      FROM inventory_lot l
      LEFT JOIN inventory_balance h ON h.lot_id = l.id AND h.quantity > 0
       AND h.account_id IN (SELECT id FROM inventory_account WHERE facility_id = %(facility)s AND item_id = i.id
                               AND kind IN ('storage', 'dispensing', 'opened'))
     WHERE l.item_id = i.id
     ORDER BY h.quantity DESC NULLS LAST, l.id DESC LIMIT 1
  ) strength ON true
 WHERE EXISTS (SELECT 1 FROM inventory_account a WHERE a.item_id = i.id)
 ORDER BY NOT i.in_bottles, i.name, i.id
"""


@dataclass(frozen=True)
class Need:
    """One item: the system's figures and what they come to. Without bottles: what is there and what fills it up."""

    item_id: int
    name: str
    in_bottles: bool
    as_of: datetime | None
    used_daily: int
    figures: Figures | None
    there: int
    proposed: int
    sizes_ul: tuple[int, ...] = ()

    def proposal(self, figures: Figures, rules: RequestSettings) -> Proposal:
        return propose(figures, sizes_ul=self.sizes_ul, largest_bottle_days=rules.largest_bottle_days)


def needs(*, facility_id: int, now: datetime, zone: str) -> tuple[Need, ...]:
    """What the site may ask for, item by item. One statement beside the settings."""
    rules = settings.for_facility(RequestSettings, facility_id=facility_id, at=now)
    shelf = settings.for_facility(ShelfSettings, facility_id=facility_id, at=now)
    values: dict[str, Any] = {"facility": facility_id, "today": local_day(now, zone), "step": OPENED_STEP_UL}
    with connection.cursor() as cursor:
        cursor.execute(_NEEDS, values)
        rows = cursor.fetchall()
    names = ("id", "name", "code", "in_bottles", "as_of", "patients", "daily_mg", "used", "new", "closed", "opened")
    keys = (*names, "road", "concentration")
    return tuple(_need(dict(zip(keys, row, strict=True)), rules, shelf) for row in rows)


def _need(row: Mapping[str, Any], rules: RequestSettings, shelf: ShelfSettings) -> Need:
    if not row["in_bottles"]:
        there = int(row["closed"] + row["road"])
        target = shelf.naloxone_target_ampoules if row["code"].startswith("naloxone") else 0
        return Need(row["id"], row["name"], False, row["as_of"], int(row["used"]), None, there, max(0, target - there))
    figures = Figures(
        patients=row["patients"],
        daily_mg=row["daily_mg"],
        days=rules.days_to_cover,
        new_patients=row["new"],
        new_patient_mg=rules.new_patient_mg,
        safety_pct=rules.safety_pct,
        concentration=row["concentration"] or _NO_LOT,
        stock_ul=int(row["closed"] + row["opened"]),
        road_ul=int(row["road"]),
    )
    sizes = tuple(sorted((size * UL_PER_ML for size in rules.bottle_sizes_ml), reverse=True))
    found = propose(figures, sizes_ul=sizes, largest_bottle_days=rules.largest_bottle_days)
    there = figures.stock_ul + figures.road_ul
    return Need(row["id"], row["name"], True, row["as_of"], int(row["used"]), figures, there, found.bottles, sizes)
