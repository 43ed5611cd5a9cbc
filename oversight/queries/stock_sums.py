"""The stock of a facility's days straight from the ledger, in the order of recording: a past day never changes. One
statement for any number of facilities and days.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from inventory.queries.monthly_report import EXTRA, HELD, LOST
from oversight.models import ItemDay
from oversight.queries.sums import ASKED, rows_of

EASTERNMOST: Final = timedelta(hours=14)  # no zone is further ahead

# The side of an account as the monthly report has it (inventory.queries.monthly_report), with what went out told apart.
_SIDE: Final = """
    CASE WHEN {a}.consignment_id IS NOT NULL
         THEN CASE WHEN {a}.facility_id = act.facility_id THEN 'sent' ELSE 'supply' END
         WHEN {a}.kind = 'supplier' THEN 'supply'
         WHEN {a}.kind = 'patients' THEN 'used'
         WHEN {a}.kind = ANY(%(lost)s) THEN 'loss'
         WHEN {a}.kind = ANY(%(held)s) THEN 'held'
         ELSE 'disposed' END"""
_BUCKET: Final = """
    CASE WHEN {a}.kind IN ('storage', 'dispensing') THEN 'closed' WHEN {a}.kind = 'opened' THEN 'opened'
         WHEN {a}.kind = 'quarantine' THEN 'set_apart' ELSE 'unsettled' END"""

# Backwards from the balances of now: what stood at a day's end is what stands now without what moved since. `soonest`
# is no later than any of the midnights: a constant, by which the planner knows how little has moved since.
ITEM_DAYS: Final = f"""
WITH {ASKED}, since AS (
    SELECT id, zone, min(begins) AS at FROM asked GROUP BY 1, 2
), moved AS (
    SELECT act.facility_id, m.item_id, (act.recorded_at AT TIME ZONE since.zone)::date AS day, m.quantity,
           {_SIDE.format(a="s")} AS source, {_SIDE.format(a="t")} AS target,
           s.kind = ANY(%(extra)s) OR t.kind = ANY(%(extra)s) AS extra,
           {_BUCKET.format(a="s")} AS out_of, {_BUCKET.format(a="t")} AS goes_into, l.expires_on
      FROM since
      JOIN inventory_act act ON act.facility_id = since.id AND act.recorded_at >= since.at
       AND act.recorded_at >= %(soonest)s
      JOIN inventory_movement m ON m.act_id = act.id
      JOIN inventory_lot l ON l.id = m.lot_id
      JOIN inventory_account s ON s.id = m.source_id
      JOIN inventory_account t ON t.id = m.target_id
), flows AS (
    SELECT facility_id, item_id, day,
           sum(quantity * ((source = 'supply')::int - (target = 'supply')::int)) FILTER (WHERE NOT extra) AS received,
           sum(quantity * ((source = 'supply')::int - (target = 'supply')::int)) FILTER (WHERE extra) AS surplus,
           sum(quantity * ((target = 'used')::int - (source = 'used')::int)) AS used,
           sum(quantity * ((target = 'sent')::int - (source = 'sent')::int)) AS sent,
           sum(quantity * ((target = 'disposed')::int - (source = 'disposed')::int)) AS disposed,
           sum(quantity * ((target = 'loss')::int - (source = 'loss')::int)) AS loss
      FROM moved GROUP BY 1, 2, 3
), changes AS (
    SELECT facility_id, item_id, goes_into AS bucket, expires_on, day, quantity FROM moved WHERE target = 'held'
     UNION ALL
    SELECT facility_id, item_id, out_of, expires_on, day, -quantity FROM moved WHERE source = 'held'
     UNION ALL
    SELECT since.id, m.item_id, 'transit', l.expires_on, (act.recorded_at AT TIME ZONE since.zone)::date,
           CASE WHEN m.target_id = a.id THEN m.quantity ELSE -m.quantity END
      FROM since
      JOIN inventory_consignment k ON k.to_facility_id = since.id
      JOIN inventory_account a ON a.consignment_id = k.id AND a.kind = 'transit'
      JOIN inventory_movement m ON m.source_id = a.id OR m.target_id = a.id
      JOIN inventory_act act ON act.id = m.act_id AND act.recorded_at >= since.at
       AND act.recorded_at >= %(soonest)s
      JOIN inventory_lot l ON l.id = m.lot_id
     WHERE k.ended_at IS NULL OR k.ended_at >= since.at
), held AS (
    SELECT a.facility_id, a.item_id, {_BUCKET.format(a="a")} AS bucket, l.expires_on, h.quantity
      FROM inventory_account a
      JOIN inventory_balance h ON h.account_id = a.id
      JOIN inventory_lot l ON l.id = h.lot_id
     WHERE a.facility_id = ANY(%(facilities)s) AND a.consignment_id IS NULL AND a.kind = ANY(%(held)s)
     UNION ALL
    SELECT k.to_facility_id, a.item_id, 'transit', l.expires_on, h.quantity
      FROM inventory_consignment k
      JOIN inventory_account a ON a.consignment_id = k.id AND a.kind = 'transit'
      JOIN inventory_balance h ON h.account_id = a.id
      JOIN inventory_lot l ON l.id = h.lot_id
     WHERE k.to_facility_id = ANY(%(facilities)s) AND k.ended_at IS NULL
), steps AS (
    SELECT facility_id, item_id, bucket, expires_on, day, sum(quantity) AS quantity FROM changes GROUP BY 1, 2, 3, 4, 5
), keys AS (
    SELECT facility_id, item_id, bucket, expires_on, sum(quantity) AS now
      FROM (SELECT * FROM held UNION ALL SELECT facility_id, item_id, bucket, expires_on, 0 FROM steps) x
     GROUP BY 1, 2, 3, 4
), stood AS (
    SELECT k.facility_id, k.item_id, k.bucket, k.expires_on, d.day::date AS day,
           k.now + coalesce(s.quantity, 0) - sum(coalesce(s.quantity, 0)) OVER (
               PARTITION BY k.facility_id, k.item_id, k.bucket, k.expires_on ORDER BY d.day DESC) AS quantity
      FROM keys k
     CROSS JOIN generate_series(%(first)s::date, greatest(%(last)s::date, (SELECT max(day) FROM steps)),
                                interval '1 day') d (day)
      LEFT JOIN steps s ON s.facility_id = k.facility_id AND s.item_id = k.item_id AND s.bucket = k.bucket
       AND s.expires_on = k.expires_on AND s.day = d.day::date
), ends AS (
    SELECT facility_id, item_id, day,
           coalesce(sum(quantity) FILTER (WHERE bucket <> 'transit'), 0) AS closing,
           coalesce(sum(quantity) FILTER (WHERE bucket = 'closed'), 0) AS closed,
           coalesce(sum(quantity) FILTER (WHERE bucket = 'opened'), 0) AS opened,
           coalesce(sum(quantity) FILTER (WHERE bucket = 'set_apart'), 0) AS set_apart,
           coalesce(sum(quantity) FILTER (WHERE bucket = 'unsettled'), 0) AS unsettled,
           coalesce(sum(quantity) FILTER (WHERE bucket = 'transit'), 0) AS transit,
           coalesce(sum(quantity) FILTER (WHERE bucket IN ('closed', 'opened') AND expires_on >= day), 0) AS usable
      FROM stood WHERE day <= %(last)s GROUP BY 1, 2, 3
)
SELECT e.facility_id, e.item_id, e.day,
       e.closing - coalesce(f.received, 0) - coalesce(f.surplus, 0) + coalesce(f.used, 0) + coalesce(f.sent, 0)
           + coalesce(f.disposed, 0) + coalesce(f.loss, 0) AS opening,
       coalesce(f.received, 0) AS received, coalesce(f.surplus, 0) AS surplus, coalesce(f.used, 0) AS used,
       coalesce(f.sent, 0) AS sent, coalesce(f.disposed, 0) AS disposed, coalesce(f.loss, 0) AS loss,
       e.closing, e.closed, e.opened, e.set_apart, e.unsettled, e.transit, e.usable
  FROM ends e
  LEFT JOIN flows f ON f.facility_id = e.facility_id AND f.item_id = e.item_id AND f.day = e.day
"""  # noqa: S608  our own text
ITEM_FIGURES: Final = (
    "opening", "received", "surplus", "used", "sent", "disposed", "loss", "closing", "closed", "opened", "set_apart",
    "unsettled", "transit", "usable",
)  # fmt: skip


def item_days(facility_ids: Collection[int], *, first: date, last: date, now: datetime) -> list[ItemDay]:
    """Each item ever held at each of these facilities on each of these days, as rows that are not saved."""
    names = ("facility_id", "item_id", "day", *ITEM_FIGURES)
    found = rows_of(ITEM_DAYS, item_values(facility_ids, first, last))
    return [ItemDay(**dict(zip(names, row, strict=True)), computed_at=now) for row in found]


def item_values(facility_ids: Collection[int], first: date, last: date) -> dict[str, Any]:
    """What ITEM_DAYS is asked with."""
    kinds = {"held": HELD, "lost": LOST, "extra": EXTRA}
    named = {name: [str(kind) for kind in found] for name, found in kinds.items()}
    soonest = datetime.combine(first, time(), UTC) - EASTERNMOST
    return {"facilities": list(facility_ids), "first": first, "last": last, "soonest": soonest, **named}
